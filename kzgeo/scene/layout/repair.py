"""The last word: arrows that run on an obstacle, or on their opposite, are given other curves, tested exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kzgeo.scene.layout.faults import FAULT, Arrows
from kzgeo.scene.layout.geometry import centrelines, turned

if TYPE_CHECKING:
    from kzgeo.scene.layout.choice import Choice
    from kzgeo.scene.layout.model import Floats, Network, Style

__all__ = ["repair"]

_ROUNDS = 2
_RING_INK = 0.3
_TURNS = np.radians([5.0, 12.0])
_FULLNESS = (1.0, 0.8, 1.3)
_FEW = 40  # of the cheapest curves, which are tested before all others are
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
    left = _REPAIRS
    for _ in range(_ROUNDS):
        for flow in arrows.faulty()[: left // 2].tolist():
            if arrows.is_faulty(flow):  # it may have been helped by the others
                options = _options(choice.bearings[[flow]], sides[flow])
                curves = centrelines(network.with_flows(np.array([flow])), options[None], style)[0]
                row = _best(arrows, flow, curves, choice.reconsider(flow, options))
                choice.take(flow, row)
                arrows.replace(flow, curves[row])
                left -= 1
    return choice.bearings


def _options(now: Floats, sides: Floats) -> Floats:
    """Return bearings (k, 4) near those that a flow has now (1, 4) and on either side."""
    bearings = np.concatenate([*(turned(now, turn)[0] for turn in _TURNS), sides])
    return np.concatenate([bearings * [1, 1, fullness, fullness] for fullness in _FULLNESS])


def _best(arrows: Arrows, flow: int, curves: Floats, costs: Floats) -> int:
    """Return the row of the best of a flow's curves (k, 4, 2), testing the cheapest first."""
    cheapest = np.argsort(costs, kind="stable")
    for rows in (cheapest[:_FEW], cheapest):
        total = costs[rows] + arrows.penalties(flow, curves[rows])
        if total.min() < FAULT:
            break
    return int(rows[total.argmin()])
