"""The web page: a folium map on the scene's own millimetres, in one file that asks no network for anything."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import folium
from branca.element import Figure
from folium.template import Template
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from kzgeo.render.files import whole
from kzgeo.render.web.mercator import over_tiles
from kzgeo.render.web.payload import HOLES, as_json, payload
from kzgeo.render.web.picture import draw_picture
from kzgeo.scene.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kzgeo.scene.model import Scene
    from kzgeo.scene.series import Series

__all__ = ["save_page"]

SCRIPTS: Final = ("base", "state", "flows", "map", "canvas", "legend", "details", "panel", "search", "save", "main")
LANGUAGES: Final = MappingProxyType({"ru": "Русский", "kk": "Қазақша", "en": "English"})


def save_page(scenes: Mapping[str, Scene], series: Series, path: str | Path, *, basemap: bool = False) -> None:
    """Write one map in all its languages as one HTML file; same scenes, same bytes.

    Parameters
    ----------
    scenes : mapping of str to Scene
        By language; the page opens in the first one.
    series : Series
        All years of the map.
    path : str or Path
    basemap : bool
        Put OpenStreetMap's tiles under the map, which is then in Web Mercator; the page works without them too.
    """
    page = Page(scenes, series, basemap=basemap)
    page.add_child(PageMap(page))
    text = page.render()
    with whole(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")


class PageMap(folium.Map):
    """A folium map without folium's document: its container is in the page already, with the static picture."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }}
        });
        kzgeo({{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, page: Page) -> None:
        over_tiles_ = page.base is not None
        super().__init__(
            location=(0, 0),
            zoom_start=0,
            tiles=None,
            crs="EPSG3857" if over_tiles_ else "Simple",
            zoom_control=False,
            zoom_snap=0,
            attribution_control=over_tiles_,
            keyboard=False,
            box_zoom=False,
            max_bounds_viscosity=1,
        )
        self.default_js = self.default_css = []  # folium's come from elsewhere
        if over_tiles_:
            self.add_child(Tiles("OpenStreetMap", control=False))

    @classmethod
    def _generate_id(cls) -> str:
        """Return the same id in every page, where branca draws one at random."""
        return "kzgeo"


class Tiles(folium.TileLayer):
    """Folium's tiles under an id that is the same in every page."""

    _generate_id = PageMap._generate_id  # noqa: SLF001 - ours


class Page(Figure):
    """The document around a folium map. What users wrote goes through autoescape, never through branca's templates."""

    def __init__(self, scenes: Mapping[str, Scene], series: Series, *, basemap: bool) -> None:
        super().__init__()
        self.scenes = scenes
        self.series = series
        self.scene, self.base = next(iter(scenes.values())), None
        if basemap:
            self.scene, self.base = over_tiles(self.scene)

    def render(self, **kwargs: Any) -> str:
        """Return the HTML document."""
        for child in self._children.values():
            child.render(**kwargs)
        scene = self.scene
        others = [made for made in self.scenes.values() if made.lang != scene.lang and self.base is None]
        picture = draw_picture(scene, others)
        x0, y0, x1, y1 = picture.country
        styles = [_leaflet("leaflet.css"), f"{_file('page.css')}\n.map {{ aspect-ratio: {x1 - x0} / {y1 - y0}; }}\n"]
        own = "\n".join(_file(f"script/{name}.js") for name in SCRIPTS)
        scripts = [_leaflet("leaflet.js"), f'(() => {{\n"use strict";\n{own}\n{self.script.render(**kwargs)}\n}})();\n']
        said = words(scene.lang).page(**dict.fromkeys(HOLES, ""))
        environment = Environment(loader=PackageLoader("kzgeo.render.web", "."), autoescape=True, trim_blocks=True)
        return environment.get_template("page.html").render(
            scene=scene,
            said=said.__getitem__,
            languages={lang: LANGUAGES[lang] for lang in self.scenes},
            regions=[region for region in scene.regions if region.year == self.series.year],
            picture=picture,
            container="map_kzgeo",
            tiled=self.base is not None,
            policy=_policy(styles, scripts, tiles=self.base is not None),
            styles=[Markup(style) for style in styles],  # noqa: S704 - the project's and Leaflet's own
            scripts=[Markup(script) for script in scripts],  # noqa: S704
            data=Markup(as_json(payload({**self.scenes, scene.lang: scene}, self.series, picture, self.base))),  # noqa: S704 - escaped by as_json
        )


def _policy(styles: Sequence[str], scripts: Sequence[str], *, tiles: bool) -> str:
    """Return a Content-Security-Policy that allows what stands in this file and nothing else."""

    def hashes(texts: Sequence[str]) -> str:
        return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        f"img-src data: blob:{' https://tile.openstreetmap.org' if tiles else ''}; "
        "base-uri 'none'; form-action 'none'"
    )


def _file(name: str) -> str:
    """Return one of the page's files without its comments and indents; no line of them depends on these."""
    text = files("kzgeo.render.web").joinpath(name).read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) if name.endswith(".css") else text
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _leaflet(name: str) -> str:
    """Return one of Leaflet's files without what would ask for another: source maps and pictures."""
    text = files("js_lib_leaflet").joinpath("static", "js_lib_leaflet", name).read_text("utf-8")
    text = re.sub(r"/[/*]# sourceMappingURL=\S+( \*/)?", "", text)
    text = re.sub(r"url\(images/[^)]*\)", "none", text)
    return _needed(text) if name.endswith(".css") else text


def _needed(css: str) -> str:
    """Return Leaflet's style sheet without spaces and without the rules for parts that the page does not have."""
    css = re.sub(r"/\*.*?\*/|(?<=[{};,:])\s+|^\s+|\s+(?={)", "", css, flags=re.DOTALL)
    absent = re.compile(
        r"leaflet-(popup|tooltip|control-layers|control-zoom|marker|div-icon|bar|oldie|touch \.leaflet-control)\b"
    )

    def kept(rule: re.Match[str]) -> str:
        selectors = [selector for selector in rule[1].split(",") if not absent.search(selector)]
        return ",".join(selectors) + rule[2] if selectors else ""

    return re.sub(r"([^{}@]+)({[^{}]*})", kept, css)
