"""Intervals: how an error in the seed passes through the fit to the margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import inv
from scipy.stats import norm

from kzgeo.od.network import margin_hessian, margin_moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["interval", "propagate"]


def propagate(matrix: Array, variance: Array) -> Array:
    """Return the variance of the logarithm of every fitted cell, shape (n, m).

    Parameters
    ----------
    matrix : ndarray, shape (n, m)
        Fitted cells, in people; 0 where a cell is known and so has no part in the fit.
    variance : ndarray, shape (n, m)
        Variance of the logarithm of every seed cell, independent of each other.

    Notes
    -----
    The delta method: fitting to margins subtracts from a small change of the log seed the weighted row
    and column effects that keep the margins as they are. That projection, and so the variance, is
    exact to first order; it replaces a simulation, needs no random numbers and gives the same under any
    order of regions.
    """
    n = len(matrix)
    inner = margin_hessian(matrix)
    spread = margin_moments(matrix**2 * variance)
    solved = inv(inner)
    effects = solved @ spread @ solved
    both = solved.diagonal()[:n, None] + 2 * solved[:n, n:] + solved.diagonal()[n:]
    drawn = effects.diagonal()[:n, None] + 2 * effects[:n, n:] + effects.diagonal()[n:]
    return np.maximum(variance * (1 - 2 * matrix * both) + drawn, 0.0)


def interval(matrix: Array, variance: Array, *, level: float = 0.9) -> tuple[Array, Array]:
    """Return the ends of the central interval of every cell, in people, shape (n, m) each.

    Parameters
    ----------
    matrix : ndarray, shape (n, m)
        Estimated cells, taken as medians of lognormal distributions.
    variance : ndarray, shape (n, m)
        Variance of the logarithm of each.
    level : float
        Probability that the interval covers the truth.
    """
    reach = np.exp(norm.ppf((1 + level) / 2) * np.sqrt(variance))
    return matrix / reach, matrix * reach
