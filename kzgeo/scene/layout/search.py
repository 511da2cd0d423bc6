"""The way to a layout: choose sides and bends, give every end its place on its ring, choose again in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kzgeo.scene.layout.choice import Choice, headings
from kzgeo.scene.layout.faults import FAULT, Arrows
from kzgeo.scene.layout.geometry import centrelines, turned
from kzgeo.scene.layout.repair import repair
from kzgeo.scene.layout.reroute import Router
from kzgeo.scene.layout.rings import spread
from kzgeo.scene.layout.score import measure
from kzgeo.scene.layout.untangle import untangle

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Network, Style

__all__ = ["find_bearings", "gentle"]

_GENTLE = np.radians(14.0)
_AROUND = 1.5  # times larger bends, where arrows lead around nodes that almost touch
_MANY = 100  # flows, from which on each tries fewer curves
_BENDS = np.radians([5.0, 14.0, 25.0, 37.0, 50.0, 66.0, 90.0])
_FEWER_BENDS = np.radians([5.0, 20.0, 40.0, 65.0])
_TURNS = np.radians([6.0, 3.0])  # of the ends, by which curves are tried around the ones found
_REROUTES = 12  # trials to lead an arrow another way
_FULLNESS = np.array([1.0, 0.8, 0.65, 1.2, 1.4])
_KICKS = 300  # shared among the flows
_RING_INK = (0.02, 0.1)  # while sides are chosen, when the ends will be spread anyway; and thereafter


def gentle(network: Network, style: Style) -> Floats:
    """Return bearings (m, 4) that give every flow the same slight bend, the two directions of a pair apart."""
    return _bent(network, np.array([[_GENTLE, _GENTLE]]), style)[:, 0]


def find_bearings(network: Network, style: Style) -> Floats:
    """Return the bearings (m, 4) of the curves found, see `centrelines`. Large flows should come first."""
    few = network.size <= _MANY
    sweeps = 4 if few else 2
    choice = Choice(network, style)
    sides = _bent(network, _bends(network.size), style)
    choice.offer(sides, ring_ink=_RING_INK[0])
    choice.settle(3 * sweeps)
    choice.kick(_KICKS // network.size)
    found = [_placed(network, choice.bearings, style)]
    for turn in _TURNS if few else _TURNS[:1]:
        choice.offer(np.concatenate([turned(found[-1], turn), sides], axis=1), ring_ink=_RING_INK[1])
        choice.take_first()
        choice.settle(sweeps)
        found.append(_placed(network, choice.bearings, style))
    placed = found[-1]
    router = Router(network, style)
    if few:
        placed = router.rerouted(min(found, key=router.cost), sides, _REROUTES)
        placed = min(placed, _untangled(network, placed, style), key=router.cost)
    choice.offer(_fuller(placed, _FULLNESS if few else _FULLNESS[[0, 1, 3]]), ring_ink=0.0)
    choice.take_first()
    choice.settle(sweeps)
    repaired = repair(network, choice, sides, style)
    return _polished(network, repaired, sides, style, router) if few else repaired


def _polished(network: Network, bearings: Floats, sides: Floats, style: Style, router: Router) -> Floats:
    """Return the best by exact count: repaired bearings (m, 4), or those with arrows led and exchanged once more."""

    def faults(made: Floats) -> float:
        curves = centrelines(network, made, style)
        return measure(network, curves, style).faults + FAULT * float(Arrows(network, curves, style).faults().sum())

    led = router.rerouted(bearings, sides, _REROUTES)
    return min(bearings, led, _untangled(network, led, style), key=faults)


def _placed(network: Network, bearings: Floats, style: Style) -> Floats:
    """Return bearings (m, 4) with every end in its place on its ring, exchanged where arrows would cross."""
    return _untangled(network, spread(network, bearings, style), style)


def _untangled(network: Network, placed: Floats, style: Style) -> Floats:
    return spread(network, untangle(network, placed, style), style, keep_order=True)


def _bends(size: int) -> Floats:
    """Return bends to try at the origin and at the destination, (k, 2), those to one side in the first half."""
    bends, unlike = (_BENDS, 2) if size <= _MANY else (_FEWER_BENDS, 1)
    level = np.arange(len(bends))
    first, last = (grid.ravel() for grid in np.meshgrid(level, level))
    alike = np.abs(first - last) <= unlike
    pairs = np.stack([bends[first[alike]], bends[last[alike]]], axis=1)
    return np.concatenate([pairs, -pairs])


def _bent(network: Network, bends: Floats, style: Style) -> Floats:
    """Return bearings (m, k, 4) of curves with these bends (k, 2)."""
    heading = headings(network)[:, None]
    even = np.ones((network.size, len(bends)))
    first, last = (_around_near_nodes(network, style)[:, None] * bends[:, end] for end in (0, 1))
    return np.stack([heading + first, heading + np.pi - last, even, even], axis=2)


def _around_near_nodes(network: Network, style: Style) -> Floats:
    """Return by how much bends are enlarged, (m,): arrows between nodes that almost touch lead around them."""
    chord = network.positions[network.destinations] - network.positions[network.origins]
    rings = network.radii[network.origins] + network.radii[network.destinations] + 2 * style.gap
    return np.where(np.linalg.norm(chord, axis=1) - rings < 3 * style.head_min, _AROUND, 1.0)


def _fuller(bearings: Floats, fullness: Floats) -> Floats:
    """Return bearings (m, k, 4) with the same ends (m, 4) but fuller or flatter curves."""
    return np.asarray(bearings[:, None] * np.array([(1, 1, first, last) for first in fullness for last in fullness]))
