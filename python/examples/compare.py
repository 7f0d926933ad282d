"""Compares Spark's tables with the binary's output over the same recordings.

    compare.py PLACE RUNS DECIDED
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

BINARY = os.environ["FIRSTMILE_BIN"]


def told(*arguments: str | os.PathLike[str]) -> bytes:
    return subprocess.run([BINARY, *arguments], check=True, capture_output=True).stdout


def by_address(table: pa.Table) -> list[dict]:
    return sorted(table.to_pylist(), key=lambda row: (row["path"], row["member"] or "", row["activity"]))


def main(place: str, runs: str, decided: str) -> None:
    failed = 0

    def check(what: str, same: bool) -> None:
        nonlocal failed
        failed += not same
        print("same " if same else "OTHER", what)

    # A profile is beside the recordings and not beside the tables, so both sides go without one.
    flags = ["--no-profile"]
    began = time.monotonic()
    of_files = told(*flags, "--format", "csv", place)
    took = time.monotonic() - began
    began = time.monotonic()
    of_pieces = told(*flags, "--format", "csv", runs)
    again = time.monotonic() - began
    # Spark skips empty files; the binary has a row for each.
    empty = [str(file) for file in pathlib.Path(place).rglob("*") if file.is_file() and file.stat().st_size == 0]
    lines = [line for line in of_files.decode().splitlines() if line.split(",")[0] not in empty]
    pieces_lines = of_pieces.decode().splitlines()
    check(f"every row and column: firstmile RUNS, firstmile PLACE ({len(lines) - 1} rows)", lines == pieces_lines)
    for line, other in zip(lines, pieces_lines):
        if line != other:
            print("  files ", line[:400], "\n  tables", other[:400])
            break
    if empty:
        print(f"      left out: {len(empty)} empty file(s), which Spark has no row for")
    # Without the summary, whose counts include the files that have no row in Spark.
    of_years = [json.loads(told("history", *flags, "--format", "json", input)) for input in (place, runs)]
    for years in of_years:
        del years["summary"]
    check("history as JSON: runs, courses, trends, payback, findings", of_years[0] == of_years[1])
    # Each athlete's table, as Spark decided it.
    athletes = rows = 0
    without = [f"--exclude={file}" for file in empty]
    for athlete in sorted(path for path in pathlib.Path(place).iterdir() if path.is_dir()):
        part = pathlib.Path(decided) / f"athlete={athlete.name}"
        if not part.is_dir():
            print(f"      no recording in {athlete.name}")
            continue
        pieces = ds.dataset(part, format="parquet").to_table()
        with tempfile.TemporaryDirectory() as folder:
            told(*flags, *without, "--format", "parquet", "--output", f"{folder}/runs.parquet", athlete)
            of_binary = pq.read_table(f"{folder}/runs.parquet")
        pieces = pieces.select(of_binary.column_names).cast(of_binary.schema)
        athletes, rows = athletes + 1, rows + of_binary.num_rows
        if by_address(pieces) != by_address(of_binary):
            check(f"runs of {athlete.name} brought together by Spark", False)
            for one, other in zip(by_address(pieces), by_address(of_binary)):
                for name in one:
                    if one[name] != other[name]:
                        print(f"  {one['path']} {name}: {str(one[name])[:80]} by Spark, {str(other[name])[:80]} by the binary")
    if athletes:
        check(f"every row and column of {athletes} athletes brought together by Spark ({rows} rows)", not failed)
    sizes = {
        "recordings_bytes": sum(file.stat().st_size for file in pathlib.Path(place).rglob("*") if file.is_file()),
        "runs_bytes": sum(file.stat().st_size for file in pathlib.Path(runs).rglob("*.parquet")),
        "binary_over_recordings_s": round(took, 2),
        "binary_over_tables_s": round(again, 2),
    }
    print("FIGURES", json.dumps(sizes))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
