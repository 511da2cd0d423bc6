"""Names and figures on the map: their lines, their room, their places, the same in every language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import shapely

from kzgeo.scene.arrows import local_arrows, node_spot
from kzgeo.scene.grid import Box, Grid
from kzgeo.scene.legend import arrow_widths
from kzgeo.scene.lettering import line_height, text_width, widest
from kzgeo.scene.place import Label, lead, place_labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from kzgeo.scene.arrows import Node
    from kzgeo.scene.content import Content, View
    from kzgeo.scene.ground import Drawn
    from kzgeo.scene.insets import Inset
    from kzgeo.scene.texts import Texts

__all__ = [
    "LABEL_SIZE",
    "Placed",
    "Stage",
    "inset_label_width",
    "inset_line",
    "label_inset",
    "label_lines",
    "label_regions",
]

LABEL_SIZE: Final = 7.0  # pt
# with the figure or without, how far away in mm, and whether over the lines to insets if need be; beside arrows a name
# near its place is worth more than its figure
TRIES: Final = ((True, 25.0, False), (False, 10.0, True))
TRIES_BESIDE_ARROWS: Final = (
    (True, 6.0, False),
    (False, 6.0, False),
    (True, 15.0, False),
    (False, 15.0, False),
    (True, 15.0, True),
    (False, 15.0, True),
)


@dataclass(frozen=True, eq=False)
class Stage:
    """What names are placed on: a content with its words, the ground drawn in a frame, and the insets beside it."""

    content: Content
    texts: Mapping[str, Texts]
    drawn: Drawn
    frame: Box
    insets: Sequence[Inset]


def label_lines(content: Content, texts: Texts, view: View, code: str, *, figure: bool = True) -> list[str]:
    """Return the lines of a region's label: its short name and, if wished and where it is shown, its figure."""
    if not content.recipe.labels or (content.recipe.only != "all" and not view.shown[code]):
        return []
    value = texts.figure(float(view.values["value"][code])) if figure and view.shown[code] else ""
    return [*_name_lines(texts.name(code, view, short=True)), *([value] if value else [])]


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
        *(widest(name, LABEL_SIZE) for name in names), *(widest(last, LABEL_SIZE, bold=True) for last in figures)
    )
    return width + 0.6, max(map(len, lines)) * line_height(LABEL_SIZE)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label stands, whether it carries its region's figure or only the name, and what it names."""

    box: Box
    figure: bool
    named: Any


def label_regions(stage: Stage, nodes: Mapping[str, Node], taken: Sequence[Any]) -> dict[str, Placed]:
    """Place the labels of all regions that have no inset; beside their nodes where they have any.

    ``taken`` are the areas on which no label may stand. Where a label finds no room near its place, its name alone is
    tried, and only then a place from which a line leads to it, past all other labels, rings and insets.
    """
    enlarged = {inset.code for inset in stage.insets}
    codes = [code for code in stage.drawn.codes if code not in enlarged]
    rings = {code: shapely.Point(node.x, node.y).buffer(node.radius) for code, node in nodes.items()}
    areas = [*taken, *(shapely.Point(inset.place).buffer(1.2) for inset in stage.insets)]
    areas += [ring.buffer(0.2) for ring in rings.values()]
    grid = Grid(stage.frame)
    land = grid.mask(stage.drawn.regions)
    leaders = {f"leader {inset.code}": shapely.buffer(inset.spot.leader, 0.3) for inset in stage.insets}
    # what no line to a name may cross
    past = rings | {f"inset {inset.code}": inset.clip.buffer(0.5) for inset in stage.insets}
    placed: dict[str, Placed] = {}
    served = [code for code in codes if code in nodes]  # what arrows lead to is named before the rest
    for group in (served, [code for code in codes if code not in nodes]):
        for figure, far, over in TRIES_BESIDE_ARROWS if nodes else TRIES:
            free = {} if over else leaders
            wanted = [_label(stage, nodes, code, past | free, figure=figure) for code in group if code not in placed]
            labels = [label for label in wanted if label]
            blocked = grid.mask([*areas, *free.values()])
            found = place_labels(labels, stage.frame, blocked, far=far, land=land)
            boxes = {code: box.polygon() for code, box in found.items()}
            for label in labels:
                if label.id not in found:
                    continue
                line = lead(boxes[label.id], label.named)
                if not shapely.intersects(line, [box for code, box in boxes.items() if code != label.id]).any():
                    placed[label.id] = Placed(found[label.id], figure, label.named)
                    past[f"label {label.id}"] = shapely.union(boxes[label.id], line)
                    areas += [found[label.id].grow(0.2).polygon(), shapely.buffer(line, 0.3)]
    return placed


def _label(
    stage: Stage, nodes: Mapping[str, Node], code: str, past: Mapping[str, Any], *, figure: bool
) -> Label | None:
    """Return what a region's label wants, None if it has none."""
    view = stage.content.last
    lines = [label_lines(stage.content, t, view, code, figure=figure) for t in stage.texts.values()]
    if not any(lines):
        return None
    width, height = _label_size(lines, figure=figure and bool(view.shown[code]))
    node = nodes.get(code)
    wish, ring = ((node.x, node.y), node.radius) if node else (node_spot(stage.drawn, code), 0.0)
    strangers = tuple((other.x, other.y, other.radius) for other in nodes.values() if other.code != code)
    foreign = [area for key, area in past.items() if key != code]
    return Label(code, stage.drawn.by_code[code], width, height, wish, ring, strangers, foreign)


def label_inset(content: Content, texts: Mapping[str, Texts], inset: Inset, local: Mapping[str, pd.DataFrame]) -> Inset:
    """Return an inset with its label's place and, on a flow map, its local arrows and their nodes' names."""
    x, y = inset.spot.centre
    if content.last.flows is None:
        size = _label_size([label_lines(content, t, content.last, inset.code) for t in texts.values()], figure=True)
        return replace(inset, label=Box.around(x, y, *size))
    width, height = inset_label_width(content, texts, [inset.code]), line_height(LABEL_SIZE)
    label = Box.around(x, y - inset.spot.window.height / 2 + height / 2 + 0.3, width, height)
    rows = local.get(inset.code)
    if rows is None or not len(rows):
        return replace(inset, label=label)
    names = {
        code: max(widest([t.name(code, content.last, short=True)], LABEL_SIZE) for t in texts.values())
        for code in inset.near
    }
    return replace(inset, label=label, arrows=local_arrows(inset, rows, arrow_widths(content), label, names))


def inset_label_width(content: Content, texts: Mapping[str, Texts], codes: Sequence[str]) -> float:
    """Return the width in mm of the widest label in one line, name and bold figure, of insets on a flow map."""
    lines = [inset_line(content, t, code) for code in codes for t in texts.values()]
    return max((text_width(n, LABEL_SIZE) + text_width(f, LABEL_SIZE, bold=True) for n, f in lines), default=0.0)


def inset_line(content: Content, texts: Texts, code: str) -> tuple[str, str]:
    """Return the name, with a space after it, and the figure of an inset on a flow map."""
    view = content.last
    return f"{texts.name(code, view, short=True)} ", texts.figure(view.values["value"][code])
