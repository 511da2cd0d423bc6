"""The one join: a user's figures in the place of the built-in ones, every row without a partner reported."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from kzgeo.atlas import unite, worst
from kzgeo.checks.rows import expected_regions
from kzgeo.errors import Problem
from kzgeo.regions import LANGUAGES
from kzgeo.vintages import check_vintage, vintage_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kzgeo.atlas import Atlas
    from kzgeo.read.tables import TableRead

__all__ = ["Own", "join", "unmatched"]

_MIGRATION: Final = ["region", "year", "flow", "direction", "people", "status", "source"]
_OWN: Final = {
    "ru": "данные пользователя",
    "kk": "пайдаланушының деректері",
    "en": "the user's own data",
}


@dataclass(frozen=True, eq=False)
class Own:
    """A user's figures by file: tables of migration and population, and OD matrices."""

    tables: dict[str, TableRead] = field(default_factory=dict)
    flows: dict[str, pd.DataFrame] = field(default_factory=dict)

    def named(self, *, population: bool) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield for each file the regions that it names: ``region, year, row``."""
        for file, table in self.tables.items():
            people = table.population.assign(year=table.population["date"].astype(str).str[:4])
            frames = (table.migration, people) if population else (table.migration,)
            years = [rows[["region", "year", "row"]] for rows in frames if len(rows)]
            if years:
                yield file, pd.concat(years)
        for file, flows in self.flows.items():
            ends = [flows[[end, "year", "row"]].rename(columns={end: "region"}) for end in ("origin", "destination")]
            yield file, pd.concat(ends)

    @property
    def codes(self) -> set[str]:
        """Every region between which people moved; population may be counted on outlines of its own."""
        return {str(code) for _, rows in self.named(population=False) for code in rows["region"].unique()}


def unmatched(own: Own, atlas: Atlas, *, drawn: str) -> list[Problem]:
    """Return what the join of a user's files leaves without a partner, on either side.

    Parameters
    ----------
    own : Own
    atlas : Atlas
        On the outlines that the figures are joined to.
    drawn : str
        What messages call these outlines.
    """
    problems: list[Problem] = []
    for file, rows in own.named(population=atlas.vintage is None):
        if atlas.vintage is None:
            problems += _without_polygon(rows, atlas, file, drawn)
        else:
            problems += _of_other_outlines(rows, atlas, atlas.vintage, file)
    problems += _in_two_files(own)
    return list(dict.fromkeys(problems))


def _of_other_outlines(rows: pd.DataFrame, atlas: Atlas, vintage: dt.date, file: str) -> Iterator[Problem]:
    """Yield why some years of a file do not fit the outlines; a region that is merely absent is no such reason."""
    for _, year in rows.groupby("year"):
        first = year.drop_duplicates("region").set_index("region")["row"]
        if expected_regions(map(str, first.index)) != frozenset(map(str, atlas.regions.index)):
            yield from check_vintage({str(code): int(row) for code, row in first.items()}, vintage, file=file)


def _without_polygon(rows: pd.DataFrame, atlas: Atlas, file: str, drawn: str) -> Iterator[Problem]:
    codes = sorted(map(str, atlas.regions.index))
    first = rows.drop_duplicates("region").set_index("region")["row"]
    strange = first[~first.index.isin(codes)]
    if len(strange) == len(first) and len(first):
        theirs, ours = ", ".join(map(str, first.index[:3])), ", ".join(codes[:3])
        what = f"has no region in common with {drawn}, whose keys are {ours}...; its own begin with"
        yield Problem(file, None, what, theirs, "name the column of the same keys: --key COL", "no-region-shared")
        return
    for code, row in strange.items():
        near = get_close_matches(str(code), codes, cutoff=0.5) or codes[:3]
        remedy = f"write one of its keys, e.g. {', '.join(near)}"
        yield Problem(file, int(row), f"has a region that {drawn} do not draw:", str(code), remedy, "no-polygon")


def _in_two_files(own: Own) -> Iterator[Problem]:
    """Yield the years of a flow that a table repeats from another one."""
    series: dict[tuple[object, ...], str] = {}
    for file, table in own.tables.items():
        keys = table.migration[["year", "flow", "direction"]].drop_duplicates().itertuples(index=False)
        dates = (("population", date) for date in table.population["date"].unique())
        for key in map(tuple, [*keys, *dates]):
            if series.setdefault(key, file) != file:
                remedy = f"give it once: {series[key]} has it too"
                yield Problem(file, None, "repeats what another table has:", " ".join(map(str, key)), remedy, "twice")


def join(atlas: Atlas, own: Own) -> Atlas:
    """Return the atlas with a user's figures in the place of its own.

    Figures of migration replace all that the atlas had of migration; of population, likewise. An OD matrix alone
    gives the margins that its flows add up to, and a net that is not given follows from arrivals and departures.
    """
    named = _Sources(atlas)
    migration = named.stacked({file: table.migration for file, table in own.tables.items()})
    population = named.stacked({file: table.population for file, table in own.tables.items()})
    flows = named.stacked(own.flows)
    if len(flows) and not len(migration):
        migration = _margins(flows, atlas.regions.index)
    if len(population):
        atlas = replace(atlas, population=_outlined(population).reindex(columns=atlas.population.columns))
    if len(migration):
        atlas = replace(
            atlas,
            migration=_with_net(migration)[_MIGRATION],
            flows=flows.reindex(columns=atlas.flows.columns) if len(flows) else atlas.flows.iloc[:0],
            abroad=atlas.abroad.iloc[:0],
            national=atlas.national.iloc[:0],
        )
    return replace(atlas, sources=named.table())


def _outlined(population: pd.DataFrame) -> pd.DataFrame:
    """Say for each date on which outlines its people were counted, as the regions that it names tell."""
    days = {
        date: vintage_of(expected_regions(map(str, rows["region"])) or frozenset()) or dt.date.min
        for date, rows in population.groupby("date")
    }
    return population.assign(outlines=[days[date].isoformat() for date in population["date"]])


class _Sources:
    """The sources of an atlas, and those that a user's files name, each under an id of its own."""

    def __init__(self, atlas: Atlas) -> None:
        self._known = atlas.sources
        self._ids: dict[tuple[str, str], str] = {}

    def stacked(self, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Put the figures of several files together, the texts of their sources turned into ids."""
        filled = [
            frame.assign(source=[self._id(Path(file).name, str(text)) for text in frame["source"]])
            for file, frame in frames.items()
            if len(frame)
        ]
        return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()

    def _id(self, file: str, text: str) -> str:
        if text.split() and set(text.split()) <= set(self._known.index):
            return text
        return self._ids.setdefault((file, text), f"U{len(self._ids) + 1:02}")

    def table(self) -> pd.DataFrame:
        """Return the sources with those of the user: who made them, and the file that they came in."""
        blank = dict.fromkeys(self._known.columns, "")
        rows = {
            key: blank
            | {"producer": text or file}
            | {f"title_{lang}": file if text else _OWN[lang] for lang in LANGUAGES}
            for (file, text), key in self._ids.items()
        }
        own = pd.DataFrame.from_dict(rows, orient="index")
        return pd.concat([self._known, own]).rename_axis("source") if rows else self._known


def _margins(flows: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
    """Return the arrivals and departures that OD flows add up to; unknown where one of their cells is."""
    parts = []
    for end, direction in (("destination", "arrivals"), ("origin", "departures")):
        for year, rows in flows.groupby("year"):
            cells = rows.groupby(end)
            part = pd.DataFrame(
                {
                    "people": cells["people"].agg(lambda people: people.sum(skipna=False)),
                    "status": cells["status"].agg(lambda statuses: worst((*statuses, "derived"))),
                    "source": cells["source"].agg(unite),
                }
            ).reindex(codes)
            # nobody is known to have come or gone where there is no row
            part = part.fillna({"status": "derived", "source": unite(rows["source"])})
            part["people"] = part["people"].where(part["status"] == "missing", part["people"].fillna(0))
            parts.append(part.rename_axis("region").reset_index().assign(year=year, direction=direction))
    return pd.concat(parts, ignore_index=True).assign(flow="interregional")


def _with_net(migration: pd.DataFrame) -> pd.DataFrame:
    """Add the net of every region whose arrivals and departures are given without one."""
    keys, figure = ["region", "year", "flow"], ["people", "status", "source"]
    known = migration[migration["people"].notna()].drop_duplicates([*keys, "direction"])
    one, other, net = (
        known[known["direction"] == direction].set_index(keys)[figure]
        for direction in ("arrivals", "departures", "net")
    )
    both = one.join(other.add_suffix("_other"), how="inner")
    both = both[~both.index.isin(net.index)]
    derived = pd.DataFrame(
        {
            "direction": "net",
            "people": both["people"] - both["people_other"],
            "status": [worst((*pair, "derived")) for pair in zip(both["status"], both["status_other"], strict=True)],
            "source": [unite(pair) for pair in zip(both["source"], both["source_other"], strict=True)],
        },
        index=both.index,
    ).reset_index()
    again = migration.set_index(keys).index.isin(both.index) & (migration["direction"] == "net")
    return pd.concat([migration[~again], derived], ignore_index=True) if len(derived) else migration
