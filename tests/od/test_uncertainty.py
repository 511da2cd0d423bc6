"""Seeds, noise and how errors pass through the fit."""

from __future__ import annotations

import numpy as np
import pytest
from matrices import distances, matrix_of, year

from kzgeo.od import cpc, fit, fit_deterrence, great_circle, usual_deterrence
from kzgeo.od.change import clustering, smooth
from kzgeo.od.uncertainty import interval, propagate


def test_the_delta_method_agrees_with_simulation() -> None:
    seed, target = matrix_of(year(2021))[:8, :8], matrix_of(year(2024))[:8, :8]
    margins = target.sum(axis=1), target.sum(axis=0)
    fitted = fit(seed, *margins)
    spread = np.where(seed > 0, 0.05 * (1 + np.arange(8) / 8), 0.0)
    random = np.random.default_rng(1)
    runs = [fit(seed * np.exp(random.normal(0, 1, (8, 8)) * spread), *margins) for _ in range(1500)]
    off = seed > 0
    simulated = np.log(np.array(runs)[:, off]).std(axis=0)
    np.testing.assert_allclose(np.sqrt(propagate(fitted, spread**2)[off]), simulated, rtol=0.1)


def test_what_margins_determine_has_no_variance() -> None:
    # Two rows and one column leave nothing open; nor does a row with a single open cell.
    assert propagate(np.array([[3.0], [4.0]]), np.ones((2, 1))) == pytest.approx(0, abs=1e-9)
    variance = propagate(np.array([[5.0, 0.0], [2.0, 4.0]]), np.ones((2, 2)))
    assert variance[[0, 1, 1], [0, 0, 1]] == pytest.approx(0, abs=1e-6)


def test_an_interval_is_central_in_logarithms() -> None:
    low, high = interval(np.array([[100.0]]), np.array([[0.04]]))
    assert low[0, 0] * high[0, 0] == pytest.approx(10000)
    assert high[0, 0] == pytest.approx(100 * np.exp(1.6449 * 0.2), rel=1e-4)


def test_clustering_of_simulated_movers() -> None:
    random = np.random.default_rng(5)
    near = random.lognormal(4, 1, (60, 60))
    mean = (near + near.T) / 2
    np.fill_diagonal(mean, 0)
    households = random.poisson(mean / 6)
    assert clustering(6.0 * households) == pytest.approx(6, rel=0.35)
    assert clustering(random.poisson(mean * 20).astype(float)) < 2


def test_smoothing_spares_large_cells() -> None:
    matrix = matrix_of(year(2024))
    off = matrix > 0
    change = np.abs(np.log(smooth(matrix, 4.0)[off] / matrix[off]))
    assert change[matrix[off] > 3000].max() < 0.01
    assert change[matrix[off] < 30].max() > 0.1


def test_a_fitted_deterrence_recovers_its_exponents() -> None:
    law = usual_deterrence(distances())
    margins = matrix_of(year(2024)).sum(axis=1), matrix_of(year(2024)).sum(axis=0)
    fitted = fit_deterrence(fit(law.seed(distances()), *margins), distances())
    assert fitted.distance_exponent == pytest.approx(law.distance_exponent, abs=0.02)
    assert fitted.rank_exponent == pytest.approx(law.rank_exponent, abs=0.02)
    assert fitted.spread < 0.02


def test_rank_adds_to_distance() -> None:
    truth = matrix_of(year(2024))
    margins = truth.sum(axis=1), truth.sum(axis=0)
    off = ~np.eye(20, dtype=bool)
    far = np.where(off, distances(), 1.0)
    best_power = max(cpc(fit(np.where(off, far**-b, 0), *margins), truth) for b in np.arange(0.8, 1.6, 0.1))
    fitted = fit_deterrence(matrix_of(year(2021)), distances())
    assert cpc(fit(fitted.seed(distances()), *margins), truth) > best_power


def test_great_circles() -> None:
    astana_almaty = great_circle([71.446, 76.912], [51.180, 43.252])
    assert astana_almaty[0, 1] == pytest.approx(972, abs=5)
    assert great_circle([0, 180], [0, 0])[0, 1] == pytest.approx(np.pi * 6371.0088)
