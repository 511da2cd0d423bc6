"""Hard bounds hold every matrix that fits, and are reached."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from matrices import matrix_of, problems, truths, year

from kzgeo.od import bounds, fit


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_bounds_hold_the_truth_and_the_estimate(
    problem: tuple[np.ndarray, tuple[np.ndarray, np.ndarray]],
) -> None:
    truth, ranges = problem
    margins = truth.sum(axis=1), truth.sum(axis=0)
    least, most = bounds(*margins, ranges=ranges)
    assert (least <= truth).all()
    assert (truth <= most).all()
    fitted = fit(np.ones(truth.shape), *margins, ranges=ranges)
    slack = 1e-6 * (1 + truth.sum())
    assert (least - slack <= fitted).all()
    assert (fitted <= most + slack).all()


@settings(deadline=None)
@given(truth=truths())
def test_without_known_cells_they_are_frechets(truth: np.ndarray) -> None:
    rows, columns = truth.sum(axis=1)[:, None], truth.sum(axis=0)
    least, most = bounds(rows.ravel(), columns)
    np.testing.assert_array_equal(most, np.minimum(rows, columns))
    np.testing.assert_array_equal(least, np.maximum(0, rows + columns - truth.sum()))


def test_a_closed_diagonal_narrows_them() -> None:
    # Region 1 sends 8 and takes 1; the others must take its 8, so little is left between them.
    high = np.where(np.eye(3, dtype=bool), 0.0, np.inf)
    least, most = bounds([8, 2, 1], [1, 6, 4], ranges=(np.zeros((3, 3)), high))
    np.testing.assert_array_equal(least, [[0, 5, 2], [0, 0, 1], [0, 0, 0]])
    np.testing.assert_array_equal(most, [[0, 6, 3], [1, 0, 2], [1, 1, 0]])


def test_all_cells_but_one_line_known_leave_no_doubt() -> None:
    truth = matrix_of(year(2024))
    low, high = truth.copy(), truth.copy()
    low[3], high[3] = 0, np.inf
    least, most = bounds(truth.sum(axis=1), truth.sum(axis=0), ranges=(low, high))
    np.testing.assert_array_equal(least, truth)
    np.testing.assert_array_equal(most, truth)
