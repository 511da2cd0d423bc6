"""Which column holds what: headers in English, Russian and Kazakh, found under any title lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kzgeo.errors import InputError, Problem
from kzgeo.regions import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from kzgeo.read.grid import Grid

__all__ = ["FLOW_COLUMNS", "TABLE_COLUMNS", "Columns", "find_columns", "listed", "word"]

_SHARED = {
    "year": "year|years|период|period|год|годы|жыл|жылы|жылдар|time",
    "date": "date|дата|на дату|күні|day",
    "people": "people|persons|person|value|values|count|number|migrants|migration|flow count|человек|чел|"
    "численность|количество|число|число мигрантов|адам|саны|адам саны|көші қон|n|moves|movers",
    "status": "status|статус|мәртебе|мәртебесі",
    "source": "source|sources|источник|источник данных|дереккөз|көзі",
    "release": "release|выпуск|шығарылым",
    "note": "note|notes|comment|remarks|примечание|ескерту",
}
TABLE_COLUMNS = _SHARED | {
    "region": "region|regions|region name|region code|region id|code|iso|iso code|iso 3166 2|kato|като|"
    "kato code|код като|код|код региона|name|регион|регионы|область|области|наименование|"
    "наименование региона|название|территория|облыс|облыстар|аймақ|аймақтар|өңір|өңірлер|атауы|oblast|"
    "province|state|adm1|adm1 pcode|admin1|district|район|аудан|geo|area|unit|zone|canton|key|id",
    "flow": "flow|flows|поток|вид миграции|тип миграции|ағын|көші қон түрі|migration type",
    "month": "month|months|месяц|месяцы|ай|айлар|айы",
    "direction": "direction|направление|бағыт|бағыты|measure|indicator|показатель|көрсеткіш",
    "arrivals": "arrivals|arrived|arrival|in|inflow|inflows|incoming|in migration|immigration|immigrants|"
    "immigrated|прибытие|прибытия|прибыло|прибывшие|прибыл|число прибывших|прибывших|"
    "келгендер|келген|келу|келгендер саны|келгені|to region",
    "departures": "departures|departed|departure|out|outflow|outflows|outgoing|out migration|emigration|"
    "emigrants|emigrated|выбытие|выбытия|выбыло|выбывшие|выбыл|число выбывших|выбывших|убыло|убывшие|"
    "кеткендер|кеткен|кету|кеткендер саны|кеткені|шыққандар|from region",
    "net": "net|balance|saldo|net migration|migration balance|net flow|migration saldo|сальдо|"
    "сальдо миграции|миграционное сальдо|миграционный прирост|баланс|прирост|нетто|айырым|айырма|"
    "көші қон айырымы|көші қон сальдосы|көші қон қалдығы|көші қон өсімі|сальдосы|таза көші қон",
    "population": "population|pop|население|численность населения|халық|халық саны|тұрғындар|"
    "тұрғындар саны|population 1 january",
}
FLOW_COLUMNS = _SHARED | {
    "origin": "origin|from|orig|o|region emmigr|region emigr|emigration region|"
    "origin region|region from|from region|region of origin|origin code|source region|"
    "previous residence|откуда|регион выбытия|выбытие|из региона|из|область выбытия|"
    "место выбытия|регион происхождения|қайдан|кету өңірі|кеткен өңірі|шыққан жері|кеткен облысы",
    "destination": "destination|to|dest|d|region immigr|immigration region|"
    "destination region|region to|to region|region of destination|"
    "destination code|target|target region|current residence|куда|регион прибытия|прибытие|"
    "в регион|в|область прибытия|место прибытия|регион назначения|қайда|келу өңірі|келген өңірі|"
    "барған жері|келген облысы",
    "low": "low|lower|нижняя граница",
    "high": "high|upper|верхняя граница",
    "min": "min|minimum|минимум",
    "max": "max|maximum|максимум",
}
_BY_PREFERENCE = {"region", "origin", "destination", "year"}  # code and name may stand side by side: either does
_HEADER_DEPTH = 40  # no office prints more title lines than that


@dataclass(frozen=True, eq=False)
class Columns:
    """A header that was found: its sheet and line, the body's columns by role, and the headers as written."""

    sheet: str
    line: int
    body: pd.DataFrame
    headers: Mapping[str, str]


def word(text: object, synonyms: Mapping[str, str]) -> str | None:
    """Return the role that a header or a cell names, or None."""
    return _lookup(synonyms).get(normalise("" if text is None else str(text)), (None, 0))[0]


def _lookup(synonyms: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Return for each known word its role and its rank among the role's words."""
    return {
        normalise(known): (role, rank)
        for role, words in synonyms.items()
        for rank, known in enumerate(words.split("|"))
    }


def find_columns(
    grids: Iterable[Grid],
    synonyms: Mapping[str, str],
    *,
    needs: tuple[frozenset[str], ...],
    named: Mapping[str, str] | None = None,
) -> Columns | None:
    """Find the first line, of the first sheet, whose cells name all the roles of one of ``needs``.

    Parameters
    ----------
    grids : iterable of Grid
        The sheets of a file.
    synonyms : mapping of str to str
        For each role the header words, parted by ``|``.
    needs : tuple of frozenset of str
        Sets of roles; a header must name all roles of at least one set.
    named : mapping of str to str, optional
        Header texts that the user gave for some roles; they win over the synonyms.

    Raises
    ------
    InputError
        If two columns claim one role, or a column that the user named is not there.
    """
    lookup = _lookup(synonyms)
    for header, role in {header: role for role, header in (named or {}).items()}.items():
        lookup = {known: (its, rank) for known, (its, rank) in lookup.items() if its != role}
        lookup[normalise(header)] = (role, -1)
    for grid in grids:
        for line, cells in grid.cells.head(_HEADER_DEPTH).iterrows():
            claims = [lookup.get(normalise(cell)) if isinstance(cell, str) else None for cell in cells]
            roles = {claim[0] for claim in claims if claim}
            if any(need <= roles for need in needs):
                return _columns(grid, int(str(line)), claims, named or {})
    return None


def _columns(grid: Grid, line: int, claims: list[tuple[str, int] | None], named: Mapping[str, str]) -> Columns:
    header = grid.cells.loc[line]
    at: dict[str, int] = {}
    problems = []
    ranked = sorted(
        (claim[1], int(column), claim[0]) for column, claim in zip(header.index, claims, strict=True) if claim
    )
    for _, column, role in ranked:
        if role in at and role not in _BY_PREFERENCE:
            remedy = f"say which one holds it: --columns {role}={header[at[role]]}"
            what = f"has two columns for {role}"
            problems.append(Problem(grid.file, line, what, str(header[column]), remedy, "columns"))
        at.setdefault(role, column)
    for role, name in named.items():
        if role not in at:
            remedy = f"write one of its columns: {listed(header)}"
            problems.append(Problem(grid.file, line, "has no column", name, remedy, "columns"))
    problems += _surplus(grid, line)
    if problems:
        raise InputError(problems)
    body = grid.cells.loc[grid.cells.index > line, list(at.values())].set_axis(list(at), axis=1)
    return Columns(grid.sheet, line, body, {role: str(header[column]) for role, column in at.items()})


def _surplus(grid: Grid, line: int) -> list[Problem]:
    """Return the lines of a text file with figures beyond the header's last column: a mark has parted a number."""
    header = grid.cells.loc[line]
    width = max((n for n, cell in enumerate(header, 1) if cell not in (None, "")), default=0)
    surplus = grid.cells.loc[grid.cells.index > line].iloc[:, width:]
    if grid.sheet or surplus.empty:
        return []
    remedy = "quote numbers that hold the mark between cells, or name every column in the header"
    told = {row: listed(cells) for row, cells in surplus.iterrows()}
    return [
        Problem(grid.file, int(str(row)), "has more cells than the header:", beyond, remedy, "cells")
        for row, beyond in told.items()
        if any(map(str.isdigit, beyond))
    ]


def listed(header: Iterable[object]) -> str:
    """Return the filled cells of a header as one phrase."""
    return ", ".join(str(cell) for cell in header if cell not in (None, ""))
