"""Fitted matrices have their margins and their known cells, or are refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matrices import matrix_of, problems, truths, year
from scipy.optimize import linprog

from kzgeo.errors import InputError
from kzgeo.od import cpc, fit

if TYPE_CHECKING:
    Ranges = tuple[np.ndarray, np.ndarray]


def holds(matrix: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> None:
    np.testing.assert_allclose(matrix.sum(axis=1), rows, rtol=2e-7, atol=1e-9)
    np.testing.assert_allclose(matrix.sum(axis=0), columns, rtol=2e-7, atol=1e-9)


def exists(rows: np.ndarray, columns: np.ndarray, ranges: Ranges) -> bool:
    """Whether any matrix fits, by linear programming: independent of the maximum flow under test."""
    n, m = ranges[0].shape
    sums = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    limits = [(low, None if np.isinf(high) else high) for low, high in zip(*map(np.ravel, ranges), strict=True)]
    return linprog(np.zeros(n * m), A_eq=sums, b_eq=np.concatenate([rows, columns]), bounds=limits).status == 0


def test_a_textbook_table() -> None:
    # Every cell is row x column / total where the seed says nothing.
    np.testing.assert_allclose(fit(np.ones((2, 2)), [30, 70], [40, 60]), [[12, 18], [28, 42]])


def test_the_odds_ratios_are_those_of_the_seed() -> None:
    seed = matrix_of(year(2023)) + np.eye(20)
    fitted = fit(seed, seed.sum(axis=1) * 1.5, seed.sum(axis=0) * 1.5 * np.ones(20))
    ratio = fitted / seed
    np.testing.assert_allclose(ratio * ratio[0, 0], ratio[:, :1] * ratio[:1, :], rtol=1e-6)


@settings(deadline=None)
@given(truth=truths(), data=st.data())
def test_an_open_matrix_always_fits(truth: np.ndarray, data: st.DataObject) -> None:
    seed = data.draw(arrays(float, truth.shape, elements=st.floats(1e-6, 1e6)))
    holds(fit(seed, truth.sum(axis=1), truth.sum(axis=0)), truth.sum(axis=1), truth.sum(axis=0))


@settings(max_examples=60, deadline=None)
@given(problem=problems(), data=st.data())
def test_known_cells_are_exact_and_ranges_kept(problem: tuple[np.ndarray, Ranges], data: st.DataObject) -> None:
    truth, (low, high) = problem
    seed = data.draw(arrays(float, truth.shape, elements=st.floats(1e-3, 1e3)))
    fitted = fit(seed, truth.sum(axis=1), truth.sum(axis=0), ranges=(low, high))
    holds(fitted, truth.sum(axis=1), truth.sum(axis=0))
    assert (fitted[low == high] == truth[low == high]).all()
    assert (fitted >= low - 1e-9).all()
    assert (fitted <= high + 1e-9).all()


def test_parts_that_held_cells_join_are_balanced() -> None:
    # the seed is so large beside the cells of 0 to 1 that all of them are held until whole parts have moved far
    truth = np.array([[0, 0, 1269], [0, 872, 0], [0, 0, 3629], [1181, 218, 0], [413, 0, 0]], float)
    small = truth == 0
    ranges = np.where(small, 0, np.floor(truth * 0.7)), np.where(small, 1, np.ceil(truth * 1.3) + 1)
    fitted = fit(np.full(truth.shape, 800.0), truth.sum(axis=1), truth.sum(axis=0), ranges=ranges)
    holds(fitted, truth.sum(axis=1), truth.sum(axis=0))


@settings(max_examples=80, deadline=None)
@given(truth=truths(), data=st.data())
def test_consistent_margins_fit_or_are_refused_with_the_reason(truth: np.ndarray, data: st.DataObject) -> None:
    rows = np.array(data.draw(st.permutations(truth.sum(axis=1).tolist())))
    columns = truth.sum(axis=0)
    closed = data.draw(arrays(bool, truth.shape))
    ranges = np.zeros(truth.shape), np.where(closed, 0.0, np.inf)
    if exists(rows, columns, ranges):
        holds(fit(np.ones(truth.shape), rows, columns, ranges=ranges), rows, columns)
        return
    with pytest.raises(InputError, match="a difference of") as caught:
        fit(np.ones(truth.shape), rows, columns, ranges=ranges)
    assert {problem.code for problem in caught.value.problems} == {"impossible-zeros"}


def test_zeros_that_force_other_zeros_do_not_stall() -> None:
    # Only the diagonal fits, though the seed is positive on and below it; plain IPF needs 1/tolerance sweeps.
    np.testing.assert_allclose(fit(np.tri(12), np.ones(12), np.ones(12)), np.eye(12), atol=1e-8)


def test_any_order_of_regions_gives_the_same() -> None:
    seed, target = matrix_of(year(2021)), matrix_of(year(2024))
    order = np.random.default_rng(3).permutation(20)
    straight = fit(seed, target.sum(axis=1), target.sum(axis=0))
    shuffled = fit(seed[np.ix_(order, order)], target.sum(axis=1)[order], target.sum(axis=0)[order])
    np.testing.assert_allclose(shuffled, straight[np.ix_(order, order)], rtol=1e-6)


@pytest.mark.parametrize(
    ("rows", "columns", "code", "words"),
    [
        ([5, 5], [5, 6], "margins-differ", "departures sum to 10 and arrivals to 11"),
        ([5, -1], [4, 0], "bad-margin", "row 2: departures must be a number"),
        ([5, np.nan], [4, 0], "bad-margin", "row 2"),
    ],
)
def test_margins_that_cannot_be(rows: list[float], columns: list[float], code: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        fit(np.ones((2, 2)), rows, columns)
    assert caught.value.problems[0].code == code


def test_every_contradiction_is_listed() -> None:
    low = np.array([[9.0, 0, 0], [0, 0, 0], [0, 0, 0]])
    high = np.array([[9.0, 1, 1], [0, 0, 0], [9, 9, 9]])
    with pytest.raises(InputError) as caught:
        fit(np.ones((3, 3)), [8, 3, 5], [6, 5, 5], ranges=(low, high))
    codes = [(problem.code, problem.what.split(":")[0]) for problem in caught.value.problems]
    assert codes == [
        ("known-exceeds-margin", "row 1"),
        ("impossible-zeros", "row 2"),
        ("known-exceeds-margin", "column 1"),
    ]


def test_zeros_that_only_together_are_impossible_name_the_rows() -> None:
    high = np.full((3, 3), np.inf)
    high[:2, 1:] = 0  # rows 1 and 2 may go to column 1 only
    with pytest.raises(InputError, match=r"row 1, row 2: 8 departures") as caught:
        fit(np.ones((3, 3)), [4, 4, 4], [6, 3, 3], ranges=(np.zeros((3, 3)), high))
    assert caught.value.problems[0].value == "2"


def test_the_common_part_of_commuters() -> None:
    assert cpc([[0, 4], [6, 0]], [[0, 4], [6, 0]]) == 1
    assert cpc([[0, 4], [6, 0]], [[0, 2], [8, 0]]) == pytest.approx(0.8)
    assert cpc([[0, 4], [0, 0]], [[0, 0], [4, 0]]) == 0
