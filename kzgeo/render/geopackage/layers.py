"""What the GeoPackage holds, as frames: three layers in EPSG:4326 and the tables that every figure goes back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from kzgeo.atlas import FLOWS, unite
from kzgeo.indicators import MEASURES, indicator
from kzgeo.regions import LANGUAGES, registry

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas

__all__ = ["flows", "nodes", "regions", "tables"]

_NAMES = [f"{kind}_{lang}" for kind in ("name", "short") for lang in LANGUAGES]


def regions(atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the polygons with the newest complete year's measures.

    Parameters
    ----------
    atlas : Atlas

    Returns
    -------
    GeoDataFrame
        EPSG:4326, one row a region in the order of their codes: ``code, kato``, names, ``kind, macroregion, year,
        mean_population``, then for every flow ``FLOW_MEASURE`` and ``FLOW_MEASURE_status`` for each measure that
        is known of any region, and ``FLOW_source``. A column of counts holds whole numbers.
    """
    year = atlas.newest()
    columns = {"code": atlas.regions.index.to_series()}
    columns |= _registered(atlas)
    columns |= {name: atlas.regions[name] for name in (*_NAMES, "kind")}
    columns["year"] = pd.Series(year, index=atlas.regions.index)
    population = atlas.mean_population(year)
    columns |= {"mean_population": population["value"], "mean_population_status": population["status"]}
    for flow in FLOWS:
        columns |= _measures(atlas, flow, year)
    frame = pd.DataFrame(columns).sort_index()
    return gpd.GeoDataFrame(frame, geometry=atlas.regions.geometry.loc[frame.index], crs=atlas.regions.crs).reset_index(
        drop=True
    )


def _registered(atlas: Atlas) -> dict[str, pd.Series]:
    """Return what the registry adds, if it knows these outlines."""
    if atlas.vintage is None:
        return {}
    known = {code: registry().get(str(code), atlas.vintage) for code in atlas.regions.index}
    return {
        "kato": pd.Series({code: region.kato for code, region in known.items()}),
        "macroregion": pd.Series({code: region.macroregion for code, region in known.items()}),
    }


def _measures(atlas: Atlas, flow: str, year: int) -> dict[str, pd.Series]:
    columns, sources = {}, []
    for name, measure in MEASURES.items():
        found = indicator(atlas, name, year=year, flow=flow)
        if found["value"].notna().any():
            people = measure.unit == "people"
            columns[f"{flow}_{name}"] = _counts(found["value"]) if people else found["value"].round(6)
            columns[f"{flow}_{name}_status"] = found["status"]
            sources.append(found["source"])
    if columns:
        columns[f"{flow}_source"] = pd.concat(sources, axis=1).agg(unite, axis=1)
    return columns


def _counts(people: pd.Series) -> pd.Series:
    """Return whole numbers as such; estimates that come with decimals keep them."""
    values = people.astype("float64")
    return values.round(6) if (values.dropna() % 1).any() else values.astype("Int64")


def nodes(atlas: Atlas) -> gpd.GeoDataFrame:
    """Return a point a region: its administrative centre, or a point inside it where the registry knows none.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``code, place_ru, place_kk, place_en, position`` (``centre`` or ``inside``), in the order of codes.
    """
    rows = []
    for code, region in atlas.regions.sort_index().iterrows():
        if atlas.vintage is None:
            names = {f"place_{lang}": region[f"name_{lang}"] for lang in LANGUAGES}
            where = {"position": "inside", "geometry": region.geometry.representative_point()}
        else:
            known = registry().get(str(code), atlas.vintage)
            names = {f"place_{lang}": known.centre_names[lang] for lang in LANGUAGES}
            where = {"position": "centre", "geometry": shapely.Point(known.centre)}
        rows.append({"code": code, **names, **where})
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=atlas.regions.crs)


def flows(atlas: Atlas, points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a straight line from node to node for every flow of the newest year that has any, the largest first.

    Parameters
    ----------
    atlas : Atlas
    points : GeoDataFrame
        From :func:`nodes`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``origin, destination``, their names, ``year, people, share`` (per cent of all moves of the year;
        empty if any is not known), ``rank`` (1 for the largest), ``status, low, high, min, max, source``.
    """
    years = atlas.flows.loc[atlas.flows["people"].notna(), "year"]
    year = max(years[years <= atlas.newest()], default=max(years, default=0))
    rows = atlas.od(int(year)).sort_values(
        ["people", "origin", "destination"], ascending=[False, True, True], ignore_index=True
    )
    people = _counts(rows["people"])
    for end in ("origin", "destination"):
        for lang in LANGUAGES:
            rows[f"{end}_{lang}"] = rows[end].map(atlas.regions[f"short_{lang}"])
    rows = rows.assign(
        people=people,
        share=(100 * people.astype("float64") / people.sum(skipna=False)).round(6),
        rank=people.rank(method="first", ascending=False).astype("Int64"),
    )
    place = points.set_index("code").geometry
    ends = [shapely.get_coordinates(place.loc[rows[end]].to_numpy()) for end in ("origin", "destination")]
    lines = shapely.linestrings([*zip(*ends, strict=True)]) if len(rows) else []
    names = [f"{end}_{lang}" for end in ("origin", "destination") for lang in LANGUAGES]
    order = ["origin", "destination", *names, "year", "people", "share", "rank"]
    order += ["status", "low", "high", "min", "max", "source"]
    return gpd.GeoDataFrame(rows[order], geometry=lines, crs=atlas.regions.crs)


def tables(atlas: Atlas) -> dict[str, pd.DataFrame]:
    """Return the tables without geometry: ``migration, od, population`` of all years, ``sources`` and ``about``."""
    figure = ["people", "status", "source"]
    cell = ["year", "origin", "destination", *figure, "low", "high", "min", "max"]
    return {
        "migration": atlas.migration[["region", "year", "flow", "direction", *figure]],
        "od": atlas.flows[cell],
        "population": atlas.population[["region", "date", "outlines", *figure]],
        "sources": atlas.sources.reset_index(),
        "about": _about(atlas),
    }


def _about(atlas: Atlas) -> pd.DataFrame:
    items = {
        "year": atlas.newest(),
        "vintage": atlas.vintage or "",
        "data_hash": atlas.data_hash(),
        **{f"credits_{lang}": "; ".join(lines) for lang, lines in atlas.credits.items()},
    }
    return pd.DataFrame({"item": items.keys(), "value": map(str, items.values())})
