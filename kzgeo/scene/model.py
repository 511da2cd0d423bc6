"""The Scene: one map fully decided, in millimetres on the page, x to the right and y downwards.

Renderers compute nothing. A scene says two things, tied together by ids:

- *marks*: what is drawn, in drawing order (:class:`Shape`, :class:`Text`);
- *facts*: what it means (:class:`RegionFact`, :class:`FlowFact`, :class:`ClassFact`), for tooltips, tables and JSON.

Ids: ``region-KZ-71``, ``node-KZ-71``, ``label-KZ-71``, ``flow-KZ-19-KZ-75``, ``class-0``, ``inset-KZ-71``. Inside an
inset or a small multiple the panel's id and a colon stand before the id, except that a flow drawn only in an inset
keeps its plain id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "ClassFact",
    "FlowFact",
    "Mark",
    "Page",
    "Paint",
    "Panel",
    "RegionFact",
    "Scene",
    "Shape",
    "Text",
]

Status = Literal["published", "derived", "repaired", "estimated", "missing"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet: width and height in mm; ``name`` as recipes call it (``default``, ``a4``, ``square``)."""

    width: float
    height: float
    name: str = "default"


@dataclass(frozen=True, slots=True)
class Paint:
    """How a shape is drawn: colours as ``#rrggbb``, line width in mm, ``dash`` in mm on and off."""

    fill: str | None = None
    edge: str | None = None
    width: float = 0.0
    alpha: float = 1.0
    hatch: str | None = None  # colour of the hatching lines
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry in page mm with its paint. ``role`` names its kind for styling (``region``, ``flow``, ...)."""

    id: str
    geometry: BaseGeometry
    paint: Paint
    role: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``x, y`` is the anchor on its baseline, ``size`` in pt, ``halo`` the colour around it."""

    id: str
    text: str
    x: float
    y: float
    size: float
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    colour: str = "#1d2327"
    halo: str | None = None
    role: str = "text"


Mark = Shape | Text


@dataclass(frozen=True, slots=True)
class Panel:
    """A window on the map: the map itself, an inset, or one of several small multiples.

    ``matrix`` is (a, b, tx, ty): page mm = (a*X + tx, b*Y + ty) with X, Y in metres of ``Scene.crs``.
    """

    id: str
    clip: Polygon
    marks: tuple[Mark, ...]
    year: int
    matrix: tuple[float, float, float, float]
    frame: Paint | None = None  # outline drawn around the clip, for insets
    leader: Shape | None = None


@dataclass(frozen=True, slots=True)
class ClassFact:
    """One class: values in (low, high], its colour, its label in the reader's language, how many regions."""

    index: int
    low: float
    high: float
    fill: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class RegionFact:
    """What the map says of one region in one year; ``text`` is ``value`` as printed."""

    code: str
    name: str
    short: str
    year: int
    value: float | None
    text: str
    index: int | None
    fill: str
    status: Status
    details: tuple[tuple[str, str], ...] = ()  # label and formatted figure, in reading order


@dataclass(frozen=True, slots=True)
class FlowFact:
    """One arrow: people from origin to destination, its share of all moves, its centreline and width in mm."""

    id: str
    origin: str
    destination: str
    year: int
    people: int
    share: float
    status: Status
    panel: str
    width: float
    colour: str
    text: str
    curve: Floats = field(repr=False)  # (4, 2) control points of a cubic Bezier, page mm


@dataclass(frozen=True, slots=True)
class Scene:
    """One map in one language, fully decided."""

    name: str
    lang: str
    page: Page
    crs: str
    title: str
    subtitle: str
    caption: str
    alt: str
    shown: str  # what part of all moves the arrows are; empty without arrows
    foot: tuple[str, ...]
    panels: tuple[Panel, ...]
    furniture: tuple[Mark, ...]  # title, legend, scale bar, foot: drawn over the panels
    classes: tuple[ClassFact, ...]
    regions: tuple[RegionFact, ...]
    flows: tuple[FlowFact, ...]
    legend: Mapping[str, Any]  # legend in words for the web: title, missing, estimated, widths
    sources: tuple[str, ...]
    facts: Mapping[str, Any]  # every figure used in the texts, and the layout's score
    data_hash: str
