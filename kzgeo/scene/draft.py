"""Setting the map into its frame: as large as can be, with room beside it for legend, insets and scale bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely

from kzgeo.scene.frame import Fit, fit, to_page
from kzgeo.scene.ground import Ground
from kzgeo.scene.insets import Circle, Small
from kzgeo.scene.place import Box, Grid

__all__ = ["Draft", "best_draft"]

AWAY: Final = 1.2  # mm kept free around the country
SCALE_BAR: Final = (32.0, 5.0)  # mm it may take
SHRINKS: Final = (1.0, 0.96, 0.92, 0.88, 0.84, 0.8, 0.72)
ALIGNS: Final = ((0.5, 0.5), (1, 0), (0.5, 0), (0, 0), (1, 1), (0, 1))


@dataclass(frozen=True, slots=True)
class Draft:
    """A way to set the map: its fit, where the legend and the insets stand, and how good it is."""

    fit: Fit
    legend: Box
    circles: tuple[Circle, ...]
    scale_bar: Box | None
    merit: float


def best_draft(ground: Ground, frame: Box, legend: tuple[float, float], wanted: Sequence[Small]) -> Draft:
    """Return the draft with the largest map whose insets stand near their places.

    Where no draft has room for the legend, the legend gets a strip of its own under the map.
    """
    grid = Grid(frame)
    land = ground.silhouette
    drafts = [d for fitted, size in _fits(ground, frame) if (d := _draft(grid, land, fitted, size, legend, wanted))]
    if drafts:
        return _with_scale_bar(max(drafts, key=lambda draft: draft.merit), grid, land)
    strip = Box(frame.x0, frame.y1 - legend[1], frame.x0 + legend[0], frame.y1)
    upper = Box(frame.x0, frame.y0, frame.x1, strip.y0 - 1)
    return Draft(fit(ground.bounds, upper.tuple()), strip, (), None, 0.0)


def _fits(ground: Ground, frame: Box) -> Iterator[tuple[Fit, float]]:
    for shrink in SHRINKS:
        width, height = shrink * frame.width, shrink * frame.height
        for right, down in ALIGNS:
            x, y = frame.x0 + right * (frame.width - width), frame.y0 + down * (frame.height - height)
            yield fit(ground.bounds, (x, y, x + width, y + height), (right, down)), shrink


def _draft(
    grid: Grid, land: Any, fitted: Fit, size: float, legend: tuple[float, float], wanted: Sequence[Small]
) -> Draft | None:
    country = grid.mask(to_page(np.array([land]), fitted)[0])
    box = _corner(grid, country, legend)
    if box is None:
        return None
    taken = country | grid.mask(box.grow(1).polygon())
    circles: list[Circle] = []
    merit = size
    for small in wanted:
        place = fitted.apply(np.array([small.place]))[0]
        circle = _room(grid, taken, country, small, place, circles)
        if circle is None:
            merit -= 0.3  # a dot instead of an inset: worth a much smaller map
            continue
        circles.append(circle)
        merit -= 0.0012 * circle.cost
        taken |= grid.mask(circle.clip.buffer(1))
    return Draft(fitted, box, tuple(circles), None, merit)


def _corner(grid: Grid, taken: Any, size: tuple[float, float]) -> Box | None:
    """Return the free place for a box that is nearest to a corner of the frame, a lower one before an upper."""
    f, (width, height) = grid.frame, size
    found = []
    for rank, (x, y) in enumerate(((f.x0, f.y1), (f.x1, f.y1), (f.x0, f.y0), (f.x1, f.y0))):
        wish = (x + np.sign(f.centre[0] - x) * width / 2, y + np.sign(f.centre[1] - y) * height / 2)
        box = grid.nearest_free(taken, (width + 2 * AWAY, height + 2 * AWAY), wish)
        if box is not None:
            inner = box.grow(-AWAY)
            found.append(
                (float(np.hypot(inner.centre[0] - wish[0], inner.centre[1] - wish[1])) + 2 * rank, rank, inner)
            )
    return min(found)[2] if found else None


def _room(grid: Grid, taken: Any, country: Any, small: Small, place: Any, others: Sequence[Circle]) -> Circle | None:
    """Return the free circle nearest to a place, way over land counting three times, none through another inset."""
    side = 2 * (small.radius + AWAY)
    centres, share = grid.share(taken, side, side)
    free = centres[share == 0][::2]  # every other place is fine enough
    if not len(free):
        return None
    along = np.linspace(0, 1, 60)[:, None, None]
    way = place + along * (free - place)
    column = np.clip(np.searchsorted(grid.x, way[..., 0]), 0, len(grid.x) - 1)
    row = np.clip(np.searchsorted(grid.y, way[..., 1]), 0, len(grid.y) - 1)
    cost = np.hypot(*(free - place).T) * (1 + 2 * country[row, column].mean(axis=0))
    leaders = shapely.linestrings(np.stack([np.broadcast_to(place, free.shape), free], axis=1))
    for other in others:
        cost += 200 * (shapely.intersects(leaders, other.clip.buffer(1)) | shapely.intersects(leaders, other.leader))
        blocked = shapely.intersects(other.leader, shapely.buffer(shapely.points(free), small.radius + 1, quad_segs=4))
        cost += 200 * blocked
    best = int(cost.argmin())
    x, y = map(float, free[best])
    return Circle(small.code, (x, y), small.radius, (float(place[0]), float(place[1])), small.fills, float(cost[best]))


def _with_scale_bar(draft: Draft, grid: Grid, land: Any) -> Draft:
    taken = grid.mask(to_page(np.array([land]), draft.fit)[0]) | grid.mask(draft.legend.grow(1).polygon())
    for circle in draft.circles:
        taken |= grid.mask(circle.clip.buffer(1)) | grid.mask(shapely.buffer(circle.leader, 0.6))
    return replace(draft, scale_bar=grid.nearest_free(taken, SCALE_BAR, (grid.frame.x1, grid.frame.y1)))
