"""Laws of the layout that hold for any network, whatever its geography."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from shapely.geometry import box

from kzgeo.scene.layout import Network, Style, lay_out, measure, needed_radius, straight
from kzgeo.scene.layout.rings import _ascending as ascending

PAGE = (0.0, 0.0, 120.0, 90.0)
STYLE = Style()


def network(seed: int) -> Network:
    """Return up to 10 nodes in a jittered grid, well inside the page, and up to 20 flows, some of them in pairs."""
    generator = np.random.default_rng(seed)
    nodes, flows = generator.integers(2, 11), generator.integers(1, 21)
    cells = generator.permutation(12)[:nodes]
    positions = np.stack([20.0 + 26.0 * (cells % 4), 20.0 + 24.0 * (cells // 4)], axis=1)
    positions += generator.uniform(-5.0, 5.0, positions.shape)
    ends = np.array([(o, d) for o in range(nodes) for d in range(nodes) if o != d])
    ends = generator.permutation(ends)[:flows]
    return Network(
        positions=positions,
        radii=generator.uniform(0.8, 1.6, nodes),
        origins=ends[:, 0],
        destinations=ends[:, 1],
        widths=generator.uniform(0.05, 2.0, len(ends)),
        page=PAGE,
    )


networks = st.builds(network, st.integers(0, 2**32 - 1))
laws = settings(max_examples=8, deadline=None, derandomize=True)


@laws
@given(networks)
def test_ends_are_at_their_nodes_and_arrows_on_the_page(network: Network) -> None:
    layout = lay_out(network)
    assert np.isfinite(layout.outlines).all()
    for nodes, places in ((network.origins, layout.curves[:, 0]), (network.destinations, layout.curves[:, 3])):
        away = np.linalg.norm(places - network.positions[nodes], axis=1) - network.radii[nodes]
        np.testing.assert_allclose(away, STYLE.gap, atol=1e-9)
    assert layout.score is not None
    assert (layout.score.outside_page, layout.score.lane_overlaps, layout.score.flows_under_nodes) == (0, 0, 0)


@laws
@given(networks, st.tuples(st.floats(-500, 500), st.floats(-500, 500)), st.integers(0, 2**32 - 1))
def test_place_and_order_do_not_matter(network: Network, shift: tuple[float, float], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(network.size)
    moved = replace(
        network.with_flows(order),
        positions=network.positions + shift,
        page=tuple(np.array(network.page) + np.tile(shift, 2)),
    )
    np.testing.assert_allclose(lay_out(moved).curves - shift, lay_out(network).curves[order], atol=1e-6)


@laws
@given(networks)
def test_the_search_is_no_worse_than_straight_lines(network: Network) -> None:
    ours, lines = lay_out(network).score, measure(network, straight(network, STYLE), STYLE)
    assert ours is not None
    assert ours.crossings + ours.crossings_common <= lines.crossings + 2 + network.size // 10
    assert ours.covered <= max(lines.covered, 0.03)


@laws
@given(networks)
def test_needed_radius_never_shrinks_a_ring_nor_swallows_a_neighbour(network: Network) -> None:
    radii = needed_radius(network, STYLE)
    assert (radii >= network.radii).all()
    discs = shapely.buffer(shapely.points(network.positions), radii)
    pairs = shapely.STRtree(discs).query(discs, predicate="intersects")
    assert (pairs[0] == pairs[1]).all()


def two_nodes(distance: float) -> Network:
    return Network(
        positions=np.array([(20.0, 20.0), (20.0 + distance, 21.0)]),
        radii=np.full(2, 1.2),
        origins=np.array([0, 1]),
        destinations=np.array([1, 0]),
        widths=np.array([1.0, 0.4]),
        page=(0.0, 0.0, 40.0, 40.0),
    )


def test_arrows_between_nodes_that_almost_touch_lead_around_them() -> None:
    for distance in (0.0, 1.0, 2.5, 4.0):
        network = two_nodes(distance)
        layout = lay_out(network)
        long = shapely.length(shapely.linestrings(layout.curves))  # of the control polygon
        assert long.min() > 3.0
        assert layout.score is not None
        assert layout.score.lane_overlaps == layout.score.detached_ends == layout.score.outside_page == 0


def test_an_arrow_goes_around_a_node_on_its_way() -> None:
    network = Network(
        positions=np.array([(10.0, 40.0), (60.0, 40.0), (110.0, 40.0)]),
        radii=np.full(3, 1.5),
        origins=np.array([0]),
        destinations=np.array([2]),
        widths=np.array([1.0]),
        page=PAGE,
    )
    assert measure(network, straight(network, STYLE), STYLE).flows_under_nodes == 1
    assert lay_out(network).score.flows_under_nodes == 0


def test_an_arrow_goes_around_a_label_and_an_inset() -> None:
    network = Network(
        positions=np.array([(10.0, 40.0), (110.0, 40.0)]),
        radii=np.full(2, 1.5),
        origins=np.array([0, 1]),
        destinations=np.array([1, 0]),
        widths=np.array([1.0, 0.5]),
        page=PAGE,
        labels=np.array([(50.0, 38.0, 70.0, 42.0)]),
        insets=(box(40.0, 50.0, 80.0, 85.0),),
    )
    lines = measure(network, straight(network, STYLE), STYLE)
    assert (lines.label_hits, lines.lane_overlaps) == (2, 1)
    score = lay_out(network).score
    assert (score.label_hits, score.inset_hits, score.lane_overlaps, score.outside_page) == (0, 0, 0, 0)


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(0.01, 5)), min_size=1, max_size=30))
def test_ends_are_moved_apart_with_least_squares(ends: list[tuple[float, float]]) -> None:
    values, weights = np.array(ends).T
    np.testing.assert_allclose(ascending(values, weights), isotonic_regression(values, weights=weights).x, atol=1e-9)
