"""Offline and safe: no request, nothing from a file becomes markup, and what is taken along is harmless."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from synthetic import country
from webpages import Built, Visit, built

from kzgeo.render.web import save_page
from kzgeo.scene.compose import compose_all
from kzgeo.scene.series import gather_series
from kzgeo.scene.spec import LANGUAGES, ArrowSpec, Recipe

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\">",
    "=HYPERLINK(1)",
    "</script><script>document.title=1</script>",
    "{{ 7*7 }}{% raw %}",
    "+7",
    "-1",
    "@sum",
    "\u2028\"'&amp;`${1}",
)


def small_country(seed: int) -> Atlas:
    atlas = country(seed)
    return replace(atlas, sources=atlas.sources.assign(published=""))


def renamed(atlas: Atlas) -> Atlas:
    """Return the atlas with hostile names for its first regions."""
    regions = atlas.regions.copy()
    for lang in LANGUAGES:
        for kind in ("name", "short"):
            names = regions[f"{kind}_{lang}"].tolist()
            regions[f"{kind}_{lang}"] = [*HOSTILE, *names[len(HOSTILE) :]]
    return replace(atlas, regions=regions, vintage=None)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Built:
    title = dict.fromkeys(LANGUAGES, 'Title <img src=x onerror="document.title=1"> { "{{ 7*7 }}" }')
    recipe = Recipe("hostile", measure="net", arrows=ArrowSpec(value=12), title=title)
    return built(recipe, renamed(small_country(1)), tmp_path_factory.mktemp("hostile"))


def taken(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.locator(button).click()
    path = download.value.path()
    return download.value.suggested_filename, Path(path).read_bytes()


def test_no_request_leaves_the_page_and_its_own_policy_holds(visit: Visit, pull: Built) -> None:
    opened = visit(pull.url)
    page = opened.page
    page.locator("#ranking button").first.click()
    page.locator("#zoom-in").click()
    page.locator("#year").fill("2")
    taken(page, "#take-png")
    elsewhere = [url for url in opened.requests if not url.startswith(("data:", "blob:")) and url != pull.url]
    assert elsewhere == []
    assert opened.complaints == []


def test_the_policy_allows_this_file_only(visit: Visit, pull: Built) -> None:
    policy = visit(pull.url).page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_names_are_text_everywhere(visit: Visit, hostile: Built) -> None:
    opened = visit(hostile.url)
    page = opened.page
    for i, name in enumerate(HOSTILE):
        page.locator(f"#ranking [data-row='{i}']").click()
        assert page.locator("#details h2").text_content() == name
        page.locator(f"#table [data-row='{i}'] button").hover()
        assert page.locator("#tip b").text_content() == name
    assert page.locator("img").count() == 0
    assert page.title() == 'Title <img src=x onerror="document.title=1"> {{ 7*7 }}'
    assert page.locator("script").count() == 3
    assert opened.complaints == []


def test_names_are_text_without_javascript_too(visit: Visit, hostile: Built) -> None:
    page = visit(hostile.url, java_script_enabled=False).page
    cells = page.locator("#table tbody th").all_text_contents()
    assert set(HOSTILE) <= set(cells)
    assert page.locator("img").count() == 0


def test_the_csv_holds_the_shown_figures_and_no_formulas(visit: Visit, hostile: Built) -> None:
    page = visit(hostile.url).page
    name, content = taken(page, "#take-csv")
    assert name == "hostile.2024.ru.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 20
    names = {row[0]: row[2] for row in rows}
    for code, written in zip(hostile.series.codes, HOSTILE, strict=False):
        assert names[code] == (f"'{written}" if written[0] in "=+-@" else written)
    net = dict(zip(hostile.series.codes, hostile.series.years[-1].value.tolist(), strict=True))
    assert {row[0]: float(row[head.index("Сальдо миграции, человек")]) for row in rows} == net
    _, flows = taken(page, "#take-flows-csv")
    assert len(list(csv.reader(io.StringIO(flows.decode("utf-8-sig"), newline="")))) == 12 + 1


def test_the_view_as_svg_and_png(visit: Visit, hostile: Built) -> None:
    page = visit(hostile.url).page
    page.locator("#ranking [data-row='0']").click()
    name, content = taken(page, "#take-svg")
    assert name == "hostile.2024.ru.svg"
    drawing = ET.fromstring(content)
    ids = {element.get("id") for element in drawing.iter()}
    assert {f"region-{code}" for code in hostile.series.codes} <= ids
    assert not [
        element for element in drawing.iter() if element.tag.endswith(("script", "image", "foreignObject", "img"))
    ]
    assert drawing.findtext("{http://www.w3.org/2000/svg}title") == page.locator("h1").text_content()
    name, content = taken(page, "#take-png")
    assert name == "hostile.2024.ru.png"
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == 2400


def test_a_tile_background_is_credited_and_not_needed(visit: Visit, tmp_path: Path) -> None:
    recipe, atlas = Recipe("tiled", arrows=ArrowSpec(value=5)), small_country(2)
    path = tmp_path / "tiled.html"
    save_page(compose_all(recipe, atlas), gather_series(recipe, atlas), path, basemap=True)
    opened = visit(path.as_uri(), offline=True)
    page = opened.page
    assert any("tile.openstreetmap.org" in url for url in opened.requests)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("OpenStreetMap")
    page.locator("#region-KZ-47").click()
    expect(page.locator("#details")).to_be_visible()
    frame, picture = (page.locator(part).bounding_box() for part in (".map", "#ground > .regions"))
    assert frame["x"] <= picture["x"]
    assert picture["width"] > 0.5 * frame["width"]
