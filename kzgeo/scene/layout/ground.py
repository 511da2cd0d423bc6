"""The page as a grid of cells, on which arrows leave ink and obstacles stand.

Every arrow leaves the same ink to a millimetre of its length, spread over its own width and some clear space.
Whoever runs across it at a right angle meets ink worth 1, whatever the widths; at an acute angle more, and
alongside much more. Met on the whole way, this is at once the number of crossings, their angles and the
covered ink, in a time that grows only with the length of the arrows. Around every node a ring of cells does
the same for the ends of arrows, which need room side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from kzgeo.scene.layout.geometry import lengths, points

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from kzgeo.scene.layout.model import Floats, Network, Style

__all__ = ["End", "Footprints", "Ground"]

_OBSTACLE = 40.0  # cost of each millimetre over an obstacle, in right-angled crossings
_NEARBY = 1.0  # and so near to one that a head would touch it
_BINS = 120  # cells of the ring around a node
_CLEAR = 0.4  # mm beside an arrow's casing over which its ink is spread
_STEP = 2.0  # cells between the samples along an arrow, less than its ink is wide
_FADE, _FAINT = 6.0, 0.3  # within so many mm of its ends, where arrows must come together, ink is fainter
_PROBES = np.array([[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1]])


@dataclass(frozen=True)
class Footprints:
    """What k possible arrows of one flow meet and leave on the ground.

    Parameters
    ----------
    cells : array of shape (k, s)
        Cells of the page on the arrows' way.
    ink : array of shape (k, s)
        Length of arrow for which each of these cells stands, in mm, less towards the ends.
    brush : array of shape (b,)
        Offsets of the cells around each cell over which ink is spread.
    rings : array of shape (k, r)
        Cells of the rings around the two nodes.
    """

    cells: NDArray[np.int32]
    ink: NDArray[np.float32]
    brush: NDArray[np.int32]
    rings: NDArray[np.int32]


@dataclass(frozen=True)
class End:
    """Where k possible arrows of one flow touch a node's ring, and the angle that they take on either side."""

    node: int
    angles: Floats
    half_angle: float


class Ground:
    """Ink and obstacles on one page.

    Parameters
    ----------
    network : Network
    style : Style
    """

    def __init__(self, network: Network, style: Style) -> None:
        self._cell, self._casing = style.cell, style.casing
        # The edge beyond the page is as wide as the widest brush, which so never wraps around.
        self._edge = int(np.ceil((network.widths.max() / 2 + style.casing + _CLEAR) / style.cell)) + 1
        x0, y0, x1, y1 = network.page
        self._corner = np.array([x0, y0])
        self._shape = tuple(int(np.ceil(side / style.cell)) + 2 * self._edge for side in (x1 - x0, y1 - y0))
        self._obstacles = _OBSTACLE * self._blocked(network, style.casing) + _NEARBY * self._blocked(
            network, style.head_min / 2 + style.casing
        )
        self._brushes: dict[float, NDArray[np.int32]] = {}
        self._bins = len(network.radii) * _BINS
        self.clear(0.0)

    def clear(self, ring_ink: float) -> None:
        """Take up all ink, and set the cost of a ring's cell that two ends share."""
        self._page = self._obstacles.astype(np.float32)
        self._rings = np.zeros(self._bins, dtype=np.float32)
        self._ring_ink = ring_ink

    def costs(self, footprints: Footprints) -> Floats:
        """Return what each arrow meets of ink and obstacles, shape (k,)."""
        page = np.einsum("ks,ks->k", self._page[footprints.cells], footprints.ink)
        return np.asarray(page + self._rings[footprints.rings].sum(axis=1) * self._ring_ink, dtype=float)

    def cost(self, footprints: Footprints, row: int) -> float:
        """Return what one of the arrows meets."""
        page = self._page[footprints.cells[row]] @ footprints.ink[row]
        return float(page + self._rings[footprints.rings[row]].sum() * self._ring_ink)

    def add(self, footprints: Footprints, row: int, sign: float = 1.0) -> None:
        """Lay down the ink of one arrow, or with ``sign=-1`` take it up again."""
        painted = (footprints.cells[row][:, None] + footprints.brush).ravel()
        ink = np.repeat(
            footprints.ink[row] * np.float32(sign / (len(footprints.brush) * self._cell**2)), len(footprints.brush)
        )
        np.add.at(self._page, painted, ink)
        np.add.at(self._rings, footprints.rings[row], np.float32(sign))

    def footprints(self, curves: Floats, width: float, ends: Iterable[End]) -> Footprints:
        """Return the footprints of one flow's arrows along curves (k, 4, 2) with these two ends."""
        long = lengths(curves)
        count = int(np.ceil(long.max() / (_STEP * self._cell))) + 1
        t = (np.arange(count) + 0.5) / count
        places = points(curves, t)
        ramp = np.minimum(t, 1.0 - t)
        ink = long[:, None] / count * np.clip(ramp * long[:, None] / _FADE, _FAINT, 1.0)
        probes = _PROBES[: 5 if width > 2 * self._cell else 1]
        if len(probes) > 1:
            places = (places[:, :, None] + probes * width / 3).reshape(len(curves), -1, 2)
            ink = np.repeat(ink / len(probes), len(probes), axis=1)
        rings = [self._ring(end) for end in ends]
        return Footprints(
            self._cells(places),
            ink.astype(np.float32),
            self._brush(width / 2 + self._casing + _CLEAR),
            np.concatenate(rings, axis=1),
        )

    def _ring(self, end: End) -> NDArray[np.int32]:
        count = int(np.ceil(end.half_angle * _BINS / np.pi))
        room = end.half_angle * ((np.arange(count) + 0.5) / count * 2 - 1)
        bins = np.floor((end.angles[:, None] + room) * (_BINS / (2 * np.pi)) + 1e-9).astype(np.int32) % _BINS
        return np.asarray(end.node * _BINS + bins, dtype=np.int32)

    def _brush(self, radius: float) -> NDArray[np.int32]:
        if radius not in self._brushes:
            self._brushes[radius] = self._disc(radius)
        return self._brushes[radius]

    def _disc(self, radius: float) -> NDArray[np.int32]:
        reach = np.arange(-self._edge, self._edge + 1)
        i, j = np.meshgrid(reach, reach, indexing="ij")
        inside = np.hypot(i, j) * self._cell <= radius
        return np.asarray(i[inside] * self._shape[1] + j[inside], dtype=np.int32)

    def _cells(self, places: Floats) -> NDArray[np.int32]:
        edge = self._edge
        index = np.floor((places - self._corner) * (1 / self._cell) + (edge + 1e-9))
        index = np.clip(index, edge - 1, np.array(self._shape) - edge).astype(np.int32)
        return np.asarray(index[..., 0] * self._shape[1] + index[..., 1], dtype=np.int32)

    def _blocked(self, network: Network, margin: float) -> NDArray[np.float32]:
        """Return 1 in the cells that are off the page or on an obstacle grown by a margin, 0 elsewhere."""
        x, y = (
            self._corner[axis] + (np.arange(size) - self._edge + 0.5) * self._cell
            for axis, size in enumerate(self._shape)
        )
        x0, y0, x1, y1 = network.page
        blocked = ((x < x0) | (x > x1))[:, None] | ((y < y0) | (y > y1))
        for bx0, by0, bx1, by1 in network.labels:
            blocked |= ((x > bx0 - margin) & (x < bx1 + margin))[:, None] & (y > by0 - margin) & (y < by1 + margin)
        if network.insets:
            grown = shapely.buffer(shapely.union_all(np.array(network.insets, dtype=object)), margin)
            shapely.prepare(grown)
            blocked |= shapely.contains_xy(grown, x[:, None], y)
        for (cx, cy), reach in zip(network.positions, network.radii + margin, strict=True):
            column, row = (slice(*np.searchsorted(axis, [c - reach, c + reach])) for axis, c in ((x, cx), (y, cy)))
            blocked[column, row] |= np.hypot(x[column, None] - cx, y[row] - cy) < reach
        return np.asarray(blocked.ravel(), dtype=np.float32)
