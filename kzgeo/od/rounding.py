"""Controlled rounding: whole people, both margins exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kzgeo.od.network import largest_flow

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["round_to_margins"]

# Cells this close to a whole number are whole: the fit's own error must not lift them by one.
_WHOLE = 1e-6


def round_to_margins(matrix: ArrayLike, rows: ArrayLike, columns: ArrayLike) -> Whole:
    """Round every cell up or down so that both margins are exact.

    Parameters
    ----------
    matrix : array_like, shape (n, m)
        Cells, 0 or more, whose margins are those given but for the fit's tolerance.
    rows, columns : array_like of whole numbers, shape (n,) and (m,)

    Returns
    -------
    ndarray of int, shape (n, m)
        Each cell is the floor or the ceiling of the given one, whole cells as they are. Among all such
        matrices the largest change of a cell is, to a 64th, the least.

    Raises
    ------
    ValueError
        If the matrix does not have the margins.

    Notes
    -----
    The cells to round up are a maximum flow with unit capacities (Bacharach 1966; Cox and Ernst
    1982), which exists because the fractions themselves are one. Cells nearest to a whole number
    are settled first, as many as leave a flow possible.
    """
    x = np.asarray(matrix, float)
    near = np.rint(x)
    x = np.where(np.abs(x - near) <= _WHOLE, near, x)
    base = np.floor(x)
    fraction = x - base
    up = np.rint(rows - base.sum(axis=1)), np.rint(columns - base.sum(axis=0))
    best = _raise(fraction, up, threshold=0.0)
    if best is None:
        raise ValueError("the matrix does not have these margins")
    settled, limit = 0.0, 0.5
    while limit - settled > 1 / 64:
        middle = (settled + limit) / 2
        raised = _raise(fraction, up, threshold=middle)
        if raised is None:
            limit = middle
        else:
            best, settled = raised, middle
    whole: Whole = (base + best).astype(np.int64)
    return whole


def _raise(fraction: Array, up: tuple[Array, Array], *, threshold: float) -> NDArray[np.bool_] | None:
    """Choose the cells to round up, those within ``threshold`` of a whole number being settled."""
    raised = fraction > 1 - threshold
    rows, columns = up[0] - raised.sum(axis=1), up[1] - raised.sum(axis=0)
    if min(rows.min(initial=0), columns.min(initial=0)) < 0 or rows.sum() != columns.sum():
        return None
    capacity = (fraction > 0) & (fraction >= threshold) & ~raised
    chosen = largest_flow(rows, columns, capacity)
    return raised | (chosen > 0) if chosen.sum() == rows.sum() else None
