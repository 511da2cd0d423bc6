"""Checks of an OD table: its rows, its margins, and the direction of its flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kzgeo.checks.causes import number
from kzgeo.checks.margins import Margins, explain_margins
from kzgeo.checks.matrices import Matrix, repeated_pairs, square, transposed_block
from kzgeo.checks.rows import absent, duplicates, line, records
from kzgeo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzgeo.checks.official import Official

__all__ = ["check_flows", "check_margins"]

_FEW_ABSENT: Final = 0.05
_CELL: Final = ["origin", "destination", "year"]


def check_flows(
    flows: pd.DataFrame,
    *,
    file: str,
    regions: frozenset[str] | None = None,
    complete: bool = True,
    official: Official | None = None,
) -> list[Problem]:
    """Check OD matrices.

    Parameters
    ----------
    flows : DataFrame
        ``origin, destination, year, people[, row]``, one or several years.
    file : str
        The file as the user named it.
    regions : frozenset of str, optional
        The regions that every year must have. Default: as :func:`kzgeo.checks.check_table`.
    complete : bool
        False where rows were lost in reading.
    official : Official, optional
        Published margins and matrices to hold the file against.

    Returns
    -------
    list of Problem
        Empty if nothing speaks against the figures.
    """
    problems = [*duplicates(flows, _CELL, file), *_impossible(flows, file)]
    if not complete:
        return problems
    ends = pd.concat(
        [
            flows[["origin", "year"]].set_axis(["region", "year"], axis=1),
            flows[["destination", "year"]].set_axis(["region", "year"], axis=1),
        ]
    )
    gone = list(absent(ends, ["year"], regions, file))
    doubtful = set(flows["year"])
    if official is not None:
        found = dict(_margin_problems(flows, official.migration, file, "the published margins"))
        problems += [problem for problem in found.values() if problem is not None]
        doubtful -= {year for year, problem in found.items() if problem is None}
    known = _matrices(flows)
    others = known if official is None else {**_matrices(official.flows), **known}
    for year in sorted(doubtful):
        problems += _directions(year, known[year], [m for y, m in others.items() if y != year], file)
    return [*problems, *(gone or _absent_pairs(known, file))]


def check_margins(flows: pd.DataFrame, migration: pd.DataFrame, *, file: str, table: str) -> list[Problem]:
    """Hold the sums of OD matrices against the interregional figures of a table.

    Parameters
    ----------
    flows, migration : DataFrame
        As for :func:`check_flows` and :func:`kzgeo.checks.check_table`.
    file, table : str
        The two files as the user named them.
    """
    found = _margin_problems(flows, migration, file, table)
    return [problem for _, problem in found if problem is not None]


def _margin_problems(
    flows: pd.DataFrame, migration: pd.DataFrame, file: str, table: str
) -> Iterator[tuple[int, Problem | None]]:
    """Yield for every year that has both its problem, or None where all margins that can be summed hold."""
    between = migration[migration["flow"] == "interregional"]
    years = {
        int(str(year)): Margins.of(rows)
        for year, rows in between.drop_duplicates(["region", "year", "direction"]).groupby("year")
    }
    for year, matrix in _matrices(flows).items():
        if year in years and set(matrix.codes) == set(years[year].figures.index):
            yield year, explain_margins(year, matrix, years, file=file, table=table)


def _matrices(flows: pd.DataFrame) -> dict[int, Matrix]:
    return {
        int(str(year)): square(rows, sorted({*rows["origin"], *rows["destination"]}))
        for year, rows in flows.drop_duplicates(_CELL).groupby("year")
    }


def _absent_pairs(known: dict[int, Matrix], file: str) -> Iterator[Problem]:
    """Name the pairs without a row, where nearly all others have one; a sparse table leaves out its zeros."""
    for year, matrix in known.items():
        origins, destinations = np.nonzero(matrix.absent)
        if len(origins) > _FEW_ABSENT * len(matrix.codes) ** 2:
            continue
        for one, other in zip(origins, destinations, strict=True):
            what = f"has no row for {matrix.codes[one]} to {matrix.codes[other]} in {year}"
            remedy = "add the row, with an empty value if the figure is not known"
            yield Problem(file, None, what, "", remedy, "absent-pair")


def _impossible(flows: pd.DataFrame, file: str) -> Iterator[Problem]:
    for row in records(flows[flows["people"] < 0]):
        what = f"{row['origin']} to {row['destination']} {row['year']} is a negative number of people:"
        yield Problem(file, line(row), what, number(row["people"]), "write a count of people", "negative")
    for row in records(flows[(flows["origin"] == flows["destination"]) & (flows["people"] != 0)]):
        what = f"{row['origin']} to itself in {row['year']}:"
        remedy = "take the row out: moves inside a region are no interregional moves"
        yield Problem(file, line(row), what, number(row["people"]), remedy, "self-flow")


def _directions(year: int, matrix: Matrix, others: list[Matrix], file: str) -> Iterator[Problem]:
    """Look for defects that leave their mark within the matrix: repeated and reversed directions."""
    if pairs := repeated_pairs(matrix):
        shown = ", ".join(f"{one} and {other}" for one, other in pairs[:3]) + (", ..." if len(pairs) > 3 else "")
        many = f"{len(pairs)} pairs have" if len(pairs) > 1 else "a pair has"
        what = f"{year}: {many} the same figure both ways, far more than chance allows:"
        yield Problem(file, None, what, shown, "one direction was copied over the other: give both", "repeated-pair")
    found = transposed_block(matrix, [other for other in others if other.codes == matrix.codes])
    if found is not None:
        regions, between = found
        whole = len(regions) == len(matrix.codes)
        shown = "the whole matrix" if whole else ", ".join(regions)
        cells = "" if whole else " in the cells between these regions:" if between else " in the cells to and from:"
        what = f"{year}: origin and destination seem swapped{cells}"
        remedy = "its flows run against those of other years; swap the two columns there"
        yield Problem(file, None, what, shown, remedy, "transposed")
