"""The marks of a map's window: ground, regions, arrows, names, insets, in their drawing order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import shapely

from kzgeo.scene.abroad import country_lines
from kzgeo.scene.arrows import NEAR_SIZE
from kzgeo.scene.grid import Box
from kzgeo.scene.labelling import LABEL_SIZE, Placed, inset_line, label_lines
from kzgeo.scene.legend import coloured_targets
from kzgeo.scene.lettering import line_height, text_width
from kzgeo.scene.model import Mark, Paint, Panel, Shape, Text
from kzgeo.scene.palettes import Ink, category
from kzgeo.scene.place import lead
from kzgeo.scene.selection import records
from kzgeo.scene.sheet import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzgeo.scene.arrows import Arrows
    from kzgeo.scene.content import Content, View
    from kzgeo.scene.insets import Inset
    from kzgeo.scene.texts import Texts

__all__ = ["arrow_colour", "fill", "window_panels"]

HAIR: Final = 0.08  # mm, line around every arrow


def window_panels(content: Content, texts: Texts, window: Window) -> list[Panel]:
    """Return a window's panels: the map itself, then its insets."""
    several = len(content.views) > 1
    prefix = f"{window.id}:" if several else ""
    marks = [*_ground_marks(content, window, prefix)]
    marks += _dots(content, window, prefix)
    if several:
        marks.append(_year_title(texts, window))
    if window.arrows is not None:
        marks += _arrow_marks(content, window.view, window.arrows, prefix)
    marks += _labels(content, texts, window)
    marks += _country_names(texts, window)
    leaders = [_leader(inset) for inset in window.insets]
    first = next((n for n, mark in enumerate(marks) if mark.role in {"flow", "node", "label"}), len(marks))
    marks[first:first] = leaders  # a leader lies on the ground, under arrows and names
    main = Panel(window.id, window.clip.polygon(), tuple(marks), window.view.year, window.fit.matrix)
    return [main, *(_inset_panel(content, texts, window, inset) for inset in window.insets)]


def _ground_marks(content: Content, place: Window | Inset, prefix: str, view: View | None = None) -> list[Mark]:
    """Return the ground of a window or an inset: land, sea, regions in their colours, lakes, the country's edge."""
    if isinstance(place, Window):
        clip, view = place.clip.polygon(), place.view
    else:
        clip = place.clip
    assert view is not None
    drawn = place.drawn
    marks: list[Mark] = [
        Shape(f"{prefix}land", clip, Paint(fill=Ink.land), "land"),
        Shape(f"{prefix}sea", drawn.sea, Paint(fill=Ink.water), "water"),
        Shape(f"{prefix}borders", drawn.borders, Paint(edge=Ink.border, width=0.15), "border"),
    ]
    dashed = []
    for code, polygon in drawn.by_code.items():
        if polygon.is_empty:
            continue
        status = view.values["status"][code]
        hatch = Ink.hatch if status == "missing" else None
        edge = Ink.region_edge if view.shown[code] else Ink.border
        paint = Paint(fill=fill(content, view, code), edge=edge, width=0.18, hatch=hatch)
        marks.append(Shape(f"{prefix}region-{code}", polygon, paint, "region"))
        if status == "estimated":
            inner = shapely.boundary(shapely.buffer(polygon, -0.3))
            paint = Paint(edge=Ink.text, width=0.25, dash=(1.0, 0.7))
            dashed.append(Shape(f"{prefix}estimated-{code}", inner, paint, "estimated"))
    lakes = Shape(f"{prefix}lakes", drawn.lakes, Paint(fill=Ink.water, edge=Ink.shore, width=0.08), "water")
    outer = Shape(f"{prefix}edge", drawn.edge, Paint(edge=Ink.country_edge, width=0.3), "edge")
    return [*marks, lakes, outer, *dashed]


def _dots(content: Content, window: Window, prefix: str) -> list[Mark]:
    """Return a disc in its region's colour for every region that is too small to be seen and has no inset."""
    enlarged = {inset.code for inset in window.insets}
    marks: list[Mark] = []
    for code in window.small:
        if code in enlarged:
            continue
        paint = Paint(fill(content, window.view, code), Ink.country_edge, 0.2)
        disc = window.drawn.by_code[code].centroid.buffer(1.3)
        marks.append(Shape(f"{prefix}dot-{code}", disc, paint, "dot"))
    return marks


def _arrow_marks(content: Content, view: View, arrows: Arrows, prefix: str) -> list[Mark]:
    """Return arrows in their drawing order, each under a white casing, and the rings of their nodes."""
    marks: list[Mark] = []
    rows, several = records(arrows.rows), len(content.views) > 1
    for at in arrows.layout.order:
        row = rows[int(at)]
        shape = shapely.Polygon(arrows.layout.outlines[int(at)])
        key = f"{prefix if several else ''}flow-{row.origin}-{row.destination}"
        colour = arrow_colour(content, row.destination)
        # the casing lies under its own arrow and over those drawn before: crossings stay readable
        casing = 2 * min(arrows.look.style.casing, 0.08 + arrows.network.widths[int(at)] / 2)
        marks.append(Shape(f"casing-{key}", shape, Paint(edge=Ink.paper, width=HAIR + casing), "casing"))
        paint = Paint(fill=colour, edge=colour, width=HAIR)  # a hairline keeps the thinnest visible
        if row.status == "estimated":
            paint = Paint(fill=Ink.paper, edge=colour, width=0.25, dash=(0.8, 0.5))
        marks.append(Shape(key, shape, paint, "flow"))
    for node in arrows.nodes.values():
        ring = shapely.Point(node.x, node.y).buffer(node.radius, quad_segs=16)
        inside = fill(content, view, node.code) if node.code in view.values.index else Ink.paper
        paint = Paint(fill=inside, edge=Ink.arrow, width=0.3)
        marks.append(Shape(f"{prefix}node-{node.code}", ring, paint, "node"))
    return marks


def _year_title(texts: Texts, window: Window) -> Text:
    box, view = window.clip, window.view
    words = str(view.year)
    if len(view.values) != len(texts.content.last.values):
        words += f" ({texts.words.say('outlines-then', year=str(view.year))})"
    return Text(f"year-{view.year}", words, box.x0 + 1.5, box.y0 + line_height(LABEL_SIZE), LABEL_SIZE, bold=True)


def _labels(content: Content, texts: Texts, window: Window) -> list[Mark]:
    marks: list[Mark] = []
    for code, placed in window.labels.items():
        lines = label_lines(content, texts, window.view, code, figure=placed.figure)
        # to the words in this language, for which there may be room to spare
        line = lead(_lettered(placed.box, lines), placed.named)
        if not line.is_empty:
            marks.append(Shape(f"lead-{code}", line, Paint(edge=Ink.country_edge, width=0.2), "leader"))
        marks += _label(content, texts, window.view, code, placed)
    return marks


def _lettered(box: Box, lines: Sequence[str]) -> Any:
    """Return the part of a label's box that its lines fill, one under another around its middle."""
    (x, y), height = box.centre, line_height(LABEL_SIZE)
    rows = [y + (n + 0.5 - len(lines) / 2) * height for n in range(len(lines))]
    widths = [min(box.width, text_width(line, LABEL_SIZE, bold=True)) for line in lines]
    return shapely.union_all(
        [Box.around(x, row, width, height).polygon() for row, width in zip(rows, widths, strict=True)]
    )


def _country_names(texts: Texts, window: Window) -> list[Mark]:
    marks: list[Mark] = []
    for code, country in window.countries.items():
        for n, line in enumerate(country_lines(texts, window.view, code)):
            key = f"value-{code}" if n else f"label-{code}"
            y = country.label.y0 + (n + 0.79) * line_height(LABEL_SIZE)
            x = country.label.centre[0]
            marks.append(Text(key, line, x, y, LABEL_SIZE, "middle", bool(n), halo=Ink.land, role="label"))
    return marks


def _label(content: Content, texts: Texts, view: View, code: str, placed: Placed) -> list[Mark]:
    """Return a label's lines around the middle of its box: the name, and under it in bold the figure."""
    lines = label_lines(content, texts, view, code, figure=placed.figure)
    x, y = placed.box.centre
    top = y - len(lines) * line_height(LABEL_SIZE) / 2
    marks: list[Mark] = []
    for n, line in enumerate(lines):
        figure = placed.figure and bool(view.shown[code]) and n == len(lines) - 1
        key = f"value-{code}" if figure else f"label-{code}" + (f"-{n}" if n else "")
        base = top + (n + 0.79) * line_height(LABEL_SIZE)
        marks.append(Text(key, line, x, base, LABEL_SIZE, "middle", figure, halo=Ink.paper, role="label"))
    return marks


def _inset_panel(content: Content, texts: Texts, window: Window, inset: Inset) -> Panel:
    prefix = f"inset-{inset.code}:"
    marks = _ground_marks(content, inset, prefix, window.view)
    if inset.arrows is not None:
        marks += _arrow_marks(content, window.view, inset.arrows, prefix)
        marks += _around_names(texts, window, inset)
    assert inset.label is not None
    marks += _inset_label(content, texts, window.view, inset)
    frame = Paint(edge=Ink.country_edge, width=0.3)
    return Panel(f"inset-{inset.code}", inset.clip, tuple(marks), window.view.year, inset.fit.matrix, frame)


def _inset_label(content: Content, texts: Texts, view: View, inset: Inset) -> list[Mark]:
    """Return an inset's label: two lines in the middle, or on a flow map name and figure in one line at the top."""
    assert inset.label is not None
    if view.flows is None:
        return _label(content, texts, view, inset.code, Placed(inset.label, figure=True, named=inset.clip))
    x, y = inset.label.centre[0], inset.label.y0 + 0.79 * line_height(LABEL_SIZE)
    name, figure = inset_line(content, texts, inset.code)
    widths = text_width(name, LABEL_SIZE), text_width(figure, LABEL_SIZE, bold=True)
    left = x - sum(widths) / 2
    return [
        Text(f"label-{inset.code}", name.rstrip(), left, y, LABEL_SIZE, halo=Ink.paper, role="label"),
        Text(f"value-{inset.code}", figure, left + widths[0], y, LABEL_SIZE, bold=True, halo=Ink.paper, role="label"),
    ]


def _around_names(texts: Texts, window: Window, inset: Inset) -> list[Mark]:
    """Return the names of the regions around the enlarged one under their nodes in the inset."""
    marks: list[Mark] = []
    for code, box in inset.arrows.names.items():
        key = f"inset-{inset.code}:label-{code}"
        name = texts.name(code, window.view, short=True)
        y = box.y0 + 0.79 * line_height(NEAR_SIZE)
        marks.append(Text(key, name, box.centre[0], y, NEAR_SIZE, "middle", halo=Ink.paper, role="label"))
    return marks


def _leader(inset: Inset) -> Shape:
    """Return the thin line from a place on the map to the edge of its inset."""
    return Shape(f"leader-{inset.code}", inset.spot.leader, Paint(edge=Ink.country_edge, width=0.25), "leader")


def fill(content: Content, view: View, code: str) -> str:
    """Return a region's colour in a view."""
    return content.classes.fill(view.values["value"][code]) if view.shown[code] else Ink.none


def arrow_colour(content: Content, destination: str) -> str:
    """Return the colour of the arrows to a region: its own where the map is about it."""
    targets = coloured_targets(content)
    return category(targets.index(destination)) if destination in targets else Ink.arrow
