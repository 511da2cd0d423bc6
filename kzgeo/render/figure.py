"""Scenes on paper: PNG, SVG and PDF through matplotlib, at the scene's own millimetres."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from kzgeo.render.files import whole
from kzgeo.scene.lettering import FAMILY, MM_PER_PT
from kzgeo.scene.model import Mark, Paint, Panel, Scene, Shape, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["DPI", "save_figure"]

DPI: Final = 300
ARROWS: Final = {"casing", "flow"}  # roles of marks
SETTINGS: Final[dict[Any, Any]] = {
    "font.family": FAMILY,
    "svg.hashsalt": "kzgeo",
    "svg.fonttype": "path",  # ә ғ қ ң ө ұ ү һ і look the same on every machine
    "pdf.fonttype": 42,
    "hatch.linewidth": 0.5,
    "path.simplify": False,
}
# the day that is written into files must not depend on the day they are made
METADATA: Final[dict[str, dict[str, Any]]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}


def save_figure(scene: Scene, path: Path) -> None:
    """Write a scene as PNG (300 dpi), SVG or PDF, by the ending of ``path``; same scene, same bytes."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    kind = path.suffix.lstrip(".")
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(scene.page.width / 25.4, scene.page.height / 25.4), dpi=DPI, facecolor="white")
        FigureCanvasAgg(figure)
        _draw(scene, figure, together=kind == "png")
        texts = {"Title": scene.title, "Description": scene.alt}
        with whole(path) as aside:
            if kind == "png":
                _save_png(figure, aside, texts)
            else:
                kept = {key: text for key, text in texts.items() if kind == "svg" or key == "Title"}
                figure.savefig(aside, format=kind, dpi=DPI, metadata=METADATA[kind] | kept)


def _save_png(figure: Figure, path: Path, texts: Mapping[str, str]) -> None:
    """Write a PNG with a palette of 256 colours, which a map's flat colours do not exceed to the eye."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    canvas: Any = figure.canvas
    canvas.draw()
    width, height = canvas.get_width_height()
    picture = Image.frombuffer("RGBA", (width, height), canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
    flat = picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    info = PngInfo()
    for key, text in texts.items():
        info.add_itxt(key, text)
    flat.save(path, format="PNG", compress_level=7, dpi=(DPI, DPI), pnginfo=info)


def _draw(scene: Scene, figure: Figure, *, together: bool) -> None:
    """Draw a scene; ``together`` draws runs of arrows as one artist, which is quick but leaves them no ids."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, scene.page.width)
    axes.set_ylim(scene.page.height, 0)  # y runs down
    axes.set_axis_off()
    order = 0
    for panel in scene.panels:
        order = _draw_panel(axes, panel, order, together=together)
    for mark in scene.furniture:
        order = _draw_mark(axes, mark, order, None)


def _draw_panel(axes: Axes, panel: Panel, order: int, *, together: bool) -> int:
    clip = None if panel.clip.equals(panel.clip.envelope) and panel.frame is None else _path(panel.clip)
    for run, marks in groupby(panel.marks, lambda mark: together and mark.role in ARROWS):
        if run:
            order = _draw_arrows(axes, [mark for mark in marks if isinstance(mark, Shape)], order, clip)
            continue
        for mark in marks:
            order = _draw_mark(axes, mark, order, clip)
    if panel.frame is not None:
        order = _draw_mark(axes, Shape(panel.id, panel.clip, panel.frame, "frame"), order, None)
    return order


def _draw_arrows(axes: Axes, marks: Sequence[Shape], order: int, clip: Any) -> int:
    """Draw arrows and their casings as one collection: thousands in the time of a few artists."""
    from matplotlib.collections import PolyCollection

    collection = PolyCollection(
        [shapely.get_coordinates(mark.geometry) for mark in marks],
        facecolors=[mark.paint.fill or "none" for mark in marks],
        edgecolors=[mark.paint.edge or "none" for mark in marks],
        linewidths=[mark.paint.width / MM_PER_PT for mark in marks],
        linestyles=[_dashes(mark.paint) for mark in marks],
        joinstyle="round",
        zorder=order,
    )
    axes.add_artist(collection)
    if clip is not None:
        collection.set_clip_path(clip, axes.transData)
    return order + 1


def _dashes(paint: Paint) -> Any:
    """Return a paint's dashes as matplotlib counts them, in line widths."""
    return (0, [part / paint.width for part in paint.dash]) if paint.dash else "solid"


def _draw_mark(axes: Axes, mark: Mark, order: int, clip: Any) -> int:
    artist = _text(axes, mark) if isinstance(mark, Text) else _shape(axes, mark)
    if isinstance(mark, Text) and mark.halo:
        _halo(axes, mark, mark.halo).set_zorder(order - 0.5)
    if artist is None:
        return order
    artist.set_zorder(order)
    artist.set_gid(mark.id)
    if clip is not None and isinstance(mark, Shape):
        artist.set_clip_path(clip, axes.transData)
    return order + 1


def _shape(axes: Axes, mark: Shape) -> Any:
    from matplotlib.patches import PathPatch

    if mark.geometry.is_empty:
        return None
    paint = mark.paint
    patch = PathPatch(
        _path(mark.geometry),
        facecolor=paint.fill or "none",
        edgecolor=paint.edge or "none",
        linewidth=paint.width / MM_PER_PT,
        alpha=paint.alpha if paint.alpha < 1 else None,
        joinstyle="round",
        capstyle="butt" if paint.dash else "round",
    )
    patch.set_linestyle(_dashes(paint))
    if paint.hatch:
        patch.set_hatch("/////")
        patch.set_edgecolor(paint.hatch)
    axes.add_artist(patch)
    return patch


def _halo(axes: Axes, mark: Text, colour: str) -> Any:
    """Return the light edge under a text, apart from it: what is stroked is no longer text to PDF and SVG."""
    from matplotlib.patheffects import Stroke

    under = _text(axes, mark)
    under.set_path_effects([Stroke(linewidth=1.6, foreground=colour)])
    return under


def _text(axes: Axes, mark: Text) -> Any:
    return axes.text(
        mark.x,
        mark.y,
        mark.text,
        size=mark.size,
        weight="bold" if mark.bold else "normal",
        color=mark.colour,
        ha={"start": "left", "middle": "center", "end": "right"}[mark.anchor],
        va="baseline",
        parse_math=False,
    )


def _path(geometry: Any) -> Any:
    """Return a geometry of any kind as one compound path."""
    from matplotlib.path import Path as Outline

    vertices, codes = [], []
    for part in shapely.get_parts(geometry):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            xy = shapely.get_coordinates(ring)
            kinds = np.full(len(xy), Outline.LINETO, dtype=Outline.code_type)
            kinds[0] = Outline.MOVETO
            if part.geom_type == "Polygon":
                kinds[-1] = Outline.CLOSEPOLY
            vertices.append(xy)
            codes.append(kinds)
    return Outline(np.concatenate(vertices), np.concatenate(codes))
