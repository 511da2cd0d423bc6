"""Measure the layout of flow arrows against straight lines and one fixed bend, and how its time grows.

Run as ``python benchmarks/layout.py``; prints the tables of ``benchmarks/layout.md``.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from kzgeo.resources import folder
from kzgeo.scene.layout import Network, Style, fixed_bend, lay_out, measure, needed_radius, outlines, straight

if TYPE_CHECKING:
    from collections.abc import Callable

ALBERS = "+proj=aea +lat_1=43 +lat_2=53 +lat_0=48 +lon_0=67 +datum=WGS84"
MAP_WIDTH, MARGIN, WIDEST, RING = 150.0, 10.0, 3.0, 1.2  # mm
COLUMNS = {
    "crossings": "crossings",
    "crossings_common": "with a common node",
    "flows_under_nodes": "under nodes",
    "head_overlaps": "heads",
    "lane_overlaps": "lanes",
    "covered": "covered",
    "detached_ends": "cut ends",
    "outside_page": "off page",
    "mean_crossing_angle": "mean angle",
}


def kazakhstan(flows: int) -> Network:
    regions = gpd.read_file(folder("boundaries") / "regions.fgb").to_crs(ALBERS)
    x0, y0, x1, y1 = regions.total_bounds
    scale = MAP_WIDTH / (x1 - x0)
    points = regions.representative_point()
    people = pd.read_csv(folder("data") / "flows.csv").query("year == 2024").nlargest(flows, "people")
    index = {code: i for i, code in enumerate(regions["code"])}
    return Network(
        positions=np.stack([(points.x - x0) * scale, (y1 - points.y) * scale], axis=1) + MARGIN,
        radii=np.full(len(regions), RING),
        origins=people["origin"].map(index).to_numpy(),
        destinations=people["destination"].map(index).to_numpy(),
        widths=WIDEST * people["people"].to_numpy() / people["people"].max(),
        page=(0.0, 0.0, MAP_WIDTH + 2 * MARGIN, (y1 - y0) * scale + 2 * MARGIN),
    )


def grid(flows: int) -> Network:
    """Return a network of 108 nodes and up to 11,556 flows, as other countries' matrices have."""
    nodes = np.stack(np.meshgrid(np.arange(12), np.arange(9)), axis=-1).reshape(-1, 2) * 12.0 + 14.0
    ends = np.array([(o, d) for o in range(len(nodes)) for d in range(len(nodes)) if o != d])
    ends = np.random.default_rng(1).permutation(ends)[:flows]
    return Network(
        positions=nodes,
        radii=np.full(len(nodes), 0.5),
        origins=ends[:, 0],
        destinations=ends[:, 1],
        widths=np.random.default_rng(2).pareto(1.5, len(ends)).clip(0.05, 3.0) / 4,
        page=(0.0, 0.0, 160.0, 124.0),
    )


def quality(flows: int) -> None:
    style = Style()
    equal = kazakhstan(flows)
    wide = replace(equal, radii=needed_radius(equal, style))
    print(f"\n{flows} largest flows of 2024\n")
    print("| layout | " + " | ".join(COLUMNS.values()) + " |")
    print("| --- |" + " --- |" * len(COLUMNS))
    for rings, network in (("equal rings", equal), ("needed rings", wide)):
        for name, curves in (
            ("ours", lay_out(network, style).curves),
            ("straight lines", straight(network, style)),
            ("one bend of 0.2", fixed_bend(network, style)),
        ):
            score = measure(network, curves, style).as_dict()
            cells = [f"{score[key] or 0:.3g}" for key in COLUMNS]
            print(f"| {name}, {rings} | " + " | ".join(cells) + " |")


def seconds(work: Callable[[], object], *, times: int = 5) -> float:
    """Return the least processor time of some calls, on one core; other load on the machine disturbs it little."""
    least = np.inf
    for _ in range(times):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return float(least)


def speed() -> None:
    print("\n| flows | seconds of one core |\n| --- | --- |")
    for flows in (10, 20, 40, 80, 160, 380):
        network = kazakhstan(flows)
        print(f"| {flows}, Kazakhstan | {seconds(lambda network=network: lay_out(network)):.2f} |")
    for flows in (500, 10_000):
        network = grid(flows)
        print(f"| {flows}, grid of 108 nodes | {seconds(lambda network=network: lay_out(network), times=1):.2f} |")
    curves = lay_out(network).curves
    print(f"| outlines of {flows} | {seconds(lambda: outlines(curves, network.widths, Style())):.2f} |")


if __name__ == "__main__":
    quality(40)
    quality(380)
    speed()
