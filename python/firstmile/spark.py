"""The analysis on Spark: from ``binaryFile`` to rows of the runs table.

    runs = firstmile.spark.runs(spark, "s3a://bucket/activities")
    runs.write.partitionBy("year").parquet("s3a://bucket/runs")

Each file is judged alone. :func:`decide` then decides a runner's runs together.
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
    """Returns the schema of the runs table in Spark's types."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(pa.schema(empty("runs")))


def local(path: str) -> str:
    """Returns a local path as the program prints it, and any other path unchanged."""
    parts = urlsplit(path)
    return path[path.index(":") + 1 :].replace("///", "/", 1) if parts.scheme == "file" else path


def measure(**options: Any) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Returns a function for ``mapInArrow`` over the columns ``path`` and ``content``.

    It uses one core for each task, unless ``jobs`` is given.
    """
    options.setdefault("jobs", 1)

    def of(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            paths = (local(path.as_py()) for path in batch.column("path"))
            contents = (content.as_py() for content in batch.column("content"))
            analysis = analyze_contents(zip(paths, contents), alone=True, named=False, **options)
            yield from pa.table(analysis.runs).to_batches()

    return of


def runs(spark: SparkSession, place: str, **options: Any) -> DataFrame:
    """Returns the runs table of all files under a place; the last column, ``year``, is the start's."""
    from pyspark.sql import functions as f

    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(place)
    measured = files.select("path", "content").mapInArrow(measure(**options), schema())
    return measured.withColumn("year", f.year("start_time"))


def decide(**options: Any) -> Callable[[pa.Table], pa.Table]:
    """Returns a function for ``groupBy(athlete).applyInArrow``: it decides a runner's runs together.

    Only this step finds races by effort and duplicates.
    """
    options.setdefault("jobs", 1)
    names = pa.schema(empty("runs")).names

    def of(table: pa.Table) -> pa.Table:
        return pa.table(_decide(table.select(names), **options).runs)

    return of
