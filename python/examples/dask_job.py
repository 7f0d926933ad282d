"""Measures recordings in Dask's processes and decides the runs together.

    dask_job.py RUNS.parquet FILE...
"""

from __future__ import annotations

import sys

import dask.bag
import firstmile
import pyarrow as pa
import pyarrow.parquet as pq


def measure(paths: list[str]) -> list[pa.Table]:
    """Measures the files of a partition, each judged alone."""
    contents = [(path, open(path, "rb").read()) for path in paths]
    return [pa.table(firstmile.analyze_contents(contents, alone=True, named=False, jobs=1).runs)]


def main(runs: str, paths: list[str]) -> None:
    parts = dask.bag.from_sequence(sorted(paths), partition_size=64).map_partitions(measure)
    tables = parts.compute(scheduler="processes")
    pq.write_table(pa.table(firstmile.decide(pa.concat_tables(tables)).runs), runs)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
