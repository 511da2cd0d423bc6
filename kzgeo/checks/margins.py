"""Row and column sums of an OD matrix against known margins, and the likeliest cause where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kzgeo.checks.causes import number, rounding_unit, slip
from kzgeo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from kzgeo.checks.matrices import Matrix

__all__ = ["Margins", "explain_margins"]

_SHARE_SPREAD: Final = 0.05  # parts of a year are much the same share in all regions


@dataclass(frozen=True, eq=False)
class Margins:
    """One year's ``departures``, ``arrivals`` and ``net`` by region (NaN where not known)."""

    figures: pd.DataFrame

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Margins:
        """Take them from one year's ``region, direction, people``."""
        wide = rows.pivot_table(index="region", columns="direction", values="people", aggfunc="first")
        return cls(wide.reindex(columns=["departures", "arrivals", "net"]).astype("float64"))

    def over(self, codes: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return departures, arrivals and nets in the order of some codes."""
        ordered = self.figures.reindex(list(codes))
        leave, come, net = (ordered[name].to_numpy() for name in ("departures", "arrivals", "net"))
        return leave, come, np.where(np.isnan(net), come - leave, net)


def explain_margins(
    year: int, matrix: Matrix, years: Mapping[int, Margins], *, file: str, table: str
) -> Problem | None:
    """Compare one year's sums with its margins.

    Parameters
    ----------
    year : int
        A key of ``years``.
    matrix : Matrix
        That year's moves.
    years : mapping of int to Margins
        The margins of all years that are known.
    file, table : str
        What messages call the matrix's file and the margins' source.

    Returns
    -------
    Problem or None
        The identity that broke, by how much and the likeliest cause; None where all sums that can be made hold.
        A row or column with a missing cell cannot be summed.
    """
    leave, come, net = years[year].over(matrix.codes)
    rows, columns = matrix.people.sum(axis=1), matrix.people.sum(axis=0)
    unit = rounding_unit(matrix.people.ravel())
    tolerance = 0.5 if unit == 1 else unit * len(matrix.codes) / 2
    sides = {"departures": rows - leave, "arrivals": columns - come, "net": columns - rows - net}
    off = {name: np.where(np.abs(side) > tolerance, side, 0.0) for name, side in sides.items()}
    wrong = {name: np.flatnonzero(np.nan_to_num(side)) for name, side in off.items()}
    name = max(wrong, key=lambda side: (len(wrong[side]), side != "net"))
    if not len(wrong[name]):
        return None
    worst = int(wrong[name][np.argmax(np.abs(off[name][wrong[name]]))])
    sums = {"departures": rows, "arrivals": columns, "net": columns - rows}[name]
    expected = {"departures": leave, "arrivals": come, "net": net}[name]
    sums_of = "nets" if name == "net" else name
    what = (
        f"{year}: the matrix's {sums_of} differ from {table} in {len(wrong[name])} of {len(matrix.codes)} regions; "
        f"{matrix.codes[worst]} has {number(sums[worst])} against"
    )
    cause = _cause(year, matrix, years, off)
    remedy = f"it differs by {number(off[name][worst])}; {cause}"
    return Problem(file, None, what, number(expected[worst]), remedy, "margins")


def _cause(year: int, matrix: Matrix, years: Mapping[int, Margins], off: Mapping[str, NDArray[np.float64]]) -> str:
    leave, come, _ = years[year].over(matrix.codes)
    rows, columns = matrix.people.sum(axis=1), matrix.people.sum(axis=0)
    if np.array_equal(rows, come) and np.array_equal(columns, leave):
        return "origin and destination are swapped in the whole matrix"
    for other, margins in years.items():
        if other != year and set(matrix.codes) == set(margins.figures.index):
            gone, arrived, _ = margins.over(matrix.codes)
            if np.mean(rows == gone) > 0.8 and np.mean(columns == arrived) > 0.8:
                return f"these are the moves of {other}"
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.concatenate([rows / leave, columns / come])
    share = share[np.isfinite(share)]
    if len(share) and share.max() < 0.95 and share.std() < _SHARE_SPREAD * share.mean() * 4:
        return f"all sums are about {share.mean():.0%} of the year: it is a part of the year"
    return _cell_cause(matrix, off) or "see the other findings, or a row is wrong or absent"


def _cell_cause(matrix: Matrix, off: Mapping[str, NDArray[np.float64]]) -> str:
    """Find the one cell, or the one pair, that all differences come from."""
    rows, columns = (np.flatnonzero(off[name]) for name in ("departures", "arrivals"))
    if np.isnan(off["departures"]).all():
        rows = columns = np.array([], dtype=int)
    nets = np.flatnonzero(off["net"])
    if len(rows) == len(columns) == 1 and off["departures"][rows[0]] == off["arrivals"][columns[0]]:
        return _one_cell(matrix, int(rows[0]), int(columns[0]), float(off["departures"][rows[0]]))
    if len(nets) == 2 and off["net"].sum() == 0:
        one, other = map(int, nets)
        there, back = matrix.people[one, other], matrix.people[other, one]
        pair = f"{matrix.codes[one]} and {matrix.codes[other]}"
        if there == back:
            return f"the pair {pair} prints {number(there)} both ways: one repeats the opposite direction"
        if off["net"][other] == 2 * (there - back):
            return f"origin and destination are swapped in the pair {pair}"
        return f"all of it lies between {pair}"
    return ""


def _one_cell(matrix: Matrix, origin: int, destination: int, excess: float) -> str:
    there, back = matrix.people[origin, destination], matrix.people[destination, origin]
    cell = f"{matrix.codes[origin]} to {matrix.codes[destination]}"
    if there == back:
        return f"{cell} repeats the opposite direction, {number(there)}; {number(there - excess)} would fit"
    found = slip(there, there - excess)
    return f"{cell} would fit with {number(there - excess)}" + (f": {found}" if found else "")
