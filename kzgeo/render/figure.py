"""Scenes on paper: PNG, SVG and PDF through matplotlib, at the scene's own millimetres."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from kzgeo.render.files import whole
from kzgeo.scene.lettering import FAMILY, MM_PER_PT, printable
from kzgeo.scene.model import Mark, Paint, Panel, Scene, Shape, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL import Image

__all__ = ["DPI", "save_figure"]

DPI: Final = 300
HALO: Final = 1.6  # pt
FLAT: Final = 48  # colours that a picture keeps exactly
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


def save_figure(scene: Scene, path: str | Path) -> None:
    """Write a scene as PNG (300 dpi), SVG or PDF, by the ending of ``path``; same scene, same bytes."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    kind = Path(path).suffix.lstrip(".")
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
    from PIL.PngImagePlugin import PngInfo

    canvas: Any = figure.canvas
    canvas.draw()
    info = PngInfo()
    for key, text in texts.items():
        info.add_itxt(key, text)
    picture = _indexed(np.asarray(canvas.buffer_rgba()))
    picture.save(path, format="PNG", compress_level=7, dpi=(DPI, DPI), pnginfo=info)


def _indexed(pixels: npt.NDArray[np.uint8]) -> Image.Image:
    """Return opaque pixels (rows, columns, 4) with a palette: the commonest colours as they are, blends merged.

    A map is made of long runs of one colour: to look at these takes a quarter of the time of all pixels.
    """
    from PIL import Image

    row = pixels.view(np.uint32).ravel()
    starts = np.concatenate([[0], np.flatnonzero(row[1:] != row[:-1]) + 1])
    runs = np.diff(starts, append=row.size)
    colours, colour = np.unique(row[starts], return_inverse=True)
    order = np.argsort(-np.bincount(colour, runs), kind="stable")
    rgb = colours[order].view(np.uint8).reshape(-1, 4)[:, :3]
    flat, blends = rgb[:FLAT], rgb[FLAT:]
    index = np.empty(len(order), dtype=np.uint8)
    index[order[:FLAT]] = np.arange(len(flat))
    palette = flat.tobytes()
    if len(blends):
        merged = Image.fromarray(blends[None]).quantize(256 - FLAT, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        index[order[FLAT:]] = FLAT + np.asarray(merged)[0]
        palette += bytes(merged.getpalette() or ())
    picture = Image.fromarray(np.repeat(index[colour], runs).reshape(pixels.shape[:2]))
    picture.putpalette(palette)
    return picture


def _draw(scene: Scene, figure: Figure, *, together: bool) -> None:
    """Draw a scene; ``together`` draws runs of arrows or texts as one artist, quickly but without ids of their own."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, scene.page.width)
    axes.set_ylim(scene.page.height, 0)  # y runs down
    axes.set_axis_off()
    order = 0
    for panel in scene.panels:
        order = _draw_panel(axes, panel, order, together=together)
    _draw_marks(axes, scene.furniture, order, None, together=together)


def _draw_panel(axes: Axes, panel: Panel, order: int, *, together: bool) -> int:
    clip = None if panel.clip.equals(panel.clip.envelope) and panel.frame is None else _path(panel.clip)
    order = _draw_marks(axes, panel.marks, order, clip, together=together)
    if panel.frame is not None:
        order = _draw_mark(axes, Shape(panel.id, panel.clip, panel.frame, "frame"), order, None)
    return order


def _draw_marks(axes: Axes, marks: Sequence[Mark], order: int, clip: Any, *, together: bool) -> int:
    """Draw marks one over another, and return the place in that order after the last."""
    for texts, run in groupby(marks, lambda mark: isinstance(mark, Text)):
        if texts and together:
            order = _draw_texts(axes, [mark for mark in run if isinstance(mark, Text)], order)
            continue
        for arrows, some in groupby(run, lambda mark: mark.role in ARROWS):
            if arrows and together:
                order = _draw_arrows(axes, [mark for mark in some if isinstance(mark, Shape)], order, clip)
                continue
            for mark in some:
                order = _draw_mark(axes, mark, order, clip)
    return order


def _draw_texts(axes: Axes, marks: Sequence[Text], order: int) -> int:
    """Draw texts as filled outlines in one collection, over one of their halos: half the time of single letters."""
    from matplotlib.collections import PathCollection

    outlines = [_outline(mark) for mark in marks]
    under = [(outline, mark.halo) for outline, mark in zip(outlines, marks, strict=True) if mark.halo]
    halos, colours = zip(*under, strict=True) if under else ((), ())
    for collection in (
        PathCollection(halos, facecolors="none", edgecolors=colours, linewidths=HALO, joinstyle="round"),
        PathCollection(outlines, facecolors=[mark.colour for mark in marks], linewidths=0),
    ):
        collection.set_zorder(order)
        axes.add_artist(collection)
    return order + 1


def _outline(mark: Text) -> Any:
    """Return the outline of a text's letters on the page."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path as Outline
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FAMILY, weight="bold" if mark.bold else "normal")
    vertices, codes = text_to_path.get_text_path(font, printable(mark.text, bold=mark.bold))
    scale = mark.size * MM_PER_PT / text_to_path.FONT_SCALE
    vertices = np.reshape(vertices, (-1, 2))
    width = scale * float(vertices[:, 0].max(initial=0.0))  # of the words as they are shaped
    left = mark.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * width
    return Outline(vertices * (scale, -scale) + (left, mark.y), codes)


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
    under.set_path_effects([Stroke(linewidth=HALO, foreground=colour)])
    return under


def _text(axes: Axes, mark: Text) -> Any:
    return axes.text(
        mark.x,
        mark.y,
        printable(mark.text, bold=mark.bold),
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
