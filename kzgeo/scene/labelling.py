"""Names and figures on the map: their lines, their room, their places, the same in every language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import shapely

from kzgeo.scene.arrows import local_arrows, node_spot
from kzgeo.scene.legend import arrow_widths
from kzgeo.scene.lettering import line_height, widest
from kzgeo.scene.place import Box, Grid, Label, place_labels

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    import pandas as pd

    from kzgeo.scene.arrows import Node
    from kzgeo.scene.content import Content, View
    from kzgeo.scene.ground import Drawn
    from kzgeo.scene.insets import Inset
    from kzgeo.scene.texts import Texts

__all__ = ["LABEL_SIZE", "Stage", "inset_lines", "label_inset", "label_lines", "label_regions"]

LABEL_SIZE: Final = 7.0  # pt


@dataclass(frozen=True, eq=False)
class Stage:
    """What names are placed on: a content with its words, the ground drawn in a frame, and the insets beside it."""

    content: Content
    texts: Mapping[str, Texts]
    drawn: Drawn
    frame: Box
    insets: Sequence[Inset]


def label_lines(content: Content, texts: Texts, view: View, code: str) -> list[str]:
    """Return the lines of a region's label: its short name and, where it is shown, its figure."""
    if not content.recipe.labels or (content.recipe.only != "all" and not view.shown[code]):
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
        *(widest(name, LABEL_SIZE) for name in names), *(widest(last, LABEL_SIZE, bold=True) for last in figures)
    )
    return width + 0.6, max(map(len, lines)) * line_height(LABEL_SIZE)


def label_regions(
    stage: Stage, nodes: Mapping[str, Node], taken: Sequence[Any], *, but: Container[str] = ()
) -> dict[str, Box]:
    """Place the labels of all regions that have no inset, but for some; beside their nodes where they have any.

    ``taken`` are the areas on which no label may stand.
    """
    content, texts, drawn, frame, insets = stage.content, stage.texts, stage.drawn, stage.frame, stage.insets
    view, wanted = content.last, []
    enlarged = {inset.code for inset in insets}
    for code, polygon in drawn.by_code.items():
        lines = [label_lines(content, t, view, code) for t in texts.values()]
        if code in enlarged or code in but or not any(lines):
            continue
        width, height = _label_size(lines, figure=bool(view.shown[code]))
        ring = nodes[code].radius if code in nodes else 0.0
        wish = (nodes[code].x, nodes[code].y) if code in nodes else node_spot(drawn, code)
        wanted.append(Label(code, polygon, width, height, wish, ring))
    taken = [*taken, *(shapely.buffer(inset.spot.leader, 0.6) for inset in insets)]
    taken += [shapely.Point(inset.place).buffer(1.2) for inset in insets]
    taken += [shapely.Point(node.x, node.y).buffer(node.radius + 0.2) for node in nodes.values()]
    rows = content.last.flows.rows if content.last.flows is not None else None
    pairs = [] if rows is None else zip(rows["origin"], rows["destination"], strict=True)
    lines = [_chord(nodes[o], nodes[d]) for o, d in pairs if o in nodes and d in nodes]
    return place_labels(wanted, frame, Grid(frame).mask(shapely.union_all(taken)), lines=lines)


def _chord(origin: Node, destination: Node) -> Any:
    return shapely.LineString([(origin.x, origin.y), (destination.x, destination.y)])


def label_inset(content: Content, texts: Mapping[str, Texts], inset: Inset, local: Mapping[str, pd.DataFrame]) -> Inset:
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
