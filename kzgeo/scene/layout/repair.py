"""The last word: arrows that run on an obstacle, or on their opposite, are given other curves, tested exactly."""

from __future__ import annotations

import numpy as np

from kzgeo.scene.layout.faults import Arrows
from kzgeo.scene.layout.geometry import centrelines, turned
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Network, Style
    from kzgeo.scene.layout.choice import Choice

__all__ = ["repair"]

_ROUNDS = 3
_RING_INK = 1.0
_TURNS = np.radians([5.0, 12.0])
_FULLNESS = (1.0, 0.8, 1.3)
_FEW = (12, 48, 1000)  # how many of the cheapest curves are tested before more are
_REPAIRS = 400  # arrows in all rounds, so that a page which is too full does not take for ever


def repair(network: Network, choice: Choice, sides: Floats, style: Style) -> Floats:
    """Return bearings (m, 4) without faults, as far as there are such.

    Parameters
    ----------
    network : Network
    choice : Choice
        Holds the curves that were found.
    sides : array of shape (m, k, 4)
        Bearings which each flow may take instead.
    style : Style
    """
    choice.offer(choice.bearings[:, None], ring_ink=_RING_INK)
    choice.take_first()
    arrows = Arrows(network, centrelines(network, choice.bearings, style), style)
    for _ in range(_ROUNDS):
        faulty = arrows.faulty()
        for flow in faulty[: _REPAIRS // _ROUNDS]:
            _mend(network, choice, arrows, int(flow), sides[flow], style)
        if not len(faulty):
            break
    return choice.bearings


def _mend(network: Network, choice: Choice, arrows: Arrows, flow: int, sides: Floats, style: Style) -> None:
    now = choice.bearings[[flow]]
    near = np.concatenate([*(turned(now, turn)[0] for turn in _TURNS), sides])
    options = np.concatenate([near * [1, 1, fullness, fullness] for fullness in _FULLNESS])
    costs = choice.reconsider(flow, options)
    curves = centrelines(network.with_flows(np.array([flow])), options[None], style)[0]
    cheapest = np.argsort(costs, kind="stable")
    for few in _FEW:
        rows = cheapest[:few]
        total = costs[rows] + arrows.penalties(flow, curves[rows])
        if total.min() < costs[rows[-1]]:
            break
    best = rows[total.argmin()]
    choice.take(flow, int(best))
    arrows.replace(flow, curves[best])
