"""The words of one map in one language: every sentence computed from its content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kzgeo.errors import Problem, RecipeError
from kzgeo.indicators import concentration
from kzgeo.scene.selection import records
from kzgeo.scene.words import Words, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kzgeo.scene.content import Content, View
    from kzgeo.scene.selection import Selection

__all__ = ["Headline", "Texts", "headline", "write"]


@dataclass(frozen=True, eq=False)
class Texts:
    """One language's words for a content, ready to be set."""

    lang: str
    title: str
    subtitle: str
    caption: str
    alt: str
    shown: str  # what part of all moves the arrows are
    foot: tuple[str, ...]
    legend_title: str
    edges: tuple[str, ...]  # class breaks as the legend prints them
    notes: Mapping[str, str]  # keys of the legend: missing, estimated, not_coloured
    facts: Mapping[str, Any]
    content: Content

    @cached_property
    def words(self) -> Words:
        """Numbers and messages of the language."""
        return words(self.lang)

    def name(self, code: str, view: View, *, short: bool = False) -> str:
        """Return a region's name on the outlines of a view."""
        return view.atlas.name(code, self.lang, short=short)

    def figure(self, value: float) -> str:
        """Return a value of the measure as it is printed on the region; empty for none."""
        measure = self.content.measure
        if not np.isfinite(value):
            return ""
        return self.words.number(value, measure.decimals, signed=measure.diverging)


@dataclass(frozen=True, slots=True)
class Headline:
    """What a map says first, in one language: its finding, what is shown, and both for those who cannot see it."""

    title: str
    subtitle: str
    alt: str


def headline(content: Content, lang: str) -> Headline:
    """Return title, subtitle and description of a content in one language; see :func:`write`."""
    said = words(lang)
    return _headline(content, said, _facts(content, said), _subject(content, said))


def write(content: Content, lang: str) -> Texts:
    """Return the words of a content in one language.

    Raises
    ------
    RecipeError
        If a title is no Fluent pattern or names a fact that the map does not have.
    """
    said = words(lang)
    recipe, measure = content.recipe, content.measure
    facts, subject = _facts(content, said), _subject(content, said)
    head = _headline(content, said, facts, subject)
    about = {"subtitle": subject.removesuffix("."), "title": head.title}
    return Texts(
        lang=lang,
        title=head.title,
        subtitle=head.subtitle,
        caption=_pattern(content, said, recipe.caption, facts | about) or subject,
        alt=head.alt,
        shown=_shown(content, said),
        foot=_foot(content, said),
        legend_title=said.say("legend-title", measure=recipe.measure, unit=measure.unit),
        edges=_edges(content, said),
        notes=_notes(content, said),
        facts=facts,
        content=content,
    )


def _subject(content: Content, said: Words) -> str:
    """Return what is shown, of which years, in which unit."""
    recipe, measure = content.recipe, content.measure
    noun = said.say("measure", measure=recipe.measure, flow=recipe.flow)
    years = said.years([view.year for view in content.views])
    kind = "subtitle" if measure.unit == "per_1000" else "subtitle-people"
    return said.say(kind, measure=noun, unit=said.say("unit", unit=measure.unit), year=years)


def _headline(content: Content, said: Words, facts: dict[str, Any], subject: str) -> Headline:
    title = _pattern(content, said, content.recipe.title, facts) or subject
    about = {"subtitle": subject.removesuffix("."), "title": title}  # the sentence brings its own full stop
    return Headline(
        title=title,
        subtitle=subject if title != subject else said.say("unit-explained", unit=content.measure.unit),
        alt=said.say("alt-years", **about) if len(content.views) > 1 else said.say("alt", **facts, **about),
    )


def _pattern(content: Content, said: Words, patterns: Mapping[str, str], facts: dict[str, Any]) -> str:
    pattern = patterns.get(said.lang, "")
    try:
        return said.fill(pattern, facts) if pattern else ""
    except ValueError as error:
        known = ", ".join(sorted(facts))
        problem = Problem(content.recipe.name, None, f"bad title in {said.lang}", str(error), f"facts to name: {known}")
        raise RecipeError([problem]) from None


def _facts(content: Content, said: Words) -> dict[str, Any]:
    """Return every figure that a sentence may name; counts as numbers, for their plurals, the rest as text."""
    view = content.last
    facts = _value_facts(content, view, said)
    first = content.views[0]
    facts |= {
        "year": str(view.year),
        "first_year": str(first.year),
        "first_gain": int((first.values["value"] > 0).sum()),
        "flow": content.recipe.flow,
        "measure": content.recipe.measure,
    }
    if view.flows is not None and len(view.flows.rows):
        facts |= _flow_facts(content, view, said)
    return facts


def _value_facts(content: Content, view: View, said: Words) -> dict[str, Any]:
    value = view.values["value"].dropna().sort_values(ascending=False, kind="stable")
    decimals, signed = content.measure.decimals, content.measure.diverging

    def name(code: Any) -> str:
        return view.atlas.name(str(code), said.lang)

    def figure(number: float) -> str:
        return said.number(number, decimals, signed=signed)

    share, three = concentration(value.clip(lower=0), 3)
    gain, loss = value[value > 0], value[value < 0]
    return {
        "n": len(view.values),
        "n_gain": len(gain),
        "n_loss": len(loss),
        "gainers": said.listing([name(code) for code in gain.index]) if len(gain) else "",
        "top": name(value.index[0]),
        "top_value": figure(value.iloc[0]),
        "bottom": name(value.index[-1]),
        "bottom_value": figure(value.iloc[-1]),
        "top3": said.listing([name(code) for code in three]),
        "top3_share": said.number(share, 0) if np.isfinite(share) else "",
    }


def _flow_facts(content: Content, view: View, said: Words) -> dict[str, Any]:
    flows, spec = view.flows, content.recipe.arrows
    assert flows is not None
    assert spec is not None
    facts = {
        "arrows": len(flows.rows),
        "arrows_share": said.number(flows.share, 0),
        "flows_share": round(flows.share, 4),
    }
    if spec.kind == "abroad":
        return facts | _abroad_facts(view, said)
    first = records(flows.rows)[0]
    return facts | {
        "flow_origin": view.atlas.name(first.origin, said.lang),
        "flow_destination": view.atlas.name(first.destination, said.lang),
        "flow_people": said.people(first.people),
        **_target_facts(view, said, list(spec.targets or spec.destinations), flows),
        **_origin_facts(view, said, list(spec.origins), flows),
    }


def _target_facts(view: View, said: Words, targets: list[str], flows: Selection) -> dict[str, Any]:
    """Return facts of the regions that people go to: those of the recipe, or the three largest arrows'."""
    targets = targets or list(dict.fromkeys(flows.rows["destination"]))[:3]
    od = view.atlas.od(view.year).dropna(subset=["people"])
    into = od[od["destination"].isin(targets)]
    one = into[into["destination"] == targets[0]].astype({"people": float})
    largest = str(one["origin"].iloc[int(one["people"].argmax())]) if len(one) else targets[0]
    return {
        "targets": said.listing([view.atlas.name(code, said.lang) for code in targets]),
        "n_targets": len(targets),
        "targets_share": said.number(100 * float(into["people"].sum()) / flows.total, 0),
        "target": view.atlas.name(targets[0], said.lang),
        "target_arrivals": said.people(float(one["people"].sum())),
        "target_first": view.atlas.name(largest, said.lang),
    }


def _origin_facts(view: View, said: Words, origins: list[str], flows: Selection) -> dict[str, Any]:
    """Return facts of the regions that people leave: those of the recipe, or the three largest arrows'."""
    origins = origins or list(dict.fromkeys(flows.rows["origin"]))[:3]
    net = view.atlas.margin("net", year=view.year, flow="interregional")["value"].reindex(origins)
    return {
        "origins": said.listing([view.atlas.name(code, said.lang) for code in origins]),
        "n_origins": len(origins),
        "origins_net": said.people(float(net.sum()), signed=True) if net.notna().all() else "",
        "origins_lost": said.people(-float(net.sum())) if net.notna().all() else "",
    }


def _abroad_facts(view: View, said: Words) -> dict[str, Any]:
    """Return the Republic's final arrivals from and departures to other countries."""
    table = view.atlas.national
    rows = table[(table["period"].astype(str) == str(view.year)) & (table["release"] == "final")]
    values = dict(zip(rows["measure"], rows["value"].astype(float), strict=True))
    return {
        f"abroad_{direction}": said.people(values[f"external_{direction}"])
        for direction in ("arrivals", "departures")
        if f"external_{direction}" in values
    }


def _edges(content: Content, said: Words) -> tuple[str, ...]:
    """Return class breaks as text: the inner ones as round as they are, the ends with the measure's decimals."""
    edges = content.classes.edges
    signed = content.measure.diverging
    inner = [said.short_number(edge, signed=signed) for edge in edges[1:-1]]
    ends = [said.number(edge, content.measure.decimals, signed=signed) for edge in (*edges[:1], *edges[1:][-1:])]
    return (*ends[:1], *inner, *ends[1:])


def _notes(content: Content, said: Words) -> dict[str, str]:
    statuses = pd.concat([view.values["status"] for view in content.views])
    flows = [view.flows.rows["status"] for view in content.views if view.flows is not None]
    notes = {}
    if (statuses == "missing").any():
        notes["missing"] = said.say("missing")
    if (statuses == "estimated").any() or any((status == "estimated").any() for status in flows):
        notes["estimated"] = said.say("estimated")
    if content.recipe.only != "all":
        notes["not_coloured"] = said.say("not-coloured", only=content.recipe.only)
    return notes


def _shown(content: Content, said: Words) -> str:
    """Return the sentence that says what part of all moves the arrows are; empty where there are none."""
    flows, spec = content.last.flows, content.recipe.arrows
    if flows is None or spec is None:
        return ""
    message = {"net": "net-flows-shown", "gross": "flows-shown", "abroad": "abroad-shown"}[spec.kind]
    return said.say(message, n=len(flows.rows), share=said.number(flows.share, 0))


def _foot(content: Content, said: Words) -> tuple[str, ...]:
    """Return the lines under the map: sources and their newest date, status, outlines, projection, the data's hash."""
    atlas = content.last.atlas
    known = atlas.sources.reindex([source for source in content.sources if source in atlas.sources.index])
    lines = []
    for producer, rows in known.groupby("producer", sort=False):
        titles = "; ".join(dict.fromkeys(rows[f"title_{said.lang}"]))
        line = said.say("sources", producer=said.say("producer", producer=producer), titles=titles)
        if newest := max(rows["published"]):
            line += said.say("sources-date", date=said.day(newest))
        lines.append(line)
    lines.extend(source for source in content.sources if source not in atlas.sources.index)
    statuses = pd.concat([view.values["status"] for view in content.views])
    counts = {status: int((statuses == status).sum()) for status in ("estimated", "missing")}
    lines += [said.say(f"status-{status}", n=count) for status, count in counts.items() if count]
    lines.extend(atlas.credits.get(said.lang, ()))
    lines.append(said.say("projection", kind="laea" if "laea" in content.crs else "aea"))
    lines.append(said.say("data-mark", version=version("kzgeo"), hash=content.data_hash))
    return tuple(lines)
