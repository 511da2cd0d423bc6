"""From a recipe and an atlas to scenes: gather what is said, write it, arrange it, and draw it mark by mark."""

from __future__ import annotations

from typing import Any, Final, TYPE_CHECKING

import numpy as np
import shapely

from kzgeo.scene.arrows import NEAR_SIZE, Arrows
from kzgeo.scene.content import Content, View, gather
from kzgeo.scene.frame import nice_length
from kzgeo.scene.legend import arrow_widths, coloured_targets, draw_legend
from kzgeo.scene.lettering import balanced, line_height, text_width, wrap
from kzgeo.scene.model import ClassFact, FlowFact, Mark, Paint, Panel, RegionFact, Scene, Shape, Text
from kzgeo.scene.palettes import Ink, category
from kzgeo.scene.sheet import (
    FOOT,
    LABEL_SIZE,
    MARGIN,
    SUBTITLE,
    TITLE,
    Sheet,
    Window,
    arrange,
    foot_lines,
    label_lines,
)
from kzgeo.scene.spec import LANGUAGES, Recipe
from kzgeo.scene.texts import Texts, write

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas
    from kzgeo.scene.insets import Inset
    from collections.abc import Sequence

__all__ = ["compose", "compose_all"]

LED: Final = 2.0  # mm between a label and what it names from which a line leads to it
CASING: Final = 0.2  # mm of white around an arrow


def compose(recipe: Recipe, atlas: Atlas, lang: str = "ru") -> Scene:
    """Return one map in one language, fully decided.

    Parameters
    ----------
    recipe : Recipe
    atlas : Atlas
    lang : {"ru", "kk", "en"}

    Returns
    -------
    Scene
        Positions are the same in every language: room is made for the longest words.

    Raises
    ------
    RecipeError
        If the atlas does not hold what the recipe asks for.
    """
    return compose_all(recipe, atlas, (lang,))[lang]


def compose_all(recipe: Recipe, atlas: Atlas, langs: Sequence[str] = LANGUAGES) -> dict[str, Scene]:
    """Return one map in several languages; see :func:`compose`."""
    content = gather(recipe, atlas)
    texts = {lang: write(content, lang) for lang in LANGUAGES}
    sheet = arrange(content, texts)
    return {lang: _scene(content, texts[lang], sheet) for lang in langs}


def _scene(content: Content, texts: Texts, sheet: Sheet) -> Scene:
    panels = [panel for window in sheet.windows for panel in _panels(content, texts, window)]
    regions = [fact for view in content.views for fact in _region_facts(content, texts, view)]
    return Scene(
        name=content.recipe.name,
        lang=texts.lang,
        page=sheet.page,
        crs=sheet.crs,
        title=texts.title,
        subtitle=texts.subtitle,
        caption=texts.caption,
        alt=texts.alt,
        foot=texts.foot,
        panels=tuple(panels),
        furniture=tuple(_furniture(content, texts, sheet)),
        classes=_class_facts(content, texts),
        regions=tuple(regions),
        flows=tuple(_flow_facts(content, texts, sheet)),
        legend={"title": texts.legend_title, "edges": texts.edges, **texts.notes},
        sources=content.sources,
        facts={**texts.facts, **_layout_facts(sheet)},
        data_hash=content.data_hash,
    )


def _class_facts(content: Content, texts: Texts) -> tuple[ClassFact, ...]:
    view, edges = content.last, content.classes.edges
    found = [content.classes.index(value) for value in view.values["value"][view.shown]]
    return tuple(
        ClassFact(i, edges[i], edges[i + 1], fill, f"{texts.edges[i]} … {texts.edges[i + 1]}", found.count(i))
        for i, fill in enumerate(content.classes.fills)
    )


def _region_facts(content: Content, texts: Texts, view: View) -> list[RegionFact]:
    facts = []
    for code, row in view.values.iterrows():
        known = bool(np.isfinite(row["value"]))
        index = content.classes.index(row["value"]) if view.shown[code] else None
        facts.append(
            RegionFact(
                code=str(code),
                name=texts.name(str(code), view),
                short=texts.name(str(code), view, short=True),
                year=view.year,
                value=float(row["value"]) if known else None,
                text=texts.figure(row["value"]) or texts.words.say("missing"),
                index=index,
                fill=_fill(content, view, str(code)),
                status=row["status"],
                details=((texts.words.say("detail-status"), texts.words.say("status", status=row["status"])),),
            )
        )
    return facts


def _fill(content: Content, view: View, code: str) -> str:
    return content.classes.fill(view.values["value"][code]) if view.shown[code] else Ink.none


def _panels(content: Content, texts: Texts, window: Window) -> list[Panel]:
    several = len(content.views) > 1
    prefix = f"{window.id}:" if several else ""
    marks = [*_ground_marks(content, window, prefix)]
    marks += _dots(content, window, prefix)
    if several:
        marks.append(_year_title(texts, window))
    if window.arrows is not None:
        marks += _arrow_marks(content, window.view, window.arrows, prefix)
    marks += _labels(content, texts, window)
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
        paint = Paint(fill=_fill(content, view, code), edge=edge, width=0.18, hatch=hatch)
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
        paint = Paint(_fill(content, window.view, code), Ink.country_edge, 0.2)
        disc = window.drawn.by_code[code].centroid.buffer(1.3)
        marks.append(Shape(f"{prefix}dot-{code}", disc, paint, "dot"))
    return marks


def _year_title(texts: Texts, window: Window) -> Text:
    box, view = window.clip, window.view
    words = str(view.year)
    if len(view.values) != len(texts.content.last.values):
        words += f" ({texts.words.say('outlines-then', year=str(view.year))})"
    return Text(f"year-{view.year}", words, box.x0 + 1.5, box.y0 + line_height(LABEL_SIZE), LABEL_SIZE, bold=True)


def _labels(content: Content, texts: Texts, window: Window) -> list[Mark]:
    marks: list[Mark] = []
    for code, box in window.labels.items():
        away = shapely.shortest_line(box.polygon(), _named(window, code))
        if away.length > LED:
            marks.append(Shape(f"lead-{code}", away, Paint(edge=Ink.country_edge, width=0.2), "leader"))
        marks += _label(content, texts, window.view, code, box.centre)
    return marks


def _named(window: Window, code: str) -> Any:
    """Return what a label names: its region's ring on a flow map, or the region."""
    node = window.arrows.nodes.get(code) if window.arrows is not None else None
    return window.drawn.by_code[code] if node is None else shapely.Point(node.x, node.y).buffer(node.radius)


def _label(content: Content, texts: Texts, view: View, code: str, centre: tuple[float, float]) -> list[Mark]:
    """Return a label's lines around a point: the name, and under it in bold the figure."""
    lines = label_lines(content, texts, view, code)
    x, top = centre[0], centre[1] - len(lines) * line_height(LABEL_SIZE) / 2
    marks: list[Mark] = []
    for n, line in enumerate(lines):
        figure = n == len(lines) - 1 and view.shown[code]
        key = f"value-{code}" if figure else f"label-{code}" + (f"-{n}" if n else "")
        y = top + (n + 0.79) * line_height(LABEL_SIZE)
        marks.append(Text(key, line, x, y, LABEL_SIZE, "middle", bool(figure), halo=Ink.paper, role="label"))
    return marks


def _inset_label(content: Content, texts: Texts, view: View, inset: Inset) -> list[Mark]:
    """Return an inset's label: two lines in the middle, or on a flow map name and figure in one line at the top."""
    assert inset.label is not None
    if view.flows is None:
        return _label(content, texts, view, inset.code, inset.label.centre)
    x, y = inset.label.centre[0], inset.label.y0 + 0.79 * line_height(LABEL_SIZE)
    name, figure = texts.name(inset.code, view, short=True), texts.figure(view.values["value"][inset.code])
    widths = text_width(f"{name} ", LABEL_SIZE), text_width(figure, LABEL_SIZE, bold=True)
    left = x - sum(widths) / 2
    return [
        Text(f"label-{inset.code}", name, left, y, LABEL_SIZE, halo=Ink.paper, role="label"),
        Text(f"value-{inset.code}", figure, left + widths[0], y, LABEL_SIZE, bold=True, halo=Ink.paper, role="label"),
    ]


def _leader(inset: Inset) -> Shape:
    """Return the thin line from a place on the map to the edge of its inset."""
    return Shape(f"leader-{inset.code}", inset.spot.leader, Paint(edge=Ink.country_edge, width=0.25), "leader")


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


def _around_names(texts: Texts, window: Window, inset: Inset) -> list[Mark]:
    """Return the names of the regions around the enlarged one under their nodes in the inset."""
    marks: list[Mark] = []
    for code, box in inset.arrows.names.items():
        key = f"inset-{inset.code}:label-{code}"
        name = texts.name(code, window.view, short=True)
        y = box.y0 + 0.79 * line_height(NEAR_SIZE)
        marks.append(Text(key, name, box.centre[0], y, NEAR_SIZE, "middle", halo=Ink.paper, role="label"))
    return marks


def _arrow_marks(content: Content, view: View, arrows: Arrows, prefix: str) -> list[Mark]:
    """Return arrows in their drawing order, each under a white casing, and the rings of their nodes."""
    marks: list[Mark] = []
    for at in arrows.layout.order:
        row = arrows.rows.iloc[int(at)]
        shape = shapely.Polygon(arrows.layout.outlines[int(at)])
        key = f"flow-{row['origin']}-{row['destination']}"
        colour = _arrow_colour(content, row["destination"])
        # the casing lies under its own arrow and over those drawn before: crossings stay readable
        marks.append(Shape(f"casing-{key}", shape, Paint(edge=Ink.paper, width=2 * CASING), "casing"))
        paint = Paint(fill=colour)
        if row["status"] == "estimated":
            paint = Paint(fill=Ink.paper, edge=colour, width=0.25, dash=(0.8, 0.5))
        marks.append(Shape(key, shape, paint, "flow"))
    for node in arrows.nodes.values():
        ring = shapely.Point(node.x, node.y).buffer(node.radius, quad_segs=16)
        paint = Paint(fill=_fill(content, view, node.code), edge=Ink.arrow, width=0.3)
        marks.append(Shape(f"{prefix}node-{node.code}", ring, paint, "node"))
    return marks


def _arrow_colour(content: Content, destination: str) -> str:
    targets = coloured_targets(content)
    return category(targets.index(destination)) if destination in targets else Ink.arrow


def _flow_facts(content: Content, texts: Texts, sheet: Sheet) -> list[FlowFact]:
    """Return the facts of all arrows, largest flow first."""
    facts = []
    for window in sheet.windows:
        layers = [(window.id, window.arrows), *((f"inset-{i.code}", i.arrows) for i in window.insets)]
        for panel, arrows in layers:
            if arrows is not None:
                facts += _facts_of(content, texts, window, panel, arrows)
    return sorted(facts, key=lambda fact: (fact.year, -fact.people, fact.id))


def _facts_of(content: Content, texts: Texts, window: Window, panel: str, arrows: Arrows) -> list[FlowFact]:
    view, per_person = window.view, arrow_widths(content)
    assert view.flows is not None
    return [
        FlowFact(
            id=f"flow-{row.origin}-{row.destination}",
            origin=row.origin,
            destination=row.destination,
            year=view.year,
            people=int(row.people),
            share=100 * row.people / view.flows.total,
            status=row.status,
            panel=panel,
            width=row.people * per_person,
            colour=_arrow_colour(content, row.destination),
            text=texts.words.say(
                "flow-tip",
                origin=texts.name(row.origin, view),
                destination=texts.name(row.destination, view),
                people=texts.words.people(row.people),
            ),
            curve=curve,
        )
        for row, curve in zip(arrows.rows.itertuples(), arrows.layout.curves, strict=True)
    ]


def _layout_facts(sheet: Sheet) -> dict[str, Any]:
    """Return the score of the map's layout, and of its insets' together with it where they have arrows."""
    window = sheet.windows[-1]
    if window.arrows is None or window.arrows.layout.score is None:
        return {}
    scores = {"map": window.arrows.layout.score.as_dict()}
    for inset in window.insets:
        if inset.arrows is not None:
            scores[f"inset-{inset.code}"] = inset.arrows.layout.score.as_dict()
    return {"layout": scores}


def _furniture(content: Content, texts: Texts, sheet: Sheet) -> list[Mark]:
    width = sheet.page.width - 2 * MARGIN
    marks: list[Mark] = []
    y = MARGIN - 1.0
    for n, line in enumerate(balanced(texts.title, width, TITLE, bold=True)):
        y += line_height(TITLE)
        marks.append(Text(f"title-{n}", line, MARGIN, y - 0.9, TITLE, bold=True, role="title"))
    for n, line in enumerate(wrap(texts.subtitle, width, SUBTITLE)):
        y += line_height(SUBTITLE)
        marks.append(Text(f"subtitle-{n}", line, MARGIN, y - 0.5, SUBTITLE, colour=Ink.faint, role="subtitle"))
    marks += draw_legend(content, texts, sheet.legend, sheet.legend_boxes)
    if sheet.scale_bar is not None:
        marks += _scale_bar(texts, sheet)
    for n, line in enumerate(foot_lines(texts, sheet.page)):
        y = sheet.bottom + (n + 1) * line_height(FOOT) - 0.1
        marks.append(Text(f"foot-{n}", line, MARGIN, y, FOOT, colour=Ink.faint, role="foot"))
    return marks


def _scale_bar(texts: Texts, sheet: Sheet) -> list[Mark]:
    box = sheet.scale_bar
    assert box is not None
    per_km = 1000 * sheet.windows[0].fit.scale
    km = nice_length(box.width * 0.95 / per_km)
    x0, x1, y = box.x1 - km * per_km, box.x1, box.y1 - 0.5
    line = shapely.LineString([(x0, y - 1), (x0, y), (x1, y), (x1, y - 1)])
    words = texts.words.say("kilometres", km=texts.words.number(km))
    return [
        Shape("scale-bar", line, Paint(edge=Ink.faint, width=0.25), "scale"),
        Text("scale-km", words, (x0 + x1) / 2, y - 1, LABEL_SIZE, anchor="middle", colour=Ink.faint, role="scale"),
    ]
