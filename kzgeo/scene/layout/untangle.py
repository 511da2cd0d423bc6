"""Exchanging the places of two arrows on a ring where they cross on their way to it, as 2-opt does for tours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import STRtree

from kzgeo.scene.layout.geometry import centrelines, lengths
from kzgeo.scene.layout.shapes import lines

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Ints, Network, Style
    from kzgeo.scene.layout.shapes import Shapes

__all__ = ["untangle"]

_STEPS = 14
_ROUNDS = 4
_TESTS = 100_000  # of two lines, in all rounds; one round is made in any case
_LONGER = 1.1  # two arrows may become so much longer together


def untangle(network: Network, bearings: Floats, style: Style) -> Floats:
    """Return bearings (m, 4) with places on rings exchanged wherever that leaves fewer crossings."""
    bearings = bearings.copy()
    for _ in range(min(_ROUNDS, 1 + _TESTS // network.size**2)):
        drawn = lines(centrelines(network, bearings, style), _STEPS)
        crossing = STRtree(drawn).query(drawn, predicate="crosses").T
        ends = _ends_at_common_nodes(network, crossing[crossing[:, 0] < crossing[:, 1]])[
            : _TESTS // (_ROUNDS * network.size)
        ]
        gain = _gain(network, bearings, ends, drawn, style)
        touched = np.zeros(network.size, dtype=bool)
        for best in np.argsort(-gain, kind="stable")[: (gain > 0).sum()]:
            one, other, side, other_side = ends[best]
            if not (touched[one] or touched[other]):
                touched[[one, other]] = True
                bearings[one, side], bearings[other, other_side] = bearings[other, other_side], bearings[one, side]
        if not touched.any():
            break
    return bearings


def _ends_at_common_nodes(network: Network, pairs: Ints) -> Ints:
    """Return rows (flow, flow, end of the one, end of the other), ends 0 or 1, for every node that pairs share."""
    ends = np.stack([network.origins, network.destinations], axis=1)
    same = ends[pairs[:, 0]][:, :, None] == ends[pairs[:, 1]][:, None, :]
    pair, side, other_side = np.nonzero(same)
    return np.concatenate([pairs[pair], side[:, None], other_side[:, None]], axis=1)


def _gain(network: Network, bearings: Floats, ends: Ints, drawn: Shapes, style: Style) -> Floats:
    """Return by how many crossings an exchange at each of these common nodes lessens them, (p,)."""
    if not len(ends):
        return np.empty(0)
    one, other, side, other_side = ends.T
    rows = np.arange(len(ends))
    changed = np.stack([bearings[one], bearings[other]])  # (2, p, 4)
    changed[0, rows, side] = bearings[other, other_side]
    changed[1, rows, other_side] = bearings[one, side]
    flows = np.concatenate([one, other])
    curves = centrelines(network.with_flows(flows), changed.reshape(-1, 4), style)
    before = lengths(centrelines(network.with_flows(flows), bearings[flows], style)).reshape(2, -1).sum(axis=0)
    after = lengths(curves).reshape(2, -1).sum(axis=0)
    new = lines(curves, _STEPS)
    tree = STRtree(drawn)
    degree = np.bincount(tree.query(drawn[flows], predicate="crosses")[0], minlength=len(flows)).reshape(2, -1)
    hit, by = tree.query(new, predicate="crosses")
    foreign = (by != one[hit % len(ends)]) & (by != other[hit % len(ends)])
    met = np.bincount(hit[foreign] % len(ends), minlength=len(ends))
    met += shapely.crosses(new[: len(ends)], new[len(ends) :])
    return np.where(after < _LONGER * before, degree.sum(axis=0) - 1 - met, 0)
