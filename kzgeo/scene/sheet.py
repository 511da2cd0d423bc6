"""Where everything stands on the page, the same in every language: room is made for the longest words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final, TYPE_CHECKING

import shapely

from kzgeo.scene.arrows import Arrows, Node, label_spot, lay_arrows, local_arrows, nodes_of, split_local
from kzgeo.scene.draft import Furniture, best_draft
from kzgeo.scene.frame import Fit, fit
from kzgeo.scene.ground import Drawn, Ground
from kzgeo.scene.insets import Inset, enlarge, inset_window, small_on, small_regions
from kzgeo.scene.legend import LegendPlan, arrow_widths, plan_legend
from kzgeo.scene.lettering import balanced, line_height, widest, wrap
from kzgeo.scene.place import Box, Grid, Label, place_labels

if TYPE_CHECKING:
    from kzgeo.scene.texts import Texts
    from kzgeo.scene.model import Page
    from kzgeo.scene.content import Content, View
    import pandas as pd
    from collections.abc import Container, Mapping, Sequence

__all__ = ["LABEL_SIZE", "MARGIN", "Sheet", "Window", "arrange"]

MARGIN: Final = 4.0  # mm around everything
TITLE, SUBTITLE, LABEL_SIZE, FOOT = 11.0, 8.0, 7.0, 6.0  # pt


@dataclass(frozen=True, eq=False)
class Window:
    """One map on the page: a view, its window and frame, the drawn ground, and what was placed on it."""

    id: str
    view: View
    clip: Box
    fit: Fit
    drawn: Drawn
    small: tuple[str, ...]
    insets: tuple[Inset, ...]
    labels: Mapping[str, Box]
    arrows: Arrows | None


@dataclass(frozen=True, eq=False)
class Sheet:
    """The page: heights of title and foot, the windows, the legend's and the scale bar's places."""

    page: Page
    crs: str
    top: float
    bottom: float
    windows: tuple[Window, ...]
    legend: LegendPlan
    legend_boxes: tuple[Box, ...]
    scale_bar: Box | None


def arrange(content: Content, texts: Mapping[str, Texts]) -> Sheet:
    """Decide every position of a map."""
    page = content.recipe.page
    crs = content.crs
    top, bottom = _edges(page, texts)
    body = Box(0, top, page.width, bottom)
    legend = plan_legend(content, texts)
    if len(content.views) > 1:
        return _grid(content, crs, body, legend)
    return _single(content, texts, crs, body, legend)


def _edges(page: Page, texts: Mapping[str, Texts]) -> tuple[float, float]:
    """Return where the map begins under the titles and ends over the foot, mm."""
    width = page.width - 2 * MARGIN
    titles = max(len(balanced(t.title, width, TITLE, bold=True)) for t in texts.values())
    subtitles = max(len(wrap(t.subtitle, width, SUBTITLE)) for t in texts.values())
    feet = max(len(foot_lines(t, page)) for t in texts.values())
    top = MARGIN - 1 + titles * line_height(TITLE) + subtitles * line_height(SUBTITLE) + 1.5
    return top, page.height - 2.5 - feet * line_height(FOOT)


def foot_lines(texts: Texts, page: Page) -> list[str]:
    """Return the foot broken into lines of the page's width."""
    return wrap(" · ".join(texts.foot), page.width - 2 * MARGIN, FOOT)


def _single(content: Content, texts: Mapping[str, Texts], crs: str, body: Box, legend: LegendPlan) -> Sheet:
    view = content.last
    ground = Ground(view.atlas, crs)
    frame = Box(body.x0 + MARGIN, body.y0 + 1.5, body.x1 - MARGIN, body.y1 - 1.5)
    wanted = Furniture(legend.blocks, small_regions(ground, content), inset_window(content))
    draft = best_draft(ground, frame, wanted)
    drawn = ground.draw(draft.fit, body)
    insets = tuple(enlarge(ground, spot) for spot in draft.spots)
    reserved = [*draft.blocks, *([draft.scale_bar] if draft.scale_bar else [])]
    nodes, local = _nodes(content, drawn, insets)
    taken = [*(inset.clip for inset in insets), *(box.polygon() for box in reserved)]
    labels = _labels(content, texts, drawn, frame, insets, nodes, taken)
    arrows = None
    if nodes:
        arrows = _arrows(content, frame, insets, labels, taken, nodes)
        # a name that an arrow runs over after all moves once more: none is ever under an arrow
        ink = shapely.union_all(arrows.ink(0.25))
        clear = {code: box for code, box in labels.items() if not box.polygon().intersects(ink)}
        taken += [ink, *(box.grow(0.2).polygon() for box in clear.values())]
        labels = clear | _labels(content, texts, drawn, frame, insets, nodes, taken, but=clear)
        arrows = arrows.scored(list(labels.values()))
    insets = tuple(_with_local(content, texts, inset, local) for inset in insets)
    small = small_on(draft.fit.scale, ground)
    window = Window("map", view, body, draft.fit, drawn, small, insets, labels, arrows)
    return Sheet(content.recipe.page, crs, body.y0, body.y1, (window,), legend, draft.blocks, draft.scale_bar)


def _nodes(content: Content, drawn: Drawn, insets: Sequence[Inset]) -> tuple[dict[str, Node], dict[str, pd.DataFrame]]:
    """Return the nodes of the flows on the map, and the flows that each inset draws instead."""
    flows = content.last.flows
    if flows is None:
        return {}, {}
    on_map, local = split_local(flows.rows, insets)
    places = {code: label_spot(drawn, code) for code in drawn.codes}
    places |= {inset.code: inset.place for inset in insets}
    return nodes_of(on_map, places, arrow_widths(content)) if len(on_map) else {}, local


def _arrows(
    content: Content,
    frame: Box,
    insets: Sequence[Inset],
    labels: Mapping[str, Box],
    taken: Sequence[Any],
    nodes: Mapping[str, Node],
) -> Arrows:
    flows = content.last.flows
    assert flows is not None
    on_map, _ = split_local(flows.rows, insets)
    return lay_arrows(on_map, nodes, arrow_widths(content), labels=list(labels.values()), reserved=taken, frame=frame)


def _with_local(content: Content, texts: Mapping[str, Texts], inset: Inset, local: Mapping[str, pd.DataFrame]) -> Inset:
    """Return an inset with its label's place and, on a flow map, its local arrows and their nodes' names."""
    x, y = inset.spot.centre
    flows = content.last.flows is not None
    lines = [inset_lines(content, t, inset.code) for t in texts.values()]
    width, height = _label_size(lines, figure=not flows)
    top = y - inset.spot.window.height / 2 + height / 2 + 0.3 if flows else y
    label = Box.around(x, top, width, height)
    rows = local.get(inset.code)
    if rows is None or not len(rows):
        return replace(inset, label=label)
    names = {
        code: max(widest([t.name(code, content.last, short=True)], LABEL_SIZE) for t in texts.values())
        for code in inset.near
    }
    return replace(inset, label=label, arrows=local_arrows(inset, rows, arrow_widths(content), label, names))


def inset_lines(content: Content, texts: Texts, code: str) -> list[str]:
    """Return the lines of an inset's label: on a flow map one, to leave room for the arrows."""
    if content.last.flows is None:
        return label_lines(content, texts, content.last, code)
    figure = texts.figure(content.last.values["value"][code])
    return [f"{texts.name(code, content.last, short=True)} {figure}"]


def label_lines(content: Content, texts: Texts, view: View, code: str) -> list[str]:
    """Return the lines of a region's label: its short name and, where it is shown, its figure."""
    if content.recipe.only != "all" and not view.shown[code]:
        return []
    figure = texts.figure(view.values["value"][code]) if view.shown[code] else ""
    return [*_name_lines(texts.name(code, view, short=True)), *([figure] if figure else [])]


def _name_lines(name: str) -> list[str]:
    """Return a name in one line, or a long one of two words broken between them."""
    if len(name) <= 12:
        return [name]
    first, mark, rest = next((parts for sign in "- " if (parts := name.partition(sign))[2]), (name, "", ""))
    return [first + mark.strip(), rest] if rest else [name]


def _label_size(lines: Sequence[Sequence[str]], *, figure: bool) -> tuple[float, float]:
    """Return the width and height of a label in the language that takes most; a figure stands bold in the last line."""
    names = [line[:-1] if figure else line for line in lines]
    figures = [line[-1:] if figure else [] for line in lines]
    width = max(
        max(widest(name, LABEL_SIZE) for name in names), max(widest(last, LABEL_SIZE, bold=True) for last in figures)
    )
    return width + 0.6, max(map(len, lines)) * line_height(LABEL_SIZE)


def _labels(
    content: Content,
    texts: Mapping[str, Texts],
    drawn: Drawn,
    frame: Box,
    insets: Sequence[Inset],
    nodes: Mapping[str, Node],
    reserved: Sequence[Any],
    but: Container[str] = (),
) -> dict[str, Box]:
    view, wanted = content.last, []
    enlarged = {inset.code for inset in insets}
    for code, polygon in drawn.by_code.items():
        lines = [label_lines(content, t, view, code) for t in texts.values()]
        if code in enlarged or code in but or not any(lines):
            continue
        width, height = _label_size(lines, figure=bool(view.shown[code]))
        ring = nodes[code].radius if code in nodes else 0.0
        wanted.append(Label(code, polygon, width, height, label_spot(drawn, code), ring))
    taken = [shapely.buffer(inset.spot.leader, 0.6) for inset in insets]
    taken += [shapely.Point(inset.place).buffer(1.2) for inset in insets]
    taken += [shapely.Point(node.x, node.y).buffer(node.radius + 0.2) for node in nodes.values()]
    taken += reserved
    rows = content.last.flows.rows if content.last.flows is not None else None
    pairs = [] if rows is None else zip(rows["origin"], rows["destination"], strict=True)
    lines = [_chord(nodes[o], nodes[d]) for o, d in pairs if o in nodes and d in nodes]
    return place_labels(wanted, frame, Grid(frame).mask(shapely.union_all(taken)), lines=lines)


def _chord(origin: Node, destination: Node) -> Any:
    return shapely.LineString([(origin.x, origin.y), (destination.x, destination.y)])


def _grid(content: Content, crs: str, body: Box, legend: LegendPlan) -> Sheet:
    """Arrange small multiples in rows and columns, as large as the page allows, the legend after the last."""
    views = content.views
    grounds: dict[Any, Ground] = {}
    for view in views:
        grounds.setdefault(id(view.atlas), Ground(view.atlas, crs))
    first = grounds[id(views[-1].atlas)]
    x0, y0, x1, y1 = first.bounds
    columns = max(
        range(1, len(views) + 2), key=lambda n: _cell_scale(n, len(views), body, legend, (x1 - x0) / (y1 - y0))
    )
    rows = ceil(len(views) / columns)
    spare = columns * rows > len(views) and legend.width <= (body.width - 2 * MARGIN) / columns
    strip = 0 if spare else legend.height + 2
    width, height = (body.width - 2 * MARGIN) / columns, (body.height - strip) / rows
    windows = []
    for n, view in enumerate(views):
        ground = grounds[id(view.atlas)]
        cell = Box(MARGIN + n % columns * width, body.y0 + n // columns * height, 0, 0)
        cell = Box(cell.x0, cell.y0, cell.x0 + width, cell.y0 + height)
        frame = Box(cell.x0 + 1, cell.y0 + line_height(LABEL_SIZE) + 1, cell.x1 - 1, cell.y1 - 1)
        fitted = fit(first.bounds, frame.tuple())
        drawn = ground.draw(fitted, cell)
        windows.append(Window(str(view.year), view, cell, fitted, drawn, small_on(fitted.scale, ground), (), {}, None))
    left = MARGIN + (len(views) % columns) * width + 1 if spare else MARGIN
    box = Box(left, body.y1 - legend.height - 1, left + legend.width, body.y1 - 1)
    return Sheet(content.recipe.page, crs, body.y0, body.y1, tuple(windows), legend, (box,), None)


def _cell_scale(columns: int, count: int, body: Box, legend: LegendPlan, aspect: float) -> float:
    rows = ceil(count / columns)
    spare = columns * rows > count and legend.width <= (body.width - 2 * MARGIN) / columns
    height = (body.height - (0 if spare else legend.height + 2)) / rows - line_height(LABEL_SIZE) - 2
    return min((body.width - 2 * MARGIN) / columns - 2, height * aspect)
