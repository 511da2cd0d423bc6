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


def save_page(scenes: Mapping[str, Scene], series: Series, path: Path, *, basemap: bool = False) -> None:
    """Write one map in all its languages as one HTML file; same scenes, same bytes.

    Parameters
    ----------
    scenes : mapping of str to Scene
        By language; the page opens in the first one.
    series : Series
        All years of the map.
    path : Path
    basemap : bool
        Put OpenStreetMap's tiles under the map, which is then in Web Mercator; the page works without them too.
    """
    page = Page(scenes, series)
    page.add_child(PageMap())
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

    def __init__(self) -> None:
        super().__init__(
            location=(0, 0),
            zoom_start=0,
            min_zoom=-20,
            tiles=None,
            crs="Simple",
            zoom_control=False,
            zoom_snap=0,
            attribution_control=False,
            keyboard=False,
            box_zoom=False,
            max_bounds_viscosity=1,
        )
        self.default_js = self.default_css = []  # folium's come from elsewhere

    @classmethod
    def _generate_id(cls) -> str:
        """Return the same id in every page, where branca draws one at random."""
        return "kzgeo"


class Page(Figure):
    """The document around a folium map. What users wrote goes through autoescape, never through branca's templates."""

    def __init__(self, scenes: Mapping[str, Scene], series: Series) -> None:
        super().__init__()
        self.scenes = scenes
        self.series = series

    def render(self, **kwargs: Any) -> str:
        """Return the HTML document."""
        for child in self._children.values():
            child.render(**kwargs)
        scene = next(iter(self.scenes.values()))
        picture = draw_picture(scene)
        x0, y0, x1, y1 = picture.country
        styles = [_leaflet("leaflet.css"), f"{_file('page.css')}\n.map {{ aspect-ratio: {x1 - x0} / {y1 - y0}; }}\n"]
        own = "\n".join(_file(f"script/{name}.js") for name in SCRIPTS)
        scripts = [_leaflet("leaflet.js"), f'(() => {{\n"use strict";\n{own}\n{self.script.render(**kwargs)}\n}})();\n']
        said = words(scene.lang).section("page-", **dict.fromkeys(HOLES, ""))
        environment = Environment(loader=PackageLoader("kzgeo.render.web", "."), autoescape=True, trim_blocks=True)
        return environment.get_template("page.html").render(
            scene=scene,
            said=said.__getitem__,
            languages={lang: LANGUAGES[lang] for lang in self.scenes},
            regions=[region for region in scene.regions if region.year == self.series.year],
            picture=picture,
            container="map_kzgeo",
            policy=_policy(styles, scripts),
            styles=[Markup(style) for style in styles],  # noqa: S704 - the project's and Leaflet's own
            scripts=[Markup(script) for script in scripts],  # noqa: S704
            data=Markup(as_json(payload(self.scenes, self.series, picture))),  # noqa: S704 - escaped by as_json
        )


def _policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return a Content-Security-Policy that allows what stands in this file and nothing else."""

    def hashes(texts: Sequence[str]) -> str:
        return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _file(name: str) -> str:
    return files("kzgeo.render.web").joinpath(name).read_text("utf-8")


def _leaflet(name: str) -> str:
    """Return one of Leaflet's files without what would ask for another: source maps and pictures."""
    text = files("js_lib_leaflet").joinpath("static", "js_lib_leaflet", name).read_text("utf-8")
    text = re.sub(r"/[/*]# sourceMappingURL=\S+( \*/)?", "", text)
    return re.sub(r"url\(images/[^)]*\)", "none", text)
