"""The registry of Kazakhstan's regions: codes, names, aliases, and the outlines valid at a date.

A region's key is its ISO 3166-2 code. Names are for people: they are matched to codes once, at reading, and a
name that is not known, or could mean two regions, is refused with the nearest ones. The registry is data
(``data/regions.csv``, ``data/aliases.csv``) and loads without any heavy library.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol

from kzgeo.errors import KzgeoError
from kzgeo.gazetteer import LANGUAGES, Alias, Region, load_aliases, load_regions
from kzgeo.names import core, normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "BEGINNING",
    "COUNTRY",
    "LANGUAGES",
    "Matcher",
    "Region",
    "Registry",
    "UnknownRegion",
    "as_written",
    "normalise",
    "registry",
]

COUNTRY = "KZ"
BEGINNING = dt.date(2000, 1, 1)  # after the mergers of 1997 and the border changes of 1999


class UnknownRegion(KzgeoError):  # noqa: N818 - it names what happened; handlers read better
    """A text is not the name or code of one region.

    Attributes
    ----------
    text : str
        What was looked up.
    reason : str
        Why it was refused, e.g. ``"Turkistan the town is a part of Turkistan Region (KZ-61)"``; may be empty.
    suggestions : tuple of str
        The nearest names with their codes, best first.
    """

    def __init__(self, text: str, *, reason: str = "", suggest: Callable[[], tuple[str, ...]] = tuple) -> None:
        self.text = text
        self.reason = reason
        self._suggest = suggest
        super().__init__(text, reason)

    def __str__(self) -> str:
        return f"unknown region {self.text!r}; {self.remedy}"

    @cached_property
    def suggestions(self) -> tuple[str, ...]:
        """Found only when they are shown: likeness is slow to compute, and most lookups that fail are only probes."""
        return self._suggest()

    @property
    def remedy(self) -> str:
        """What to write instead, as one phrase."""
        advice = "write the region's name or ISO 3166-2 code"
        if self.suggestions:
            advice = f"write {self.suggestions[0]}"
            if self.suggestions[1:]:
                advice += f" (or, next nearest: {', '.join(self.suggestions[1:])})"
        return f"{self.reason}; {advice}" if self.reason else advice


class Registry:
    """Regions by date, and the matching of names and codes to them.

    Parameters
    ----------
    regions : iterable of Region
        Every outline of every region.
    aliases : iterable of Alias
        Further texts; those without a code are refused with their note.
    """

    def __init__(self, regions: Iterable[Region], aliases: Iterable[Alias] = ()) -> None:
        self.regions = tuple(sorted(regions, key=lambda region: (region.code, region.valid_from or BEGINNING)))
        self._index = _index(self.regions, tuple(aliases))

    @property
    def vintages(self) -> tuple[dt.date, ...]:
        """First days of the successive sets of outlines, oldest first."""
        changes = {region.valid_from for region in self.regions if region.valid_from}
        return BEGINNING, *sorted(changes)

    @property
    def newest(self) -> tuple[Region, ...]:
        """Today's regions, ordered by code."""
        return self.at(self.vintages[-1])

    def at(self, date: dt.date) -> tuple[Region, ...]:
        """Return the regions valid on a day, ordered by code.

        Raises
        ------
        ValueError
            If the day lies before the registry begins.
        """
        if date < BEGINNING:
            raise ValueError(f"the registry of regions begins on {BEGINNING}; {date} lies before it")
        return tuple(region for region in self.regions if region.valid(date))

    def in_year(self, year: int) -> tuple[Region, ...]:
        """Return the regions by which a year's figures are published: those valid on its last day."""
        return self.at(dt.date(year, 12, 31))

    def get(self, code: str, date: dt.date | None = None) -> Region:
        """Return the region with this code, as it is on a day (default: today's outline).

        Raises
        ------
        KeyError
            If no region has this code on that day.
        """
        for region in self.newest if date is None else self.at(date):
            if region.code == code:
                return region
        raise KeyError(code)

    def crosswalk(self, date: dt.date) -> dict[str, str]:
        """Return, for each of today's codes, the code of the region that held its land on a day."""
        then = {region.code for region in self.at(date)}
        parents = {region.code: region.split_from for region in self.newest}

        def holder(code: str) -> str:
            parent = parents[code]
            return code if code in then or parent is None else holder(parent)

        return {region.code: holder(region.code) for region in self.newest}

    def match(self, text: str, date: dt.date | None = None) -> str:
        """Return the code of the region that a text names.

        Case, ``ё``, dashes, spaces, quotes, dots, the words for region and city, Russian and Kazakh case
        endings and the usual romanisations do not matter; the meaning never depends on likeness.

        Parameters
        ----------
        text : str
            A name in any of the three languages, an ISO 3166-2 code, or a KATO code (2 or 9 digits).
        date : datetime.date, optional
            The day at which the name was in use. Default: today's regions.

        Raises
        ------
        UnknownRegion
            If the text names no region on that day, or more than one.
        """
        code = self.find(text, date)
        if code is not None:
            return code
        on = date or self.vintages[-1]
        found = self._index.get(core(text), [])
        if reason := _reason([entry for entry in found if entry.valid(on)] or found, on):
            raise UnknownRegion(text, reason=reason)
        raise UnknownRegion(text, suggest=lambda: self.suggest(text, date))

    def find(self, text: str, date: dt.date | None = None) -> str | None:
        """Return what :meth:`match` returns, or None where it would refuse the text."""
        on = date or self.vintages[-1]
        codes = {entry.code for entry in self._index.get(core(text), []) if entry.valid(on)}
        return codes.pop() if len(codes) == 1 and not codes & {"", COUNTRY} else None

    def in_context(self, texts: Iterable[str]) -> Matcher:
        """Return a matcher for one file, in which a bare name means what the file's other names leave to it.

        «Almaty» alone is the city; in a file that also has «Almaty_city», and no other name of the region around
        it, it is the region.
        """
        written = {text: core(text) for text in texts}
        named = {self.find(text) for text, (_, kind) in written.items() if kind}
        of_region = {}
        for text, (words, kind) in written.items():
            around = {entry.code for entry in self._index.get((words, "oblast"), [])}
            city = self.find(text)
            if not kind and city in named and len(around) == 1 and not around & (named | {city}):
                of_region[text] = around.pop()

        def match(text: str, date: dt.date | None = None, /) -> str:
            return of_region.get(text) or self.match(text, date)

        return match

    def is_total(self, text: str) -> bool:
        """Say whether a text stands for the whole country: «Республика Казахстан», «Барлығы», "Total"..."""
        return any(entry.code == COUNTRY for entry in self._index.get(core(text), []))

    def is_sum(self, text: str) -> bool:
        """Say whether a text is a word for a sum in any country's table: «Всего», «Барлығы», "Total"..."""
        return any(entry.note == "sum" for entry in self._index.get(core(text), []))

    def suggest(self, text: str, date: dt.date | None = None, *, limit: int = 3) -> tuple[str, ...]:
        """Return the names nearest to a text, with their codes, best first; for messages only."""
        from rapidfuzz import fuzz, process

        wanted = core(text)[0]
        names = {
            (region.code, language): core(name)[0]
            for region in (self.newest if date is None else self.at(date))
            for language, name in region.names.items()
        }
        best = process.extract(wanted, names, scorer=fuzz.token_sort_ratio, limit=None, score_cutoff=55)
        shown: dict[str, str] = {}
        for _, _, (code, language) in best:
            shown.setdefault(code, f"{self.get(code, date).names[language]} or {code}")
        return tuple(shown.values())[:limit]


class Matcher(Protocol):
    """Turns a text of a file into a region's key, or raises :class:`UnknownRegion`."""

    def __call__(self, text: str, date: dt.date | None = None, /) -> str:
        """Return the key; ``date`` is a day at which the text was in use, where that matters."""
        ...


def as_written(text: str, date: dt.date | None = None, /) -> str:  # noqa: ARG001 - the form of a Matcher
    """Return the text itself as the key, for districts and countries that the registry does not know."""
    if not text.strip():
        raise UnknownRegion(text, reason="the key is empty")
    return " ".join(text.split())


@cache
def registry() -> Registry:
    """Return the registry that came with kzgeo."""
    return Registry(load_regions(), load_aliases())


_Index = dict[tuple[str, str], list[Alias]]


def _index(regions: tuple[Region, ...], aliases: tuple[Alias, ...]) -> _Index:
    """Key every known text by its distinguishing words and the kind it claims to be."""
    kinds = {region.code: region.kind for region in regions}
    index: _Index = defaultdict(list)
    for alias in (*_own_names(regions), *aliases):
        words, kind = core(alias.text)
        index[words, kind].append(alias)
        if not kind and alias.code in kinds:
            index[words, kinds[alias.code]].append(alias)
    for region in regions:  # a centre that is no region is refused by name, and so is «г. Караганда»
        for name in region.centre_names.values():
            centre, of = region.centre_names["en"], region.names["en"]
            note = f"{centre} is the centre of {of} ({region.code}), not a region itself"
            for kind in ("", "city"):
                key = core(name)[0], kind
                if key not in index:
                    index[key] = [Alias(name, "", None, None, note)]
    for words, kind in list(index):  # an adjective needs no word for region: «Гурьевская»
        if kind == "oblast" and words.endswith(("ск", "sk")) and (words, "") not in index:
            index[words, ""] = index[words, kind]
    return dict(index)


def _own_names(regions: tuple[Region, ...]) -> Iterator[Alias]:
    for region in regions:
        own = {*region.names.values(), *region.short.values()}
        own |= {region.code, region.code.replace("-", ""), region.kato, region.kato[:2]}
        for text in sorted(own):
            yield Alias(text, region.code, region.valid_from, region.valid_to, "")


def _reason(entries: list[Alias], date: dt.date) -> str:
    codes = sorted({entry.code for entry in entries} - {""})
    if not entries:
        return ""
    if COUNTRY in codes:
        return "it stands for the whole country"
    if len(codes) > 1:
        return f"it can mean {' or '.join(codes)}"
    entry = entries[0]
    if not entry.code:
        return entry.note
    if entry.valid_from and date < entry.valid_from:
        return f"{entry.code} has had this name since {entry.valid_from}"
    return f"{entry.code} had this name, and other borders, until {entry.valid_to}"
