"""One curve chosen for every flow, so that all together disturb each other little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kzgeo.scene.layout.geometry import centrelines, lengths
from kzgeo.scene.layout.ground import End, Footprints, Ground
from kzgeo.scene.layout.rings import half_angles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kzgeo.scene.layout.model import Floats, Network, Style

__all__ = ["Choice", "headings", "shape_costs"]

_SETTLED = 0.01  # a gain too small to move for
_TOUCHED = 0.1  # a flow that meets so much more or less ink chooses again
# What a curve's shape costs, in right-angled crossings.
_STRONG_BEND, _STRONG_BEND_FROM = 0.03, 0.4  # grows with the third power of the bend, in radians
_PLEASANT, _PLEASANT_BEND = 0.09, 0.2
_UNEVEN = 0.45  # a bend that differs between the ends
_TURNS_BACK = 0.15  # an S
_FULLNESS = 0.5
_DETOUR = 10.0
_LONGER = 0.05  # for each millimetre longer than a straight line
_SHORT = 6.0  # for each millimetre that it is too short for a head of the least size


def headings(network: Network) -> Floats:
    """Return the direction from each flow's origin to its destination, shape (m,)."""
    chord = network.positions[network.destinations] - network.positions[network.origins]
    return np.asarray(np.arctan2(chord[:, 1], chord[:, 0]))


def shape_costs(network: Network, bearings: Floats, curves: Floats, style: Style) -> Floats:
    """Return what the shapes of curves (m, k, 4, 2) with bearings (m, k, 4) cost, shape (m, k)."""
    heading = headings(network)[:, None]
    first = np.angle(np.exp(1j * (bearings[..., 0] - heading)))
    last = np.angle(np.exp(1j * (heading + np.pi - bearings[..., 1])))
    bend = np.maximum(np.abs(first), np.abs(last))
    chord, long = np.linalg.norm(curves[..., 3, :] - curves[..., 0, :], axis=-1), lengths(curves)
    readable = 3 * style.head_min
    return np.asarray(
        _STRONG_BEND * (bend / _STRONG_BEND_FROM) ** 3
        + _PLEASANT * (bend - _PLEASANT_BEND) ** 2
        + _UNEVEN * (first - last) ** 2
        + _TURNS_BACK * (first * last < 0)
        + _FULLNESS * (np.log(bearings[..., 2:]) ** 2).sum(axis=-1)
        + _DETOUR * np.maximum(long / np.maximum(chord, readable) - style.max_detour, 0.0)
        + _LONGER * (long - chord)
        + _SHORT * np.maximum(readable - long, 0.0)
    )


@dataclass
class _Offer:
    bearings: Floats
    footprints: Footprints
    shape: Floats


class Choice:
    """Offers of curves to all flows, and which of them each has taken.

    Parameters
    ----------
    network : Network
        Its flows choose in their order; large ones should come first.
    style : Style
    """

    def __init__(self, network: Network, style: Style) -> None:
        self._network, self._style = network, style
        self._ground = Ground(network, style)
        self._half_angles = half_angles(network, style)
        self._offers: list[_Offer] = []
        self._taken = np.full(network.size, -1)
        self._own: dict[tuple[int, int], float] = {}  # the ink that a flow meets of itself, by curve

    @property
    def bearings(self) -> Floats:
        """Bearings (m, 4) of the curves taken."""
        return np.stack([offer.bearings[row] for offer, row in zip(self._offers, self._taken, strict=True)])

    def offer(self, bearings: Floats, *, ring_ink: float) -> None:
        """Offer curves with bearings (m, k, 4) to the flows, on an empty page."""
        self._ground.clear(ring_ink)
        self._taken[:] = -1
        self._own.clear()
        curves = centrelines(self._network, bearings, self._style)
        shape = shape_costs(self._network, bearings, curves, self._style)
        self._offers = [
            self._offer(flow, *those) for flow, those in enumerate(zip(bearings, curves, shape, strict=True))
        ]

    def reconsider(self, flow: int, bearings: Floats) -> Floats:
        """Offer other curves (k, 4) to one flow, and return what they cost, shape (k,)."""
        if self._taken[flow] >= 0:
            self._lift(flow)
        one = self._network.with_flows(np.array([flow]))
        curves = centrelines(one, bearings[None], self._style)
        shape = shape_costs(one, bearings[None], curves, self._style)
        self._offers[flow] = self._offer(flow, bearings, curves[0], shape[0])
        return self._costs(flow)

    def take(self, flow: int, row: int) -> None:
        """Let a flow take one of the curves it was offered."""
        if self._taken[flow] >= 0:
            self._lift(flow)
        self._ground.add(self._offers[flow].footprints, row)
        self._taken[flow] = row

    def take_first(self) -> None:
        """Let every flow take the first of its curves."""
        for flow in range(self._network.size):
            self.take(flow, 0)

    def settle(self, sweeps: int, flows: Iterable[int] | None = None) -> None:
        """Let flows choose in turn until none changes, or so many times."""
        flows = list(range(self._network.size) if flows is None else flows)
        for _ in range(sweeps):
            if not sum([self._choose(flow) for flow in flows]):
                break

    def kick(self, times: int) -> None:
        """Force the flows that meet most ink to their other side, one at a time, and keep what gets better."""
        met = self._met()
        energy = self._energy(met)
        tried = np.zeros(self._network.size, dtype=bool)
        while times and not tried.all():
            times -= 1
            flow = int(np.where(tried, -np.inf, met).argmax())
            saved, met_before = self._taken.copy(), met
            self._switch_side(flow)
            touched = np.flatnonzero(np.abs(self._met() - met_before) > _TOUCHED)
            self.settle(1, touched[touched != flow])
            self.settle(2, touched)
            met = self._met()
            if self._energy(met) < energy - _SETTLED:
                energy = self._energy(met)
                tried[touched] = False
            else:
                for changed in np.flatnonzero(self._taken != saved):
                    self.take(int(changed), int(saved[changed]))
                met = met_before
            tried[flow] = True

    def _offer(self, flow: int, bearings: Floats, curves: Floats, shape: Floats) -> _Offer:
        network = self._network
        nodes = network.origins[flow], network.destinations[flow]
        ends = [End(int(node), bearings[:, side], self._half_angles[flow, side]) for side, node in enumerate(nodes)]
        return _Offer(bearings, self._ground.footprints(curves, float(network.widths[flow]), ends), shape)

    def _costs(self, flow: int) -> Floats:
        offer = self._offers[flow]
        return self._ground.costs(offer.footprints) + offer.shape

    def _lift(self, flow: int) -> None:
        self._ground.add(self._offers[flow].footprints, self._taken[flow], sign=-1.0)
        self._taken[flow] = -1

    def _choose(self, flow: int) -> bool:
        before = self._taken[flow]
        if before >= 0:
            self._lift(flow)
        costs = self._costs(flow)
        best = int(costs.argmin())
        if before >= 0 and costs[before] <= costs[best] + _SETTLED:
            best = int(before)
        self.take(flow, best)
        return bool(best != before)

    def _switch_side(self, flow: int) -> None:
        """Take the best curve of the other half of the offers, which bends the other way."""
        row = self._taken[flow]
        self._lift(flow)
        costs = self._costs(flow)
        half = len(costs) // 2
        self.take(flow, int(costs[half:].argmin()) + half if row < half else int(costs[:half].argmin()))

    def _met(self) -> Floats:
        """Return what the ink that each flow meets of others, and obstacles, cost it, shape (m,)."""
        met = np.empty(self._network.size)
        for flow, row in enumerate(self._taken.tolist()):
            footprints = self._offers[flow].footprints
            met[flow] = self._ground.cost(footprints, row)
            if (flow, row) not in self._own:
                self._lift(flow)
                self._own[flow, row] = met[flow] - self._ground.cost(footprints, row)
                self.take(flow, row)
            met[flow] -= self._own[flow, row]
        return met

    def _energy(self, met: Floats) -> float:
        taken = zip(self._offers, self._taken, strict=True)
        return float(met.sum() / 2 + sum(offer.shape[row] for offer, row in taken))
