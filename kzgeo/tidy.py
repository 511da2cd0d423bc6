"""A spreadsheet as it is published -> a tidy table: what ``kzgeo import`` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kzgeo.checks import check_table, check_totals
from kzgeo.errors import InputError, Problem
from kzgeo.own import headers_of, without_rows
from kzgeo.read.flows import read_flows
from kzgeo.read.kinds import kind_of, read_abroad
from kzgeo.read.tables import TableRead, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Tidy", "tidy_file"]

_TABLE: Final = ["region", "year", "flow", "direction", "people", "status", "source"]
_FLOWS: Final = ["origin", "destination", "year", "people", "status", "source"]


@dataclass(frozen=True, eq=False)
class Tidy:
    """A tidy table, what was understood on the way (a line each), and what its figures leave in doubt."""

    table: pd.DataFrame
    understood: tuple[str, ...]
    doubts: tuple[Problem, ...]


def tidy_file(path: Path, *, year: int | None = None, columns: Mapping[str, str] | None = None) -> Tidy:
    """Read a table or an OD matrix of any layout.

    Parameters
    ----------
    path : Path
    year : int, optional
        The year, where the file names none.
    columns : mapping of str to str, optional
        Headers that the file names in a way of its own, by role.

    Returns
    -------
    Tidy
        ``region, year, flow, direction, people, status, source``, population among the directions, or for an OD
        matrix ``origin, destination, year, people, status, source``. Sums over the country are left out.

    Raises
    ------
    InputError
        If the file cannot be read, or its total rows are not the sums of its regions.
    """
    kind = "flows" if {"origin", "destination"} & set(columns or {}) else kind_of(path)
    headers = headers_of(path, kind, columns or {}, alone=True)
    if kind == "boundaries":
        remedy = "give a table; boundaries are read as they are"
        raise InputError([Problem(str(path), None, "holds outlines, no table", "", remedy, "boundaries")])
    if kind == "flows":
        flows = read_flows(path, columns=headers, year=year)
        if empty := without_rows(path, flows):
            raise InputError(empty)
        return Tidy(_whole(flows[_FLOWS]), tuple(_flows_said(flows)), ())
    problems: list[Problem] = []
    if kind == "abroad":
        read = read_abroad(path, problems=problems)
    else:
        read = read_table(path, columns=headers, year=year, problems=problems)
    problems = problems or without_rows(path, read.migration, read.population)
    problems += check_totals(read.totals, read.migration, file=str(path))
    if problems:
        raise InputError(problems)
    people = read.population.assign(year=read.population["date"].str[:4], flow="total", direction="population")
    parts = [part for part in (read.migration, people) if len(part)]
    doubts = check_table(read.migration, file=str(path)) if kind == "table" else []
    return Tidy(_whole(pd.concat(parts)[_TABLE]), (*read.understood, *_table_said(read)), tuple(doubts))


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Print counts of people without decimals, where none have any."""
    whole = table["people"].dropna() % 1 == 0
    return table.astype({"people": "Int64"}) if whole.all() else table


def _table_said(read: TableRead) -> Iterator[str]:
    for (flow, direction), rows in read.migration.groupby(["flow", "direction"], sort=False):
        yield f"{flow} {direction}: {_extent(rows, rows['region'])}"
    if len(read.population):
        years = read.population.assign(year=read.population["date"].str[:4])
        yield f"population on 1 January: {_extent(years, years['region'])}"
    if len(read.totals):
        yield f"sums over the country: {len(read.totals)}, equal to those of the regions, left out"


def _flows_said(flows: pd.DataFrame) -> Iterator[str]:
    ends = pd.concat([flows["origin"], flows["destination"]])
    yield f"moves from origin to destination: {_extent(flows, ends)}"


def _extent(rows: pd.DataFrame, regions: pd.Series[Any]) -> str:
    years = sorted({int(year) for year in rows["year"]})
    span = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]} ({len(years)} years)"
    missing = int(rows["people"].isna().sum())
    lost = f", {missing} of them without a figure" if missing else ""
    return f"{regions.nunique()} regions, {span}, {len(rows)} rows{lost}"
