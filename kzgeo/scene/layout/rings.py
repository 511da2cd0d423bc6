"""Room for arrows around a node's ring: how much angle each end takes, and spreading ends side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import isotonic_regression

from kzgeo.scene.layout.geometry import heads
from kzgeo.scene.layout.model import Floats, Ints, Network, Style

__all__ = ["half_angles", "needed_radius", "spread"]

_TURN = 2 * np.pi
_GROWTHS = 40
_DEPTHS = 9  # distances from the ring at which the room of an end is looked at
_ROOM = 0.85  # share of a full turn that ends may fill, so that they need not stand like a comb


def _profiles(network: Network, lengths: Floats, style: Style) -> tuple[Floats, Floats]:
    """Return half widths of each flow's two ends at depths from where they touch, (2, m, depths), and the depths."""
    long, wide = heads(lengths, network.widths, style)
    depths = np.linspace(0.0, 1.0, _DEPTHS) * max(float(long.max(initial=0.0)), style.head_min)
    shaft = np.repeat(network.widths[:, None] / 2, _DEPTHS, axis=1)
    inside = depths <= long[:, None] + 1e-9
    head = np.where(inside, wide[:, None] / 2 * depths / long[:, None], shaft)
    return np.stack([shaft, head]), depths


def half_angles(network: Network, lengths: Floats, style: Style) -> Floats:
    """Return the angle that each end takes on either side of its middle, (m, 2): at the origin, at the destination."""
    profiles, depths = _profiles(network, lengths, style)
    nodes = np.stack([network.origins, network.destinations])
    reach = (network.radii[nodes] + style.gap)[..., None] + depths
    taken = np.arcsin(np.minimum((profiles + style.casing / 2) / reach, 1.0))
    return np.asarray(taken.max(axis=2).T)


def spread(network: Network, angles: Floats, lengths: Floats, style: Style) -> Floats:
    """Move ends along their rings as little as needed, so that arrows stand side by side there.

    The order around each ring stays. Where a ring is too small for its ends, the overlap is shared out evenly.

    Parameters
    ----------
    network : Network
    angles : array of shape (m, 2)
        Where each flow touches its origin and its destination, in radians.
    lengths : array of shape (m,)
        Lengths of the arrows, on which their heads depend.
    style : Style

    Returns
    -------
    array of shape (m, 2)
    """
    ends, reach = _ends(network, lengths, style)
    flat = angles.T.ravel().copy()
    for node in range(len(network.radii)):
        here = np.flatnonzero(ends == node)
        if len(here) > 1:
            here = here[np.argsort(flat[here] % _TURN, kind="stable")]
            flat[here] = _stand_apart(flat[here], _separations(reach[here]), network.widths[here % network.size])
    return np.asarray(flat.reshape(2, -1).T)


def _ends(network, lengths, style):
    profiles, depths = _profiles(network, lengths, style)
    ends = np.concatenate([network.origins, network.destinations])
    profiles = profiles.reshape(-1, _DEPTHS) + style.casing / 2
    return ends, profiles / (network.radii[ends][:, None] + style.gap + depths)


def _separations(reach: Floats) -> Floats:
    """Return the angle each end keeps from the next one around the ring (the last from the first)."""
    both = reach + np.roll(reach, -1, axis=0)
    return 2 * np.arcsin(np.minimum(both.max(axis=1) / 2, 0.9))


def _stand_apart(angles: Floats, apart: Floats, weights: Floats) -> Floats:
    """Return angles, given in order around the ring, moved apart as isotonic regression does it."""
    apart = apart * min(1.0, _TURN / apart.sum())
    gaps = (np.roll(angles, -1) - angles) % _TURN
    gaps[-1] = (angles[0] - angles[-1]) % _TURN
    first = (int(np.argmax(gaps - apart)) + 1) % len(angles)  # the ring is cut open where there is most room
    apart, weights = np.roll(apart, -first), np.roll(weights, -first)
    opened = np.roll(angles, -first)
    opened = opened[0] + np.concatenate([[0.0], np.cumsum(np.diff(opened) % _TURN)])
    offset = np.concatenate([[0.0], np.cumsum(apart[:-1])])
    level = isotonic_regression(opened - offset, weights=weights).x
    slack = _TURN - apart.sum()
    middle = np.average(opened - offset, weights=weights)
    low = (
        np.clip(middle - slack / 2, level[-1] - slack, level[0]) if level[-1] - level[0] < slack else middle - slack / 2
    )
    level = np.clip(level, low, low + slack)
    return np.roll(level + offset, first)


def needed_radius(network: Network, style: Style) -> Floats:
    """Return the radius that each node's ring needs for its arrows to stand side by side.

    Parameters
    ----------
    network : Network
        Its own radii are the least that are returned.
    style : Style

    Returns
    -------
    array of shape (n,)
    """
    chord = network.positions[network.destinations] - network.positions[network.origins]
    lengths = np.maximum(np.linalg.norm(chord, axis=1), style.head_min)
    radii = network.radii.copy()
    for _ in range(_GROWTHS):
        trial = replace(network, radii=radii)
        ends, reach = _ends(trial, lengths, style)
        full = np.bincount(ends, 2 * reach.max(axis=1), minlength=len(radii))
        radii = np.where(full > _ROOM * _TURN, radii * 1.05, radii)
    return radii
