"""Insets: regions too small to be seen on the page, enlarged in circles beside the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from kzgeo.scene.content import Content
from kzgeo.scene.frame import Fit
from kzgeo.scene.ground import Drawn, Ground
from kzgeo.scene.place import Box

__all__ = ["Circle", "Inset", "Small", "enlarge", "small_on", "small_regions"]

LEAST: Final = 1.6  # mm: a region into which no circle of this radius fits cannot carry a colour that is seen
SPECK: Final = 0.6  # mm: one smaller than this is marked by a dot where it has no inset
MOST: Final = 4  # insets on a page; more would be a second map
SIZES: Final = {"plain": (8.0, 0.66), "flows": (11.5, 0.42)}  # radius in mm, and what part of it the region takes


@dataclass(frozen=True, slots=True)
class Small:
    """A region that wants an inset: where it lies (metres), the inset's radius (mm), what part the region takes."""

    code: str
    place: tuple[float, float]
    radius: float
    fills: float


@dataclass(frozen=True, slots=True)
class Circle:
    """An inset's circle and the place on the map that it enlarges, mm; ``cost`` is how far apart they are."""

    code: str
    centre: tuple[float, float]
    radius: float
    place: tuple[float, float]
    fills: float
    cost: float

    @property
    def clip(self) -> Any:
        """The circle as a polygon."""
        return shapely.Point(self.centre).buffer(self.radius, quad_segs=24)

    @property
    def leader(self) -> Any:
        """The line from the place to the circle's edge."""
        place, centre = np.array(self.place), np.array(self.centre)
        away = (place - centre) / max(float(np.hypot(*(place - centre))), 1e-9)
        return shapely.LineString([place, centre + away * self.radius])


@dataclass(frozen=True, eq=False)
class Inset:
    """A circle that shows a region enlarged, and what is seen in it."""

    circle: Circle
    fit: Fit
    drawn: Drawn
    near: tuple[str, ...]  # regions that the circle shows beside its own, the largest in view first
    label: Box | None = None
    arrows: Any = None  # :class:`kzgeo.scene.arrows.Arrows` of the local flows

    @property
    def code(self) -> str:
        """The region that is enlarged."""
        return self.circle.code

    @property
    def clip(self) -> Any:
        """The circle as a polygon."""
        return self.circle.clip

    @property
    def leader(self) -> Any:
        """The line from the place to the circle's edge."""
        return self.circle.leader

    @property
    def place(self) -> tuple[float, float]:
        """Where the region lies on the map."""
        return self.circle.place


def small_on(scale: float, ground: Ground, least: float = SPECK) -> tuple[str, ...]:
    """Return the regions too small to hold a circle of ``least`` mm where ``scale`` is mm on the page by metre."""
    return tuple(c for c, reach in zip(ground.codes, ground.reach, strict=True) if 0 < reach * scale < least)


def small_regions(ground: Ground, content: Content) -> tuple[Small, ...]:
    """Return the regions that want an inset on the recipe's page, those with the largest figures first."""
    view, page = content.last, content.recipe.page
    x0, y0, x1, y1 = ground.bounds
    scale = min(page.width / (x1 - x0), 0.75 * page.height / (y1 - y0))  # about what the map will have
    radius, fills = SIZES["plain" if view.flows is None else "flows"]
    figures = view.values["value"].abs().fillna(0)
    wanted = [code for code in small_on(scale, ground, LEAST) if view.shown[code] or view.flows is not None]
    wanted.sort(key=lambda code: (-figures[code], code))
    return tuple(Small(code, ground.middle(code), radius, fills) for code in wanted[:MOST])


def enlarge(ground: Ground, circle: Circle, drawn: Drawn) -> Inset:
    """Return the inset of a circle: the region around its middle, and its surroundings, at the inset's scale."""
    polygon = ground.by_code[circle.code]
    around = shapely.minimum_bounding_circle(polygon)
    middle = shapely.get_coordinates(around.centroid)[0]
    scale = circle.fills * circle.radius / float(shapely.minimum_bounding_radius(polygon))
    x, y = circle.centre
    fit = Fit((scale, -scale, x - scale * middle[0], y + scale * middle[1]))
    seen = ground.draw(fit, Box.around(x, y, 2 * circle.radius, 2 * circle.radius))
    areas = shapely.area(shapely.intersection(seen.regions, circle.clip))
    order = [seen.codes[i] for i in np.argsort(-areas, kind="stable") if areas[i] > 1]
    return Inset(circle, fit, seen, tuple(code for code in order if code != circle.code))
