"""The search: each flow tries many curves and takes the one that disturbs the others least, in turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kzgeo.scene.layout.geometry import centrelines, lengths
from kzgeo.scene.layout.ground import Footprint, Ground
from kzgeo.scene.layout.rings import half_angles, spread
from kzgeo.scene.layout.model import Floats, Ints, Network, Style

__all__ = ["search"]

_BENDS = np.radians([4.0, 14.0, 25.0, 37.0, 50.0, 65.0, 85.0, 110.0])
_WORK = 40 * 100  # candidates in all, so that many flows cost little more than few


def search(network: Network, style: Style) -> Floats:
    """Return angles around the nodes, (m, 2), at which each flow leaves its origin and enters its destination.

    The flows come in the order of the network, which should be from large to small.
    """
    if not network.size:
        return np.empty((0, 2))
    if network.size > style.search_up_to:
        heading = headings(network)
        return np.stack([heading + _BENDS[1], heading + np.pi - _BENDS[1]], axis=1)
    state = _State(network, style, 0.2)
    for _ in range(12):
        if not state.sweep():
            break
    chord = network.positions[network.destinations] - network.positions[network.origins]
    L = (
        np.linalg.norm(chord, axis=1) * 1.1
        - network.radii[network.origins]
        - network.radii[network.destinations]
        - 2 * style.gap
    )
    if MODE == 0:
        return state.angles
    a = spread(network, state.angles, L, style)
    if MODE == 1:
        return a
    state._ground.set_ring(0.6)
    for turn in np.radians([8.0, 4.0, 2.0]):
        state.refine(turn, a)
        state.sweep()
        state.sweep()
        a = state.angles
    if MODE == 2:
        return a
    a = spread(network, state.angles, L, style)
    return a


MODE = 3


def headings(network: Network) -> Floats:
    """Return the direction from each flow's origin to its destination, shape (m,)."""
    chord = network.positions[network.destinations] - network.positions[network.origins]
    return np.asarray(np.arctan2(chord[:, 1], chord[:, 0]))


def _bends() -> Floats:
    level = np.arange(len(_BENDS))
    first, last = (grid.ravel() for grid in np.meshgrid(level, level))
    alike = np.abs(first - last) <= 3
    pairs = np.stack([_BENDS[first[alike]], _BENDS[last[alike]]], axis=1)
    return np.concatenate([pairs, -pairs])


@dataclass
class _Options:
    angles: Floats
    footprint: Footprint
    shape: Floats


class _State:
    def __init__(self, network: Network, style: Style, ring) -> None:
        self._network, self._style = network, style
        self._ground = Ground(network, style)
        self._ground.set_ring(ring)
        self._heading = headings(network)
        bends = _bends()
        chord = network.positions[network.destinations] - network.positions[network.origins]
        self._half = half_angles(
            network,
            np.linalg.norm(chord, axis=1) * 1.1
            - network.radii[network.origins]
            - network.radii[network.destinations]
            - 2 * style.gap,
            style,
        )
        self._options = [
            self._option(flow, np.stack([heading + bends[:, 0], heading + np.pi - bends[:, 1]], axis=1))
            for flow, heading in enumerate(self._heading)
        ]
        self._chosen = np.full(network.size, -1)

    @property
    def angles(self) -> Floats:
        return np.stack([o.angles[c] for o, c in zip(self._options, self._chosen, strict=True)])

    def sweep(self) -> bool:
        changed = False
        for flow, option in enumerate(self._options):
            before = self._chosen[flow]
            if before >= 0:
                self._ground.add(option.footprint, before, sign=-1.0)
            costs = self._ground.costs(option.footprint) + option.shape
            best = int(costs.argmin())
            if before >= 0 and costs[before] <= costs[best] + 1e-3:
                best = int(before)
            self._ground.add(option.footprint, best)
            self._chosen[flow] = best
            changed |= best != before
        return changed

    def refine(self, turn: float, a) -> None:
        steps = np.array([(a, b) for a in (0, -1, 1) for b in (0, -1, 1)]) * turn
        self._options = [self._option(flow, now + steps) for flow, now in enumerate(a)]
        self._chosen[:] = 0
        self._ground._ink[:] = 0
        for o in self._options:
            self._ground.add(o.footprint, 0)

    def _option(self, flow: int, angles: Floats) -> _Options:
        network = self._network
        rows = np.full(len(angles), flow)
        curves = centrelines(network, rows, angles[:, 0], angles[:, 1], self._style)
        heading = self._heading[flow]
        first = np.angle(np.exp(1j * (angles[:, 0] - heading)))
        last = np.angle(np.exp(1j * (heading + np.pi - angles[:, 1])))
        chord = np.linalg.norm(curves[:, 3] - curves[:, 0], axis=1)
        detour = lengths(curves) / np.maximum(chord, 1.0)
        bend = np.maximum(np.abs(first), np.abs(last))
        shape = 0.1 * (bend / 0.4) ** 3 + 1.5 * (np.abs(first - last)) ** 2 + 0.3 * (bend - 0.2) ** 2
        shape += 0.5 * (np.minimum(first * np.sign(first + last), last * np.sign(first + last)) < 0)
        shape += 10 * np.maximum(detour - self._style.max_detour, 0)
        one = self._ground.footprint(curves, network.widths[flow])
        two = self._ground.ring(flow, angles, self._half[flow])
        return _Options(
            angles,
            Footprint(np.concatenate([one.cells, two.cells], axis=1), np.concatenate([one.ink, two.ink], axis=1)),
            shape,
        )
