"""Cubic Bézier centrelines, and the outline of an arrow along one. Everything for all flows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Ints, Network, Style

__all__ = ["centrelines", "connect", "cut", "heads", "lengths", "outline", "outlines", "points", "tangents", "unit"]

_STEPS = 24  # pieces of a shaft's edge: smooth to the eye at print size
_LEAST_CHORD = 1e-9


def unit(angles: Floats) -> Floats:
    """Return unit vectors, shape (..., 2), of angles in radians."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def points(curves: Floats, t: Floats) -> Floats:
    """Return points on curves (..., 4, 2) at parameters (s,) or (..., s); shape (..., s, 2)."""
    u = 1.0 - t
    basis = np.stack([u**3, 3 * u**2 * t, 3 * u * t**2, t**3], axis=-1)
    if t.ndim == 1:  # one product for all curves is much faster than one for each
        return np.swapaxes(np.swapaxes(curves, -1, -2) @ basis.T, -1, -2)
    return np.asarray(basis @ curves)


def tangents(curves: Floats, t: Floats) -> Floats:
    """Return unit tangents of curves (..., 4, 2) at parameters (s,) or (..., s); shape (..., s, 2)."""
    u = 1.0 - t
    basis = np.stack([u**2, 2 * u * t, t**2], axis=-1)
    derivative = basis @ np.diff(curves, axis=-2)
    return _normed(derivative)


def lengths(curves: Floats) -> Floats:
    """Return the lengths of curves (..., 4, 2)."""
    steps = np.diff(points(curves, np.linspace(0.0, 1.0, _STEPS + 1)), axis=-2)
    return np.asarray(np.linalg.norm(steps, axis=-1).sum(axis=-1))


def connect(starts: Floats, ends: Floats, leaving: Floats, arriving: Floats, fullness: Floats) -> Floats:
    """Return the smooth curves that join points with given directions.

    The lengths of the handles are Hobby's (1986, "Smooth, easy to compute interpolating splines"): close
    to a circular arc where both ends turn alike, and as even as can be where they do not.

    Parameters
    ----------
    starts, ends : arrays of shape (..., 2)
    leaving, arriving : arrays of shape (...)
        Directions at the start and at the end, in radians, both in the sense of travel.
    fullness : array of shape (..., 2)
        By how much the two handles are longer than Hobby's: 1 is even, more is fuller.

    Returns
    -------
    array of shape (..., 4, 2)
    """
    chord = ends - starts
    length = np.maximum(np.linalg.norm(chord, axis=-1), _LEAST_CHORD)
    heading = np.arctan2(chord[..., 1], chord[..., 0])
    theta, phi = leaving - heading, heading - arriving
    first = (fullness[..., 0] * length * _velocity(theta, phi))[..., None] * unit(leaving)
    last = (fullness[..., 1] * length * _velocity(phi, theta))[..., None] * unit(arriving)
    return np.asarray(np.stack([starts, starts + first, ends - last, ends], axis=-2))


def _velocity(theta: Floats, phi: Floats) -> Floats:
    """Hobby's handle length, for a chord of length 1 and the end at which the curve turns by theta."""
    sines = (np.sin(theta) - np.sin(phi) / 16) * (np.sin(phi) - np.sin(theta) / 16)
    above = 2 + np.sqrt(2) * sines * (np.cos(theta) - np.cos(phi))
    below = 3 * (1 + 0.5 * (np.sqrt(5) - 1) * np.cos(theta) + 0.5 * (3 - np.sqrt(5)) * np.cos(phi))
    return np.asarray(np.clip(above / np.maximum(below, 0.5), 0.0, 1.0))


def cut(curves: Floats, first: Floats, last: Floats) -> Floats:
    """Return the parts of curves (m, 4, 2) between parameters (m,) and (m,), as cubic curves."""
    parameters = np.stack([first, last], axis=-1)
    ends = points(curves, parameters)
    u = 1.0 - parameters
    basis = np.stack([u**2, 2 * u * parameters, parameters**2], axis=-1)
    handles = basis @ np.diff(curves, axis=-2) * (last - first)[:, None, None]
    return np.stack([ends[:, 0], ends[:, 0] + handles[:, 0], ends[:, 1] - handles[:, 1], ends[:, 1]], axis=1)


def heads(curve_lengths: Floats, widths: Floats, style: Style) -> tuple[Floats, Floats]:
    """Return lengths and widths of arrowheads, for arrows of these lengths and widths (shapes alike).

    A head is at most a third of its arrow, or half of one so short that it would not be seen otherwise.
    """
    wide = np.maximum(style.head_min, style.head_growth * widths)
    most = np.maximum(curve_lengths / 3, np.minimum(style.head_min, curve_lengths / 2))
    return np.minimum(style.head_slenderness * wide, most), wide


def outlines(curves: Floats, widths: Floats, style: Style, *, steps: int = _STEPS) -> Floats:
    """Turn centrelines into arrows: strips of constant width that end in a head.

    Parameters
    ----------
    curves : array of shape (m, 4, 2)
        Centrelines from the start of the shaft to the tip of the head.
    widths : array of shape (m,)
        Widths of the shafts.
    style : Style
        Gives the heads.
    steps : int
        Pieces of each edge of a shaft.

    Returns
    -------
    array of shape (m, p, 2)
        Vertices, not closed: one edge of the shaft, the head's three vertices, the other edge back.
    """
    head_lengths, head_widths = heads(lengths(curves), widths, style)
    neck = _parameter_before_end(curves, head_lengths)
    t = np.linspace(0.0, 1.0, steps + 1) * neck[:, None]
    centre, along = points(curves, t), tangents(curves, t)
    tip, base = curves[:, 3], centre[:, -1]
    # The head's base halves the turn between shaft and head, so that both barbs stand out alike.
    axis = _normed(_normed(tip - base) + along[:, -1])
    across = _left(along)
    across[:, -1] = _left(axis)
    half = across * widths[:, None, None] / 2
    barb = _left(axis) * head_widths[:, None] / 2
    head = np.stack([base + barb, tip, base - barb], axis=1)
    return np.concatenate([centre + half, head, (centre - half)[:, ::-1]], axis=1)


def head_triangles(vertices: Floats) -> Floats:
    """Return the heads (m, 3, 2) of outlines (m, p, 2)."""
    middle = vertices.shape[1] // 2
    return np.asarray(vertices[:, middle - 1 : middle + 2])


def outline(curve: Floats, width: float, style: Style) -> Floats:
    """Turn one centreline (4, 2) into an arrow; see `outlines`. Returns shape (p, 2)."""
    return np.asarray(outlines(curve[None], np.array([width]), style)[0])


def _normed(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), _LEAST_CHORD))


def _left(vectors: Floats) -> Floats:
    return np.stack([-vectors[..., 1], vectors[..., 0]], axis=-1)


def _parameter_before_end(curves: Floats, distances: Floats) -> Floats:
    """Return the parameters (m,) of the points that lie these distances (m,) before the curves' ends."""
    t = np.linspace(0.0, 1.0, 4 * _STEPS + 1)
    reach = np.linalg.norm(points(curves, t) - curves[:, 3:], axis=-1)
    # The last sample that is at least as far as asked: between it and the next lies the point.
    outside = np.where(reach >= distances[:, None], np.arange(len(t)), 0).max(axis=1)
    outside = np.minimum(outside, len(t) - 2)
    rows = np.arange(len(curves))
    far, near = reach[rows, outside], reach[rows, outside + 1]
    share = np.clip((far - distances) / np.maximum(far - near, _LEAST_CHORD), 0.0, 1.0)
    return np.asarray(t[outside] + share * t[1])


def centrelines(network: Network, bearings: Floats, style: Style) -> Floats:
    """Return the curves of all flows, square to the rings of their nodes.

    Parameters
    ----------
    network : Network
    bearings : array of shape (m, ..., 4)
        For each flow where around its origin and around its destination it touches, in radians, and the
        fullness of the curve at both ends (see `connect`).
    style : Style

    Returns
    -------
    array of shape (m, ..., 4, 2)
    """
    leaving, arriving = bearings[..., 0], bearings[..., 1]
    starts = _anchors(network, network.origins, leaving, style)
    ends = _anchors(network, network.destinations, arriving, style)
    return connect(starts, ends, leaving, arriving + np.pi, bearings[..., 2:])


def _anchors(network: Network, nodes: Ints, angles: Floats, style: Style) -> Floats:
    own = (len(nodes),) + (1,) * (angles.ndim - 1)
    reach = (network.radii[nodes] + style.gap).reshape(own)
    return np.asarray(network.positions[nodes].reshape(*own, 2) + reach[..., None] * unit(angles))


def turned(bearings: Floats, turn: float) -> Floats:
    """Return bearings (m, 9, 4): those given (m, 4), then with either end turned this way and that."""
    steps = np.array([(first, last, 0, 0) for first in (0, -1, 1) for last in (0, -1, 1)])
    return np.asarray(bearings[:, None] + turn * steps)
