"""Compares the Python package with the binary: the same rows, column by column.

FIRSTMILE_BIN names the binary, which needs Parquet (--features full). FIRSTMILE_FIXTURES names the folder; the default is the project's fixtures.
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import threading
import time

import firstmile
import firstmile.spark
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = pathlib.Path(os.environ.get("FIRSTMILE_FIXTURES", ROOT / "fixtures"))
BINARY = os.environ.get("FIRSTMILE_BIN", str(ROOT / "target/release/firstmile"))


def of_binary(tmp_path, table, *arguments):
    output = tmp_path / f"{table}.parquet"
    flags = ["--format", "parquet", "--table", table, "--output", str(output)]
    subprocess.run([BINARY, *flags, *map(str, arguments)], check=True)
    return pq.read_table(output)


def assert_same(table, expected):
    """Compares column by column, so that a failure names the column."""
    assert table.column_names == expected.column_names
    assert table.num_rows == expected.num_rows > 0
    for name in expected.column_names:
        assert table[name].to_pylist() == expected[name].to_pylist(), name


@pytest.mark.parametrize("table", ["runs", "splits", "findings", "laps", "efforts"])
def test_every_column_over_the_fixtures_is_the_binarys(tmp_path, table):
    analysis = firstmile.analyze_paths(FIXTURES)
    assert_same(pa.table(getattr(analysis, table)), of_binary(tmp_path, table, FIXTURES))


def test_options_are_the_binarys(tmp_path):
    options = {"race": True, "sex": "female", "goal": "8:00/mi", "units": "km", "exclude": ["*.gpx", "*.tcx"]}
    flags = ["--race", "--sex=female", "--goal=8:00/mi", "--units=km", "--exclude=*.gpx", "--exclude=*.tcx"]
    analysis = firstmile.analyze_paths([FIXTURES], **options)
    for table in ["runs", "findings"]:
        assert_same(pa.table(getattr(analysis, table)), of_binary(tmp_path, table, *flags, FIXTURES))


def test_bytes_are_as_the_file(tmp_path):
    file = FIXTURES / "races/2019-10-13 harbour-marathon wall-at-30.fit"
    analysis = firstmile.analyze_bytes(file.read_bytes(), str(file))
    assert_same(pa.table(analysis.runs), of_binary(tmp_path, "runs", file))
    archive = FIXTURES / "formats/2020-03-15_export.zip"
    analysis = firstmile.analyze_bytes(archive.read_bytes(), str(archive))
    assert_same(pa.table(analysis.runs), of_binary(tmp_path, "runs", archive))


def test_what_cannot_be_read_is_a_row():
    runs = pa.table(firstmile.analyze_bytes(b"shopping: bananas", "list.txt").runs)
    assert runs["status"].to_pylist() == ["unreadable"]
    assert runs["reason"].to_pylist() == ["not-an-activity"]
    analysis = firstmile.analyze_contents([("list.txt", b"bananas"), ("b.fit", b"")], named=False)
    assert analysis.skipped == 1
    assert pa.table(analysis.runs)["path"].to_pylist() == ["b.fit"]


def test_the_options_are_those_of_the_rust_list():
    assert sorted(firstmile.Options.__annotations__) == sorted(firstmile.OPTIONS)
    runs = pa.table(firstmile.analyze_paths(FIXTURES / "races", since="2019", until="2019-10", no_profile=True).runs)
    starts = [start for start in runs["start_time"].to_pylist() if start]
    assert starts and all(str(start).startswith("2019") for start in starts)


def test_wrong_options_and_paths_are_errors():
    with pytest.raises(TypeError, match='unknown option "colour"'):
        firstmile.analyze_bytes(b"", "a.fit", colour="red")
    with pytest.raises(ValueError, match="moon.*marathon"):
        firstmile.analyze_bytes(b"", "a.fit", course="moon")
    with pytest.raises(OSError, match="no such file or folder") as missing:
        firstmile.analyze("/no/such/folder")
    assert isinstance(missing.value, firstmile.AnalyzeError) and missing.value.path == "/no/such/folder"
    with pytest.raises(firstmile.AnalyzeError) as profile:
        firstmile.analyze_bytes(b"", "a.fit", profile="/no/profile.toml")
    assert profile.value.path == "/no/profile.toml"


def test_a_data_frame_has_the_columns_of_the_csv():
    pytest.importorskip("pandas")
    analysis = firstmile.analyze(FIXTURES / "races")
    for table in ["runs", "splits", "findings", "laps", "efforts"]:
        flags = ["--format", "csv", "--table", table]
        csv = subprocess.run([BINARY, *flags, FIXTURES / "races"], check=True, capture_output=True, text=True).stdout
        frame = analysis.to_pandas(table)
        further = ["batch", "race_marks"] if table == "runs" else []
        assert list(frame.columns) == csv.splitlines()[0].split(",") + further
        assert len(frame) == pa.table(getattr(analysis, table)).num_rows
    assert analysis.to_pandas()["name"].notna().all()
    with pytest.raises(ValueError, match="there are runs"):
        analysis.to_pandas("laps")


def test_the_package_is_typed():
    assert (pathlib.Path(firstmile.__file__).parent / "py.typed").exists()


def test_runs_told_alone_and_brought_together_are_those_told_together(tmp_path):
    files = sorted(path for path in (FIXTURES / "races").iterdir())
    contents = [(str(path), path.read_bytes()) for path in files]
    parts = [pa.table(firstmile.analyze_contents([content], alone=True).runs) for content in contents]
    together = pa.table(firstmile.decide(pa.concat_tables(parts)).runs)
    # No table has a place, so the marks that compare places are missing.
    marks = ["race_marks"]
    assert_same(together.drop(marks), of_binary(tmp_path, "runs", FIXTURES / "races").drop(marks))


def test_a_table_may_be_copied_by_other_engines(tmp_path):
    expected = of_binary(tmp_path, "runs", FIXTURES / "races")
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pandas")
    query = duckdb.sql(
        f"SELECT course, count(*), max(elapsed_s), sum(len(measured.recorded.kms)) "
        f"FROM '{tmp_path}/runs.parquet' WHERE course = 'marathon' GROUP BY course"
    ).fetchall()
    marathons = [row for row in expected.to_pylist() if row["course"] == "marathon"]
    kms = sum(len(row["measured"]["recorded"]["kms"]) for row in marathons)
    assert query == [("marathon", len(marathons), max(row["elapsed_s"] for row in marathons), kms)]
    duckdb.sql(f"COPY (SELECT * FROM '{tmp_path}/runs.parquet') TO '{tmp_path}/copy.parquet' (FORMAT parquet)")
    frame = expected.to_pandas()
    assert frame["positive_split_pct"].sum() == sum(v or 0 for v in expected["positive_split_pct"].to_pylist())
    frame.to_parquet(tmp_path / "frame.parquet")
    told = [
        subprocess.run([BINARY, "--format", "csv", path], check=True, capture_output=True).stdout
        for path in [FIXTURES / "races", tmp_path / "copy.parquet", tmp_path / "frame.parquet"]
    ]
    assert told[1] == told[0]
    assert told[2] == told[0]


def test_the_interpreter_runs_on_while_recordings_are_read():
    ticks = 0
    done = threading.Event()

    def tick():
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.monotonic()
    before = ticks
    firstmile.analyze_paths(FIXTURES, jobs=1)
    after, took = ticks, time.monotonic() - began
    done.set()
    thread.join()
    assert after - before > 5, (ticks, took)


def test_a_table_outlives_its_analysis_and_may_be_taken_twice():
    runs = firstmile.analyze_paths(FIXTURES / "races").runs
    first, second = pa.table(runs), pa.table(runs)
    assert first.equals(second)
    assert pa.schema(firstmile.empty("runs")) == first.schema
    assert len(runs) == first.num_rows


def test_paths_of_sparks_are_the_binarys():
    assert firstmile.spark.local("file:///a/b c.fit") == "/a/b c.fit"
    assert firstmile.spark.local("file:/a/b.fit") == "/a/b.fit"
    assert firstmile.spark.local("s3a://a/b.fit") == "s3a://a/b.fit"
