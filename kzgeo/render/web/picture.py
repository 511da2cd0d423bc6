"""The static picture of a page: a scene's newest map and its insets as one SVG, which the script then takes over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from markupsafe import Markup
from shapely.affinity import scale

from kzgeo.scene.lettering import line_height, text_width
from kzgeo.scene.model import Panel, Scene, Shape, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DRAWN: Final = ("region", "flow", "node")
STILL: Final = 400  # arrows at most in a picture that no script helps
RING: Final = 0.7  # mm, radius of a node that the print does not draw

__all__ = ["STEPS", "Picture", "draw_picture"]

STEPS: Final = 20  # of the SVG's units to a millimetre on the page: 0.05 mm is the grain of the scene's outlines
LEAD: Final = "lead-"  # how ids of lines to names begin


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG, its window and the part of it that holds the country, all in the SVG's units (x0, y0, x1, y1)."""

    svg: Markup
    window: tuple[int, ...]
    country: tuple[int, ...]
    corner: str  # of the country's box that is free for buttons
    nodes: dict[str, tuple[int, int, int]]  # where each region's arrows meet, and how far from there they end
    insets: dict[str, dict[str, tuple[int, int, int]]]  # the same inside the insets that have arrows


def draw_picture(scene: Scene, others: Sequence[Scene] = ()) -> Picture:
    """Return the map of a scene's newest year, with its insets, as SVG without title and legend.

    ``others`` are the same map in other languages: the lines to their names end elsewhere, and are drawn too.
    """
    main, *insets = _panels(scene)
    window = tuple(round(STEPS * side) for side in main.clip.bounds)
    shapes = [mark.geometry for mark in main.marks if isinstance(mark, Shape) and mark.role in DRAWN]
    shapes += [shapely.box(*_box(mark)) for mark in main.marks if isinstance(mark, Text) and mark.role == "label"]
    shapes += [panel.clip for panel in insets]
    country = _grown(shapely.total_bounds(np.array(shapes)), window)
    x0, y0, x1, y1 = window
    largest = sorted(scene.flows, key=lambda flow: (-flow.people, flow.id))[:STILL]
    drawn = frozenset(flow.id for flow in largest)
    codes = frozenset(region.code for region in scene.regions)
    body = Markup("").join([_panel(main), *map(_leads, (scene, *others)), *map(_inset, insets)])
    labels = Markup("").join(label for panel in (main, *insets) for label in _labels(panel, codes))
    arrows = Markup("").join(arrow for panel in (main, *insets) for arrow in _arrows(panel, drawn))
    svg = Markup(
        '<svg id="picture" class="picture" xmlns="http://www.w3.org/2000/svg" viewBox="{} {} {} {}" role="img" '
        'aria-label="{}">{}<g id="ground">{}</g><g id="arrows">{}</g><g id="marks">{}</g></svg>'
    ).format(x0, y0, x1 - x0, y1 - y0, scene.alt, _HATCH, body, arrows, labels)
    return Picture(svg, window, country, _free_corner(country, shapes), _nodes(main), _rings(insets))


def _free_corner(country: tuple[int, ...], shapes: list[Any]) -> str:
    """Return the corner of the country's box in which regions and insets leave most room for a few buttons."""
    x0, y0, x1, y1 = (side / STEPS for side in country)
    wide, high = 9.0, 24.0  # mm
    corners = {
        "bottom left": shapely.box(x0, y1 - high, x0 + wide, y1),
        "bottom right": shapely.box(x1 - wide, y1 - high, x1, y1),
        "top left": shapely.box(x0, y0, x0 + wide, y0 + high),
        "top right": shapely.box(x1 - wide, y0, x1, y0 + high),
    }
    covered = {name: float(shapely.area(shapely.intersection(shapes, box)).sum()) for name, box in corners.items()}
    return min(covered, key=covered.__getitem__)


def _nodes(panel: Panel, roles: tuple[str, ...] = ("region", "node")) -> dict[str, tuple[int, int, int]]:
    """Return the middle of each region's ring on the map and its radius or, without one, of its polygon."""
    nodes = {}
    for role in roles:
        for mark in panel.marks:
            if isinstance(mark, Shape) and mark.role == role and not mark.geometry.is_empty:
                ring = role == "node"
                middle = mark.geometry.centroid if ring else mark.geometry.representative_point()
                x0, _, x1, _ = mark.geometry.bounds
                radius = (x1 - x0) / 2 if ring else RING
                nodes[_code(mark.id)] = (round(STEPS * middle.x), round(STEPS * middle.y), round(STEPS * radius))
    return nodes


def _rings(insets: list[Panel]) -> dict[str, dict[str, tuple[int, int, int]]]:
    return {panel.id: rings for panel in insets if (rings := _nodes(panel, ("node",)))}


def _panels(scene: Scene) -> list[Panel]:
    """Return the newest year's map and its insets."""
    year = max(panel.year for panel in scene.panels)
    return [panel for panel in scene.panels if panel.year == year]


def _grown(bounds: Any, window: tuple[int, ...]) -> tuple[int, ...]:
    """Return the bounds with a margin of 2 mm, inside the window."""
    x0, y0, x1, y1 = (STEPS * float(side) for side in bounds)
    grown = (x0 - 2 * STEPS, y0 - 2 * STEPS, x1 + 2 * STEPS, y1 + 2 * STEPS)
    limits = (max, max, min, min)
    return tuple(round(limit(side, edge)) for limit, side, edge in zip(limits, grown, window, strict=True))


_HATCH: Final = Markup(
    '<defs><pattern id="hatch" width="28" height="28" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="hatch-ground" width="28" height="28"/>'
    '<path class="hatch-line" d="M14 0v28"/></pattern></defs>'
)


def _panel(panel: Panel) -> Markup:
    """Return a panel's shapes in their order, the regions as one group."""
    parts: list[Markup] = []
    regions = [mark for mark in panel.marks if isinstance(mark, Shape) and mark.role == "region"]
    for mark in panel.marks:
        if not isinstance(mark, Shape) or mark.role in ("flow", "casing", "node") or mark.id.startswith(LEAD):
            continue
        if mark.role != "region":
            parts.append(_shape(mark, panel.clip))
        elif mark is regions[0]:
            paths = Markup("").join(_shape(region, panel.clip) for region in regions)
            parts.append(Markup('<g class="regions">{}</g>').format(paths))
    return Markup("").join(parts)


def _leads(scene: Scene) -> Markup:
    """Return the lines to names in a scene's language, of which the page shows those of its own."""
    panel = _panels(scene)[0]
    lines = [mark for mark in panel.marks if isinstance(mark, Shape) and mark.id.startswith(LEAD)]
    drawn = Markup("").join(_shape(mark, panel.clip) for mark in lines)
    return Markup('<g class="leads" lang="{}">{}</g>').format(scene.lang, drawn) if lines else drawn


def _inset(panel: Panel) -> Markup:
    frame = Markup('<path class="frame" d="{}"/>').format(path(panel.clip))
    return Markup('<g class="inset" id="{}" aria-hidden="true">{}{}</g>').format(panel.id, _panel(panel), frame)


def _shape(mark: Shape, clip: Any) -> Markup:
    geometry = mark.geometry
    if mark.role == "dot":  # of a small multiple, which is enlarged here
        geometry = scale(geometry, *[(clip.bounds[2] - clip.bounds[0]) / 160] * 2)
    elif mark.role != "leader":
        geometry = shapely.intersection(geometry, clip)
    line = path(geometry)
    if not line:
        return Markup("")
    if mark.role not in ("region", "dot"):
        return Markup('<path class="{}" d="{}"/>').format(mark.role, line)
    code = _code(mark.id)
    fill = "url(#hatch)" if mark.paint.hatch else mark.paint.fill
    return Markup('<path id="{}" class="{}" data-code="{}" fill="{}" d="{}"/>').format(
        mark.id, mark.role, code, fill, line
    )


def label_lines(panel: Panel) -> dict[str, list[Text]]:
    """Return the lines of a panel's labels by what they name: a region or a country."""
    lines: dict[str, list[Text]] = {}
    for mark in panel.marks:
        if isinstance(mark, Text) and mark.role == "label":
            lines.setdefault(_code(mark.id), []).append(mark)
    return lines


def _labels(panel: Panel, codes: frozenset[str]) -> Iterator[Markup]:
    """Return a panel's labels in their places; the script sets them anew in its own size and language."""
    group = Markup('<g class="label" data-code="{}" data-kind="{}"{} transform="translate({} {})">{}</g>')
    for code, lines in label_lines(panel).items():
        box = np.array([_box(line) for line in lines])
        x, y = (box[:, 0].min() + box[:, 2].max()) / 2, (box[:, 1].min() + box[:, 3].max()) / 2
        figure = any(":value-" in f":{line.id}" for line in lines)
        kind = "plain" if not figure else "inline" if len({line.y for line in lines}) == 1 else "lines"
        words = Markup("").join(_line(line, x, y) for line in lines)
        kind = kind if code in codes else "fixed"
        yield group.format(code, kind, _room(panel), round(STEPS * x), round(STEPS * y), words)
    if not label_lines(panel) and panel.frame is None:  # small multiples have no room for names, their page has
        for code, (x, y, _) in _nodes(panel).items():
            yield group.format(code, "lines", "", x, y, "")


def _room(panel: Panel) -> Markup:
    """Return how wide a label in an inset may be."""
    x0, _, x1, _ = panel.clip.bounds
    return Markup(' data-room="{}"').format(round(STEPS * (x1 - x0))) if panel.frame else Markup("")


def _box(line: Text) -> tuple[float, float, float, float]:
    """Return where a line of text stands, mm."""
    width = text_width(line.text, line.size, bold=line.bold)
    left = line.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[line.anchor]
    top = line.y - 0.79 * line_height(line.size)
    return left, top, left + width, top + line_height(line.size)


def _code(key: str) -> str:
    """Return the region of ``label-KZ-71``, ``inset-KZ-71:label-KZ-11``, ``label-KZ-71-1`` or ``value-KZ-71``."""
    code = key.rsplit(":", maxsplit=1)[-1].split("-", 1)[1]
    body, _, last = code.rpartition("-")
    return body if "-" in body and last.isdigit() else code


def _line(line: Text, x: float, y: float) -> Markup:
    x0, _, x1, _ = _box(line)
    look = Markup(' class="figure"') if line.bold else Markup("")
    return Markup('<text x="{}" y="{}"{}>{}</text>').format(
        round(STEPS * ((x0 + x1) / 2 - x)), round(STEPS * (line.y - y)), look, line.text
    )


def _arrows(panel: Panel, drawn: frozenset[str]) -> Iterator[Markup]:
    """Return some of a panel's arrows and their rings, coarse: the script draws them anew where it can."""
    for mark in panel.marks:
        if isinstance(mark, Shape) and mark.role == "flow" and mark.id.rsplit(":", maxsplit=1)[-1] in drawn:
            line = path(shapely.simplify(mark.geometry, 1 / STEPS))
            yield Markup('<path id="{}" class="arrow" fill="{}" d="{}"/>').format(mark.id, mark.paint.fill, line)
    for x, y, radius in _nodes(panel, ("node",)).values():
        yield Markup('<circle class="node" cx="{}" cy="{}" r="{}"/>').format(x, y, radius)


def path(geometry: Any) -> str:
    """Return a geometry in page mm as SVG path data in whole units, each point relative to the one before."""
    parts = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            parts += [_ring(ring, closed=True) for ring in (part.exterior, *part.interiors)]
        elif part.geom_type in ("LineString", "LinearRing"):
            parts.append(_ring(part, closed=False))
    return "".join(parts)


def _ring(line: Any, *, closed: bool) -> str:
    xy = np.rint(STEPS * shapely.get_coordinates(line)).astype(int)
    steps = np.diff(xy, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    if closed:
        steps = steps[:-1]  # z draws the last
    if len(steps) < (2 if closed else 1):
        return ""
    moves = " ".join(f"{x} {y}" for x, y in steps.tolist()).replace(" -", "-")
    return f"M{xy[0, 0]} {xy[0, 1]}l{moves}" + ("z" if closed else "")
