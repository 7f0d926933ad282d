"""Did this runner go out too fast, and what did it cost?

Recordings (FIT, GPX, TCX; gzipped, in a zip or a tar) become five tables: ``runs``, ``splits``,
``findings``, ``laps`` and ``efforts``. Options, defaults and numbers are those of the program ``firstmile``. An unreadable file
is a row with the reason.

A table has the Arrow PyCapsule interface. ``pyarrow.table(analysis.runs)``, ``polars.from_arrow``,
DuckDB and others take it without a copy.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypedDict

from ._firstmile import OPTIONS, Analysis, Table, __version__, analyze_contents as _contents, analyze_paths as _paths, empty

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Options(TypedDict, total=False):
    """Flags of the command line, with ``_`` for ``-``; see ``firstmile analyze --help``."""

    course: str | None
    race: bool
    no_race: bool
    goal: str | None
    sex: str | None
    hr_max: int | None
    temperature: str | None
    profile: str | os.PathLike[str] | None
    no_profile: bool
    units: str | None
    reader: str | None
    jobs: int | None
    include: str | list[str] | None
    exclude: str | list[str] | None
    since: str | None
    until: str | None
    max_bytes: int | str | None
    max_total: int | str | None
    max_ratio: int | None
    max_members: int | None
    max_depth: int | None
    max_samples: int | None
    max_activities: int | None
    max_memory: int | str | None


class AnalyzeError(OSError, ValueError):
    """Why an analysis gave no result. ``path`` is the file or folder that it is about, if there is one.

    A recording that cannot be read is a row of ``runs`` instead, with its path and the reason.
    """

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path


def analyze(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], **options: Unpack[Options]
) -> Analysis:
    """Analyses files, folders and archives of one runner, as ``firstmile PATH...`` does.

    ``analyze("races/").to_pandas()`` is a data frame with one row for each activity.

    Raises :class:`AnalyzeError` if a path does not exist or there is nothing to analyse. Raises
    ``ValueError`` or ``TypeError`` for an option that the command line would refuse.
    """
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    return _paths([os.fspath(path) for path in paths], **options)


analyze_paths = analyze


def analyze_bytes(data: bytes, name: str, **options: Unpack[Options]) -> Analysis:
    """Analyses the content of one file. Its rows have ``name`` as their path.

    No profile is searched, because there is no folder to search; ``profile=`` names one.
    """
    return _contents([(name, data)], alone=False, named=True, **options)


def analyze_contents(
    contents: Iterable[tuple[str, bytes]],
    *,
    alone: bool = False,
    named: bool = True,
    **options: Unpack[Options],
) -> Analysis:
    """Analyses the contents of many files: pairs of a name and its bytes.

    All belong to one runner, as if they were in one folder. With ``alone``, each is judged by itself, so
    that many machines can share the work. :func:`decide` then finds races by effort, duplicates and
    trends. Without ``named``, content that is not an activity file has no row and counts in ``skipped``.
    """
    return _contents(list(contents), alone=alone, named=named, **options)


def decide(runs: Any, **options: Unpack[Options]) -> Analysis:
    """Decides one runner's runs together, as if all recordings had been read again.

    ``runs`` is a runs table, or several in one: anything that ``pyarrow.table`` takes. The option
    ``course`` is refused, because the runs are measured already. Needs pyarrow.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = runs if isinstance(runs, pa.Table) else pa.table(runs)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="none", store_schema=False)
    return _contents([("runs.parquet", sink.getvalue())], alone=False, named=True, **options)


__all__ = [
    "OPTIONS",
    "Analysis",
    "AnalyzeError",
    "Options",
    "Table",
    "__version__",
    "analyze",
    "analyze_bytes",
    "analyze_contents",
    "analyze_paths",
    "decide",
    "empty",
]
