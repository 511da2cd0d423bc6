"""From files to the Atlas: the built-in boundaries and data, or a user's own in their place."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from kzgeo.atlas import Atlas, unite, worst
from kzgeo.errors import InputError, Problem
from kzgeo.read.boundaries import read_boundaries
from kzgeo.read.flows import read_flows
from kzgeo.read.tables import read_table
from kzgeo.regions import LANGUAGES, Matcher, Region, as_written, normalise, registry
from kzgeo.resources import folder
from kzgeo.vintages import merge_back

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

__all__ = ["Given", "builtin_atlas", "load_atlas"]

MIGRATION: Final = ("region", "year", "flow", "direction", "people", "status", "source")
BOUNDS: Final = ["low", "high", "min", "max"]


@cache
def builtin_atlas() -> Atlas:
    """Return the atlas of the boundaries and data that came with kzgeo, on today's outlines."""
    import pyogrio

    newest = registry().newest
    polygons = pyogrio.read_dataframe(folder("boundaries") / "regions.fgb").set_index("code").geometry
    return Atlas(
        regions=named(polygons, newest),
        migration=_table("migration"),
        flows=_flows(),
        population=_population(),
        sources=_sources(),
        context=pyogrio.read_dataframe(folder("boundaries") / "context.fgb"),
        credits=outline_credits(),
        abroad=_table("external_by_country").merge(_table("countries"), on="country"),
        national=_table("national"),
        vintage=registry().vintages[-1],
    )


def named(polygons: gpd.GeoSeries, regions: tuple[Region, ...]) -> gpd.GeoDataFrame:
    """Return the polygons of some regions of the registry with their names, in the order of their codes."""
    import geopandas as gpd

    rows = {
        region.code: {f"name_{lang}": region.names[lang] for lang in LANGUAGES}
        | {f"short_{lang}": region.short[lang] for lang in LANGUAGES}
        | {"kind": region.kind, "macroregion": region.macroregion}
        for region in regions
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("code")
    return gpd.GeoDataFrame(frame, geometry=polygons.reindex(frame.index), crs="EPSG:4326")


def outline_credits(ids: tuple[str, ...] = ("B01", "B02")) -> dict[str, tuple[str, ...]]:
    """Return, for each language, the credit lines of the built-in outlines."""
    credits_ = tomllib.loads((folder("boundaries") / "credits.toml").read_text("utf-8"))
    wanted = [source["credit"] for source in credits_["source"] if source["id"] in ids]
    return {lang: tuple(credit[lang] for credit in wanted) for lang in LANGUAGES}


def _table(name: str) -> pd.DataFrame:
    frame = pd.read_csv(folder("data") / f"{name}.csv", dtype={"rounded_to": "Int64", "people": "Int64"})
    for column in frame.columns.intersection(["status", "source", "note", "release"]):
        frame[column] = frame[column].fillna("")
    return frame


def _sources() -> pd.DataFrame:
    return pd.read_csv(folder("data") / "sources.csv", keep_default_na=False).set_index("source")


def _population() -> pd.DataFrame:
    rows = _table("population")
    return rows[rows["region"] != "KZ"].reset_index(drop=True)  # the Republic's own figure is no region's


def _flows() -> pd.DataFrame:
    """Return the OD matrices, lost cells filled with their estimates where there are any."""
    keys = ["year", "origin", "destination"]
    known = _table("flows").set_index(keys)
    known[BOUNDS] = float("nan")
    filled = folder("data") / "flows_estimated.csv"
    if filled.exists():
        estimates = _table("flows_estimated").set_index(keys)
        shared = known.columns.intersection(estimates.columns)
        known.loc[estimates.index, shared] = estimates[shared]
    return known.reset_index()[["origin", "destination", "year", "people", "status", "source", *BOUNDS]]


@dataclass(frozen=True, slots=True)
class Given:
    """The files that a user brings in place of the built-in ones.

    Parameters
    ----------
    boundaries : Path, optional
        Outlines; ``key`` and ``name`` are their columns of keys and names, found where they are not given.
    tables : tuple of Path
        Tables of migration, of population, or of both.
    flows : Path, optional
        OD matrices.
    columns : mapping of str to str
        Headers that the files name in a way of their own, by role: ``{"origin": "Откуда"}``.
    """

    boundaries: Path | None = None
    key: str | None = None
    name: str | None = None
    tables: tuple[Path, ...] = ()
    flows: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def load_atlas(given: Given | None = None, *, notes: list[Problem] | None = None) -> Atlas:
    """Return the atlas of the built-in boundaries and data, or of a user's files in their place.

    A user's boundaries that the registry knows (Kazakhstan's regions of any vintage) are joined to the built-in figures
    where no table is given. Boundaries of anywhere else need a table or an OD matrix.

    Parameters
    ----------
    given : Given, optional
    notes : list of Problem, optional
        Takes what was mended in the files and needs no action.

    Raises
    ------
    InputError
        With every problem of every file.
    """
    given = given or Given()
    if given == Given():
        return builtin_atlas()
    problems: list[Problem] = []
    base = _outlined(given, problems, [] if notes is None else notes)
    match = registry().match if base.vintage is not None else _matcher(base.regions)
    migration, population = _read_tables(given, match, problems)
    flows = _read_flows(given, match, problems)
    atlas = _joined(base, given, migration=migration, population=population, flows=flows)
    problems += check(given, atlas)
    if problems:
        raise InputError(problems)
    return atlas


def _outlined(given: Given, problems: list[Problem], notes: list[Problem]) -> Atlas:
    """Return the built-in atlas on a user's outlines, or an atlas of these alone where the registry knows them not."""
    if given.boundaries is None:
        return builtin_atlas()
    read = read_boundaries(given.boundaries, key=given.key, name=given.name, problems=problems)
    notes.extend(read.notes)
    drawn_from = {lang: (given.boundaries.name,) for lang in LANGUAGES}
    if read.vintage is not None:
        whole = builtin_atlas()
        then = whole if read.vintage == whole.vintage else merge_back(whole, read.vintage)
        regions = then.regions.set_geometry(read.regions.geometry.reindex(then.regions.index))
        return replace(then, regions=regions, credits=_credits(drawn_from, ("B02",)))
    regions = read.regions.copy()
    for lang in LANGUAGES:
        regions[f"short_{lang}"] = regions[f"name_{lang}"]
    nothing = builtin_atlas()
    return replace(
        nothing,
        regions=regions.assign(kind="region", macroregion=""),
        migration=nothing.migration.iloc[:0],
        flows=nothing.flows.iloc[:0],
        population=nothing.population.iloc[:0],
        context=nothing.context.iloc[:0],
        abroad=nothing.abroad.iloc[:0],
        national=nothing.national.iloc[:0],
        credits=drawn_from,
        vintage=None,
    )


def _credits(own: Mapping[str, tuple[str, ...]], ids: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    builtin = outline_credits(ids)
    return {lang: own[lang] + builtin[lang] for lang in LANGUAGES}


def _matcher(regions: gpd.GeoDataFrame) -> Matcher:
    """Return a matcher of keys and names of regions that the registry does not know."""
    keys = {normalise(str(code)): str(code) for code in regions.index}
    names = regions["name_en"]
    for name in names[~names.duplicated(keep=False)].items():
        keys.setdefault(normalise(str(name[1])), str(name[0]))

    def match(text: str, date: dt.date | None = None, /) -> str:  # noqa: ARG001  the form of a Matcher
        found = keys.get(normalise(text))
        # a key without a polygon is reported by the join, with both sides before it
        return as_written(text) if found is None else found

    return match


def _read_tables(given: Given, match: Matcher, problems: list[Problem]) -> tuple[pd.DataFrame, pd.DataFrame]:
    reads = [read_table(path, match=match, columns=given.columns, problems=problems) for path in given.tables]
    migration = [read.migration.assign(file=str(path)) for read, path in zip(reads, given.tables, strict=True)]
    population = [read.population.assign(file=str(path)) for read, path in zip(reads, given.tables, strict=True)]
    return _stacked(migration), _stacked(population)


def _read_flows(given: Given, match: Matcher, problems: list[Problem]) -> pd.DataFrame:
    if given.flows is None:
        return pd.DataFrame()
    columns = given.columns
    return read_flows(given.flows, match=match, columns=columns, problems=problems).assign(file=str(given.flows))


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _joined(
    base: Atlas, given: Given, *, migration: pd.DataFrame, population: pd.DataFrame, flows: pd.DataFrame
) -> Atlas:
    """Put a user's figures in the place of the built-in ones; margins that only an OD matrix gives are derived."""
    if not given.tables and given.flows is None:
        return base
    own = replace(base, flows=flows.reindex(columns=base.flows.columns) if len(flows) else base.flows.iloc[:0])
    if not len(migration) and len(own.flows):
        migration = margins(own.flows, base.regions.index)
    if len(migration):
        own = replace(own, migration=_with_net(migration)[list(MIGRATION)])
    if len(population):
        outlines = (base.vintage or dt.date.min).isoformat()
        own = replace(own, population=population.assign(outlines=outlines).reindex(columns=base.population.columns))
    return own


def margins(flows: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
    """Return the interregional arrivals and departures that OD flows add up to, in the layout of a migration table."""
    parts = []
    for end, direction in (("destination", "arrivals"), ("origin", "departures")):
        for year, rows in flows.groupby("year"):
            people = rows.groupby(end)["people"].agg(lambda cells: cells.sum(skipna=False)).reindex(codes, fill_value=0)
            status = rows.groupby(end)["status"].agg(lambda cells: worst((*cells, "derived"))).reindex(codes)
            source = rows.groupby(end)["source"].agg(unite).reindex(codes, fill_value="")
            part = pd.DataFrame({"people": people, "status": status.fillna("derived"), "source": source})
            parts.append(part.rename_axis("region").reset_index().assign(year=int(year), direction=direction))
    return pd.concat(parts, ignore_index=True).assign(flow="interregional")


def _with_net(migration: pd.DataFrame) -> pd.DataFrame:
    """Add the net of every region whose arrivals and departures are given without one."""
    keys = ["region", "year", "flow"]
    wide = migration.drop_duplicates([*keys, "direction"]).set_index([*keys, "direction"]).unstack("direction")
    people = wide["people"]
    if not {"arrivals", "departures"} <= set(people.columns):
        return migration
    lacks = people["net"].isna() if "net" in people else pd.Series(True, people.index)
    rows = people[lacks & people["arrivals"].notna() & people["departures"].notna()]
    net = (rows["arrivals"] - rows["departures"]).rename("people").reset_index().assign(direction="net")
    both = wide.loc[rows.index]
    pairs = zip(both["status"]["arrivals"], both["status"]["departures"], strict=True)
    net["status"] = [worst((*pair, "derived")) for pair in pairs]
    net["source"] = [unite(pair) for pair in zip(both["source"]["arrivals"], both["source"]["departures"], strict=True)]
    known = migration[~((migration["direction"] == "net") & migration["people"].isna())]
    return pd.concat([known, net], ignore_index=True) if len(net) else migration


def check(given: Given, atlas: Atlas) -> list[Problem]:
    """Return what the join of a user's files leaves without a partner, on either side."""
    if not given.tables and given.flows is None:
        return []
    codes = set(map(str, atlas.regions.index))
    drawn = str(given.boundaries) if given.boundaries else "the built-in boundaries"
    problems = []
    for path, used in _used(given, atlas):
        for code in sorted(used - codes):
            remedy = f"write one of its keys, e.g. {', '.join(sorted(codes)[:3])}"
            problems.append(Problem(path, None, f"has a region that {drawn} do not draw", code, remedy, "no-polygon"))
        for code in sorted(codes - used):
            remedy = "add its row; leave the figure empty where it is not known"
            problems.append(Problem(path, None, "lacks a region of the boundaries:", code, remedy, "absent-region"))
    return problems


def _used(given: Given, atlas: Atlas) -> list[tuple[str, set[str]]]:
    used = []
    if given.tables:
        used.append((", ".join(map(str, given.tables)), set(atlas.migration["region"])))
    if given.flows is not None:
        used.append((str(given.flows), set(atlas.flows["origin"]) | set(atlas.flows["destination"])))
    return used
