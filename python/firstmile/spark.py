"""The same over Spark: recordings as ``binaryFile``, the runs table as rows.

    runs = firstmile.spark.runs(spark, "s3a://bucket/activities")
    runs.write.partitionBy("year").parquet("s3a://bucket/runs")

Each file is told as if it were alone; :func:`decide` then brings a runner's runs together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyarrow as pa

from . import analyze_contents, decide as _decide, empty

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType


def schema() -> StructType:
    """The runs table's schema in Spark's types."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(pa.schema(empty("runs")))


def local(path: str) -> str:
    """A path of the local disk as the program would print it; any other stays as it is."""
    parts = urlsplit(path)
    return path[path.index(":") + 1 :].replace("///", "/", 1) if parts.scheme == "file" else path


def measure(**options: Any) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A function for ``mapInArrow`` over the columns ``path`` and ``content``. One core an executor's task is taken."""
    options.setdefault("jobs", 1)

    def of(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            paths = (local(path.as_py()) for path in batch.column("path"))
            contents = (content.as_py() for content in batch.column("content"))
            analysis = analyze_contents(zip(paths, contents), alone=True, named=False, **options)
            yield from pa.table(analysis.runs).to_batches()

    return of


def runs(spark: SparkSession, place: str, **options: Any) -> DataFrame:
    """The runs table of all files under a place, with the year of each start in a column ``year`` at its end."""
    from pyspark.sql import functions as f

    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(place)
    measured = files.select("path", "content").mapInArrow(measure(**options), schema())
    return measured.withColumn("year", f.year("start_time"))


def decide(**options: Any) -> Callable[[pa.Table], pa.Table]:
    """A function for ``groupBy(athlete).applyInArrow``: a runner's runs together, of which some turn out to be races or twins."""
    options.setdefault("jobs", 1)
    names = pa.schema(empty("runs")).names

    def of(table: pa.Table) -> pa.Table:
        return pa.table(_decide(table.select(names), **options).runs)

    return of
