"""Exchanging the places of two arrows on a ring where they cross on their way to it, as 2-opt does for tours."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import STRtree

from kzgeo.scene.layout.geometry import centrelines, lengths, points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Ints, Network, Style

__all__ = ["untangle"]

_STEPS = 24
_ROUNDS = 4
_TESTS = 60_000  # of two lines, in a round
_LONGER = 1.1  # two arrows may become so much longer together


def untangle(network: Network, bearings: Floats, style: Style) -> Floats:
    """Return bearings (m, 4) with places on rings exchanged wherever that leaves fewer crossings."""
    bearings = bearings.copy()
    for _ in range(_ROUNDS):
        lines = _lines(centrelines(network, bearings, style))
        crossing = STRtree(lines).query(lines, predicate="crosses").T
        degree = np.bincount(crossing[:, 0], minlength=network.size)
        ends = _ends_at_common_nodes(network, crossing[crossing[:, 0] < crossing[:, 1]])[: _TESTS // network.size]
        gain = _gain(network, bearings, lines, degree, ends, style)
        touched = np.zeros(network.size, dtype=bool)
        for best in np.argsort(-gain, kind="stable")[: (gain > 0).sum()]:
            one, other, side, other_side = ends[best]
            if not (touched[one] or touched[other]):
                touched[[one, other]] = True
                bearings[one, side], bearings[other, other_side] = bearings[other, other_side], bearings[one, side]
        if not touched.any():
            break
    return bearings


def _lines(curves: Floats):
    return shapely.linestrings(points(curves, np.linspace(0.0, 1.0, _STEPS + 1)))


def _ends_at_common_nodes(network: Network, pairs: Ints) -> Ints:
    """Return rows (flow, flow, end of the one, end of the other), ends 0 or 1, for every node that pairs share."""
    ends = np.stack([network.origins, network.destinations], axis=1)
    same = ends[pairs[:, 0]][:, :, None] == ends[pairs[:, 1]][:, None, :]
    pair, side, other_side = np.nonzero(same)
    return np.concatenate([pairs[pair], side[:, None], other_side[:, None]], axis=1)


def _gain(network: Network, bearings: Floats, lines, degree: Ints, ends: Ints, style: Style) -> Floats:
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
    new = _lines(curves)
    hit, by = STRtree(lines).query(new, predicate="crosses")
    foreign = (by != one[hit % len(ends)]) & (by != other[hit % len(ends)])
    met = np.bincount(hit[foreign] % len(ends), minlength=len(ends))
    met += shapely.crosses(new[: len(ends)], new[len(ends) :])
    return np.where(after < _LONGER * before, degree[one] + degree[other] - 1 - met, 0)
