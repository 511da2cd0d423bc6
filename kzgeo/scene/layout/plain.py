"""Layouts without thought, against which a thoughtful one is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kzgeo.scene.layout.geometry import cut, points

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Network, Style

__all__ = ["fixed_bend", "straight"]

_HALVINGS = 40


def straight(network: Network, style: Style) -> Floats:
    """Return straight centrelines from ring to ring, shape (m, 4, 2)."""
    return fixed_bend(network, style, rad=0.0)


def fixed_bend(network: Network, style: Style, *, rad: float = 0.2) -> Floats:
    """Return centrelines that all have the same bend, as ``arc3`` of matplotlib draws them.

    Parameters
    ----------
    network : Network
    style : Style
    rad : float
        Distance of the bend's control point from the middle of the chord, by the chord's length.

    Returns
    -------
    array of shape (m, 4, 2)
    """
    starts, ends = network.positions[network.origins], network.positions[network.destinations]
    chord = ends - starts
    control = (starts + ends) / 2 + rad * np.stack([-chord[:, 1], chord[:, 0]], axis=1)  # y runs down
    curves = np.stack([starts, (starts + 2 * control) / 3, (ends + 2 * control) / 3, ends], axis=1)
    first = _leaves(curves, network.radii[network.origins] + style.gap)
    last = 1.0 - _leaves(curves[:, ::-1], network.radii[network.destinations] + style.gap)
    return cut(curves, first, np.maximum(first, last))


def _leaves(curves: Floats, reach: Floats) -> Floats:
    """Return the parameters (m,) up to which curves stay within reach of their start, by bisection."""
    low, high = np.zeros(len(curves)), np.ones(len(curves))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        inside = np.linalg.norm(points(curves, middle[:, None])[:, 0] - curves[:, 0], axis=1) < reach
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return low
