"""Turning cells into keys, years and words while gathering every problem on the way."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from kzgeo.errors import InputError, Problem
from kzgeo.read.columns import word
from kzgeo.read.numbers import NumberColumn, parse_column
from kzgeo.regions import Matcher, UnknownRegion, registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["STATUS_WORDS", "Gather", "gathering", "is_whole_country", "knows", "whole_country"]

STATUS_WORDS = {
    "published": "published|final|official|опубликовано|опубликованные|окончательные|жарияланған|a",
    "preliminary": "preliminary|provisional|предварительные|предварительно|предварительный|алдын ала|p",
    "derived": "derived|calculated|computed|расчет|рассчитано|есептелген",
    "repaired": "repaired|corrected|исправлено|түзетілген",
    "estimated": "estimated|estimate|imputed|оценка|оценено|бағалау|e",
    "missing": "missing|no data|suppressed|нет данных|деректер жоқ|n a",
}
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20|21)\d\d(?!\d)")
_YEAR_WORDS = re.compile(r"(?:год|года|году|г|жыл|жылы|жылғы|ж|year|annual|fy|за|in|full|весь|целый)")


@dataclass(slots=True)
class Gather:
    """The problems of one file, and the readers of its columns.

    Every reader returns a column of the same index; None (or NaN) stands where a cell could not be read, and the
    problem has been noted.
    """

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: Any, what: str, value: object, remedy: str, *, code: str) -> None:
        """Note a problem on a line of the file (None: of the file as a whole)."""
        line = None if row is None else int(row)
        self.problems.append(Problem(self.file, line, what, "" if value is None else str(value), remedy, code))

    def no_year(self, header: int) -> None:
        """Note that a table under this header gives no year."""
        remedy = "add a column year, name it with --columns year=COL, or give the year with --year"
        self.add(header, "has no column for", "year", remedy, code="columns")

    def regions(self, cells: pd.Series[Any], match: Matcher, years: pd.Series[Any] | None = None) -> pd.Series[Any]:
        """Match texts to keys. A name that is no longer in use is looked up in the row's own year."""
        when = years if years is not None else pd.Series(None, cells.index, dtype=object)
        keys: dict[tuple[object, object], str | UnknownRegion] = {}
        found: list[str | None] = []
        for row, cell, year in zip(cells.index, cells, when, strict=True):
            if (cell, year) not in keys:
                keys[cell, year] = _key("" if cell is None else str(cell), year, match)
            key = keys[cell, year]
            if isinstance(key, UnknownRegion):
                self.add(row, "unknown region", key.text or "(empty)", key.remedy, code="unknown-region")
            found.append(None if isinstance(key, UnknownRegion) else key)
        return pd.Series(found, cells.index, dtype=object)

    def years(self, cells: pd.Series[Any]) -> pd.Series[Any]:
        """Read years; a part of a year is refused, for its figures are no year's figures."""
        years = {cell: _year(cell) for cell in dict.fromkeys(cells)}
        read = pd.Series([years[cell] for cell in cells], cells.index, dtype=object)
        for row, cell in cells[read.isna()].items():
            if _YEAR.search(str(cell)):
                remedy = "give figures of the whole year, or add up its parts: a part-year is not a year"
                self.add(row, "is not a whole year", cell, remedy, code="part-year")
            else:
                self.add(row, "is not a year", cell, "write a year such as 2024", code="year")
        return read

    def words(self, cells: pd.Series[Any], known: Mapping[str, str], what: str) -> pd.Series[Any]:
        """Read words of a closed list in any of the three languages."""
        meanings = {cell: word(cell, known) for cell in dict.fromkeys(cells)}
        read = pd.Series([meanings[cell] for cell in cells], cells.index, dtype=object)
        for row, cell in cells[read.isna()].items():
            self.add(row, f"unknown {what}", cell, f"write one of {', '.join(known)}", code=f"unknown-{what}")
        return read

    def numbers(self, cells: pd.Series[Any], *, like: Iterable[object] = (), whole: bool = True) -> NumberColumn:
        """Read counts of people."""
        column = parse_column(cells, like=like, whole=whole)
        remedy = "write digits only, such as 1234, or leave the cell empty where the figure is not known"
        for row, cell, trouble in zip(cells.index, cells, column.troubles, strict=True):
            if trouble:
                self.add(row, trouble, cell, remedy, code="not-a-number")
        return column


@contextmanager
def gathering(file: str | Path, into: list[Problem] | None) -> Iterator[Gather]:
    """Yield what gathers the problems of a file, also those that stop its reading.

    At the end they are handed on to a caller who gathers, or raised all together.

    Raises
    ------
    InputError
        If there are problems and ``into`` is None.
    """
    gather = Gather(str(file))
    try:
        yield gather
    except InputError as error:
        gather.problems.extend(error.problems)
    gather.problems.sort(key=lambda problem: (problem.row is not None, problem.row or 0))
    if into is not None:
        into.extend(gather.problems)
    elif gather.problems:
        raise InputError(gather.problems)


def _key(text: str, year: object, match: Matcher) -> str | UnknownRegion:
    days: list[dt.date | None] = [None]
    if isinstance(year, int):  # figures of a year of change come in either outline
        days += [dt.date(year, 12, 31), dt.date(year, 1, 1)]
    refusals = []
    for day in days:
        try:
            return match(text, day) if day else match(text)
        except UnknownRegion as refusal:
            refusals.append(refusal)
        except ValueError:  # a year before the registry begins
            continue
    return refusals[0]


def _year(cell: object) -> int | None:
    if isinstance(cell, dt.date):
        return cell.year if (cell.month, cell.day) in {(1, 1), (12, 31)} else None
    text = str(cell).strip().lower().removesuffix(".0").rstrip("*")
    years = _YEAR.findall(text)
    if len(years) != 1:
        return None
    rest = re.sub(r"[-./](?:01[-./]01|12[-./]31)$|^(?:01[-./]01|31[-./]12)[-./]|[\s.,\u00a0]+|00:00:00", " ", text)
    rest = _YEAR.sub(" ", rest)
    return int(years[0]) if all(map(_YEAR_WORDS.fullmatch, rest.split())) else None


def knows(match: Matcher, text: str) -> bool:
    """Say whether a text names a region."""
    try:
        return bool(match(text))
    except UnknownRegion:
        return False


def whole_country(cells: pd.Series[Any], match: Matcher) -> pd.Series[bool]:
    """Say which rows are a sum over the country."""
    sums = {cell: is_whole_country(cell, match) for cell in dict.fromkeys(cells)}
    return pd.Series([sums[cell] for cell in cells], cells.index, dtype=bool)


def is_whole_country(text: object, match: Matcher) -> bool:
    """Say whether a row is a sum over the country, and no region of its own."""
    written = "" if text is None else str(text)
    if registry().is_sum(written):
        return True
    if not registry().is_total(written):
        return False
    return not knows(match, written)
