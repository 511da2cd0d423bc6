"""Rounded matrices keep both margins and move no cell by a whole person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matrices import truths

from kzgeo.od import fit, round_to_margins


@settings(max_examples=100, deadline=None)
@given(truth=truths(most=8), data=st.data())
def test_margins_are_exact_and_cells_are_floor_or_ceiling(truth: np.ndarray, data: st.DataObject) -> None:
    seed = data.draw(arrays(float, truth.shape, elements=st.floats(0.01, 100)))
    rows, columns = truth.sum(axis=1), truth.sum(axis=0)
    fitted = fit(seed, rows, columns)
    rounded = round_to_margins(fitted, rows, columns)
    assert rounded.dtype == np.int64
    assert (rounded.sum(axis=1) == rows).all()
    assert (rounded.sum(axis=0) == columns).all()
    assert (rounded >= 0).all()
    assert (np.abs(rounded - fitted) < 1).all()


def test_whole_cells_stay() -> None:
    matrix = np.array([[3.0000001, 0.5, 0.5], [0.0, 1.5, 0.5], [2.0, 0.0, 4.9999999]])
    rounded = round_to_margins(matrix, [4, 2, 7], [5, 2, 6])
    assert rounded[0, 0] == 3
    assert rounded[2].tolist() == [2, 0, 5]


def test_cells_near_a_whole_number_go_there() -> None:
    matrix = np.array([[0.9, 0.1, 0.0], [0.1, 0.4, 0.5], [0.0, 0.5, 0.5]])
    rounded = round_to_margins(matrix, [1, 1, 1], [1, 1, 1])
    assert rounded[0].tolist() == [1, 0, 0]


def test_other_margins_are_refused() -> None:
    with pytest.raises(ValueError, match="does not have these margins"):
        round_to_margins([[1.5, 1.5], [1.0, 1.0]], [3, 2], [4, 1])
