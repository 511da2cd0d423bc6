"""Fit an OD matrix to its margins: iterative proportional fitting, exact known cells, ranges.

The matrix of maximum entropy relative to a seed, among all that agree with the constraints
(Deming and Stephan 1940; Ireland and Kullback 1968; for migration Willekens 1983).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve

from kzgeo.errors import InputError, Problem
from kzgeo.od.constraints import constrain, tighten

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kzgeo.od.constraints import Constraints

    Array = NDArray[np.float64]

__all__ = ["cpc", "fit", "fit_within"]

_SWEEPS = 500
_STEPS = 300


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
            reach = seed @ right
            # Columns were met exactly by the last step, so rows alone tell how far it is.
            if np.all(np.abs(left * reach - rows) <= tolerance * rows):
                break
            left = np.where(rows > 0, rows / reach, 0.0)
            reach = left @ seed
            right = np.where(columns > 0, columns / reach, 0.0)
            if not (np.isfinite(left).all() and np.isfinite(right).all()):
                return None
        else:
            return None
    result = seed * left[:, None]
    result *= right
    done = np.all(np.abs(result.sum(axis=0) - columns) <= 10 * tolerance * columns)
    return result if done else None


def _newton(seed: Array, given: Constraints, ends: tuple[Array, Array], *, tolerance: float) -> Array:
    """Minimise the convex dual in the logarithms of the scaling factors, cells held in their ranges."""
    low, high = ends
    n = given.rows.size
    margins = np.concatenate([given.rows, given.columns])
    fixed = low == high
    with np.errstate(divide="ignore"):
        start = np.log(low) - np.log(seed)
        stop = np.log(high) - np.log(seed)

    def cells(factors: Array) -> tuple[Array, float]:
        exponent = factors[:n, None] + factors[n:]
        held = np.clip(exponent, start, stop)
        with np.errstate(invalid="ignore"):
            x = np.where(fixed, low, np.clip(seed * np.exp(held), low, high))
            potential = np.where(fixed, low * exponent, x * (1 + exponent - held))
        return x, float(potential.sum() - margins @ factors)

    factors = np.zeros(margins.size)
    factors[:n] = np.log(max(given.rows.sum(), 1.0) / seed.sum())
    x, value = cells(factors)
    for _ in range(_STEPS):
        error = np.concatenate([x.sum(axis=1), x.sum(axis=0)]) - margins
        if np.all(np.abs(error) <= tolerance * margins):
            return x
        step = _direction(np.where(fixed | (x <= low) | (x >= high), 0.0, x), error)
        # A factor may change e-fold twice at most: far from the optimum the quadratic model lies.
        step *= min(1.0, 2.0 / np.abs(step).max(initial=1e-300))
        size, slope = 1.0, float(error @ step)
        while True:
            trial, reached = cells(factors + size * step)
            if reached <= value + 1e-4 * size * slope + 1e-13 * abs(value) or size < 1e-10:
                break
            size /= 2
        factors = factors + size * step
        x, value = trial, reached
    raise InputError(
        [
            Problem(
                given.file,
                None,
                "fitting stopped short of the margins, by",
                f"{np.abs(error).max():.3g}",
                "the seed spans too many orders of magnitude: give a seed with fewer near-zero cells",
                "not-converged",
            )
        ]
    )


def _direction(open_cells: Array, error: Array) -> Array:
    """Newton's direction; the ridge stands in for rows that nothing can move and the free constant."""
    hessian = np.block(
        [
            [np.diag(open_cells.sum(axis=1)), open_cells],
            [open_cells.T, np.diag(open_cells.sum(axis=0))],
        ]
    )
    diagonal = np.diagonal(hessian)
    ridge = 1e-10 * diagonal + 1e-12 * max(float(diagonal.max()), 1e-6)
    hessian[np.diag_indices_from(hessian)] += ridge
    return -solve(hessian, error, assume_a="sym")


def cpc(first: ArrayLike, second: ArrayLike) -> float:
    """Return the common part of commuters, the share of moves two OD matrices agree on, 0 to 1.

    ``2 * sum(min(a, b)) / (sum(a) + sum(b))`` (Lenormand et al. 2012), the Sorensen-Dice index.
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    return float(2 * np.minimum(a, b).sum() / (a.sum() + b.sum()))
