"""Setting the map into its frame: as large as can be, with room beside it for legend, insets and scale bar."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from kzgeo.scene.frame import Fit, fit, to_page
from kzgeo.scene.grid import Box, Grid, nearest
from kzgeo.scene.insets import Small, Spot, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kzgeo.scene.ground import Ground

__all__ = ["Draft", "Furniture", "best_draft"]

AWAY: Final = 1.2  # mm kept free around the country
SCALE_BAR: Final = (32.0, 5.0)  # mm it may take
SHRINKS: Final = (1.0, 0.96, 0.92, 0.88, 0.84, 0.8, 0.74, 0.68)
ALIGNS: Final = ((0.5, 0.5), (1, 0), (0.5, 0), (0, 0), (1, 1), (0, 1), (0.5, 1))
PER_MM: Final = 0.0012  # what a mm between an inset and its place is worth, in parts of the map's size
OVER_LAND: Final = 3.0  # how much worse a leader's mm is that crosses the country
NO_ROOM: Final = 0.3  # an inset that finds no room is worth a much smaller map
CROSSED: Final = 200.0  # mm: never through another inset or its leader, if there is any other way


@dataclass(frozen=True, slots=True)
class Furniture:
    """What wants room beside the map: sizes (mm) of the legend's blocks, the regions to enlarge, how insets look."""

    blocks: tuple[tuple[float, float], ...]
    small: tuple[Small, ...]
    window: Window


@dataclass(frozen=True, slots=True)
class Draft:
    """A way to set the map: its fit, where the legend's blocks and the insets stand, and how good it is."""

    fit: Fit
    blocks: tuple[Box, ...]
    spots: tuple[Spot, ...]
    scale_bar: Box | None
    merit: float


def best_draft(ground: Ground, frame: Box, wanted: Furniture) -> Draft:
    """Return the draft with the largest map whose insets stand near their places.

    Where no draft has room for the legend, the legend gets a strip of its own under the map.
    """
    grid, land = Grid(frame), ground.silhouette
    best: Draft | None = None
    for fitted, size in _fits(ground, frame):
        country = grid.mask(to_page(np.array([land]), fitted)[0])
        if best is None or size > best.merit:
            draft = _draft(grid, country, fitted, size, wanted, beat=best.merit if best else -np.inf)
            best = draft if best is None or (draft is not None and draft.merit > best.merit) else best
    if best is None:
        return _strip(ground, frame, wanted)
    return best


def _fits(ground: Ground, frame: Box) -> Iterator[tuple[Fit, float]]:
    for shrink in SHRINKS:
        width, height = shrink * frame.width, shrink * frame.height
        for right, down in ALIGNS:
            x, y = frame.x0 + right * (frame.width - width), frame.y0 + down * (frame.height - height)
            yield fit(ground.bounds, (x, y, x + width, y + height), (right, down)), shrink


def _strip(ground: Ground, frame: Box, wanted: Furniture) -> Draft:
    """Return the map over a strip in which the legend's blocks stand side by side."""
    tallest = max(height for _, height in wanted.blocks)
    blocks, x = [], frame.x0
    for width, height in wanted.blocks:
        blocks.append(Box(x, frame.y1 - tallest, x + width, frame.y1 - tallest + height))
        x += width + 4
    upper = Box(frame.x0, frame.y0, frame.x1, frame.y1 - tallest - 1)
    return Draft(fit(ground.bounds, upper.tuple()), tuple(blocks), (), None, 0.0)


def _draft(grid: Grid, country: Any, fitted: Fit, size: float, wanted: Furniture, *, beat: float) -> Draft | None:
    """Return the draft of one fit; None where the legend finds no room or the draft cannot beat another."""
    taken = country.copy()
    blocks = []
    for block in wanted.blocks:
        box = _corner(grid, taken, block)
        if box is None:
            return None
        blocks.append(box)
        taken |= grid.mask(box.grow(1).polygon())
    reach = _Reach(grid, taken, country, wanted.window)
    places = {small.code: fitted.apply(np.array([small.place]))[0] for small in wanted.small}
    if size - PER_MM * sum(reach.least(code, place) for code, place in places.items()) <= beat:
        return None
    spots = _best_spots(reach, places)
    merit = size - PER_MM * sum(spot.cost for spot in spots) - NO_ROOM * (len(wanted.small) - len(spots))
    for spot in spots:
        taken |= grid.mask(spot.clip.buffer(1)) | grid.mask(shapely.buffer(spot.leader, 0.6))
    scale_bar = nearest(grid.free(taken, *SCALE_BAR), SCALE_BAR, (grid.frame.x1, grid.frame.y1))
    return Draft(fitted, tuple(blocks), spots, scale_bar, merit)


def _corner(grid: Grid, taken: Any, size: tuple[float, float]) -> Box | None:
    """Return the free place for a box that is nearest to a corner of the frame, a lower one before an upper."""
    f, (width, height) = grid.frame, size
    room = (width + 2 * AWAY, height + 2 * AWAY)
    free = grid.free(taken, *room)
    found = []
    for rank, (x, y) in enumerate(((f.x0, f.y1), (f.x1, f.y1), (f.x0, f.y0), (f.x1, f.y0))):
        wish = (x + np.sign(f.centre[0] - x) * width / 2, y + np.sign(f.centre[1] - y) * height / 2)
        box = nearest(free, room, wish)
        if box is not None:
            inner = box.grow(-AWAY)
            found.append(
                (float(np.hypot(inner.centre[0] - wish[0], inner.centre[1] - wish[1])) + 2 * rank, rank, inner)
            )
    return min(found)[2] if found else None


def _best_spots(reach: _Reach, places: Mapping[str, Any]) -> tuple[Spot, ...]:
    """Return the insets' spots in the order of placing that brings them nearest to their places."""
    orders = list(permutations(places)) if len(places) <= 3 else [tuple(places)]
    best: tuple[float, tuple[Spot, ...]] | None = None
    for order in orders:
        spots: list[Spot] = []
        for code in order:
            spot = reach.nearest(code, places[code], spots)
            if spot is not None:
                spots.append(spot)
        cost = sum(spot.cost for spot in spots) + CROSSED * (len(order) - len(spots))
        if best is None or cost < best[0] - 1e-9:
            best = (cost, tuple(sorted(spots, key=lambda spot: spot.code)))
    return best[1] if best else ()


class _Reach:
    """The free places for insets, and what it costs to reach each from a place on the map."""

    def __init__(self, grid: Grid, taken: Any, country: Any, window: Window) -> None:
        room = (window.width + 2 * AWAY, window.height + 2 * AWAY)
        self.free = grid.free(taken, *room)[::9]  # every ninth place is fine enough
        self.grid, self.country, self.window = grid, country, window
        self._costs: dict[str, npt.NDArray[np.float64]] = {}

    def _cost(self, code: str, place: Any) -> npt.NDArray[np.float64]:
        if code not in self._costs:
            way = place + np.linspace(0, 1, 40)[:, None, None] * (self.free - place)
            column = np.clip(np.searchsorted(self.grid.x, way[..., 0]), 0, len(self.grid.x) - 1)
            row = np.clip(np.searchsorted(self.grid.y, way[..., 1]), 0, len(self.grid.y) - 1)
            over = self.country[row, column].mean(axis=0)
            self._costs[code] = np.hypot(*(self.free - place).T) * (1 + OVER_LAND * over)
        return self._costs[code]

    def least(self, code: str, place: Any) -> float:
        """Return what a place's cheapest spot costs, no other inset being there."""
        return float(self._cost(code, place).min()) if len(self.free) else NO_ROOM / PER_MM

    def nearest(self, code: str, place: Any, others: Sequence[Spot]) -> Spot | None:
        """Return the cheapest free spot, none over another inset or through one or its leader."""
        if not len(self.free):
            return None
        cost = self._cost(code, place).copy()
        width, height = self.window.width + 2 * AWAY, self.window.height + 2 * AWAY
        leaders = shapely.linestrings(np.stack([np.broadcast_to(place, self.free.shape), self.free], axis=1))
        for other in others:
            apart = np.abs(self.free - other.centre)
            cost[(apart[:, 0] < width) & (apart[:, 1] < height)] = np.inf
            cost += CROSSED * shapely.intersects(leaders, other.clip.buffer(1))
            x, y = self.free.T
            boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            whole = shapely.LineString([other.place, other.centre])
            cost += CROSSED * (shapely.intersects(boxes, whole) | shapely.intersects(leaders, whole))
        best = int(cost.argmin())
        if not np.isfinite(cost[best]):
            return None
        x, y = map(float, self.free[best])
        return Spot(code, (x, y), self.window, (float(place[0]), float(place[1])), float(cost[best]))
