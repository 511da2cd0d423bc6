"""Real and made-up matrices that several test files of this folder use."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kzgeo.od import great_circle
from kzgeo.regions import registry
from kzgeo.resources import folder

YEARS = (2010, 2015, 2020, 2021, 2023, 2024)


@cache
def flows() -> pd.DataFrame:
    return pd.read_csv(folder("data") / "flows.csv")[["origin", "destination", "year", "people", "status"]]


def year(*years: int) -> pd.DataFrame:
    return flows()[flows()["year"].isin(years)].reset_index(drop=True)


def margins_of(od: pd.DataFrame) -> pd.DataFrame:
    arrivals, departures = (od.groupby(end)["people"].sum() for end in ("destination", "origin"))
    frame = pd.DataFrame({"arrivals": arrivals, "departures": departures}).astype(int)
    frame = frame.rename_axis("region").reset_index()
    return frame.assign(year=od["year"].iloc[0]) if "year" in od else frame


def matrix_of(od: pd.DataFrame) -> np.ndarray:
    return od.pivot_table(index="origin", columns="destination", values="people").fillna(0.0).to_numpy()


@cache
def distances() -> np.ndarray:
    longitude, latitude = zip(*(region.centre for region in registry().newest), strict=True)
    return great_circle(longitude, latitude)


def truths(most: int = 6, largest: int = 5000) -> st.SearchStrategy[np.ndarray]:
    """Matrices of people, some cells empty."""
    shapes = st.tuples(st.integers(2, most), st.integers(2, most))
    cells = st.one_of(st.just(0), st.integers(0, largest))
    return shapes.flatmap(lambda shape: arrays(np.int64, shape, elements=cells)).map(lambda a: a.astype(float))


def ranges_around(truth: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ranges that hold the truth: open where a kind is 0, known where 1, suppressed where 2."""
    low = np.select([kinds == 1, kinds == 2], [truth, np.floor(truth * 0.7)], 0.0)
    high = np.select([kinds == 1, kinds == 2], [truth, np.ceil(truth * 1.3) + 1], np.inf)
    return low, high


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """A truth and what is known of its cells."""
    truth = draw(truths())
    return truth, ranges_around(truth, draw(arrays(np.int64, truth.shape, elements=st.integers(0, 2))))
