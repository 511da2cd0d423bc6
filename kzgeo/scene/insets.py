"""Insets: regions too small to be seen on the page, enlarged beside the map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from kzgeo.scene.frame import Fit
from kzgeo.scene.grid import Box

if TYPE_CHECKING:
    from kzgeo.scene.content import Content
    from kzgeo.scene.ground import Drawn, Ground

__all__ = ["Inset", "Small", "Spot", "Window", "enlarge", "small_on", "small_regions"]

LEAST: Final = 1.6  # mm: a region into which no circle of this radius fits cannot carry a colour that is seen
SPECK: Final = 0.6  # mm: one smaller than this is marked by a dot where it has no inset
MOST: Final = 4  # insets on a page; more would be a second map
AROUND: Final = 0.35  # of an inset: a neighbour that takes less of it is no place for a node


@dataclass(frozen=True, slots=True)
class Window:
    """How insets look, mm: their size, the radius that the region takes, and how far it stands from the middle."""

    width: float
    height: float
    reach: float
    shift: tuple[float, float] = (0.0, 0.0)
    rounding: float = 1.5

    def clip(self, centre: tuple[float, float]) -> Any:
        """Return the window around a point: a circle, or a box with round corners."""
        if self.rounding * 2 >= min(self.width, self.height):
            return shapely.Point(centre).buffer(self.width / 2, quad_segs=24)
        inner = Box.around(*centre, self.width, self.height).grow(-self.rounding)
        return inner.polygon().buffer(self.rounding, quad_segs=8)


CIRCLE: Final = Window(16, 16, 5.3, rounding=8)
FLOWS: Final = Window(23, 17.5, 3.6, shift=(-5.8, 0.4))  # the region left, room for arrows to its right
BESIDE_LABEL: Final = 0.8  # mm between an inset's label and its edge


@dataclass(frozen=True, slots=True)
class Small:
    """A region that wants an inset, and where it lies (metres)."""

    code: str
    place: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an inset stands, and the place on the map that it enlarges, mm; ``cost`` is how far apart they are."""

    code: str
    centre: tuple[float, float]
    window: Window
    place: tuple[float, float]
    cost: float

    @property
    def clip(self) -> Any:
        """The inset's outline."""
        return self.window.clip(self.centre)

    @property
    def leader(self) -> Any:
        """The line from the place to the inset's edge."""
        return shapely.difference(shapely.LineString([self.place, self.centre]), self.clip)


@dataclass(frozen=True, eq=False)
class Inset:
    """A window that shows a region enlarged, and what is seen in it."""

    spot: Spot
    fit: Fit
    drawn: Drawn
    near: tuple[str, ...]  # regions with much room beside the enlarged one, the largest in view first
    label: Box | None = None
    arrows: Any = None  # :class:`kzgeo.scene.arrows.Arrows` of the local flows

    @property
    def code(self) -> str:
        """The region that is enlarged."""
        return self.spot.code

    @property
    def clip(self) -> Any:
        """The inset's outline."""
        return self.spot.clip

    @property
    def place(self) -> tuple[float, float]:
        """Where the region lies on the map."""
        return self.spot.place

    @property
    def middle(self) -> tuple[float, float]:
        """Where the enlarged region stands in the inset."""
        (x, y), (right, down) = self.spot.centre, self.spot.window.shift
        return x + right, y + down


def small_on(scale: float, ground: Ground, least: float = SPECK) -> tuple[str, ...]:
    """Return the regions too small to hold a circle of ``least`` mm where ``scale`` is mm on the page by metre."""
    return tuple(c for c, reach in zip(ground.codes, ground.reach, strict=True) if 0 < reach * scale < least)


def small_regions(ground: Ground, content: Content) -> tuple[Small, ...]:
    """Return the regions that want an inset on the recipe's page, those with the largest figures first."""
    view, page = content.last, content.recipe.page
    x0, y0, x1, y1 = ground.bounds
    scale = min(page.width / (x1 - x0), 0.75 * page.height / (y1 - y0))  # about what the map will have
    figures = view.values["value"].abs().fillna(0)
    wanted = [code for code in small_on(scale, ground, LEAST) if view.shown[code] or view.flows is not None]
    wanted.sort(key=lambda code: (-figures[code], code))
    return tuple(Small(code, ground.middle(code)) for code in wanted[:MOST])


def inset_window(content: Content, label: float) -> Window:
    """Return how a map's insets look: those of flow maps have room for arrows, and for labels ``label`` mm wide."""
    if content.last.flows is None:
        return CIRCLE
    wider = max(0.0, label + 2 * BESIDE_LABEL - FLOWS.width)
    return replace(FLOWS, width=FLOWS.width + wider, shift=(FLOWS.shift[0] - wider / 2, FLOWS.shift[1]))


def enlarge(ground: Ground, spot: Spot) -> Inset:
    """Return the inset of a spot: its region and the surroundings, at the inset's scale."""
    window, polygon = spot.window, ground.by_code[spot.code]
    middle = shapely.get_coordinates(shapely.minimum_bounding_circle(polygon).centroid)[0]
    scale = window.reach / float(shapely.minimum_bounding_radius(polygon))
    x, y = spot.centre[0] + window.shift[0], spot.centre[1] + window.shift[1]
    fit = Fit((scale, -scale, x - scale * middle[0], y + scale * middle[1]))
    seen = ground.draw(fit, Box.around(*spot.centre, window.width, window.height))
    areas = shapely.area(shapely.intersection(seen.regions, spot.clip)) / (window.width * window.height)
    order = [seen.codes[i] for i in np.argsort(-areas, kind="stable") if areas[i] > AROUND]
    return Inset(spot, fit, seen, tuple(code for code in order if code != spot.code))
