"""The page as a grid of cells, on which arrows leave ink and obstacles stand.

Every arrow spreads ink over the cells that it covers, so much that two arrows which cross at a right angle
share ink worth 1, whatever their widths. At an acute angle they share more, and side by side much more.
Summed over the page this is at once the number of crossings, their angles and the covered ink, in a time that
grows only with the length of the arrows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from kzgeo.scene.layout.geometry import heads, lengths, points, tangents
from kzgeo.scene.layout.model import Floats, Network, Style

__all__ = ["Footprint", "Ground"]

_OBSTACLE = 8.0  # cost of 1 mm of arrow over an obstacle, in right-angled crossings
_BINS = 120
_RING_INK = 0.6
_HEAD_INK = 1.3  # heads matter more than shafts


@dataclass(frozen=True)
class Footprint:
    """The cells that each of some curves covers, and the ink it leaves in each, both of shape (k, s)."""

    cells: NDArray[np.int32]
    ink: NDArray[np.float32]


class Ground:
    """Ink and obstacles on one page.

    Parameters
    ----------
    network : Network
    style : Style
    """

    def __init__(self, network: Network, style: Style) -> None:
        self._style = style
        x0, y0, x1, y1 = network.page
        self._corner = np.array([x0, y0])
        self._shape = (int(np.ceil((x1 - x0) / style.cell)) + 2, int(np.ceil((y1 - y0) / style.cell)) + 2)
        self._ends = np.stack([network.origins, network.destinations], axis=1)
        self._obstacles = np.concatenate(
            [self._paint_obstacles(network), np.zeros(len(network.radii) * _BINS, dtype=np.float32)]
        )
        self._ink = np.zeros_like(self._obstacles)

    def set_ring(self, v):
        self._ring = v

    def ring(self, flow: int, angles: Floats, half: Floats):
        out = []
        for side in (0, 1):
            count = int(np.ceil(2 * half[side] / (2 * np.pi / _BINS)))
            at = angles[:, side, None] + half[side] * ((np.arange(count) + 0.5) / count * 2 - 1)
            bins = np.floor(at / (2 * np.pi / _BINS)).astype(np.int32) % _BINS
            out.append(self._shape[0] * self._shape[1] + self._ends[flow, side] * _BINS + bins)
        cells = np.concatenate(out, axis=1).astype(np.int32)
        return Footprint(cells, np.full(cells.shape, self._ring, dtype=np.float32))

    def footprint(self, curves: Floats, width: float) -> Footprint:
        """Return the cells under arrows of one width along curves (k, 4, 2)."""
        style = self._style
        long = lengths(curves)
        head_long, head_wide = heads(long, np.full(len(curves), width), style)
        corridor = width + 2 * style.casing + style.cell / 2
        count = int(np.ceil(long.max() / style.cell)) + 1
        t = (np.arange(count) + 0.5) / count
        left = (1.0 - t) * long[:, None]  # about how far it still is to the tip
        in_head = left < head_long[:, None]
        wide = np.where(in_head, head_wide[:, None] * left / head_long[:, None] + 2 * style.casing, corridor)
        lanes = int(np.ceil(max(corridor, float(head_wide.max())) / style.cell))
        offsets = (np.arange(lanes) + 0.5) / lanes - 0.5
        along = tangents(curves, t)
        across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        places = points(curves, t)[:, :, None] + across[:, :, None] * (wide[:, :, None] * offsets)[..., None]
        # Ink per area is 1 / corridor, an area of long / count by wide / lanes to each sample.
        ink = long[:, None] / count * wide / lanes / corridor * np.where(in_head, _HEAD_INK, 1.0) / style.cell
        return Footprint(
            self._cells(places).reshape(len(curves), -1),
            np.repeat(ink.astype(np.float32), lanes, axis=1),
        )

    def costs(self, footprint: Footprint) -> Floats:
        """Return what each curve costs among the ink and obstacles there are, shape (k,)."""
        shared = self._ink[footprint.cells] + self._obstacles[footprint.cells]
        return np.asarray(np.einsum("ks,ks->k", shared, footprint.ink), dtype=float)

    def add(self, footprint: Footprint, row: int, *, sign: float = 1.0) -> None:
        """Lay down the ink of one curve, or with ``sign=-1`` take it up again."""
        np.add.at(self._ink, footprint.cells[row], sign * footprint.ink[row])

    def _cells(self, places: Floats) -> NDArray[np.int32]:
        # The outermost cells stand for everything beyond the page.
        index = np.floor((places - self._corner) / self._style.cell + 1 + 1e-9)
        index = np.clip(index, 0, np.array(self._shape) - 1).astype(np.int32)
        return np.asarray(index[..., 0] * self._shape[1] + index[..., 1], dtype=np.int32)

    def _paint_obstacles(self, network: Network) -> NDArray[np.float32]:
        """Return the cost per ink of every cell; obstacles grow by half a cell so that none is missed."""
        cell, margin = self._style.cell, self._style.casing + self._style.cell / 2
        x, y = (self._corner[axis] + (np.arange(size) - 0.5) * cell for axis, size in enumerate(self._shape))
        where = shapely.points(*np.meshgrid(x, y, indexing="ij"))
        solid = [
            shapely.buffer(shapely.box(*network.labels.T), margin),
            shapely.buffer(np.array(network.insets, dtype=object), margin),
        ]
        blocked = np.zeros(self._shape, dtype=bool)
        blocked[[0, -1]] = blocked[:, [0, -1]] = True
        for shape in np.concatenate(solid):
            shapely.prepare(shape)
            blocked |= shapely.contains(shape, where)
        for centre, radius in zip(network.positions, network.radii, strict=True):
            away = np.hypot(x[:, None] - centre[0], y[None] - centre[1])
            blocked |= away < radius + self._style.casing
        return np.asarray(blocked.ravel() * _OBSTACLE, dtype=np.float32)
