"""From a recipe and an atlas to scenes: gather what is said, write it, arrange it, and draw it mark by mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzgeo.scene.content import Content, gather
from kzgeo.scene.facts import class_facts, flow_facts, layout_facts, region_facts
from kzgeo.scene.furniture import furniture
from kzgeo.scene.marks import window_panels
from kzgeo.scene.model import Scene
from kzgeo.scene.sheet import Sheet, arrange
from kzgeo.scene.spec import LANGUAGES, Recipe
from kzgeo.scene.texts import Texts, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kzgeo.atlas import Atlas

__all__ = ["compose", "compose_all"]


def compose(recipe: Recipe, atlas: Atlas, lang: str = "ru") -> Scene:
    """Return one map in one language, fully decided.

    Parameters
    ----------
    recipe : Recipe
    atlas : Atlas
    lang : {"ru", "kk", "en"}

    Returns
    -------
    Scene
        Positions are the same in every language: room is made for the longest words.

    Raises
    ------
    RecipeError
        If the atlas does not hold what the recipe asks for.
    """
    return compose_all(recipe, atlas, (lang,))[lang]


def compose_all(recipe: Recipe, atlas: Atlas, langs: Sequence[str] = LANGUAGES) -> dict[str, Scene]:
    """Return one map in several languages; see :func:`compose`."""
    content = gather(recipe, atlas)
    texts = {lang: write(content, lang) for lang in LANGUAGES}
    sheet = arrange(content, texts)
    return {lang: _scene(content, texts[lang], sheet) for lang in langs}


def _scene(content: Content, texts: Texts, sheet: Sheet) -> Scene:
    panels = [panel for window in sheet.windows for panel in window_panels(content, texts, window)]
    regions = [fact for view in content.views for fact in region_facts(content, texts, view)]
    return Scene(
        name=content.recipe.name,
        lang=texts.lang,
        page=sheet.page,
        crs=sheet.crs,
        title=texts.title,
        subtitle=texts.subtitle,
        caption=texts.caption,
        alt=texts.alt,
        shown=texts.shown,
        foot=texts.foot,
        panels=tuple(panels),
        furniture=tuple(furniture(content, texts, sheet)),
        classes=class_facts(content, texts),
        regions=tuple(regions),
        flows=tuple(flow_facts(content, texts, sheet)),
        legend={"title": texts.legend_title, "edges": texts.edges, **texts.notes},
        sources=content.sources,
        facts={**texts.facts, **layout_facts(sheet)},
        data_hash=content.data_hash,
    )
