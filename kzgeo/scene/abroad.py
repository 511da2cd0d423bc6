"""Other countries on the map: a node each at the page's edge, in the country's direction, with its name and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from kzgeo.scene.frame import project
from kzgeo.scene.grid import Box
from kzgeo.scene.lettering import line_height, widest
from kzgeo.scene.selection import HOME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzgeo.scene.content import View
    from kzgeo.scene.frame import Fit
    from kzgeo.scene.texts import Texts

__all__ = ["Country", "country_lines", "place_countries"]

SIZE: Final = 7.0  # pt
APART: Final = 2.0  # mm between two countries' labels
STEPS: Final = 400  # places along the edge that are tried


@dataclass(frozen=True, slots=True)
class Country:
    """A country's node (mm) and the box of its label."""

    code: str
    node: tuple[float, float]
    label: Box


def country_lines(texts: Texts, view: View, code: str) -> list[str]:
    """Return a country's label: its name, then arrivals and departures; rounded figures are marked as such."""
    rows = view.atlas.abroad
    rows = rows[(rows["country"] == code) & (rows["year"] == view.year)]
    figures = []
    for direction, sign in (("arrivals", "+"), ("departures", "\N{MINUS SIGN}")):
        for _, row in rows[rows["direction"] == direction].iterrows():
            about = "≈" if pd.notna(row["rounded_to"]) else ""
            figures.append(f"{about}{sign}{texts.words.number(int(row['people']))}")
    return [str(rows[f"name_{texts.lang}"].iloc[0]), " / ".join(figures)]


def place_countries(
    view: View, texts: Mapping[str, Texts], fit: Fit, crs: str, frame: Box, taken: Sequence[Any], land: Any
) -> dict[str, Country]:
    """Place the countries of a view's flows along the frame's edge, each near its direction from the map's middle.

    On the areas ``taken`` neither a name nor a ring may stand, on the polygons ``land`` no ring. The largest choose
    first; one for which there is no room is left out.
    """
    assert view.flows is not None
    codes = sorted({*view.flows.rows["origin"], *view.flows.rows["destination"]} - {HOME})
    home = np.array(frame.centre)
    rows = view.atlas.abroad.drop_duplicates("country").set_index("country").loc[list(codes)]
    away = project(np.asarray(shapely.points(rows["lon"].to_numpy(float), rows["lat"].to_numpy(float))), crs)
    aims = np.arctan2(*(fit.apply(shapely.get_coordinates(away)) - home).T[::-1])
    placed: dict[str, Country] = {}
    blocked = list(taken)
    for code, aim in sorted(zip(codes, aims, strict=True), key=lambda pair: -_people(view, pair[0])):
        lines = [country_lines(t, view, code) for t in texts.values()]
        width = max(widest(line, SIZE, bold=True) for line in lines) + 0.6
        country = _nearest(code, float(aim), (width, 2 * line_height(SIZE)), frame, blocked, land)
        if country is not None:
            placed[code] = country
            blocked += [country.label.grow(APART / 2).polygon(), Box.around(*country.node, 5, 5).polygon()]
    return placed


def _people(view: View, code: str) -> int:
    assert view.flows is not None
    rows = view.flows.rows
    return int(rows.loc[(rows["origin"] == code) | (rows["destination"] == code), "people"].sum())


def _nearest(
    code: str, aim: float, size: tuple[float, float], frame: Box, blocked: Sequence[Any], land: Any
) -> Country | None:
    """Return the free place on the frame's edge that is nearest to a direction; the node stands inside the label."""
    width, height = size
    home = np.array(frame.centre)
    inner = Box(frame.x0 + width / 2, frame.y0 + height / 2, frame.x1 - width / 2, frame.y1 - height / 2)
    edge = inner.polygon().exterior
    points = shapely.get_coordinates(edge.interpolate(np.linspace(0, 1, STEPS, endpoint=False), normalized=True))
    turns = np.angle(np.exp(1j * (np.arctan2(*(points - home).T[::-1]) - aim)))
    taken = shapely.union_all(blocked)
    for at in np.argsort(np.abs(turns), kind="stable"):
        label = Box.around(float(points[at, 0]), float(points[at, 1]), width, height)
        inward = home - points[at]
        reach = min(
            abs((width / 2 + 1.8) / inward[0]) if inward[0] else 1,
            abs((height / 2 + 1.8) / inward[1]) if inward[1] else 1,
        )
        node = points[at] + inward * reach
        ring = shapely.Point(*node).buffer(1.5)
        on_land = shapely.intersects(ring, land).any()
        if not on_land and not ring.intersects(taken) and not label.polygon().intersects(taken):
            return Country(code, (float(node[0]), float(node[1])), label)
    return None
