"""``index.html``: all maps of a folder at a glance."""

from __future__ import annotations

from html import escape
from typing import Protocol, TYPE_CHECKING

from kzgeo.render.files import whole

if TYPE_CHECKING:
    from kzgeo.scene.model import Scene
    from pathlib import Path
    from collections.abc import Mapping, Sequence

__all__ = ["write_index"]

STYLE = """
body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:76rem;padding:1.5rem;color:#1d2327;background:#fff}
ul{list-style:none;padding:0;display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr))}
img{width:100%;height:auto;border:1px solid #d9d5cd}h1{font-size:1.5rem}h2{font-size:1.05rem;margin:.4rem 0}
p{margin:.2rem 0}a{color:#0b4f6b}.other{color:#5b6166;font-size:.9rem}
@media (prefers-color-scheme:dark){body{color:#e8e6e1;background:#16191c}a{color:#8fc7d4}.other{color:#a9adb1}}
"""


class Ordered(Protocol):
    """What the index needs to know of an order: its languages, formats and folder."""

    languages: tuple[str, ...]
    formats: tuple[str, ...]
    out: Path


def write_index(made: Sequence[tuple[str, Mapping[str, Scene]]], order: Ordered) -> Path:
    """Write the index of some maps into their folder and return its path."""
    lang = order.languages[0]
    items = "\n".join(_item(name, scenes, order) for name, scenes in made)
    path = order.out / "index.html"
    text = (
        f'<!doctype html>\n<html lang="{lang}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<title>kzgeo</title>\n<link rel="icon" href="data:,">\n<style>{STYLE}</style>\n'
        f"<h1>kzgeo</h1>\n<ul>\n{items}\n</ul>\n</html>\n"
    )
    with whole(path) as aside:
        aside.write_text(text, "utf-8")
    return path


def _item(name: str, scenes: Mapping[str, Scene], order: Ordered) -> str:
    scene = scenes[order.languages[0]]
    printed = [kind for kind in order.formats if kind != "html"]
    page = f"{name}.html" if "html" in order.formats else f"{name}.{scene.lang}.{printed[0]}"
    picture = next((kind for kind in ("png", "svg") if kind in printed), None)
    shown = f'<img src="{escape(name)}.{scene.lang}.{picture}" alt="{escape(scene.alt)}">' if picture else ""
    files = [
        f'<a href="{escape(name)}.{lang}.{kind}" hreflang="{lang}">{lang} {kind}</a>'
        for lang in order.languages
        for kind in printed
    ]
    files.append(f'<a href="{escape(name)}.json">json</a>')
    titles = "".join(f'<p class="other" lang="{lang}">{escape(scenes[lang].title)}</p>' for lang in order.languages[1:])
    return (
        f'<li><a href="{escape(page)}">{shown}</a><h2><a href="{escape(page)}">{escape(scene.title)}</a></h2>'
        f"<p>{escape(scene.subtitle)}</p>{titles}<p>{' · '.join(files)}</p></li>"
    )
