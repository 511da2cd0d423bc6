"""10,000 flows as PNG: kzgeo against one FancyArrowPatch a flow. Run: python benchmarks/figure.py [FLOWS].

The same plain arrows, and then with the light edge that tells crossing arrows apart, which FancyArrowPatch has not.
Processor seconds; kzgeo's include the layout.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from kzgeo.render.figure import DPI, save_figure
from kzgeo.scene.layout import Network, Style, lay_out
from kzgeo.scene.model import Page, Paint, Panel, Scene, Shape

PAGE = Page(160, 105)


def network(flows: int) -> Network:
    """Return flows between nodes on a grid, the largest 3 mm wide."""
    side = int(np.ceil(np.sqrt(np.sqrt(flows) + 2)))
    x, y = np.meshgrid(np.linspace(10, 150, side), np.linspace(10, 95, side))
    pairs = np.array([(o, d) for o in range(side * side) for d in range(side * side) if o != d])[:flows]
    widths = np.random.default_rng(0).pareto(2, len(pairs)) + 0.05
    return Network(
        positions=np.column_stack([x.ravel(), y.ravel()]),
        radii=np.full(side * side, 0.9),
        origins=pairs[:, 0],
        destinations=pairs[:, 1],
        widths=3 * widths / widths.max(),
        page=(0, 0, PAGE.width, PAGE.height),
    )


def ours(net: Network, path: Path, edge: str | None = None) -> None:
    layout = lay_out(net, Style())
    shapes = shapely.polygons(layout.outlines)
    paint = Paint(fill="#3a2f45", edge=edge, width=0.1 if edge else 0.0)
    marks = tuple(Shape(f"flow-{n}", shapes[n], paint, "flow") for n in layout.order)
    panel = Panel("map", shapely.box(0, 0, PAGE.width, PAGE.height), marks, 2024, (1, 1, 0, 0))
    scene = Scene("flows", "en", PAGE, "", "t", "", "", "", "", (), (panel,), (), (), (), (), {}, (), {}, "")
    save_figure(scene, path)


def plain(net: Network, path: Path) -> None:
    figure = Figure(figsize=(PAGE.width / 25.4, PAGE.height / 25.4), dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, PAGE.width)
    axes.set_ylim(PAGE.height, 0)
    for origin, destination, width in zip(net.origins, net.destinations, net.widths, strict=True):
        ends = net.positions[[origin, destination]]
        bend = "arc3,rad=.2"
        axes.add_patch(
            FancyArrowPatch(*ends, connectionstyle=bend, arrowstyle="-|>", mutation_scale=4, lw=width * 72 / 25.4)
        )
    figure.savefig(path, dpi=DPI)


def cased(net: Network, path: Path) -> None:
    ours(net, path, edge="#ffffff")


def main() -> None:
    flows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    net = network(flows)
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, draw in (("FancyArrowPatch", plain), ("kzgeo", ours), ("kzgeo, light edges", cased)):
            draw(network(100), Path(folder) / "warm.png")
            start = time.process_time()
            draw(net, Path(folder) / "flows.png")
            seconds[name] = time.process_time() - start
    print(f"{net.size} flows\n\n| drawn by | seconds | times as fast |\n| --- | --- | --- |")
    for name, taken in seconds.items():
        print(f"| {name} | {taken:.1f} | {seconds['FancyArrowPatch'] / taken:.1f} |")


if __name__ == "__main__":
    main()
