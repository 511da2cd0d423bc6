"""Exchanging the places of two arrows on a ring where they cross on their way to it, as 2-opt does for tours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import STRtree

from kzgeo.scene.layout.choice import shape_costs
from kzgeo.scene.layout.geometry import centrelines
from kzgeo.scene.layout.shapes import lines

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Ints, Network, Style
    from kzgeo.scene.layout.shapes import Shapes

__all__ = ["crossings", "untangle"]

_STEPS = 14
_CROSSING = 2.0  # what a crossing weighs against the shapes of curves
_ROUNDS = 4
_TESTS = 40_000  # of two lines, in all rounds; one round is made in any case


def untangle(network: Network, bearings: Floats, style: Style) -> Floats:
    """Return bearings (m, 4) with places on rings exchanged wherever that leaves fewer crossings."""
    bearings = bearings.copy()
    for _ in range(min(_ROUNDS, 1 + _TESTS // network.size**2)):
        curves = centrelines(network, bearings, style)
        ends = _ends_at_common_nodes(network, crossings(curves))[: _TESTS // (_ROUNDS * network.size)]
        gain = _gain(network, bearings, ends, lines(curves, _STEPS), style)
        touched = np.zeros(network.size, dtype=bool)
        for best in np.argsort(-gain, kind="stable")[: (gain > 0).sum()]:
            one, other, side, other_side = ends[best]
            if not (touched[one] or touched[other]):
                touched[[one, other]] = True
                bearings[one, side], bearings[other, other_side] = bearings[other, other_side], bearings[one, side]
        if not touched.any():
            break
    return bearings


def crossings(curves: Floats) -> Ints:
    """Return the pairs (p, 2) of curves (m, 4, 2) that cross, each once."""
    drawn = lines(curves, _STEPS)
    pairs = STRtree(drawn).query(drawn, predicate="crosses").T
    return np.asarray(pairs[pairs[:, 0] < pairs[:, 1]])


def _ends_at_common_nodes(network: Network, pairs: Ints) -> Ints:
    """Return rows (flow, flow, end of the one, end of the other), ends 0 or 1, for every node that pairs share."""
    ends = np.stack([network.origins, network.destinations], axis=1)
    same = ends[pairs[:, 0]][:, :, None] == ends[pairs[:, 1]][:, None, :]
    pair, side, other_side = np.nonzero(same)
    return np.concatenate([pairs[pair], side[:, None], other_side[:, None]], axis=1)


def _gain(network: Network, bearings: Floats, ends: Ints, drawn: Shapes, style: Style) -> Floats:
    """Return by how much an exchange at each of these common nodes is better, in crossings, (p,)."""
    if not len(ends):
        return np.empty(0)
    one, other, side, other_side = ends.T
    rows = np.arange(len(ends))
    changed = np.stack([bearings[one], bearings[other]])  # (2, p, 4)
    changed[0, rows, side] = bearings[other, other_side]
    changed[1, rows, other_side] = bearings[one, side]
    flows = np.concatenate([one, other])
    part = network.with_flows(flows)
    curves = centrelines(part, changed.reshape(-1, 4), style)
    worse = shape_costs(part, changed.reshape(-1, 1, 4), curves[:, None], style)
    worse -= shape_costs(part, bearings[flows][:, None], centrelines(part, bearings[flows], style)[:, None], style)
    new = lines(curves, _STEPS)
    tree = STRtree(drawn)
    degree = np.bincount(tree.query(drawn[flows], predicate="crosses")[0], minlength=len(flows)).reshape(2, -1)
    hit, by = tree.query(new, predicate="crosses")
    foreign = (by != one[hit % len(ends)]) & (by != other[hit % len(ends)])
    met = np.bincount(hit[foreign] % len(ends), minlength=len(ends))
    met += shapely.crosses(new[: len(ends)], new[len(ends) :])
    return np.asarray(_CROSSING * (degree.sum(axis=0) - 1 - met) - worse.reshape(2, -1).sum(axis=0))
