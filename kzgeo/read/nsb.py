"""Sheets as the Bureau of National Statistics publishes them -> a tidy table, and what was understood on the way.

Title lines stand above the header; the header has one to three rows, its upper cells stretching over several columns;
years, months or flows are columns; rows for the country, for town and countryside or for men and women stand between
the regions'; the unit and the flow may be named in a title only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kzgeo.read.frames import MIGRATION_COLUMNS, POPULATION_COLUMNS, TableRead, empty_table
from kzgeo.read.gather import Gather, gathering, is_whole_country, knows
from kzgeo.read.grid import Grid, read_grids
from kzgeo.read.labels import Label, is_unit, part_of_population, read_label
from kzgeo.regions import COUNTRY, Matcher, registry

if TYPE_CHECKING:
    from pathlib import Path

    from kzgeo.errors import Problem

__all__ = ["read_sheets", "read_spreadsheet"]

_FEWEST: Final = 3  # regions that a column must name to be the regions' column


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand on one sheet; rows by the line in the file, columns by their number."""

    regions: int
    titles: tuple[str, ...]
    header: tuple[int, ...]
    body: tuple[int, ...]


def read_spreadsheet(
    path: str | Path,
    *,
    match: Matcher | None = None,
    year: int | None = None,
    problems: list[Problem] | None = None,
) -> TableRead:
    """Read a spreadsheet whose layout is made for print.

    Parameters
    ----------
    path : str or Path
        XLSX, XLS, ODS or CSV. Every sheet that names at least three regions in one column is read.
    match : Matcher, optional
        Text -> key. Default: the registry of Kazakhstan's regions.
    year : int, optional
        The year, where neither title nor headings name it.
    problems : list of Problem, optional
        Takes the problems; what could be read is returned. Without it they are raised.

    Returns
    -------
    TableRead
        ``understood`` says, a line each, what was taken for what and what was set aside.

    Raises
    ------
    InputError
        With all problems, if there are any and ``problems`` is None.
    """
    with gathering(path, problems) as gather:
        return read_sheets(read_grids(path), gather, match, year)
    return empty_table()


def read_sheets(grids: list[Grid], gather: Gather, match: Matcher | None, year: int | None) -> TableRead:
    """Read the sheets of one file; see :func:`read_spreadsheet`."""
    figures: list[dict[str, Any]] = []
    understood: list[str] = []
    for grid in grids:
        layout = _layout(grid, match or registry().match)
        if layout is None:
            understood.append(f"{_called(grid)}: no column names regions; set aside")
            continue
        texts = (grid.cells.loc[line, layout.regions] for line in layout.body)
        reader = _Sheet(grid, layout, match or registry().in_context(map(str, texts)), gather, understood)
        figures += reader.figures(year)
    if not figures and not gather.problems:
        remedy = "give a sheet whose first column names the regions and whose headings name arrivals or departures"
        gather.add(None, "holds no table of regions that could be understood", "", remedy, code="columns")
    return _table(figures, tuple(understood))


def _called(grid: Grid) -> str:
    return f"sheet {grid.sheet!r}" if grid.sheet else "the file"


def _layout(grid: Grid, match: Matcher) -> _Layout | None:
    """Find the column of the regions, and with it the titles, the header rows and the body."""

    def is_place(cell: object) -> bool:
        return isinstance(cell, str) and (knows(match, cell) or is_whole_country(cell, match))

    places = grid.cells.map(is_place)
    named = {column: [int(line) for line in places.index[places[column]]] for column in map(int, places.columns)}
    column = max(named, key=lambda number: len(named[number]))
    if len(named[column]) < _FEWEST:
        return None
    first = named[column][0]
    above = grid.cells.loc[grid.cells.index < first]
    filled = above.notna() & (above != "")
    titles: list[str] = []
    header: list[int] = []
    for line in map(int, above.index):
        cells = [str(cell) for cell, full in zip(above.loc[line], filled.loc[line], strict=True) if full]
        only_title = len(cells) == 1 and (bool(filled.loc[line, column]) or is_unit(cells[0]))
        titles += cells if only_title and not header else []
        header += [] if only_title else [line]
    body = tuple(line for line in map(int, grid.cells.index) if line >= first)
    return _Layout(column, tuple(titles), tuple(header), body)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet being read."""

    grid: Grid
    layout: _Layout
    match: Matcher
    gather: Gather
    understood: list[str]

    def say(self, text: str) -> None:
        self.understood.append(f"{_called(self.grid)}: {text}")

    def figures(self, year: int | None) -> list[dict[str, Any]]:
        """Return one record a figure: region, label, people and sign."""
        title = Label(year=year)
        for text in self.layout.titles:
            title = read_label(text).under(title)
            self.say(f"title {text!r}")
        if title.factor > 1:
            self.say("figures are in thousands: multiplied by 1,000")
        labels = self._columns(title)
        rows = self._rows()
        self.say(f"regions in column {_letter(self.layout.regions)}, {len(rows)} rows with figures")
        records = []
        for column, label in labels.items():
            cells = self.grid.cells.loc[list(rows), column]
            numbers = self.gather.numbers(cells, whole=label.factor == 1)
            for line, people, sign, trouble in zip(
                cells.index, numbers.figures, numbers.signs, numbers.troubles, strict=True
            ):
                if not trouble:
                    records.append(
                        {
                            "region": rows[line],
                            "label": label,
                            "people": people * label.factor,
                            "sign": sign,
                            "row": line,
                        }
                    )
        return records

    def _columns(self, title: Label) -> dict[int, Label]:
        """Interpret every column by its headings, the upper ones stretching to the right."""
        header = self.grid.cells.loc[list(self.layout.header)].map(
            lambda cell: None if cell in (None, "") else str(cell)
        )
        stretched = header.copy()
        stretched.iloc[:-1] = header.iloc[:-1].ffill(axis=1)
        labels: dict[int, Label] = {}
        for column in self.grid.cells.columns:
            if int(column) == self.layout.regions:
                continue
            headings = [str(cell) for cell in stretched[column] if isinstance(cell, str)]
            label = title
            for heading in headings:
                label = read_label(heading).under(label)
            parts = {part_of_population(heading) for heading in headings} - {None, "all"}
            reason = f"only {parts.pop()}" if parts else self._reason_to_leave(int(column), label)
            name = " / ".join(dict.fromkeys(headings)) or "(no heading)"
            if reason:
                self.say(f"column {_letter(int(column))} {name!r} set aside: {reason}")
            else:
                label = Label(label.flow or "interregional", label.direction, label.year, label.months, label.factor)
                labels[int(column)] = label
                self.say(f"column {_letter(int(column))} {name!r} -> {label}")
        return self._whole_years(labels)

    def _reason_to_leave(self, column: int, label: Label) -> str:
        cells = self.grid.cells.loc[list(self.layout.body), column]
        if not any(any(map(str.isdigit, str(cell))) for cell in cells if cell is not None):
            return "it holds no numbers"
        if label.share:
            return "a percentage or rate"
        if label.direction is None:
            return "neither arrivals, departures, net nor population"
        if label.flow in {"within", "abroad-part"}:
            return "a part of a flow"
        return "" if label.year else "no year is named"

    def _whole_years(self, labels: dict[int, Label]) -> dict[int, Label]:
        """Keep whole years; months are kept when all twelve are there, other parts of a year never pass for it."""
        months = Counter((label.flow, label.direction, label.year) for label in labels.values() if _one_month(label))
        kept: dict[int, Label] = {}
        partial: dict[str, list[int]] = {}
        for column, label in labels.items():
            all_months = _one_month(label) and months[label.flow, label.direction, label.year] == 12
            if label.direction == "population" or label.months in {(), (1, 12)} or all_months:
                kept[column] = label
            elif self._has_whole_year(labels, label):
                self.say(f"column {_letter(column)} set aside: a part of {label.year}, whose whole year is there")
            else:
                partial.setdefault(f"{label.flow} {label.direction} {label.year}", []).extend(label.months)
        for name, covered in partial.items():
            line = self.layout.header[-1] if self.layout.header else None
            remedy = "give figures of the whole year, or all twelve months: a part-year is not a year"
            span = f"months {min(covered)} to {max(covered)}"
            self.gather.add(line, f"{name} covers only a part of the year:", span, remedy, code="part-year")
        return kept

    def _has_whole_year(self, labels: dict[int, Label], part: Label) -> bool:
        return any(
            label.months in {(), (1, 12)}
            and (label.flow, label.direction, label.year) == (part.flow, part.direction, part.year)
            for label in labels.values()
        )

    def _rows(self) -> dict[int, str]:
        """Return the key of every line that holds a region's or the country's own figures."""
        rows: dict[int, str] = {}
        aside: Counter[str] = Counter()
        section = "all"
        for line in self.layout.body:
            cells = self.grid.cells.loc[line]
            text = cells[self.layout.regions]
            written = "" if text is None else str(text).strip()
            empty = all(cell is None or cell == "" for cell in cells.drop(self.layout.regions))
            part = part_of_population(written)
            if part is not None and (empty or part == "all"):
                section = part
                self.say(f"row {line} {written!r}: the rows under it are of {part}")
            elif not written or (empty and not knows(self.match, written)):
                aside["notes"] += bool(written)
            elif part is not None or section != "all":
                aside[part or section] += 1
            elif (key := self._key(line, written)) is not None:
                rows[line] = key
        for part, count in aside.items():
            self.say(f"{count} rows set aside: {part}")
        return rows

    def _key(self, line: int, written: str) -> str | None:
        if is_whole_country(written, self.match):
            self.say(f"row {line} {written!r}: the whole country, set aside and compared with the sum")
            return COUNTRY
        key: str | None = self.gather.regions(pd.Series([written], [line], dtype=object), self.match).iloc[0]
        return key


def _one_month(label: Label) -> bool:
    return len(label.months) == 1


def _letter(column: int) -> str:
    """Return a column's name as spreadsheets show it."""
    name = ""
    while column >= 0:
        name = chr(65 + column % 26) + name
        column = column // 26 - 1
    return name


def _table(figures: list[dict[str, Any]], understood: tuple[str, ...]) -> TableRead:
    if not figures:
        return TableRead(**{**vars(empty_table()), "understood": understood})
    frame = pd.DataFrame(figures)
    for name in ("flow", "direction", "year", "months"):
        frame[name] = [getattr(label, name) for label in frame["label"]]
    monthly = frame["label"].map(_one_month) & (frame["direction"] != "population")
    key = ["region", "year", "flow", "direction"]
    sums = (
        frame[monthly]
        .groupby(key, as_index=False)
        .agg(people=("people", lambda people: people.sum(skipna=False)), row=("row", "first"))
    )
    frame = pd.concat(
        [frame[~monthly].assign(status="published"), sums.assign(status="derived", sign="")], ignore_index=True
    )
    frame["status"] = frame["status"].mask(frame["people"].isna(), "missing")
    frame = frame.assign(source="", release="").astype({"year": "int64", "row": "int64", "people": "float64"})
    whole, lives = frame["region"] == COUNTRY, frame["direction"] == "population"
    population = frame[~whole & lives]
    population = population.assign(date=population["year"].astype(str) + "-01-01")
    return TableRead(
        migration=frame.loc[~whole & ~lives, MIGRATION_COLUMNS].reset_index(drop=True),
        population=population[POPULATION_COLUMNS].reset_index(drop=True),
        totals=frame.loc[whole & ~lives, MIGRATION_COLUMNS].reset_index(drop=True),
        understood=understood,
    )
