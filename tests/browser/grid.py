"""A made-up country of many regions and very many flows: the largest page that the web map has to carry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzgeo.load import builtin_atlas

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas

YEAR = 2024


def grid_country(columns: int = 11, rows: int = 10, flows: int = 10_000) -> Atlas:
    """Return an atlas of ``columns * rows`` square regions and the largest of their random flows."""
    random = np.random.default_rng(7)
    codes = [f"Q-{i:03d}" for i in range(columns * rows)]
    regions = _squares(codes, columns)
    pairs = np.array([(o, d) for o in range(len(codes)) for d in range(len(codes)) if o != d])
    people = np.maximum(1, random.lognormal(4, 1.5, len(pairs)).astype(int))
    most = np.sort(np.argsort(-people, kind="stable")[:flows])
    o, d, people = *pairs[most].T, people[most]
    margins = {
        "arrivals": np.bincount(d, weights=people, minlength=len(codes)),
        "departures": np.bincount(o, weights=people, minlength=len(codes)),
    }
    margins["net"] = margins["arrivals"] - margins["departures"]
    status = {"status": "published", "source": "S01"}
    migration = pd.concat(
        pd.DataFrame({"region": codes, "year": YEAR, "flow": "interregional", "direction": k, "people": v, **status})
        for k, v in margins.items()
    )
    names = np.array(codes)
    matrix = pd.DataFrame({"origin": names[o], "destination": names[d], "year": YEAR, "people": people, **status})
    counts = random.integers(20_000, 400_000, len(codes))
    population = pd.concat(
        pd.DataFrame({"region": codes, "date": f"{year}-01-01", "outlines": "", "people": counts, **status})
        for year in (YEAR, YEAR + 1)
    )
    return replace(
        builtin_atlas(),
        regions=regions,
        migration=migration.reset_index(drop=True),
        flows=matrix.assign(low=np.nan, high=np.nan, min=np.nan, max=np.nan),
        population=population.reset_index(drop=True),
        credits={},
        vintage=None,
    )


def _squares(codes: list[str], columns: int) -> gpd.GeoDataFrame:
    places = [(48 + 3 * (i % columns), 41 + 1.5 * (i // columns)) for i in range(len(codes))]
    names = {f"{kind}_{lang}": codes for kind in ("name", "short") for lang in ("ru", "kk", "en")}
    squares = [shapely.box(x, y, x + 3, y + 1.5) for x, y in places]
    frame = gpd.GeoDataFrame({**names, "kind": "district"}, geometry=squares, crs="EPSG:4326", index=codes)
    return frame.rename_axis("code")
