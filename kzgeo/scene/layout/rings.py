"""Room for arrows around a node's ring: how much angle each end takes, and spreading ends side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kzgeo.scene.layout.geometry import centrelines, heads, points

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Ints, Network, Style

__all__ = ["half_angles", "needed_radius", "spread"]

_TURN = 2 * np.pi
_GROWTH = 1.03
_GROWTHS = 60
_DEPTHS = np.linspace(0.0, 1.0, 9)  # shares of the longest head at which the room of an end is looked at
_ROOM = 0.9  # share of a full turn that ends may fill in a ring that is large enough
_LIKELY_DETOUR = 1.05


def half_angles(network: Network, style: Style) -> Floats:
    """Return the angle that each end takes on either side, (m, 2): at the origin, at the destination."""
    bare, clear = _reaches(network, style)
    return np.asarray(np.arcsin(np.minimum(bare + clear, 1.0)).max(axis=1).reshape(2, -1).T)


def spread(
    network: Network, bearings: Floats, style: Style, *, keep_order: bool = False, nodes: Ints | None = None
) -> Floats:
    """Move ends along their rings as little as needed, so that arrows stand side by side there.

    The order around a ring is that in which the arrows come in from further away, so that they need not cross.
    Where a ring is too small for its ends, the overlap is shared out evenly.

    Parameters
    ----------
    network : Network
    bearings : array of shape (m, 4)
        Angles and fullness of the flows' two ends, see `centrelines`.
    style : Style
    keep_order : bool
        Keep instead the order in which they touch the ring.
    nodes : integer array, optional
        The nodes around which to spread; all by default.

    Returns
    -------
    array of shape (m, 4)
    """
    bare, clear = _reaches(network, style)
    ends = np.concatenate([network.origins, network.destinations])
    weights = np.tile(network.widths, 2)
    flat = bearings[:, :2].T.ravel()
    far = flat.copy() if keep_order else _far_angles(network, bearings, style)
    for node in np.unique(ends) if nodes is None else nodes:
        here = np.flatnonzero(ends == node)
        if len(here) > 1:
            here = here[np.argsort(far[here] % _TURN, kind="stable")]
            apart = _separations(bare[here], clear[here])
            flat[here] = _stand_apart(flat[here], far[here], apart, weights[here])
    return np.concatenate([flat.reshape(2, -1).T, bearings[:, 2:]], axis=1)


def needed_radius(network: Network, style: Style) -> Floats:
    """Return the radius that each node's ring needs for its arrows to stand side by side.

    A ring grows no larger than lets a short arrow stand between it and the nearest node.

    Parameters
    ----------
    network : Network
        Its own radii are the least that are returned.
    style : Style

    Returns
    -------
    array of shape (n,)
    """
    ends = np.concatenate([network.origins, network.destinations])
    most = np.maximum(_room(network, style), network.radii)
    widest = np.zeros(len(network.radii))
    np.maximum.at(widest, ends, np.tile(network.widths, 2))
    radii = np.minimum(np.maximum(network.radii, widest / 2), most)
    for _ in range(_GROWTHS):
        taken = half_angles(replace(network, radii=radii), style).T.ravel()
        full = np.bincount(ends, 2 * taken, minlength=len(radii)) > _ROOM * _TURN
        full &= radii < most
        if not full.any():
            break
        radii[full] = np.minimum(radii[full] * _GROWTH, most[full])
    return radii


def _room(network: Network, style: Style) -> Floats:
    """Return up to which radius each ring leaves a short arrow's room to the ring of every other node."""
    away = np.linalg.norm(network.positions[:, None] - network.positions, axis=2) - network.radii
    np.fill_diagonal(away, np.inf)
    return np.asarray(away.min(axis=1, initial=np.inf) - 2 * style.gap - 2 * style.head_min)


def _reaches(network: Network, style: Style) -> tuple[Floats, Floats]:
    """Return half widths, and clear space, by distance from the node, at depths before each end.

    Both have the shape (2 m, depths), the origins' ends before the destinations'.
    """
    ends = np.concatenate([network.origins, network.destinations])
    chord = np.linalg.norm(network.positions[network.destinations] - network.positions[network.origins], axis=1)
    rings = network.radii[network.origins] + network.radii[network.destinations] + 2 * style.gap
    length = np.maximum(_LIKELY_DETOUR * (chord - rings), style.head_min)
    long, wide = heads(length, network.widths, style)
    depths = _DEPTHS * long.max(initial=style.head_min)
    shaft = np.repeat(network.widths[:, None] / 2, len(depths), axis=1)
    head = np.where(depths <= long[:, None] + 1e-9, wide[:, None] / 2 * depths / long[:, None], shaft)
    away = (network.radii[ends] + style.gap)[:, None] + depths
    return np.concatenate([shaft, head]) / away, style.lane / 2 / away


def _far_angles(network: Network, bearings: Floats, style: Style) -> Floats:
    """Return where arrows are seen from their nodes some way out, (2 m,), within half a turn of where they touch."""
    curves = centrelines(network, bearings, style)
    t = np.linspace(0.0, 0.5, 25)
    far = []
    for nodes, side, run in ((network.origins, 0, curves), (network.destinations, 1, curves[:, ::-1])):
        away = points(run, t) - network.positions[nodes][:, None]
        reach = np.linalg.norm(away, axis=2)
        at = (reach < 4 * (network.radii[nodes] + style.gap)[:, None]).sum(axis=1).clip(max=len(t) - 1)
        place = away[np.arange(network.size), at]
        seen = np.arctan2(place[:, 1], place[:, 0])
        near = bearings[:, side]
        far.append(near + (seen - near + np.pi) % _TURN - np.pi)
    return np.concatenate(far)


def _separations(bare: Floats, clear: Floats) -> Floats:
    """Return the angle that each end keeps from the next around the ring, the last from the first."""
    sums = []
    for reach in (bare, bare + clear):
        both = (reach + _from(reach, 1)).max(axis=1)
        sums.append(2 * np.arcsin(np.minimum(both / 2, 1.0)))
    tight, loose = sums
    share = np.clip((_TURN - tight.sum()) / max(float((loose - tight).sum()), 1e-9), 0.0, 1.0)
    apart = tight + share * (loose - tight)
    return np.asarray(apart * min(1.0, _TURN / apart.sum()))


def _stand_apart(angles: Floats, order_angles: Floats, apart: Floats, weights: Floats) -> Floats:
    """Return angles, given in order around the ring, moved apart with the least squares of moves.

    This is isotonic regression of the angles less the room that those before them need, on a ring cut open
    where there is most room to spare.
    """
    gaps = (_from(order_angles, 1) - order_angles) % _TURN
    first = (int(np.argmax(gaps - apart)) + 1) % len(angles)
    moves, order_angles, gaps, apart, weights = (
        _from(values, first) for values in (angles - order_angles, order_angles, gaps, apart, weights)
    )
    wanted = order_angles[0] + np.concatenate([[0.0], np.cumsum(gaps[:-1])]) + moves
    offset = np.concatenate([[0.0], np.cumsum(apart[:-1])])
    level = _ascending(wanted - offset, weights)
    slack = _TURN - apart.sum()
    if level[-1] - level[0] > slack:
        low = np.average(wanted - offset, weights=weights) - slack / 2
        level = np.clip(level, low, low + slack)
    return _from(level + offset, len(angles) - first)


def _ascending(values: Floats, weights: Floats) -> Floats:
    """Return the ascending values with the least weighted squares of distances to ``values``.

    Pool adjacent violators (Barlow et al. 1972, Statistical inference under order restrictions); a dozen ends a ring
    do not pay for loading an optimizer.
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many values
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] >= pool[0]:
            (before, heavy, many), (mean, light, count) = pools.pop(), pool
            pool = ((heavy * before + light * mean) / (heavy + light), heavy + light, many + count)
        pools.append(pool)
    return np.repeat([mean for mean, _, _ in pools], [count for *_, count in pools])


def _from(values: Floats, first: int) -> Floats:
    """Return values in order around a ring, beginning with another one."""
    return np.concatenate([values[first:], values[:first]])
