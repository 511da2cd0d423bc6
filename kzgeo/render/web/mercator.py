"""A scene over web tiles: its newest map moved from its own projection into Web Mercator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from pyproj import Transformer

from kzgeo.scene.model import Floats, FlowFact, Mark, Panel, Scene, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Base", "over_tiles"]

LEFT_OUT: Final = frozenset({"land", "water", "border", "leader"})  # the tiles show them


@dataclass(frozen=True, slots=True)
class Base:
    """Where the page lies: Web Mercator metres of its upper left corner and of one millimetre."""

    x: float
    y: float
    metres: float


def over_tiles(scene: Scene) -> tuple[Scene, Base]:
    """Return the scene's newest map in Web Mercator, without insets: readers can zoom, and tiles have no insets."""
    main = max((panel for panel in scene.panels if panel.frame is None), key=lambda panel: panel.year)
    move, base = _mover(scene, main)
    marks = tuple(_moved(mark, move) for mark in main.marks if mark.role not in LEFT_OUT)
    regions = np.array([m.geometry for m in marks if isinstance(m, Shape) and m.role == "region"])
    x0, y0, x1, y1 = shapely.total_bounds(regions)
    around = shapely.box(x0 - (x1 - x0) / 4, y0 - (y1 - y0) / 4, x1 + (x1 - x0) / 4, y1 + (y1 - y0) / 4)
    flows = tuple(_moved_flow(flow, move) for flow in scene.flows if flow.panel == main.id)
    return replace(scene, panels=(replace(main, clip=around, marks=marks),), flows=flows), base


def _mover(scene: Scene, panel: Panel) -> tuple[Callable[[Floats], Floats], Base]:
    """Return the map from the page's mm to mm in Web Mercator, on which the panel is as wide as before."""
    a, b, tx, ty = panel.matrix
    ahead = Transformer.from_crs(scene.crs, "EPSG:3857", always_xy=True)

    def mercator(xy: Floats) -> Floats:
        return np.column_stack(ahead.transform((xy[:, 0] - tx) / a, (xy[:, 1] - ty) / b))

    x0, y0, x1, y1 = panel.clip.bounds
    corners = mercator(np.array([(x0, y0), (x1, y0), (x0, y1), (x1, y1)]))
    base = Base(float(corners[:, 0].min()), float(corners[:, 1].max()), float(np.ptp(corners[:, 0])) / (x1 - x0))

    def move(xy: Floats) -> Floats:
        return np.asarray((mercator(xy) - (base.x, base.y)) / (base.metres, -base.metres))

    return move, base


def _moved(mark: Mark, move: Callable[[Floats], Floats]) -> Mark:
    if isinstance(mark, Shape):
        geometry: Any = shapely.transform(mark.geometry, move)
        return replace(mark, geometry=geometry)
    (x, y), *_ = move(np.array([(mark.x, mark.y)])).tolist()
    return replace(mark, x=x, y=y)


def _moved_flow(flow: FlowFact, move: Callable[[Floats], Floats]) -> FlowFact:
    return replace(flow, curve=move(flow.curve))
