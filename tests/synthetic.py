"""A small country for tests of laws: Kazakhstan's 20 codes on a grid of squares, with figures drawn at random."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import permutations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzgeo.atlas import Atlas
from kzgeo.regions import registry

TODAY = date(2022, 6, 8)
CODES = tuple(region.code for region in registry().at(TODAY))
YEAR = 2024


@cache
def squares() -> gpd.GeoDataFrame:
    """Return 20 unit squares in four rows of five, in the columns of an atlas."""
    rows = [
        {
            "code": region.code,
            **{f"name_{lang}": name for lang, name in region.names.items()},
            **{f"short_{lang}": name for lang, name in region.short.items()},
            "kind": region.kind,
            "geometry": shapely.box(i % 5, i // 5, i % 5 + 1, i // 5 + 1),
        }
        for i, region in enumerate(registry().at(TODAY))
    ]
    return gpd.GeoDataFrame(rows, crs="EPSG:4326").set_index("code")


def country(seed: int) -> Atlas:
    """Return an atlas of one year in which every identity of the four flows holds."""
    random = np.random.default_rng(seed)
    moves = random.integers(0, 1000, (20, 20))
    inside = np.diagonal(moves)
    moves = moves - np.diag(inside)
    abroad = random.integers(0, 500, (2, 20))
    margins = {
        ("interregional", "arrivals"): moves.sum(axis=0),
        ("interregional", "departures"): moves.sum(axis=1),
        ("internal", "arrivals"): moves.sum(axis=0) + inside,
        ("internal", "departures"): moves.sum(axis=1) + inside,
        ("external", "arrivals"): abroad[0],
        ("external", "departures"): abroad[1],
    }
    for flow in ("interregional", "internal", "external"):
        margins[flow, "net"] = margins[flow, "arrivals"] - margins[flow, "departures"]
    margins["total", "net"] = margins["interregional", "net"] + margins["external", "net"]
    migration = [
        (code, YEAR, flow, direction, float(people), "published", "S01")
        for (flow, direction), values in margins.items()
        for code, people in zip(CODES, values, strict=True)
    ]
    flows = [(CODES[o], CODES[d], YEAR, float(moves[o, d]), "published", "S01") for o, d in permutations(range(20), 2)]
    population = [
        (code, f"{year}-01-01", "2022-06-08", float(people), "published", "S04")
        for year in (YEAR, YEAR + 1)
        for code, people in zip(CODES, random.integers(10_000, 1_000_000, 20), strict=True)
    ]
    figure = ["people", "status", "source"]
    return Atlas(
        regions=squares().copy(),
        migration=pd.DataFrame(migration, columns=["region", "year", "flow", "direction", *figure]),
        flows=pd.DataFrame(flows, columns=["origin", "destination", "year", *figure]).assign(
            low=np.nan, high=np.nan, min=np.nan, max=np.nan
        ),
        population=pd.DataFrame(population, columns=["region", "date", "outlines", *figure]),
        sources=pd.DataFrame(
            {"producer": "NSB", "title_ru": "", "title_kk": "", "title_en": ""},
            index=pd.Index(["S01", "S04"], name="source"),
        ),
        context=gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs="EPSG:4326"),
        credits={},
        abroad=pd.DataFrame(),
        national=pd.DataFrame(),
        vintage=TODAY,
    )
