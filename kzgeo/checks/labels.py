"""Figures under a wrong label: another year, flow, span of months or release than the table says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kzgeo.checks.causes import number, slip
from kzgeo.checks.rows import line, records
from kzgeo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from kzgeo.checks.official import Official

__all__ = ["mixed_releases", "national_sums", "wrong_labels"]


def mixed_releases(rows: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield the years and flows whose figures are partly preliminary and partly final."""
    if "release" not in rows:
        return
    for (year, flow), group in rows.groupby(["year", "flow"]):
        early = group["release"] == "preliminary"
        if early.any() and not early.all():
            row = line(next(records(group[early])))
            what = f"{early.sum()} of {len(group)} {flow} figures of {year} are preliminary, the others final"
            yield Problem(file, row, what, "", "take all figures of a year from one release", "preliminary")


def wrong_labels(rows: pd.DataFrame, file: str, official: Official) -> Iterator[Problem]:
    """Recognise series that are published under another year, flow, direction or span of months."""
    for (year, flow, direction), group in _series(rows):
        figures = group.set_index("region")["people"].dropna()
        names = official.recognise(figures) if len(figures) >= 5 else []
        label = f"{flow} {direction} of {year}"
        same_net = f"interregional net of {year}"  # internal moves have the same net
        if label in names:
            published = official.margin(label)
            if published is not None:
                yield from _misprints(group, published, label, file)
        elif names and not (flow == "internal" and direction == "net" and same_net in names):
            kind = "part-year" if " January" in names[0] else "label"
            what = f"the figures given as {label} are those published as"
            remedy = "put the year, flow and direction right, or take the figures of the whole year"
            yield Problem(file, line(next(records(group))), what, names[0], remedy, kind)


def _misprints(group: pd.DataFrame, published: pd.Series[float], label: str, file: str) -> Iterator[Problem]:
    for row in records(group[group["people"].notna()]):
        expected = published.get(row["region"], np.nan)
        if np.isnan(expected) or row["people"] == expected:
            continue
        what = f"{row['region']} {label}: the other regions have the published figures, this one has"
        cause = slip(row["people"], expected)
        remedy = f"{number(expected)} is published, they differ by {number(row['people'] - expected)}" + (
            f"; {cause}" if cause else ""
        )
        yield Problem(file, line(row), what, number(row["people"]), remedy, "misprint")


def national_sums(rows: pd.DataFrame, file: str, official: Official) -> Iterator[Problem]:
    """Yield the sums over all regions that are the Republic's figure of another year, release or flow."""
    for (year, flow, direction), group in _series(rows):
        if group["people"].isna().any():
            continue
        total = float(group["people"].sum())
        kind, sentence = official.explain(total, flow, direction, year)
        if kind:
            what = f"{flow} {direction} of {year} sum to"
            yield Problem(file, None, what, number(total), sentence, kind)


def _series(rows: pd.DataFrame) -> Iterator[tuple[tuple[int, str, str], pd.DataFrame]]:
    for (year, flow, direction), group in rows.groupby(["year", "flow", "direction"]):
        yield (int(str(year)), str(flow), str(direction)), group
