"""A user's tables and OD matrices: read, and held to what must be true of them.

The tools of :mod:`kzgeo.read` and :mod:`kzgeo.checks`, brought together for the commands that take files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kzgeo.checks import check_flows, check_population, check_table, check_totals, official
from kzgeo.errors import InputError, Problem
from kzgeo.read.columns import FLOW_COLUMNS, TABLE_COLUMNS
from kzgeo.read.flows import read_flows
from kzgeo.read.grid import read_grids
from kzgeo.read.tables import TableRead, read_table
from kzgeo.regions import Matcher, as_written, normalise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

__all__ = ["ROLES", "Reading", "checked_flows", "checked_table", "headers_of", "read_lenient", "without_rows"]

ROLES = tuple(dict.fromkeys((*TABLE_COLUMNS, *FLOW_COLUMNS)))
Read_co = TypeVar("Read_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a user's file is read.

    Parameters
    ----------
    match : Matcher, optional
        Text -> key. Default: Kazakhstan's registry; its official figures then serve as a yardstick.
    regions : frozenset of str, optional
        The regions that every year must have. Default: those of the outlines that each year fits best.
    columns : mapping of str to str
        Headers that the file names in a way of its own, by role.
    year : int, optional
        The year of a file that names none.
    """

    match: Matcher | None = None
    regions: frozenset[str] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None


class _Reader(Protocol[Read_co]):
    def __call__(
        self, path: Path, /, *, match: Matcher | None, columns: Mapping[str, str], problems: list[Problem]
    ) -> Read_co: ...


def checked_table(path: Path, how: Reading, problems: list[Problem]) -> tuple[TableRead, list[Problem]]:
    """Read a table of migration or population; return it with what its checks found.

    ``problems`` takes what could not be read.
    """
    unread: list[Problem] = []
    table = read_table(path, match=how.match, columns=how.columns, year=how.year, problems=unread)
    problems += unread or without_rows(path, table.migration, table.population, table.totals)
    file, yardstick = str(path), official() if how.match is None else None
    found = check_table(table.migration, file=file, regions=how.regions, complete=not unread, official=yardstick)
    if not unread:
        found += check_population(table.population, file=file, regions=how.regions)
        found += check_totals(table.totals, table.migration, file=file)
    return table, found


def checked_flows(path: Path, how: Reading, problems: list[Problem]) -> tuple[pd.DataFrame, list[Problem]]:
    """Read OD matrices; return them with what their checks found. ``problems`` takes what could not be read."""
    unread: list[Problem] = []
    flows = read_flows(path, match=how.match, columns=how.columns, year=how.year, problems=unread)
    problems += unread or without_rows(path, flows)
    yardstick = official() if how.match is None else None
    found = check_flows(flows, file=str(path), regions=how.regions, complete=not unread, official=yardstick)
    return flows, found


def without_rows(path: Path, *frames: pd.DataFrame) -> list[Problem]:
    """Return a problem where a file that could be read holds nothing."""
    if any(len(frame) for frame in frames):
        return []
    remedy = "give a file with at least one row of figures"
    return [Problem(str(path), None, "has a header but no figures", "", remedy, "empty")]


def read_lenient(
    reader: _Reader[Read_co], path: Path, problems: list[Problem], *, columns: Mapping[str, str] | None = None
) -> Read_co:
    """Read a file by Kazakhstan's registry or, where it names none of its regions, by its keys as they are written."""
    found: list[Problem] = []
    read = reader(path, match=None, columns=columns or {}, problems=found)
    names = {problem.value for problem in found if problem.code == "unknown-region"}
    if names and not _regions_in(read):
        found = []
        read = reader(path, match=as_written, columns=columns or {}, problems=found)
    problems += found
    return read


def _regions_in(read: Any) -> bool:
    if isinstance(read, TableRead):
        return bool(len(read.migration) or len(read.population))
    return bool(len(read))


def headers_of(path: Path, kind: str, columns: Mapping[str, str], *, alone: bool) -> dict[str, str]:
    """Return those of a user's headers that concern one file.

    Parameters
    ----------
    path : Path
    kind : {"table", "flows"}
    columns : mapping of str to str
        Headers by role, for all files.
    alone : bool
        Whether it is the only file: it then gets all that its kind knows, so that one which it lacks is reported.
        Among several a header belongs to the files that have it.
    """
    roles = FLOW_COLUMNS if kind == "flows" else TABLE_COLUMNS
    known = {role: header for role, header in columns.items() if role in roles}
    if alone or not known:
        return known
    try:
        cells = {normalise(str(cell)) for grid in read_grids(path) for cell in grid.cells.head(40).to_numpy().ravel()}
    except InputError:  # whoever reads the file says so
        return {}
    return {role: header for role, header in known.items() if normalise(header) in cells}
