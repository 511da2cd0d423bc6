"""What stands around the map: titles, legend, scale bar and foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from kzgeo.scene.frame import nice_length
from kzgeo.scene.labelling import LABEL_SIZE
from kzgeo.scene.legend import draw_legend
from kzgeo.scene.lettering import balanced, line_height, wrap
from kzgeo.scene.model import Mark, Paint, Shape, Text
from kzgeo.scene.palettes import Ink
from kzgeo.scene.sheet import FOOT, MARGIN, SUBTITLE, TITLE, foot_lines

if TYPE_CHECKING:
    from kzgeo.scene.content import Content
    from kzgeo.scene.sheet import Sheet
    from kzgeo.scene.texts import Texts

__all__ = ["furniture"]


def furniture(content: Content, texts: Texts, sheet: Sheet) -> list[Mark]:
    """Return the marks around the map: titles, legend, scale bar, foot."""
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
