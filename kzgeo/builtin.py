"""The atlas of the boundaries and data that came with kzgeo."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from kzgeo.atlas import Atlas
from kzgeo.regions import LANGUAGES, Region, registry
from kzgeo.resources import folder

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["builtin_atlas", "outline_credits"]

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
