"""``index.html``: all maps of a folder at a glance, whichever run made them."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from kzgeo.render.files import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["write_index"]

PRINTED: Final = ("png", "svg", "pdf")
STYLE: Final = """
body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:76rem;padding:1.5rem;color:#1d2327;background:#fff}
ul{list-style:none;padding:0;display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr))}
img{width:100%;height:auto;border:1px solid #d9d5cd}h1{font-size:1.5rem}h2{font-size:1.05rem;margin:.4rem 0}
p{margin:.2rem 0}a{color:#0b4f6b}.other{color:#5b6166;font-size:.9rem}
@media (prefers-color-scheme:dark){body{color:#e8e6e1;background:#16191c}a{color:#8fc7d4}.other{color:#a9adb1}}
"""


def write_index(folder: Path, languages: Sequence[str]) -> Path:
    """Write the index of the maps that a folder holds, and return its path.

    Parameters
    ----------
    folder : Path
        A map is in it where its facts are, ``NAME.json``.
    languages : sequence of str
        The reader's language first; the titles in the others stand below.
    """
    items = "\n".join(_item(name, facts, folder, languages) for name, facts in _maps(folder))
    path = folder / "index.html"
    text = (
        f'<!doctype html>\n<html lang="{languages[0]}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<title>kzgeo</title>\n<link rel="icon" href="data:,">\n<style>{STYLE}</style>\n'
        f"<h1>kzgeo</h1>\n<ul>\n{items}\n</ul>\n</html>\n"
    )
    with whole(path) as aside:
        aside.write_text(text, "utf-8")
    return path


def _maps(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(folder.glob("*.json")):
        try:
            facts = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):  # someone else's file
            continue
        if isinstance(facts, dict) and facts.keys() >= {"texts", "data_hash"}:
            yield path.stem, facts["texts"]


def _item(name: str, texts: Mapping[str, Any], folder: Path, languages: Sequence[str]) -> str:
    lang = languages[0]
    files = [f"{name}.{other}.{kind}" for other in texts for kind in PRINTED]
    there = [file for file in (f"{name}.html", *files, f"{name}.json") if (folder / file).exists()]
    picture = next((file for kind in PRINTED[:2] if (file := f"{name}.{lang}.{kind}") in there), "")
    shown = f'<img src="{quote(picture)}" alt="{escape(texts[lang]["alt"])}" loading="lazy">' if picture else ""
    links = " · ".join(f'<a href="{quote(file)}">{escape(file.removeprefix(f"{name}."))}</a>' for file in there)
    titles = "".join(f'<p class="other" lang="{other}">{escape(texts[other]["title"])}</p>' for other in languages[1:])
    return (
        f'<li><a href="{quote(there[0])}">{shown}</a>'
        f'<h2><a href="{quote(there[0])}">{escape(texts[lang]["title"])}</a></h2>'
        f"<p>{escape(texts[lang]['subtitle'])}</p>{titles}<p>{links}</p></li>"
    )
