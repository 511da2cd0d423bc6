"""What the marks mean: facts of classes, regions and flows, tied to them by ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kzgeo.scene.legend import arrow_widths
from kzgeo.scene.marks import arrow_colour, fill
from kzgeo.scene.model import ClassFact, FlowFact, RegionFact
from kzgeo.scene.selection import HOME, records

if TYPE_CHECKING:
    from kzgeo.scene.arrows import Arrows
    from kzgeo.scene.content import Content, View
    from kzgeo.scene.sheet import Sheet, Window
    from kzgeo.scene.texts import Texts

__all__ = ["class_facts", "flow_facts", "layout_facts", "region_facts"]


def class_facts(content: Content, texts: Texts) -> tuple[ClassFact, ...]:
    """Return the classes with how many regions of the newest year each holds."""
    view, edges = content.last, content.classes.edges
    found = [content.classes.index(value) for value in view.values["value"][view.shown]]
    return tuple(
        ClassFact(i, edges[i], edges[i + 1], fill, f"{texts.edges[i]} … {texts.edges[i + 1]}", found.count(i))
        for i, fill in enumerate(content.classes.fills)
    )


def region_facts(content: Content, texts: Texts, view: View) -> list[RegionFact]:
    """Return what the map says of each region in one year."""
    facts = []
    for code in map(str, view.values.index):
        value, status = float(view.values["value"][code]), view.values["status"][code]
        index = content.classes.index(value) if view.shown[code] else None
        facts.append(
            RegionFact(
                code=code,
                name=texts.name(code, view),
                short=texts.name(code, view, short=True),
                year=view.year,
                value=value if np.isfinite(value) else None,
                text=texts.figure(value) or texts.words.say("missing"),
                index=index,
                fill=fill(content, view, code),
                status=status,
                details=((texts.words.say("detail-status"), texts.words.say("status", status=status)),),
            )
        )
    return facts


def flow_facts(content: Content, texts: Texts, sheet: Sheet) -> list[FlowFact]:
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
            people=row.people,
            share=100 * row.people / view.flows.total,
            status=row.status,
            panel=panel,
            width=row.people * per_person,
            colour=arrow_colour(content, row.destination),
            text=texts.words.say(
                "flow-tip",
                origin=_end_name(texts, view, row.origin),
                destination=_end_name(texts, view, row.destination),
                people=texts.words.people(row.people),
            ),
            curve=curve,
        )
        for row, curve in zip(records(arrows.rows), arrows.layout.curves, strict=True)
    ]


def layout_facts(sheet: Sheet) -> dict[str, Any]:
    """Return the score of the map's layout, and of its insets' together with it where they have arrows."""
    window = sheet.windows[-1]
    if window.arrows is None or window.arrows.layout.score is None:
        return {}
    scores = {"map": window.arrows.layout.score.as_dict()}
    for inset in window.insets:
        if inset.arrows is not None:
            scores[f"inset-{inset.code}"] = inset.arrows.layout.score.as_dict()
    return {"layout": scores}


def _end_name(texts: Texts, view: View, code: str) -> str:
    """Return the name of a region, of another country, or of the country itself."""
    if code in view.atlas.regions.index:
        return texts.name(code, view)
    if code == HOME:
        return texts.words.say("home")
    countries = view.atlas.abroad.drop_duplicates("country").set_index("country")
    return str(countries[f"name_{texts.lang}"][code])
