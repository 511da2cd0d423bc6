"""Percentages that stand beside counts in a user's table, for :func:`kzgeo.checks.check_percentages`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from kzgeo.read.grid import Grid, read_grids
from kzgeo.read.labels import read_label
from kzgeo.read.numbers import parse_column

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Percentages", "read_percentages"]

_GROWTH: Final = re.compile(r"growth|change|рост|изменени|өсу|өзгер|% к |в % ", re.IGNORECASE)
_NUMERIC: Final = 0.6  # of a column's cells must be numbers


@dataclass(frozen=True, eq=False)
class Percentages:
    """Counts and percentages of one sheet.

    Attributes
    ----------
    names : Series of str
        What each row is called; the index is the line in the file.
    counts, percents : DataFrame
        Numbers by heading.
    growth : frozenset of str
        Headings of ``percents`` that claim a change from one column to another.
    """

    names: pd.Series[str]
    counts: pd.DataFrame
    percents: pd.DataFrame
    growth: frozenset[str]


def read_percentages(path: str | Path) -> list[Percentages]:
    """Return the sheets of a file that print percentages beside counts; most files have none.

    Raises
    ------
    InputError
        If the file is absent or unreadable.
    """
    return [found for grid in read_grids(path) if (found := _read(grid)) is not None]


def _read(grid: Grid) -> Percentages | None:
    header, body = _header(grid)
    if body.empty:
        return None
    names = pd.Series("", body.index, dtype=object)
    counts: dict[str, pd.Series[float]] = {}
    percents: dict[str, pd.Series[float]] = {}
    for column in body.columns:
        cells = body[column]
        texts = [str(cell) for cell in header[column] if cell not in (None, "")]
        heading = " ".join(texts) or f"column {int(column) + 1}"
        share = any(read_label(text).share or _GROWTH.search(text) for text in texts)
        percent_signs = cells.map(lambda cell: isinstance(cell, str) and cell.strip().endswith("%"))
        plain = cells.map(lambda cell: cell.strip().removesuffix("%") if isinstance(cell, str) else cell)
        numbers = parse_column(plain, whole=not share)
        readable = (numbers.troubles == "") & numbers.figures.notna()
        if readable.mean() < _NUMERIC:
            names = names.where(names != "", cells.fillna("").astype(str)) if not counts else names
        elif share or percent_signs.any():
            percents[heading] = numbers.figures
        elif not _years_only(numbers.figures):
            counts[heading] = numbers.figures
    if not counts or not percents:
        return None
    growth = frozenset(heading for heading in percents if _GROWTH.search(heading))
    return Percentages(names, pd.DataFrame(counts), pd.DataFrame(percents), growth)


def _header(grid: Grid) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the headings from the rows with figures; a row of years is a heading."""
    for line, cells in grid.cells.iterrows():
        numbers = [
            cell
            for cell in cells
            if any(map(str.isdigit, str(cell))) and parse_column(_single(cell)).figures.notna().all()
        ]
        if len(numbers) >= 2 and not _years_only(pd.to_numeric(pd.Series(numbers), errors="coerce")):
            above = grid.cells.index < line
            header = grid.cells.loc[above]
            header = header[(header.notna() & (header != "")).sum(axis=1) > 1].replace("", None)
            header.iloc[:-1] = header.iloc[:-1].ffill(axis=1)
            return header, grid.cells.loc[~above]
    return grid.cells.iloc[:0], grid.cells.iloc[:0]


def _single(cell: object) -> pd.Series[str]:
    return pd.Series([str(cell).strip().removesuffix("%")], dtype=object)


def _years_only(figures: pd.Series[float]) -> bool:
    return bool(figures.between(1950, 2100).all() and (figures % 1 == 0).all())
