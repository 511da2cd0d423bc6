"""Where everything stands on the page, the same in every language: room is made for the longest words."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from kzgeo.scene.abroad import Country, place_countries
from kzgeo.scene.arrows import (
    CLEARANCES,
    ENOUGH,
    FULL,
    SMALL,
    Arrows,
    home_spot,
    lay_arrows,
    node_spot,
    nodes_of,
    split_local,
)
from kzgeo.scene.draft import Furniture, best_draft
from kzgeo.scene.frame import Fit, fit
from kzgeo.scene.grid import Box
from kzgeo.scene.ground import Drawn, Ground
from kzgeo.scene.insets import Inset, enlarge, inset_window, small_on, small_regions
from kzgeo.scene.labelling import LABEL_SIZE, Placed, Stage, inset_label_width, label_inset, label_regions
from kzgeo.scene.legend import LegendPlan, arrow_widths, plan_legend
from kzgeo.scene.lettering import balanced, line_height, wrap
from kzgeo.scene.selection import HOME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from kzgeo.scene.content import Content, View
    from kzgeo.scene.model import Page
    from kzgeo.scene.texts import Texts

__all__ = ["FOOT", "MARGIN", "SUBTITLE", "TITLE", "Sheet", "Window", "arrange", "foot_lines"]

MARGIN: Final = 4.0  # mm around everything
ABROAD: Final = 9.0  # mm along the frame's edge for the names of other countries
TITLE, SUBTITLE, FOOT = 11.0, 8.0, 6.0  # pt


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
    labels: Mapping[str, Placed]
    arrows: Arrows | None
    countries: Mapping[str, Country] = field(default_factory=dict)


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
    top, bottom = _edges(page, texts)
    body = Box(0, top, page.width, bottom)
    legend = plan_legend(content, texts)
    if len(content.views) > 1:
        return _grid(content, body, legend)
    return _single(content, texts, body, legend)


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
    return wrap(" · ".join(filter(None, (texts.shown, *texts.foot))), page.width - 2 * MARGIN, FOOT)


def _single(content: Content, texts: Mapping[str, Texts], body: Box, legend: LegendPlan) -> Sheet:
    view, crs = content.last, content.crs
    ground = Ground(view.atlas, crs)
    frame = Box(body.x0 + MARGIN, body.y0 + 1.5, body.x1 - MARGIN, body.y1 - 1.5)
    abroad = _is_abroad(content)
    small = () if abroad else small_regions(ground, content)
    window = inset_window(content, inset_label_width(content, texts, [region.code for region in small]))
    wanted = Furniture(legend.blocks, small, window)
    inner = frame.grow(-ABROAD) if abroad else frame
    draft = best_draft(ground, inner, wanted)
    drawn = ground.draw(draft.fit, body)
    insets = tuple(enlarge(ground, spot) for spot in draft.spots)
    reserved = [*draft.blocks, *([draft.scale_bar] if draft.scale_bar else [])]
    taken = [*(inset.clip for inset in insets), *(box.polygon() for box in reserved)]
    countries = place_countries(view, texts, draft.fit, crs, frame, taken, drawn.regions) if abroad else {}
    taken += [country.label.polygon() for country in countries.values()]
    on_map, local = split_local(view.flows.rows, insets) if view.flows is not None else (None, {})
    fixed = {inset.code: inset.place for inset in insets}
    fixed |= {code: country.node for code, country in countries.items()}
    labels, arrows = _flows_and_names(Stage(content, texts, drawn, frame, insets), taken, on_map, fixed)
    insets = tuple(label_inset(content, texts, inset, local) for inset in insets)
    dots = small_on(draft.fit.scale, ground)
    whole = Window("map", view, body, draft.fit, drawn, dots, insets, labels, arrows, countries)
    return Sheet(content.recipe.page, crs, body.y0, body.y1, (whole,), legend, draft.blocks, draft.scale_bar)


def _is_abroad(content: Content) -> bool:
    spec = content.recipe.arrows
    return spec is not None and spec.kind == "abroad"


def _flows_and_names(
    stage: Stage, taken: Sequence[Any], rows: pd.DataFrame | None, fixed: Mapping[str, tuple[float, float]]
) -> tuple[dict[str, Placed], Arrows | None]:
    """Place arrows, then names: of the two, names are the freer to move, and none is ever under an arrow.

    ``fixed`` are nodes that stand where they stand, cities and countries; of the places that the others might have,
    those are taken that let the arrows be laid out best.
    """
    arrows = None if rows is None else _best_laid_out(stage, taken, rows, fixed)
    if arrows is None:
        return label_regions(stage, {}, taken), None
    labels = label_regions(stage, arrows.nodes, [*taken, *arrows.ink(0.5)])
    return labels, arrows.scored([placed.box for placed in labels.values()])


def _best_laid_out(
    stage: Stage, taken: Sequence[Any], rows: pd.DataFrame, fixed: Mapping[str, tuple[float, float]]
) -> Arrows | None:
    """Return the best layout of the tries that are made; None if no flow has both its ends on the page."""
    best: Arrows | None = None
    for away in CLEARANCES:
        made = _laid_out(stage, taken, rows, fixed, away)
        best = made if best is None or (made is not None and made.faults < best.faults) else best
        if best is None or best.faults <= ENOUGH * len(best.rows):
            break
    return best


def _laid_out(
    stage: Stage, taken: Sequence[Any], rows: pd.DataFrame, fixed: Mapping[str, tuple[float, float]], away: float
) -> Arrows | None:
    """Lay out the arrows between nodes that keep ``away`` mm from the cities."""
    cities = [inset.place for inset in stage.insets]
    places = {code: node_spot(stage.drawn, code, cities, away) for code in stage.drawn.codes}
    rows = _placed(rows, places := places | {HOME: home_spot(stage.drawn)} | dict(fixed))
    if not len(rows):
        return None
    per_person = arrow_widths(stage.content)
    nodes = nodes_of(rows, places, per_person, FULL)
    return lay_arrows(rows, nodes, per_person, FULL, labels=[], reserved=taken, frame=stage.frame)


def _placed(rows: pd.DataFrame, places: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Return the flows both of whose ends have a place on the page."""
    known = rows["origin"].isin(places) & rows["destination"].isin(places)
    return rows[known].reset_index(drop=True)


def _grid(content: Content, body: Box, legend: LegendPlan) -> Sheet:
    """Arrange small multiples in rows and columns, as large as the page allows, the legend after the last."""
    views, crs = content.views, content.crs
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
        windows.append(
            Window(
                str(view.year),
                view,
                cell,
                fitted,
                drawn,
                small_on(fitted.scale, ground),
                (),
                {},
                _small_arrows(content, view, drawn, frame),
            )
        )
    left = MARGIN + (len(views) % columns) * width + 1 if spare else MARGIN
    return Sheet(content.recipe.page, crs, body.y0, body.y1, tuple(windows), legend, _in_row(legend, left, body), None)


def _in_row(legend: LegendPlan, left: float, body: Box) -> tuple[Box, ...]:
    """Return the legend's blocks side by side at the foot of the page's body."""
    boxes = []
    for width, height in legend.blocks:
        boxes.append(Box(left, body.y1 - legend.height - 1, left + width, body.y1 - legend.height - 1 + height))
        left += width + 6
    return tuple(boxes)


def _small_arrows(content: Content, view: View, drawn: Drawn, frame: Box) -> Arrows | None:
    """Return the arrows of a small multiple: no names, no insets, thinner lines."""
    if view.flows is None or not len(view.flows.rows):
        return None
    places = {code: node_spot(drawn, code) for code in drawn.codes}
    per_person = arrow_widths(content)
    nodes = nodes_of(view.flows.rows, places, per_person, SMALL)
    return lay_arrows(view.flows.rows, nodes, per_person, SMALL, labels=[], reserved=[], frame=frame)


def _cell_scale(columns: int, count: int, body: Box, legend: LegendPlan, aspect: float) -> float:
    rows = ceil(count / columns)
    spare = columns * rows > count and legend.width <= (body.width - 2 * MARGIN) / columns
    height = (body.height - (0 if spare else legend.height + 2)) / rows - line_height(LABEL_SIZE) - 2
    return min((body.width - 2 * MARGIN) / columns - 2, height * aspect)
