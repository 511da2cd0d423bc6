"""Hard bounds: what no OD matrix with these margins and known cells can exceed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kzgeo.od.constraints import constrain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kzgeo.od.constraints import Constraints

    Array = NDArray[np.float64]

__all__ = ["bounds", "bounds_within"]

_SWEEPS = 200


def bounds(
    rows: ArrayLike, columns: ArrayLike, *, ranges: tuple[ArrayLike, ArrayLike] | None = None
) -> tuple[Array, Array]:
    """Return the least and the most that each cell can hold, in people.

    Parameters
    ----------
    rows, columns : array_like, shape (n,) and (m,)
        Row and column sums.
    ranges : pair of array_like, shape (n, m), optional
        Low and high ends of what is known of the cells; see `kzgeo.od.fit`.

    Returns
    -------
    least, most : ndarray, shape (n, m)

    Raises
    ------
    InputError
        If the constraints contradict each other on their face.

    Notes
    -----
    The shuttle algorithm (Buzzigoli and Giusti 1999; Dobra and Fienberg 2001): a cell is at most its
    margin less the least of all other cells in the line, and at least its margin less the most
    of them, in turn until nothing moves. Every stage is valid. Without known cells the result
    is Fréchet's bounds, which are attained; with many known cells a bound may be wider than need be.
    """
    return bounds_within(constrain(rows, columns, ranges))


def bounds_within(given: Constraints) -> tuple[Array, Array]:
    """Return the bounds of verified constraints; see `bounds`."""
    rows, columns = given.rows[:, None], given.columns[None, :]
    least, most = given.low.copy(), np.minimum(given.high, np.minimum(rows, columns))
    for _ in range(_SWEEPS):
        across, down = least.sum(axis=1, keepdims=True), least.sum(axis=0, keepdims=True)
        upper = np.minimum(most, np.minimum(rows - (across - least), columns - (down - least)))
        across, down = upper.sum(axis=1, keepdims=True), upper.sum(axis=0, keepdims=True)
        lower = np.maximum(least, np.maximum(rows - (across - upper), columns - (down - upper)))
        moved = max(float((most - upper).max(initial=0)), float((lower - least).max(initial=0)))
        # Rounding must not push a bound past a cell that is exactly known.
        most, least = np.maximum(upper, given.low), np.minimum(lower, np.maximum(upper, given.low))
        if moved <= 1e-9 * max(float(given.rows.max(initial=0)), 1.0):
            break
    return least, most
