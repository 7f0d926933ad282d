"""What came of Spark against what the single binary says of the same recordings: compare.py PLACE RUNS DECIDED."""

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

    # Without a profile, which lies beside recordings and not beside tables.
    flags = ["--no-profile"]
    began = time.monotonic()
    of_files = told(*flags, "--format", "csv", place)
    took = time.monotonic() - began
    began = time.monotonic()
    of_pieces = told(*flags, "--format", "csv", runs)
    again = time.monotonic() - began
    check(f"every row and column: firstmile RUNS, firstmile PLACE ({of_files.count(b'\n') - 1} rows)", of_pieces == of_files)
    for line, other in zip(of_files.splitlines(), of_pieces.splitlines()):
        if line != other:
            print("  files ", line.decode()[:400])
            print("  tables", other.decode()[:400])
    for form in ["text", "csv"]:
        history = [told("history", *flags, "--format", form, input) for input in (place, runs)]
        # The last line of the page counts what is no activity file, which Spark has no row for.
        if form == "text":
            history = [page.rsplit(b"\n", 2)[0] for page in history]
        check(f"history as {form}", history[0] == history[1])
    # Each athlete by itself, brought together by Spark.
    athletes = rows = 0
    for athlete in sorted(path for path in pathlib.Path(place).iterdir() if path.is_dir()):
        pieces = ds.dataset(pathlib.Path(decided) / f"athlete={athlete.name}", format="parquet").to_table()
        with tempfile.TemporaryDirectory() as folder:
            told(*flags, "--format", "parquet", "--output", f"{folder}/runs.parquet", athlete)
            of_binary = pq.read_table(f"{folder}/runs.parquet")
        pieces = pieces.select(of_binary.column_names)
        athletes, rows = athletes + 1, rows + of_binary.num_rows
        if by_address(pieces) != by_address(of_binary):
            check(f"runs of {athlete.name} brought together by Spark", False)
            for one, other in zip(by_address(pieces), by_address(of_binary)):
                for name in one:
                    if one[name] != other[name] and name != "measured":
                        print(f"  {one['path']} {name}: {one[name]} by Spark, {other[name]} by the binary")
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
