"""What is known of an OD matrix before it is estimated, and whether any matrix can agree with it.

Every kind of knowledge about a cell is one closed range: a known cell has equal ends, a structural
zero is the range from 0 to 0, a suppressed cell carries the range that was published for it and
any other cell may hold anything from 0 upwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from kzgeo.errors import InputError, Problem
from kzgeo.od.network import largest_flow, residual

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["Constraints", "constrain", "tighten", "verify"]

# Flows are counted in integers of 32 bits; totals above this are counted in larger units.
_LARGEST_TOTAL = 2**30
_SHOWN = 8


@dataclass(frozen=True)
class Constraints:
    """Margins and cell ranges of an OD matrix, in people.

    Parameters
    ----------
    rows, columns : ndarray, shape (n,) and (m,)
        Departures of every origin and arrivals of every destination.
    low, high : ndarray, shape (n, m)
        Ends of every cell's range; ``high`` may be infinite.
    origins, destinations : sequence of str
        Names for messages.
    file : str
        The file that messages speak of.
    """

    rows: Array
    columns: Array
    low: Array
    high: Array
    origins: Sequence[str]
    destinations: Sequence[str]
    file: str = "margins"

    @property
    def fixed(self) -> NDArray[np.bool_]:
        """Cells whose range is a single value, shape (n, m)."""
        return np.equal(self.low, self.high)

    @property
    def ranged(self) -> NDArray[np.bool_]:
        """Open cells with more to respect than not being negative, shape (n, m)."""
        return ~self.fixed & ((self.low > 0) | np.isfinite(self.high))


def constrain(rows: ArrayLike, columns: ArrayLike, ranges: tuple[ArrayLike, ArrayLike] | None = None) -> Constraints:
    """Gather margins and the low and high ends of the cells' ranges, 0 and infinity if not given.

    Raises
    ------
    InputError
        If `verify` finds a problem.
    """
    rows, columns = np.asarray(rows, float), np.asarray(columns, float)
    shape = (rows.size, columns.size)
    made = Constraints(
        rows=rows,
        columns=columns,
        low=np.zeros(shape) if ranges is None else np.asarray(ranges[0], float),
        high=np.full(shape, np.inf) if ranges is None else np.asarray(ranges[1], float),
        origins=[f"row {i + 1}" for i in range(rows.size)],
        destinations=[f"column {j + 1}" for j in range(columns.size)],
    )
    verify(made)
    return made


def verify(given: Constraints) -> None:
    """Refuse constraints that contradict each other on their face, naming every contradiction.

    Raises
    ------
    InputError
        Margins that are missing, negative or sum differently; ranges that are empty or negative; a
        row or column whose cells cannot reach its margin, or already exceed it.
    """
    problems = list(_margin_problems(given)) or [*_range_problems(given), *_line_problems(given)]
    if problems:
        raise InputError(problems)


def _margin_problems(given: Constraints) -> Iterator[Problem]:
    for names, margin, kind in (
        (given.origins, given.rows, "departures"),
        (given.destinations, given.columns, "arrivals"),
    ):
        for name, value in zip(names, margin, strict=True):
            if not np.isfinite(value) or value < 0:
                yield _problem(
                    given,
                    "bad-margin",
                    f"{name}: {kind} must be a number, 0 or more, not",
                    f"{value:g}",
                    "give the figure, or estimate without this region",
                )
    departures, arrivals = given.rows.sum(), given.columns.sum()
    if abs(departures - arrivals) > 1e-9 * max(departures, arrivals):
        yield _problem(
            given,
            "margins-differ",
            f"departures sum to {departures:,.10g} and arrivals to {arrivals:,.10g}, a difference of",
            f"{departures - arrivals:,.10g}",
            "both count the same moves: look for a row left out, a total row, or two different years",
        )


def _range_problems(given: Constraints) -> Iterator[Problem]:
    for i, j in np.argwhere(~((given.low >= 0) & (given.low <= given.high))):
        yield _problem(
            given,
            "bad-range",
            f"{given.origins[int(i)]} -> {given.destinations[int(j)]}: no number of people lies in",
            f"{given.low[i, j]:g} to {given.high[i, j]:g}",
            "a known cell is 0 or more, and the low end of a range does not exceed the high one",
        )


def _line_problems(given: Constraints) -> Iterator[Problem]:
    """Rows and columns that fail on their own."""
    for names, margin, axis, kind in (
        (given.origins, given.rows, 1, "departures"),
        (given.destinations, given.columns, 0, "arrivals"),
    ):
        least, most = given.low.sum(axis=axis), given.high.sum(axis=axis)
        slack = 1e-9 * np.maximum(margin, 1)
        for k in np.flatnonzero((least > margin + slack) | (most < margin - slack)):
            above = least[k] > margin[k]
            reached = least[k] if above else most[k]
            yield _problem(
                given,
                "known-exceeds-margin" if above else "impossible-zeros",
                f"{names[int(k)]}: {kind} are {margin[k]:,.10g} but its cells hold "
                f"{'at least' if above else 'at most'} {reached:,.10g}, a difference of",
                f"{margin[k] - reached:,.10g}",
                "correct the margin or the known cells" if above else "open a cell that was closed",
            )


def tighten(given: Constraints) -> tuple[Array, Array]:
    """Return the ranges with every cell fixed that can hold one value only.

    Feasibility is a maximum flow from origins to destinations (Gale 1957): one that meets all margins
    is a matrix that fits. A cell can change if, and only if, its origin and destination lie on
    one cycle of that flow's residual graph.

    Returns
    -------
    low, high : ndarray, shape (n, m)

    Raises
    ------
    InputError
        If no matrix fits; the message names the rows and columns of a minimum cut.
    """
    n = given.rows.size
    rows, columns = _rest(given)
    room = np.clip(given.high - given.low, 0, np.maximum(np.minimum(rows[:, None], columns), 0))
    unit = _unit(rows, columns, room)
    supply, demand, capacity = (np.floor(x / unit).astype(np.int32) for x in (rows, columns, room))
    flow = largest_flow(supply, demand, capacity)
    # In units of a fraction, rounding down may cost each margin one unit.
    if flow.sum() + (0 if unit == 1 else sum(flow.shape)) < supply.sum():
        raise InputError([_cut(given, flow, capacity)])
    _, part = connected_components(residual(flow, capacity), connection="strong")
    stuck = part[:n, None] != part[None, n:]
    held = given.low + np.minimum(flow * unit, room)
    return np.where(stuck, held, given.low), np.where(stuck, held, given.high)


def _rest(given: Constraints) -> tuple[Array, Array]:
    """Return what the margins leave above the low ends of all ranges."""
    return given.rows - given.low.sum(axis=1), given.columns - given.low.sum(axis=0)


def _unit(*counts: Array) -> float:
    """Return one person, unless there are fractions or more people than 32 bits can count."""
    total = max(float(counts[0].sum()), np.finfo(float).tiny)
    whole = all(np.array_equal(x, np.rint(x)) for x in counts)
    return 1.0 if whole and total <= _LARGEST_TOTAL else total / _LARGEST_TOTAL


def _cut(given: Constraints, flow: NDArray[Any], capacity: NDArray[Any]) -> Problem:
    """Say which origins have more departures than the destinations open to them can take."""
    n, m = flow.shape
    rows, columns = _rest(given)
    start = np.flatnonzero(np.floor(rows / _unit(rows, columns)) > flow.sum(axis=1))
    graph = residual(flow, capacity)
    tails = np.concatenate([np.full(start.size, n + m), graph.row])
    heads = np.concatenate([start, graph.col])
    tree = coo_array((np.ones(tails.size, np.int8), (tails, heads)), shape=(n + m + 1, n + m + 1)).tocsr()
    reached = np.isin(np.arange(n + m), breadth_first_order(tree, n + m, return_predecessors=False))
    origins, destinations = np.flatnonzero(reached[:n]), np.flatnonzero(~reached[n:])
    most = np.minimum(given.high, np.minimum(given.rows[:, None], given.columns))
    departures = given.rows[origins].sum()
    taken = most[np.ix_(origins, destinations)].sum() + given.columns[reached[n:]].sum()
    taken -= given.low[np.ix_(~reached[:n], reached[n:])].sum()
    return _problem(
        given,
        "impossible-zeros",
        f"{_listed(given.origins, origins)}: {departures:,.10g} departures, but with what is known of "
        f"their cells into {_listed(given.destinations, destinations)} all destinations together can "
        f"take only {taken:,.10g}, a difference of",
        f"{departures - taken:,.10g}",
        "open one of those cells or correct the margins",
    )


def _listed(names: Sequence[str], which: NDArray[np.intp]) -> str:
    shown = ", ".join(names[int(k)] for k in which[:_SHOWN])
    return shown if which.size <= _SHOWN else f"{shown} and {which.size - _SHOWN} more"


def _problem(given: Constraints, code: str, what: str, value: str, remedy: str) -> Problem:
    return Problem(file=given.file, row=None, what=what, value=value, remedy=remedy, code=code)
