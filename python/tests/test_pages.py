"""Runs what the pages show: the notebook, and the SQL over the tables."""

from __future__ import annotations

import json
import os
import re

import pytest
from test_firstmile import FIXTURES, ROOT, of_binary


def test_the_notebook_runs_on_the_fixtures(monkeypatch):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    pytest.importorskip("pandas")
    monkeypatch.setenv("RUNS", os.fspath(FIXTURES))
    notebook = nbformat.read(ROOT / "docs/notebook.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=120).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) == 5 and all(cell.outputs for cell in cells)
    assert "harbour" in json.dumps(cells[1].outputs).lower()
    # The committed notebook has no output, so that it cannot grow old.
    committed = json.loads((ROOT / "docs/notebook.ipynb").read_text())
    assert all(not cell["outputs"] for cell in committed["cells"] if cell["cell_type"] == "code")


def test_every_sql_in_the_pages_runs_over_the_tables(tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    for table in ["runs", "splits", "findings", "laps", "efforts"]:
        of_binary(tmp_path, table, FIXTURES / "races")
    monkeypatch.chdir(tmp_path)
    pages = [page.read_text() for page in (ROOT / "docs").glob("*.md")]
    blocks = [block for page in pages for block in re.findall(r"```sql\n(.*?)```", page, re.DOTALL)]
    queries = [query for block in blocks for query in re.sub(r"--.*", "", block).split(";") if query.strip()]
    assert len(queries) >= 3
    for query in queries:
        assert duckdb.sql(query).fetchall(), query
