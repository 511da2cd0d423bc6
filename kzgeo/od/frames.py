"""Frames of margins, cells and distances as matrices over one order of regions, or all that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kzgeo.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Table"]


class Table:
    """A frame with its name for messages and the problems found in it so far.

    Parameters
    ----------
    frame : DataFrame
        ``frame.attrs["file"]`` names it in messages, where it is set.
    kind : str
        What the frame is, its name otherwise.
    columns : iterable of str
        Columns it must have.

    Raises
    ------
    InputError
        If one of them is not there.
    """

    def __init__(self, frame: pd.DataFrame, kind: str, columns: Iterable[str]) -> None:
        self.frame = frame.reset_index(drop=True)
        self.file = str(frame.attrs.get("file", kind))
        self.problems: list[Problem] = []
        for column in columns:
            if column not in frame.columns:
                have = ", ".join(map(str, frame.columns))
                self.note(None, "missing-column", "no column", column, f"the columns are: {have}")
        self.refuse()
        if "year" in self.frame.columns:
            years = self.numbers("year", empty=False)
            self.refuse()
            self.frame["year"] = years.astype(int)

    def note(self, row: int | None, code: str, what: str, value: str, remedy: str) -> None:
        """Record a problem; ``row`` counts from 0 below the header, a column ``row`` has the lines of the file."""
        lines = self.frame["row"] if "row" in self.frame else self.frame.index + 2
        line = None if row is None else int(lines[row])
        self.problems.append(Problem(self.file, line, what, value, remedy, code))

    def refuse(self) -> None:
        """Raise `InputError` with all that was noted, if anything was."""
        if self.problems:
            raise InputError(self.problems)

    def numbers(self, column: str, *, empty: bool) -> Array:
        """Return a column as floats, 0 or more; NaN where it is empty and may be."""
        given = self.frame[column]
        values = pd.to_numeric(given, errors="coerce").to_numpy(float)
        absent = given.isna().to_numpy()
        wrong = (np.isnan(values) & ~absent) | (values < 0) | np.isinf(values)
        if not empty:
            wrong |= absent
        for row in np.flatnonzero(wrong):
            self.note(
                int(row),
                "bad-number",
                f"{column} must be a number, 0 or more, not",
                "" if absent[row] else str(given.iloc[row]),
                "give the figure",
            )
        return np.where(wrong, np.nan, values)

    def years(self) -> list[int] | list[None]:
        """Return the years of the rows in order, or a list of None where there is no such column."""
        return sorted(map(int, self.frame["year"].unique())) if "year" in self.frame.columns else [None]

    def regions(self) -> list[str]:
        """Return the regions of a table of margins, sorted; there is one, and none comes twice."""
        names = self.frame["region"].astype(str)
        if names.empty:
            self.note(None, "empty", "there are no rows", "", "give one row for each region")
        for row in np.flatnonzero(names.duplicated()):
            self.note(
                int(row), "duplicate", "region comes twice:", names[row], "give one row for each region, one year"
            )
        self.refuse()
        return sorted(names)

    def places(self, regions: list[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the row and column of every pair in a matrix over ``regions``; each comes once."""
        index = pd.Index(regions)
        found = []
        for column in ("origin", "destination"):
            names = self.frame[column].astype(str)
            found.append(index.get_indexer(pd.Index(names)))
            for row in np.flatnonzero(found[-1] < 0):
                self.note(
                    int(row),
                    "unknown-region",
                    f"{column} is not among the margins' regions:",
                    names[row],
                    "use the margins' codes; other outlines must first be brought to the same vintage",
                )
        keys = [c for c in ("year", "origin", "destination") if c in self.frame.columns]
        for row in np.flatnonzero(self.frame.duplicated(keys)):
            pair = f"{self.frame['origin'][row]} -> {self.frame['destination'][row]}"
            self.note(int(row), "duplicate", "pair comes twice:", pair, "keep one of the rows")
        self.refuse()
        return found[0], found[1]

    def matrices(self, regions: list[str]) -> Iterator[tuple[int | None, Array]]:
        """Yield every year with its matrix of people: 0 where a pair has no row, NaN where it is empty."""
        i, j = self.places(regions)
        people = self.numbers("people", empty=True)
        for name in regions:
            k = regions.index(name)
            if not ((i == k) | (j == k)).any():
                remedy = "give a matrix of the same outlines, or estimate without this region"
                self.note(None, "missing-region", "has no row for", name, remedy)
        self.refuse()
        for year in self.years():
            rows = np.arange(len(people)) if year is None else np.flatnonzero(self.frame["year"] == year)
            matrix = np.zeros((len(regions), len(regions)))
            matrix[i[rows], j[rows]] = people[rows]
            if not np.nansum(matrix) > 0:
                self.note(None, "empty", "nobody moved", "" if year is None else str(year), "give a year with moves")
                self.refuse()
            yield year, matrix

    def distances(self, regions: list[str]) -> Array:
        """Return the matrix of distances; every pair of different regions must have one above 0."""
        i, j = self.places(regions)
        values = self.numbers("distance", empty=False)
        self.refuse()
        matrix = np.full((len(regions), len(regions)), np.nan)
        matrix[i, j] = values
        matrix = np.where(np.isnan(matrix), matrix.T, matrix)
        np.fill_diagonal(matrix, 0.0)
        off = ~np.eye(len(regions), dtype=bool)
        for a, b in np.argwhere(off & ~(matrix > 0)):
            pair = f"{regions[int(a)]} -> {regions[int(b)]}"
            self.note(None, "bad-distance", "no distance above 0 for", pair, "give every pair's distance")
        self.refuse()
        return matrix
