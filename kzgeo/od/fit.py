"""Fit an OD matrix to its margins: iterative proportional fitting, exact known cells, ranges.

The matrix of maximum entropy relative to a seed, among all that agree with the constraints
(Deming and Stephan 1940; Ireland and Kullback 1968; for migration Willekens 1983).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgWarning, solve

from kzgeo.errors import InputError, Problem
from kzgeo.od.constraints import constrain, tighten
from kzgeo.od.network import margin_hessian, parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kzgeo.od.constraints import Constraints

    Array = NDArray[np.float64]

__all__ = ["cpc", "fit", "fit_within"]

_SWEEPS = 500
_BLOCK = 2**17  # cells, 1 MiB: what a processor's own cache holds
_ROUNDS = 500
_HALVINGS = 64
# Logarithms are capped here: no cell of a solution comes near it, and sums stay finite.
_LARGEST = 300.0


def fit(
    seed: ArrayLike,
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    ranges: tuple[ArrayLike, ArrayLike] | None = None,
    tolerance: float = 1e-8,
) -> Array:
    """Return the matrix closest to ``seed`` that has the given margins.

    Parameters
    ----------
    seed : array_like, shape (n, m)
        Relative sizes of the cells, 0 or more. A zero stays zero unless its range lifts it.
    rows, columns : array_like, shape (n,) and (m,)
        Row sums (departures) and column sums (arrivals), in people.
    ranges : pair of array_like, shape (n, m), optional
        Low and high end of every cell's range; equal ends make a known cell, which is exact in
        the result, 0 and infinity leave it open.
    tolerance : float
        Largest error of a margin, relative to that margin.

    Returns
    -------
    ndarray, shape (n, m)
        ``seed[i, j] * a[i] * b[j]``, moved to the end of its range where it would leave it.
        Closeness is Kullback-Leibler divergence from the seed.

    Raises
    ------
    InputError
        If no such matrix exists; the message says why.

    Notes
    -----
    Only the scaling vectors are iterated, by two matrix-vector products a sweep, so that memory
    stays at the seed and the result. Ranges, and patterns of zeros on which proportional fitting
    crawls, are solved by Newton's method on the dual problem after a maximum flow has shown that a
    solution exists and which cells it forces.
    """
    seed = np.asarray(seed, float)
    if ranges is None:
        rows, columns = np.asarray(rows, float), np.asarray(columns, float)
        scaled = _scale(seed, rows, columns, tolerance=tolerance)
        if scaled is not None:
            return scaled
        ranges = np.zeros(seed.shape), np.where(seed > 0, np.inf, 0.0)
    return fit_within(constrain(rows, columns, ranges), seed, tolerance=tolerance)


def fit_within(given: Constraints, seed: Array, *, tolerance: float = 1e-8) -> Array:
    """Return the matrix closest to ``seed``, shape (n, m), that agrees with verified constraints.

    See `fit`, of which this is the form for constraints that carry names.
    """
    if not given.ranged.any():
        known = np.where(given.fixed, given.low, 0.0)
        scaled = _scale(
            np.where(given.fixed, 0.0, seed),
            np.maximum(given.rows - known.sum(axis=1), 0.0),
            np.maximum(given.columns - known.sum(axis=0), 0.0),
            tolerance=tolerance,
        )
        if scaled is not None:
            scaled += known
            return scaled
    closed = np.where((seed > 0) | (given.low > 0), given.high, 0.0)
    ends = tighten(replace(given, high=closed))
    floor = np.min(seed[seed > 0], initial=1.0)
    return _newton(np.where(seed > 0, seed, floor), given, ends, tolerance=tolerance)


def _scale(seed: Array, rows: Array, columns: Array, *, tolerance: float) -> Array | None:
    """Fit the scaling vectors in proportion, in turn; None if that does not get there."""
    right = np.ones(columns.size)
    left = np.zeros(rows.size)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(_SWEEPS):
            near, reach = _sweep(seed, rows, (left, right), tolerance=tolerance)
            if near:
                break
            right = np.where(columns > 0, columns / reach, 0.0)
            if not (np.isfinite(left).all() and np.isfinite(right).all()):
                return None
        else:
            return None
    result = seed * left[:, None]
    result *= right
    done = np.all(np.abs(result.sum(axis=0) - columns) <= 10 * tolerance * columns)
    return result if done else None


def _sweep(seed: Array, rows: Array, factors: tuple[Array, Array], *, tolerance: float) -> tuple[bool, Array]:
    """Meet all rows, writing their factors; say whether they were met before, and what columns now reach.

    A few rows at a time, so that each is read from memory once a sweep, not twice.
    """
    left, right = factors
    total = np.zeros(right.size)
    near = True
    height = max(1, _BLOCK // max(1, right.size))
    for start in range(0, rows.size, height):
        block = slice(start, start + height)
        reach = seed[block] @ right
        # Columns were met exactly by the last sweep, so rows alone tell how far it is.
        near &= bool(np.all(np.abs(left[block] * reach - rows[block]) <= tolerance * rows[block]))
        left[block] = np.where(rows[block] > 0, rows[block] / reach, 0.0)
        total += left[block] @ seed[block]
    return near, total


def _newton(seed: Array, given: Constraints, ends: tuple[Array, Array], *, tolerance: float) -> Array:
    """Minimise the convex dual in the logarithms of the scaling factors, cells held in their ranges.

    Every round meets the rows, then the columns, exactly, which alone would converge; a Newton step
    then moves all factors at once.
    """
    n = given.rows.size
    dual = _Dual(np.log(seed), *ends, np.concatenate([given.rows, given.columns]))
    factors = np.zeros(dual.margins.size)
    error = dual.margins
    for turn in range(_ROUNDS):
        factors[:n] = _level(dual.logs + factors[n:], *ends, given.rows)
        across = dual.logs + factors[:n, None]
        factors[n:] = _level(across.T, ends[0].T, ends[1].T, given.columns)
        x, error = dual.cells(factors), dual.gradient(factors)
        if np.all(np.abs(error) <= tolerance * dual.margins):
            return x
        loose = np.where(dual.loose(factors, slack=0.1 * (turn % 2)), x, 0.0)
        hessian = margin_hessian(loose)
        with warnings.catch_warnings():
            # A poor direction only costs a round.
            warnings.simplefilter("ignore", LinAlgWarning)
            step = -solve(hessian, error, assume_a="sym")
        factors += dual.reach(factors, step) * step
        factors = dual.balanced(factors, loose, tolerance=tolerance)
    raise InputError(
        [
            Problem(
                given.file,
                None,
                "fitting stopped short of the margins, by",
                f"{np.abs(error).max():.3g}",
                "the seed spans too many orders of magnitude: give one with fewer cells next to zero",
                "not-converged",
            )
        ]
    )


@dataclass(frozen=True)
class _Dual:
    """The dual problem; its gradient is by how much the cells miss the margins."""

    logs: Array
    low: Array
    high: Array
    margins: Array

    def cells(self, factors: Array) -> Array:
        n = len(self.logs)
        exponent = np.minimum(self.logs + factors[:n, None] + factors[n:], _LARGEST)
        held: Array = np.clip(np.exp(exponent), self.low, self.high)
        return held

    def loose(self, factors: Array, *, slack: float) -> NDArray[np.bool_]:
        """Return the cells that a small step moves.

        With some slack, cells held only just count as well, lest steps bounce off their ends.
        """
        n = len(self.logs)
        x = np.exp(np.minimum(self.logs + factors[:n, None] + factors[n:], _LARGEST))
        inside: NDArray[np.bool_] = (x > self.low * (1 - slack)) & (x < self.high * (1 + slack))
        return inside & (self.low < self.high)

    def gradient(self, factors: Array) -> Array:
        x = self.cells(factors)
        error: Array = np.concatenate([x.sum(axis=1), x.sum(axis=0)]) - self.margins
        return error

    def balanced(self, factors: Array, loose: Array, *, tolerance: float) -> Array:
        """Return factors with every part that only held cells join to the others moved as a whole.

        There is no curvature between such parts, of which Newton's step could tell how far they must move.
        """
        for part in parts(loose).T:
            slope = float(self.gradient(factors) @ part)
            if abs(slope) > tolerance * float(np.abs(part) @ self.margins):
                down = -np.sign(slope) * part
                factors = factors + self.reach(factors, down) * down
        return factors

    def reach(self, factors: Array, step: Array) -> float:
        """Return how many times ``step`` to go to where the dual is lowest, within a tenth of the slope.

        The slope rises along any line, as the dual is convex. While all cells that join two parts
        are held, there is no curvature between the parts and the step is far too short.
        """
        start = float(self.gradient(factors) @ step)
        if start >= 0:
            return 0.0
        near, size, far = 0.0, 1.0, np.inf
        for _ in range(_HALVINGS):
            slope = float(self.gradient(factors + size * step) @ step)
            if abs(slope) <= -0.1 * start:
                break
            near, far = (size, far) if slope < 0 else (near, size)
            size = (near + far) / 2 if np.isfinite(far) else 4 * size
        return size


def _level(logs: Array, low: Array, high: Array, margin: Array) -> Array:
    """Return what to add to each row of ``logs`` so that its cells, held in their ranges, meet the margin."""
    free = low < high
    goal = np.maximum(margin, np.finfo(float).tiny)[:, None]
    above = np.log(np.where(free, np.minimum(high, goal), 1.0)) - logs
    below = np.log(np.where(free, np.maximum(low, 1e-15 * goal), 1.0)) - logs
    open_rows = free.any(axis=1)
    top = np.where(open_rows, np.where(free, above, -np.inf).max(axis=1), 0.0)
    bottom = np.where(open_rows, np.where(free, below, np.inf).min(axis=1), 0.0)
    for _ in range(_HALVINGS):
        middle = (top + bottom) / 2
        sums = np.clip(np.exp(np.minimum(logs + middle[:, None], _LARGEST)), low, high).sum(axis=1)
        top, bottom = np.where(sums > margin, middle, top), np.where(sums > margin, bottom, middle)
    level: Array = (top + bottom) / 2
    return level


def cpc(first: ArrayLike, second: ArrayLike) -> float:
    """Return the common part of commuters, the share of moves two OD matrices agree on, 0 to 1.

    ``2 * sum(min(a, b)) / (sum(a) + sum(b))`` (Lenormand et al. 2012), the Sorensen-Dice index.
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    return float(2 * np.minimum(a, b).sum() / (a.sum() + b.sum()))
