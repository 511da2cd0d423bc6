"""What is in a printed picture: the colours of the regions, exactly, and letters where texts stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from PIL import Image

from kzgeo.load import builtin_atlas
from kzgeo.recipes import find_recipe, read_recipe
from kzgeo.render.figure import DPI, save_figure
from kzgeo.scene.compose import compose
from kzgeo.scene.lettering import MM_PER_PT, text_width
from kzgeo.scene.model import Shape, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kzgeo.scene.model import Scene

PX = DPI / 25.4  # by mm


@pytest.fixture(scope="module", params=["pull", "net-rate"])
def scene(request: pytest.FixtureRequest) -> Scene:
    return compose(read_recipe(find_recipe(request.param)), builtin_atlas(), "kk")


@pytest.fixture(scope="module")
def picture(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.uint8]:
    path = tmp_path_factory.mktemp("figure") / "map.png"
    save_figure(scene, path)
    with Image.open(path) as image:
        assert image.mode == "P"
        return np.asarray(image.convert("RGB"))


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def around(mark: Text, margin: float) -> shapely.Polygon:
    """Return the box of a text that stands in the middle of its anchor, mm."""
    half, height = text_width(mark.text, mark.size, bold=mark.bold) / 2, mark.size * MM_PER_PT
    return shapely.box(mark.x - half, mark.y - height, mark.x + half, mark.y + 0.3 * height).buffer(margin)


def test_every_region_has_exactly_its_colour(scene: Scene, picture: NDArray[np.uint8]) -> None:
    marks = scene.panels[0].marks
    regions = [mark for mark in marks if isinstance(mark, Shape) and mark.role == "region"]
    assert len(regions) == 20
    above = marks[marks.index(regions[-1]) + 1 :]
    over = [mark.geometry.buffer(0.6) for mark in above if isinstance(mark, Shape)]
    over += [around(mark, 0.8) for mark in above if isinstance(mark, Text)]
    over += [panel.clip.buffer(0.6) for panel in scene.panels[1:]]
    seen = 0
    for region in regions:
        free = shapely.difference(region.geometry.buffer(-0.6), shapely.union_all(over))
        if not free.is_empty:
            x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(free))[0]
            assert tuple(picture[int(y * PX), int(x * PX)]) == rgb(region.paint.fill or ""), region.id
            seen += 1
    assert seen >= 16  # the cities are dots under their rings


def test_letters_stand_where_texts_do(scene: Scene, picture: NDArray[np.uint8]) -> None:
    for mark in scene.furniture:
        if isinstance(mark, Text) and mark.text.strip():
            width = text_width(mark.text, mark.size, bold=mark.bold)
            left = mark.x - {"start": 0, "middle": 0.5, "end": 1}[mark.anchor] * width
            rows = slice(int((mark.y - mark.size * MM_PER_PT) * PX), int((mark.y + 0.3 * mark.size * MM_PER_PT) * PX))
            columns = slice(int((left - 0.3) * PX), int((left + width + 0.3) * PX))
            ink = np.abs(picture[rows, columns].astype(int) - rgb(mark.colour)).max(axis=2) < 12
            inked = np.flatnonzero(ink.any(axis=0)) / PX - 0.3
            # from the first letter to the last, but for the room beside each
            assert inked.min() < 0.2 * mark.size * MM_PER_PT, mark.text
            assert inked.max() > width - 0.3 * mark.size * MM_PER_PT, mark.text


def test_a_dollar_is_a_letter(scene: Scene) -> None:
    from kzgeo.render.figure import _outline

    widths = [np.ptp(_outline(Text("t", text, 0, 0, 10)).vertices[:, 0]) for text in ("$1$", "1")]
    assert widths[0] > 2.5 * widths[1]
