"""Which kind of file a user gave: boundaries, an OD table, moves by country, or a table of regions."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from kzgeo.errors import InputError, Problem
from kzgeo.read.columns import FLOW_COLUMNS, TABLE_COLUMNS, find_columns
from kzgeo.read.flows import is_square
from kzgeo.read.grid import Grid, read_grids
from kzgeo.read.tables import TableRead, read_table
from kzgeo.regions import as_written

__all__ = ["Kind", "kind_of", "read_abroad"]

Kind = Literal["boundaries", "flows", "abroad", "table"]

_SPATIAL: Final = {".shp", ".gpkg", ".geojson", ".json", ".fgb", ".topojson", ".zip", ".geoparquet", ".kml", ".gml"}
_COUNTRY: Final = "country|countries|страна|страны|страна мира|ел|елдер|мемлекет|мемлекеттер|country of origin"
_ABROAD: Final = {**TABLE_COLUMNS, "region": _COUNTRY}
_MOVES: Final = tuple(frozenset({"region", column}) for column in ("people", "arrivals", "departures", "net"))


def kind_of(path: str | Path) -> Kind:
    """Tell what a file holds.

    Raises
    ------
    InputError
        If the file is absent or unreadable.
    """
    if Path(path).suffix.lower() in _SPATIAL:
        return "boundaries"
    grids = read_grids(path)
    if _geometry(grids[0]):
        return "boundaries"
    try:
        if find_columns(grids, FLOW_COLUMNS, needs=(frozenset({"origin", "destination"}),)) is not None:
            return "flows"
        if find_columns(grids, _ABROAD, needs=_MOVES) is not None:
            return "abroad"
    except InputError:  # two columns claim one role: whoever reads the table says so
        return "table"
    return "flows" if is_square(grids[0]) else "table"


def _geometry(grid: Grid) -> bool:
    first = grid.cells.iloc[0]
    return any(str(cell).lower() in {"geometry", "geom"} for cell in first)


def read_abroad(path: str | Path, *, problems: list[Problem] | None = None) -> TableRead:
    """Read moves to and from abroad by country (``country, year, direction, people`` or wide).

    Returns
    -------
    TableRead
        ``region`` holds the country as written; the flow is ``external``.

    Raises
    ------
    InputError
        With all problems, if there are any and ``problems`` is None.
    """
    found = find_columns(read_grids(path), _ABROAD, needs=_MOVES)
    if found is None:
        remedy = "give the columns country, year, arrivals, departures (or country, year, direction, people)"
        raise InputError([Problem(str(path), 1, "has no column for", "country", remedy, "columns")])
    table = read_table(path, match=as_written, columns={"region": found.headers["region"]}, problems=problems)
    return TableRead(
        migration=table.migration.assign(flow="external"),
        population=table.population,
        totals=table.totals.assign(flow="external"),
    )
