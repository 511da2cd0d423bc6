"""The legend: classes as one bar, zero marked, a histogram of the regions over it; only what is on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import shapely

from kzgeo.scene.layout import Style, outline
from kzgeo.scene.lettering import line_height, text_width, widest, wrap
from kzgeo.scene.model import Mark, Paint, Shape, Text
from kzgeo.scene.palettes import CATEGORIES, Ink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from kzgeo.scene.content import Content
    from kzgeo.scene.grid import Box
    from kzgeo.scene.texts import Texts

__all__ = ["LegendPlan", "arrow_widths", "draw_legend", "plan_legend"]

SIZE: Final = 7.0  # pt
BAR: Final = 3.0  # mm, height of the bar of classes
DOT: Final = 1.5  # mm, side of a region's square in the histogram
STACK: Final = 6  # squares on each other before a second column is begun
SWATCH: Final = 4.5  # mm
WIDEST: Final = 3.0  # mm, the shaft of the largest flow on a page 160 mm wide
THIN: Final = 1.3  # mm, the same on small multiples
SAMPLE: Final = 11.0  # mm, length of an arrow in the legend


@dataclass(frozen=True, slots=True)
class LegendPlan:
    """The legend's measures in mm, the same in every language."""

    width: float
    height: float
    step: float  # width of one class
    rows: int  # of break labels: two where neighbours would touch
    stack: int  # squares of the histogram, a region each, in one column
    title_lines: int
    title_width: float
    samples: tuple[int, ...]  # people of the arrows shown
    samples_width: float

    @property
    def blocks(self) -> tuple[tuple[float, float], ...]:
        """Sizes of the legend's blocks: the classes, and on a flow map the arrows."""
        samples = (self.samples_width, (len(self.samples) + 1) * line_height(SIZE) + 1)
        return ((self.width, self.height), *((samples,) if self.samples else ()))


def arrow_widths(content: Content) -> float:
    """Return the mm of shaft for one person, the same for every year that the map shows."""
    largest = max((int(people.max()) for people in _sizes(content)), default=1)
    widest_ = WIDEST if len(content.views) == 1 else THIN
    return widest_ * content.recipe.page.width / 160 / float(largest)


def _sizes(content: Content) -> list[pd.Series[int]]:
    """Return the people of the arrows of every year that has any."""
    return [v.flows.rows["people"] for v in content.views if v.flows is not None and len(v.flows.rows)]


def plan_legend(content: Content, texts: Mapping[str, Texts]) -> LegendPlan:
    """Return the room that the legend needs in the language with the longest words."""
    step, rows = _step(texts)
    bar = len(content.classes.fills) * step + max(widest(t.edges, SIZE) for t in texts.values())
    title_width = max(bar, 40.0)
    titles = [wrap(t.legend_title, title_width, SIZE, bold=True) for t in texts.values()]
    lines = max(map(len, titles)) + rows + max(len(t.notes) for t in texts.values())
    samples = _samples(content)
    # a class with many regions stacks them in several columns
    most, across = int(_counts(content).max(initial=1)), int(step // DOT) - 1
    stack = max(-(-most // across), min(most, STACK))
    height = lines * line_height(SIZE) + stack * DOT + BAR + 2.4
    notes = max(widest(t.notes.values(), SIZE) for t in texts.values()) + SWATCH + 1.5
    heading = max(text_width(line, SIZE, bold=True) for lines in titles for line in lines)
    return LegendPlan(
        width=max(bar, notes, heading) + 0.5,
        height=height,
        step=step,
        rows=rows,
        stack=stack,
        title_lines=max(map(len, titles)),
        title_width=title_width,
        samples=samples,
        samples_width=_block_width(texts, "arrow-width", lambda t: [t.words.number(people) for people in samples]),
    )


def coloured_targets(content: Content) -> tuple[str, ...]:
    """Return the destinations whose arrows have colours of their own."""
    spec, view = content.recipe.arrows, content.last
    if spec is None or view.flows is None or spec.colour == "plain":
        return ()
    wanted = spec.targets or spec.destinations
    reached = list(dict.fromkeys(view.flows.rows["destination"]))
    return tuple(code for code in (wanted or reached[: len(CATEGORIES)]) if code in reached)


def _block_width(texts: Mapping[str, Texts], heading: str, words: Callable[[Texts], list[str]]) -> float:
    """Return the width of a block of the legend: its heading, or a swatch and the longest of its words."""
    headings = max(text_width(t.words.say(heading), SIZE, bold=True) for t in texts.values())
    return max(headings, max(widest(words(t), SIZE) for t in texts.values()) + SAMPLE + 1.5) + 0.5


def _step(texts: Mapping[str, Texts]) -> tuple[float, int]:
    """Return the width of a class and the rows of break labels with which no two labels touch."""
    widths = [[text_width(edge, SIZE) for edge in t.edges] for t in texts.values()]

    def needed(apart: int) -> float:
        return max(((w[i] + w[i + apart]) / 2 + 1.2 for w in widths for i in range(len(w) - apart)), default=0) / apart

    return (max(6.0, needed(1)), 1) if needed(1) <= 8 else (max(6.0, needed(2)), 2)


def _counts(content: Content) -> npt.NDArray[np.int64]:
    """Return how many regions of the newest year each class holds."""
    view = content.last
    found = [content.classes.index(value) for value in view.values["value"][view.shown]]
    return np.bincount([i for i in found if i is not None], minlength=len(content.classes.fills))


def _samples(content: Content) -> tuple[int, ...]:
    """Return three round numbers of people that span the arrows of the map."""
    sizes = _sizes(content)
    if not sizes:
        return ()
    largest = float(max(s.max() for s in sizes))
    smallest = float(min(s.min() for s in sizes))
    top, least = _round_down(largest), max(smallest, largest / 50)
    return tuple(sorted({top, _round_down(np.sqrt(top * least)), _round_down(least)}, reverse=True))


def _round_down(value: float) -> int:
    power = 10.0 ** np.floor(np.log10(value))
    return int(max(1, *(step * power for step in (1, 2, 5) if step * power <= value * (1 + 1e-09))))


def draw_legend(content: Content, texts: Texts, plan: LegendPlan, boxes: Sequence[Box]) -> list[Mark]:
    """Return the legend's marks in boxes of the planned blocks' sizes."""
    box = boxes[0]
    marks: list[Mark] = []
    y = box.y0
    lines = wrap(texts.legend_title, plan.title_width, SIZE, bold=True)
    y += (plan.title_lines - len(lines)) * line_height(SIZE)
    for n, line in enumerate(lines):
        y += line_height(SIZE)
        marks.append(Text(f"legend-title-{n}", line, box.x0, y - 0.7, SIZE, bold=True, role="legend"))
    counts = _counts(content)
    y += 0.5 + plan.stack * DOT + 0.6
    left = box.x0 + widest(texts.edges[:1], SIZE) / 2
    marks += _bar(content, texts, plan, left, y, counts)
    y += BAR + plan.rows * line_height(SIZE) + 0.8
    for key, words in texts.notes.items():
        marks += _note(key, words, box.x0, y)
        y += line_height(SIZE)
    if plan.samples:
        marks += _arrow_samples(content, texts, plan, boxes[1])
    return marks


def _bar(
    content: Content, texts: Texts, plan: LegendPlan, left: float, y: float, counts: npt.NDArray[np.int64]
) -> list[Mark]:
    marks: list[Mark] = []
    for i, fill in enumerate(content.classes.fills):
        x = left + i * plan.step
        paint = Paint(fill=fill, edge=Ink.region_edge, width=0.2)
        marks.append(Shape(f"class-{i}", shapely.box(x, y, x + plan.step, y + BAR), paint, "class"))
        columns = -(-int(counts[i]) // plan.stack)
        for n in range(int(counts[i])):
            base = y - 0.5 - n // columns * DOT
            start = x + plan.step / 2 + (n % columns - columns / 2) * DOT
            square = shapely.box(start, base - DOT, start + DOT, base)
            marks.append(Shape(f"histogram-{i}-{n}", square, Paint(fill, Ink.paper, 0.15), "histogram"))
    for i, (edge, words) in enumerate(zip(content.classes.edges, texts.edges, strict=True)):
        x = left + i * plan.step
        zero = edge == 0 and content.measure.diverging
        reach = 1.2 if zero else 0.6
        row = i % plan.rows
        reach += row * line_height(SIZE)
        tick = shapely.LineString([(x, y - (1.2 if zero else 0)), (x, y + BAR + reach)])
        marks.append(Shape(f"tick-{i}", tick, Paint(edge=Ink.text, width=0.3 if zero else 0.15), "tick"))
        baseline = y + BAR + (row + 1) * line_height(SIZE) - 0.1
        marks.append(Text(f"break-{i}", words, x, baseline, SIZE, anchor="middle", bold=zero, role="legend"))
    return marks


def _note(key: str, words: str, x: float, y: float) -> list[Mark]:
    paints = {
        "missing": Paint(fill=Ink.none, edge=Ink.faint, width=0.15, hatch=Ink.hatch),
        "estimated": Paint(fill=Ink.none, edge=Ink.text, width=0.3, dash=(1.0, 0.7)),
        "not_coloured": Paint(fill=Ink.none, edge=Ink.faint, width=0.15),
    }
    swatch = shapely.box(x, y + 0.3, x + SWATCH, y + 0.3 + 2.2)
    text = Text(f"legend-{key}", words, x + SWATCH + 1.2, y + 2.3, SIZE, role="legend")
    return [Shape(f"key-{key}", swatch, paints[key], "key"), text]


def _arrow_samples(content: Content, texts: Texts, plan: LegendPlan, box: Box) -> list[Mark]:
    per_person = arrow_widths(content)
    x, y = box.x0, box.y0 + line_height(SIZE)
    heading = texts.words.say("arrow-width")
    marks: list[Mark] = [Text("legend-arrows", heading, x, y - 0.6, SIZE, bold=True, role="legend")]
    for n, people in enumerate(plan.samples):
        middle = y + 0.6 + line_height(SIZE) * (n + 0.5)
        ends = np.linspace((x, middle), (x + SAMPLE, middle), 4)
        shape = shapely.Polygon(outline(ends, people * per_person, Style()))
        marks.append(Shape(f"sample-{n}", shape, Paint(fill=Ink.arrow), "sample"))
        words = texts.words.number(people)
        marks.append(Text(f"legend-arrow-{n}", words, x + SAMPLE + 1.5, middle + 0.9, SIZE, role="legend"))
    return marks
