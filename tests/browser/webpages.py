"""Pages on disk and in the browser, as the tests of this folder hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kzgeo.render.web import save_page
from kzgeo.scene.compose import compose_all
from kzgeo.scene.series import Series, gather_series

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from kzgeo.atlas import Atlas
    from kzgeo.scene.model import Scene
    from kzgeo.scene.spec import Recipe


@dataclass(frozen=True)
class Built:
    """A page on disk and what it was made from."""

    path: Path
    scenes: dict[str, Scene]
    series: Series

    @property
    def url(self) -> str:
        return self.path.as_uri()


@dataclass
class Opened:
    """A page in the browser, the requests it made and what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Visit = Callable[..., Opened]


def built(recipe: Recipe, atlas: Atlas, folder: Path) -> Built:
    """Build the page of a recipe."""
    scenes, series = compose_all(recipe, atlas), gather_series(recipe, atlas)
    path = folder / f"{recipe.name}.html"
    save_page(scenes, series, path)
    return Built(path, scenes, series)
