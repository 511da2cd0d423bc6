"""What the page's script knows: a scene's words in each language and the series' numbers, as JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from kzgeo.atlas import STATUSES
from kzgeo.render.web.picture import STEPS, STILL, label_lines
from kzgeo.scene.layout import Style
from kzgeo.scene.lettering import MM_PER_PT, text_width
from kzgeo.scene.palettes import Ink
from kzgeo.scene.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from kzgeo.render.web.mercator import Base
    from kzgeo.render.web.picture import Picture
    from kzgeo.scene.model import Scene
    from kzgeo.scene.series import Series, YearFacts

__all__ = ["HOLES", "as_json", "payload"]

LAID: Final = 1500  # above it the print bends all arrows alike, and so does the script
# what the script fills into sentences
HOLES: Final = ("n", "year", "region", "share", "low", "high", "value", "of", "origin", "destination", "people")


def payload(scenes: Mapping[str, Scene], series: Series, picture: Picture, base: Base | None) -> dict[str, Any]:
    """Return everything that the script needs, short: lists in the order of the regions, None where missing."""
    scene = next(iter(scenes.values()))
    return {
        "name": scene.name,
        "codes": series.codes,
        "year": series.year,
        "nodes": [picture.nodes[code] for code in series.codes],
        "insets": {
            panel: {series.codes.index(code): ring for code, ring in rings.items() if code in series.codes}
            for panel, rings in picture.insets.items()
        },
        "letters": _letters(scenes, series),
        "partial": series.partial,
        "measure": series.measure,
        "outlines": series.outlines_matter,
        "unit": series.unit,
        "decimals": series.decimals,
        "diverging": series.diverging,
        "edges": series.edges,
        "fills": series.fills,
        "ink": {"none": Ink.none, "zero": Ink.zero},
        "base": None if base is None else {"x": base.x, "y": base.y, "step": base.metres / STEPS},
        "window": picture.window,
        "country": picture.country,
        "pairs": series.pairs.ravel().tolist(),
        "arrows": _arrows(scene, series, picture),
        "years": [_year(facts) for facts in series.years],
        "languages": {lang: _language(each, series) for lang, each in scenes.items()},
    }


def _year(facts: YearFacts) -> dict[str, Any]:
    return {
        "year": facts.year,
        "value": _numbers(facts.value, 6),
        "class": facts.index,
        "shown": [int(shown) for shown in facts.shown],
        "status": [STATUSES.index(status) for status in facts.status],
        "arrivals": _numbers(facts.arrivals),
        "departures": _numbers(facts.departures),
        "net": _numbers(facts.net),
        "rate": _numbers(facts.rate, 6),
        "people": facts.people.tolist(),
        "odd": {i: STATUSES.index(s) for i, s in enumerate(facts.flow_status) if s in ("repaired", "estimated")},
        "chosen": facts.chosen,
        "lost": facts.lost,
        "total": None if math.isnan(facts.total) else int(facts.total),
    }


def _arrows(scene: Scene, series: Series, picture: Picture) -> dict[str, Any]:
    """Return the arrows as the print lays them out, and how others are drawn; lengths in the picture's units."""
    place = {(o, d): i for i, (o, d) in enumerate(series.pairs.tolist())}
    at = {code: i for i, code in enumerate(series.codes)}
    spec, style = series.arrows, Style()
    laid = {}
    for flow in scene.flows if len(scene.flows) <= LAID else ():
        pair = place.get((at.get(flow.origin, -1), at.get(flow.destination, -1)))
        if pair is not None:
            inset = [flow.panel] if flow.panel in picture.insets else []
            laid[pair] = [*(round(STEPS * float(side)) for side in flow.curve.ravel()), *inset]
    return {
        "mode": spec.kind if spec is not None else None,
        "origins": [at[code] for code in spec.origins if code in at] if spec is not None else [],
        "destinations": [at[code] for code in spec.destinations if code in at] if spec is not None else [],
        "width": series.width * STEPS,
        "style": {
            "gap": style.gap * STEPS,
            "least": style.head_min * STEPS,
            "growth": style.head_growth,
            "slender": style.head_slenderness,
        },
        "colour": Ink.arrow,
        "colours": {at[flow.destination]: flow.colour for flow in scene.flows if flow.destination in at},
        "laid": laid,
        "people": [] if laid else [flow.people for flow in scene.flows[:STILL]],
    }


def _numbers(values: npt.NDArray[Any], decimals: int = 0) -> list[float | int | None]:
    def short(value: float) -> float | int | None:
        if math.isnan(value):
            return None
        rounded = round(value, decimals)
        return int(rounded) if rounded == int(rounded) else rounded

    return [short(value) for value in values.tolist()]


def _language(scene: Scene, series: Series) -> dict[str, Any]:
    said = words(scene.lang)
    by_year = {facts.year: facts.findings.get(scene.lang) for facts in series.years}
    return {
        "names": series.names[scene.lang],
        "shorts": series.shorts[scene.lang],
        "findings": {
            # the description repeats the other two, which are long: it holds their places
            year: [
                finding.title,
                finding.subtitle,
                finding.alt.replace(finding.title, "{0}").replace(finding.subtitle or "{0}", "{1}"),
            ]
            for year, finding in by_year.items()
            if finding
        },
        "caption": scene.caption,
        "foot": scene.foot,
        "legend": scene.legend["title"],
        "notColoured": scene.legend.get("not_coloured", ""),
        "fixed": _fixed(scene, series),
        "flows": {flow.id: flow.text for flow in scene.flows if not {flow.origin, flow.destination} <= {*series.codes}},
        "separators": (said.number(1234.5, 1)[1:-5], said.number(1234.5, 1)[-2]),
        "words": said.page(**{hole: f"{{{hole}}}" for hole in HOLES}),
    }


def _letters(scenes: Mapping[str, Scene], series: Series) -> dict[str, int]:
    """Return the widths of the labels' letters in hundredths of the type size, bold."""
    words = [name for names in series.shorts.values() for name in names]
    words += [region.text for scene in scenes.values() for region in scene.regions]
    letters = sorted({*"0123456789+\N{MINUS SIGN},.-\u00a0 ", *"".join(words)})
    return {letter: round(text_width(letter, 100 / MM_PER_PT, bold=True)) for letter in letters}


def _fixed(scene: Scene, series: Series) -> dict[str, list[str]]:
    """Return the labels of what is no region, such as countries: they are the same in every year."""
    lines = {key: each for panel in scene.panels for key, each in label_lines(panel).items()}
    return {key: [line.text for line in each] for key, each in lines.items() if key not in series.codes}


def as_json(value: Any) -> str:
    """Return JSON that cannot end the script element it stands in, nor break a line of it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
