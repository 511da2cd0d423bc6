"""OD tables: one row a pair of regions, or a square matrix with regions on both sides -> one canonical frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kzgeo.errors import InputError, Problem
from kzgeo.read.columns import FLOW_COLUMNS, find_columns, listed
from kzgeo.read.gather import STATUS_WORDS, Gather, gathering, knows, whole_country
from kzgeo.read.grid import Grid, read_grids
from kzgeo.read.tables import filled
from kzgeo.regions import Matcher, registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["FLOW_FRAME", "is_square", "read_flows"]

BOUNDS = ["low", "high", "min", "max"]
FLOW_FRAME = ["origin", "destination", "year", "people", "status", "source", *BOUNDS, "sign", "row"]
_NEEDS = (frozenset({"origin", "destination", "people"}),)


def read_flows(
    path: str | Path,
    *,
    match: Matcher | None = None,
    columns: Mapping[str, str] | None = None,
    year: int | None = None,
    problems: list[Problem] | None = None,
) -> pd.DataFrame:
    """Read an OD table.

    Parameters
    ----------
    path : str or Path
        Any format of :func:`kzgeo.read.tables.read_table`. Long (``origin, destination, year, people[, status,
        source, low, high, min, max]``), or a square matrix whose first column holds origins and whose header holds
        destinations.
    match : Matcher, optional
        Text -> key. Default: the registry of Kazakhstan's regions.
    columns : mapping of str to str, optional
        The headers of roles that the file names in a way of its own, e.g. ``{"origin": "Откуда"}``.
    year : int, optional
        The year of a file without a year column.
    problems : list of Problem, optional
        Takes the problems; what could be read is returned. Without it they are raised.

    Returns
    -------
    DataFrame
        ``origin, destination, year, people, status, source, low, high, min, max, sign, row``. ``people`` and the
        bounds are float, NaN where missing or not given. Rows and columns for the whole country are set aside.

    Raises
    ------
    InputError
        With all problems, if there are any and ``problems`` is None.
    """
    with gathering(path, problems) as gather:
        return _read(read_grids(path), gather, match, dict(columns or {}), year)
    return pd.DataFrame(columns=FLOW_FRAME)


def _read(
    grids: list[Grid], gather: Gather, match: Matcher | None, columns: dict[str, str], year: int | None
) -> pd.DataFrame:
    found = find_columns(grids, FLOW_COLUMNS, needs=_NEEDS, named=columns)
    if found is not None:
        body, header = found.body, found.line
    elif (square := _square(grids[0], match or registry().match)) is not None:
        body, header = square
    else:
        raise InputError([_no_columns(grids[0])])
    if "year" not in body:
        if year is None:
            gather.no_year(header)
        body = body.assign(year=year)
    match = match or registry().in_context(map(str, pd.concat([body["origin"], body["destination"]])))
    return _canonical(body, gather, match)


def _canonical(body: pd.DataFrame, gather: Gather, match: Matcher) -> pd.DataFrame:
    body = body[(body.notna() & (body != "")).sum(axis=1) > 1]
    body = body[~(whole_country(body["origin"], match) | whole_country(body["destination"], match))]
    flows = pd.DataFrame({"row": body.index}, index=body.index)
    flows["year"] = gather.years(body["year"]) if body["year"].notna().any() else None
    for end in ("origin", "destination"):
        flows[end] = gather.regions(body[end], match, flows["year"])
    numbers = gather.numbers(body["people"])
    flows["people"], flows["sign"] = numbers.figures, numbers.signs
    for bound in BOUNDS:
        flows[bound] = gather.numbers(body[bound], whole=False).figures if bound in body else float("nan")
    status = gather.words(filled(body, "status", "published"), STATUS_WORDS, "status")
    flows["status"] = status.mask(status == "preliminary", "published").mask(flows["people"].isna(), "missing")
    flows["source"] = filled(body, "source", "").astype(str)
    readable = flows[["year", "origin", "destination", "status"]].notna().all(axis=1) & (numbers.troubles == "")
    return flows.loc[readable, FLOW_FRAME].astype({"year": "int64", "row": "int64"}).reset_index(drop=True)


def _square(grid: Grid, match: Matcher) -> tuple[pd.DataFrame, int] | None:
    """Return a matrix with origins down and destinations across as one row a pair, and its header's line."""
    first = grid.cells.columns[0]
    for line, header in grid.cells.head(40).iterrows():
        across = [
            column
            for column in grid.cells.columns[1:]
            if isinstance(header[column], str) and knows(match, header[column])
        ]
        if len(across) < 2:
            continue
        body = grid.cells.loc[grid.cells.index > line]
        body = body[body[first].map(lambda cell: isinstance(cell, str) and knows(match, cell))]
        if set(map(match, body[first])) >= {match(header[column]) for column in across}:
            square = body[[first, *across]].rename(columns={first: "origin"})
            pairs = square.melt(["origin"], var_name="column", value_name="people", ignore_index=False)
            pairs["destination"] = pairs["column"].map(header)
            off = pairs["origin"].map(match) != pairs["destination"].map(match)
            return pairs[off], int(str(line))
    return None


def is_square(grid: Grid) -> bool:
    """Say whether a sheet is a matrix with Kazakhstan's regions on both sides."""
    return _square(grid, registry().match) is not None


def _no_columns(grid: Grid) -> Problem:
    header = grid.cells.iloc[0]
    remedy = (
        "give the columns origin, destination, year, people, "
        "or name them: --columns origin=COL,destination=COL,year=COL,people=COL"
    )
    what = "has no header that an OD table needs; it begins with"
    return Problem(grid.file, int(str(header.name)), what, listed(header), remedy, "columns")
