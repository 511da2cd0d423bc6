"""Tables of migration and population: wide or long, any usual file format, three languages -> canonical frames."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from kzgeo.errors import InputError, Problem
from kzgeo.read.columns import TABLE_COLUMNS, find_columns, listed
from kzgeo.read.frames import MIGRATION_COLUMNS, POPULATION_COLUMNS, TableRead, empty_table
from kzgeo.read.gather import STATUS_WORDS, Gather, gathering, knows, whole_country
from kzgeo.read.grid import Grid, read_grids
from kzgeo.read.labels import MONTH_NAMES
from kzgeo.read.nsb import read_sheets
from kzgeo.regions import COUNTRY, Matcher, registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["TableRead", "read_table"]

DIRECTIONS = ("arrivals", "departures", "net")
DIRECTION_WORDS = {direction: TABLE_COLUMNS[direction] for direction in (*DIRECTIONS, "population")}
FLOW_WORDS = {
    "interregional": "interregional|inter regional|межрегиональная|межрегиональная миграция|межрегиональные|"
    "межобластная|межобластная миграция|өңіраралық|өңіраралық көші қон|облысаралық",
    "internal": "internal|внутренняя|внутренняя миграция|ішкі|ішкі көші қон",
    "external": "external|international|внешняя|внешняя миграция|международная|сыртқы|сыртқы көші қон",
    "total": "total|all|overall|общая|общая миграция|всего|вся|итого|барлығы|жалпы",
}
MONTH_WORDS = {str(month): f"{month}|0{month}|{'|'.join(names.split())}" for month, names in enumerate(MONTH_NAMES, 1)}
_WIDE = (*DIRECTIONS, "population")
_NEEDS = (
    frozenset({"region", "direction", "people"}),
    *(frozenset({"region", column}) for column in _WIDE),
    frozenset({"region", "date", "people"}),
    frozenset({"region", "year", "people"}),
)


def read_table(
    path: str | Path,
    *,
    match: Matcher | None = None,
    columns: Mapping[str, str] | None = None,
    year: int | None = None,
    problems: list[Problem] | None = None,
) -> TableRead:
    """Read a table of migration, population or both.

    Parameters
    ----------
    path : str or Path
        CSV (UTF-8, UTF-16, Windows-1251...; comma, semicolon or tab), XLSX, XLS, ODS or Parquet. Title lines above
        the header do not matter. Wide (``region, year, arrivals, departures[, net, population]``) or long
        (``region, year, flow, direction, people[, status, source]``), headers in English, Russian or Kazakh.
    match : Matcher, optional
        Text -> key. Default: the registry of Kazakhstan's regions; :func:`kzgeo.regions.as_written` for others.
    columns : mapping of str to str, optional
        The headers of roles that the file names in a way of its own, e.g. ``{"arrivals": "Прибыло всего"}``.
    year : int, optional
        The year of a table without a year column.
    problems : list of Problem, optional
        Takes the problems; what could be read is returned. Without it they are raised.

    Raises
    ------
    InputError
        With all problems, if there are any and ``problems`` is None.
    """
    with gathering(path, problems) as gather:
        return _read(read_grids(path), gather, match, dict(columns or {}), year)
    return empty_table()


def _read(
    grids: list[Grid], gather: Gather, match: Matcher | None, columns: dict[str, str], year: int | None
) -> TableRead:
    if not columns and (printed := _as_printed(grids, gather, match, year)) is not None:
        return printed
    found = find_columns(grids, TABLE_COLUMNS, needs=_NEEDS, named=columns)
    if found is None:
        raise InputError([_no_columns(grids[0])])
    match = match or registry().in_context(map(str, found.body["region"]))
    body = _dated(_without_notes(found.body, match), found.line, gather, year)
    keys = _keys(body, gather, match)
    figures = [column for column in _WIDE if column in body]
    if not figures and "direction" not in keys:
        remedy = "add a column direction with arrivals, departures or net"
        gather.add(found.line, "has no column for", "direction", remedy, code="columns")
        return _parted(keys.iloc[:0].assign(people=0.0, sign="", direction=""))
    cells = [cell for column in figures for cell in body[column]]
    parts = []
    for column in figures or ["people"]:
        numbers = gather.numbers(body[column], like=cells)
        part = keys.assign(people=numbers.figures, sign=numbers.signs)[numbers.troubles == ""]
        parts.append(part.assign(direction=column) if figures else part)
    tall = pd.concat(parts).sort_values("row", kind="stable")
    table = _parted(_years_of_months(tall, gather) if "month" in body else tall)
    told = [f"row {found.line} is the header", *(f"column {name!r} -> {role}" for role, name in found.headers.items())]
    if len(table.totals):
        told.append(f"{table.totals['row'].nunique()} rows for the whole country set aside and compared with the sum")
    return replace(table, understood=tuple(told))


def _as_printed(grids: list[Grid], gather: Gather, match: Matcher | None, year: int | None) -> TableRead | None:
    """Read the file as a printed layout, unless it has one header row that says it all."""
    try:
        found = find_columns(grids, TABLE_COLUMNS, needs=_NEEDS)
    except InputError:  # one role twice: an upper header row tells them apart
        found = None
    if found is not None and ({"year", "date"} & set(found.body) or year is not None):
        return None
    attempt = Gather(gather.file)
    printed = read_sheets(grids, attempt, match, year)
    if printed.migration.empty and printed.population.empty:
        return None
    gather.problems += attempt.problems
    return printed


def _no_columns(grid: Grid) -> Problem:
    header = grid.cells.iloc[0]
    remedy = (
        "give the columns region, year, arrivals, departures (or region, year, flow, direction, people), "
        "or name them: --columns region=COL,year=COL,arrivals=COL,departures=COL"
    )
    what = "has no header that a table needs; it begins with"
    return Problem(grid.file, int(str(header.name)), what, listed(header), remedy, "columns")


def _without_notes(body: pd.DataFrame, match: Matcher) -> pd.DataFrame:
    """Drop lines that fill one cell only, «Источник: ...», «в том числе:», unless it names a region without figures."""
    filled = (body.notna() & (body != "")).sum(axis=1)
    named = body["region"].map(lambda cell: isinstance(cell, str) and knows(match, cell)).astype(bool)
    return body[(filled > 1) | named] if body.shape[1] > 1 else body


def _dated(body: pd.DataFrame, header: int, gather: Gather, year: int | None) -> pd.DataFrame:
    """Give every row a year; people counted on a date, in no direction, are population."""
    if "year" in body:
        return body
    if "date" in body:
        body = body.rename(columns={"date": "year"})
        return body.rename(columns={} if "direction" in body else {"people": "population"})
    if year is None:
        gather.no_year(header)
    return body.assign(year=year)


def _keys(body: pd.DataFrame, gather: Gather, match: Matcher) -> pd.DataFrame:
    """Read everything but the figures: one row a line of the file."""
    whole = whole_country(body["region"], match)
    keys = pd.DataFrame({"whole": whole, "row": body.index}, index=body.index)
    keys["year"] = gather.years(body["year"]) if body["year"].notna().any() else None
    keys["region"] = gather.regions(body.loc[~whole, "region"], match, keys.loc[~whole, "year"])
    keys["flow"] = gather.words(body["flow"], FLOW_WORDS, "flow") if "flow" in body else "interregional"
    if "direction" in body:
        keys["direction"] = gather.words(body["direction"], DIRECTION_WORDS, "direction")
    if "month" in body:
        keys["month"] = gather.words(body["month"], MONTH_WORDS, "month")
    status = gather.words(filled(body, "status", "published"), STATUS_WORDS, "status")
    release = filled(body, "release", "").astype(str).mask(status == "preliminary", "preliminary")
    keys["release"] = release.where(release == "preliminary", "")
    keys["status"] = status.mask(status == "preliminary", "published")
    keys["source"] = filled(body, "source", "").astype(str)
    return keys


def filled(body: pd.DataFrame, column: str, default: str) -> pd.Series[Any]:
    """Return a column, its empty cells filled, or a column of the default where there is none."""
    if column not in body:
        return pd.Series(default, body.index, dtype=object)
    cells = body[column]
    return cells.where(cells.notna() & (cells != ""), default)


def _years_of_months(tall: pd.DataFrame, gather: Gather) -> pd.DataFrame:
    """Add up months to years; figures of fewer than twelve are not a year's."""
    key = ["region", "year", "flow", "direction"]
    counts = tall.groupby(key, dropna=False)["month"].transform("nunique")
    for name, group in tall[counts < 12].groupby(["year", "flow", "direction"]):
        what = f"{' '.join(map(str, name))} has only {group['month'].nunique()} months:"
        remedy = "give all twelve months, or figures of whole years: a part-year is not a year"
        gather.add(group["row"].iloc[0], what, ", ".join(dict.fromkeys(group["month"])), remedy, code="part-year")
    whole = tall[counts == 12]
    sums = whole.groupby(key, sort=False, dropna=False)["people"].sum(min_count=12)
    years = whole.drop_duplicates(key).set_index(key).assign(people=sums, status="derived", sign="")
    return years.reset_index()


def _parted(tall: pd.DataFrame) -> TableRead:
    """Part rows of regions from rows of the whole country, and people who move from people who live there."""
    tall["status"] = tall["status"].mask(tall["people"].isna(), "missing")
    read = tall[tall["year"].notna() & tall["status"].notna() & tall["flow"].notna() & tall["direction"].notna()]
    read = read.astype({"year": "int64", "row": "int64", "people": "float64"})
    ours = read[~read["whole"] & read["region"].notna()]
    lives = ours["direction"] == "population"
    population = ours[lives].assign(date=ours.loc[lives, "year"].astype(str) + "-01-01")
    return TableRead(
        migration=ours.loc[~lives, MIGRATION_COLUMNS].reset_index(drop=True),
        population=population[POPULATION_COLUMNS].reset_index(drop=True),
        totals=read[read["whole"]].assign(region=COUNTRY)[MIGRATION_COLUMNS].reset_index(drop=True),
    )
