"""The page for everyone: by keyboard, spoken, small and large, without JavaScript, on paper, on other sites."""

from __future__ import annotations

import gzip
import importlib.resources
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from kzgeo.render.web import save_page
from kzgeo.scene.spec import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from webpages import Built, Visit


def axe(page: Page, *rules: str) -> list[str]:
    """Return what axe-core finds on a page, by all its rules or some: rule and place."""
    page.evaluate((importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, rules.length ? {runOnly: rules} : {})", list(rules))
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_in_any_language(visit: Visit, pull: Built, lang: str) -> None:
    page = visit(f"{pull.url}#lang={lang}&region=KZ-71&year=2020", bypass_csp=True).page
    page.locator("#take-embed").click()
    page.locator("#search").press_sequentially("al")
    assert axe(page) == []


def test_axe_finds_no_weak_contrast_in_the_dark(visit: Visit, pull: Built) -> None:
    page = visit(f"{pull.url}#region=KZ-71&year=2020", color_scheme="dark", bypass_csp=True).page
    assert axe(page, "color-contrast") == []


def test_the_map_is_one_tab_stop_and_arrow_keys_reach_every_region(visit: Visit, pull: Built) -> None:
    page = visit(pull.url).page
    assert page.locator("#picture [tabindex='0']").count() == 1
    assert page.locator(".leaflet-container").get_attribute("tabindex") is None
    reached = page.evaluate(
        """() => {
            const group = document.querySelector(".regions[tabindex='0']");
            const reached = new Set();
            for (const row of document.querySelectorAll("#ranking [data-row]")) {
                for (const key of ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]) {
                    group.dispatchEvent(new FocusEvent("blur"));
                    document.querySelector(`#ranking [data-row='${row.dataset.row}'][aria-pressed='false']`)?.click();
                    group.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
                    reached.add(group.getAttribute("aria-activedescendant"));
                }
            }
            return [...reached];
        }"""
    )
    assert set(reached) >= {f"region-{code}" for code in pull.series.codes}


def test_keys_alone_select_and_clear_a_region(visit: Visit, pull: Built) -> None:
    page = visit(pull.url).page
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "listbox":
            break
    page.keyboard.press("ArrowRight")
    expect(page.locator("#rings .is-pointed").first).to_be_attached()
    expect(page.locator("#tip")).to_be_visible()
    active = page.locator(".regions[tabindex='0']").get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    code = active.removeprefix("region-")
    assert page.locator("#details h2").inner_text() == pull.series.names["ru"][pull.series.codes.index(code)]
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    expect(page.locator("#details")).to_be_hidden()


def test_focus_is_visible(visit: Visit, pull: Built) -> None:
    page = visit(pull.url).page
    for _ in range(12):
        page.keyboard.press("Tab")
        outlined = page.evaluate(
            """() => [document.activeElement, document.activeElement.closest('.frame-of-map')]
                .some(each => each && parseFloat(getComputedStyle(each).outlineWidth) >= 2
                              && getComputedStyle(each).outlineStyle !== 'none')"""
        )
        assert outlined, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_the_map_is_described_in_each_language(visit: Visit, pull: Built) -> None:
    for lang in LANGUAGES:
        page = visit(f"{pull.url}?lang={lang}").page
        assert page.locator("#alt").inner_text() == pull.scenes[lang].alt
        label = page.locator("#region-KZ-71").get_attribute("aria-label")
        fact = next(region for region in pull.scenes[lang].regions if region.code == "KZ-71")
        assert label == f"{fact.name}: {fact.text}"


@pytest.mark.parametrize("width", [280, 390, 768, 1280, 3840])
def test_the_page_fits_its_frame(visit: Visit, pull: Built, width: int) -> None:
    page = visit(f"{pull.url}?lang=kk#region=KZ-71", viewport={"width": width, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator(".frame-of-map").bounding_box()
    assert box["width"] >= min(width, 800) * 0.6
    regions = page.locator("#ground > .regions").bounding_box()
    assert box["x"] <= regions["x"]
    assert regions["x"] + regions["width"] <= box["x"] + box["width"] + 1
    tops = [page.locator(part).bounding_box()["y"] for part in ("h1", ".map", ".legend", "#time", "#table", "footer")]
    assert tops == sorted(tops)


@pytest.mark.parametrize("width", [280, 1280])
def test_labels_neither_overlap_nor_leave_the_map(visit: Visit, pull: Built, width: int) -> None:
    page = visit(f"{pull.url}?lang=kk", viewport={"width": width, "height": 800}).page
    boxes = page.locator(".label").evaluate_all(
        """labels => labels.map(label => label.getBoundingClientRect()).filter(box => box.width)
                     .map(box => [box.left, box.top, box.right, box.bottom])"""
    )
    assert len(boxes) >= 8
    frame = page.locator(".map").bounding_box()
    for x0, _, x1, _ in boxes:
        assert frame["x"] - 1 <= x0
        assert x1 <= frame["x"] + frame["width"] + 1
    slack = 4  # the halo, and the room above small letters
    overlapping = [
        (a, b)
        for n, a in enumerate(boxes)
        for b in boxes[:n]
        if a[0] + slack < b[2] and b[0] + slack < a[2] and a[1] + slack < b[3] and b[1] + slack < a[3]
    ]
    assert overlapping == []


def test_without_javascript_the_picture_and_the_table_stay(visit: Visit, pull: Built) -> None:
    page = visit(pull.url, java_script_enabled=False).page
    scene = pull.scenes["ru"]
    assert page.locator("h1").inner_text() == scene.title
    assert page.locator("#table tbody tr").count() == len(scene.regions)
    for region in scene.regions:
        assert page.locator(f"#region-{region.code}").get_attribute("fill") == region.fill
    assert page.locator("#arrows .arrow").count() == len(scene.flows)
    expect(page.locator("#picture")).to_be_visible()
    expect(page.locator("#year")).to_be_hidden()


def test_it_prints_on_one_page(visit: Visit, pull: Built) -> None:
    page = visit(f"{pull.url}#lang=ru&region=KZ-71").page
    for landscape in (False, True):
        pages = re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", landscape=landscape, print_background=True))
        assert len(pages) == 1, f"landscape: {landscape}"


def test_reduced_motion_is_respected(visit: Visit, pull: Built) -> None:
    page = visit(pull.url, reduced_motion="reduce").page
    before = page.locator("#picture").bounding_box()["width"]
    page.locator("#zoom-in").click()
    assert page.locator("#picture").bounding_box()["width"] == pytest.approx(2 * before, rel=0.02)
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_site_can_hold_the_page_in_a_frame(visit: Visit, pull: Built, tmp_path: Path) -> None:
    page = visit(f"{pull.url}?lang=en").page
    page.locator("#take-embed").click()
    snippet = page.locator("#embed-code").input_value()
    assert f'src="{pull.path.name}?lang=en' in snippet
    assert "<iframe" in snippet
    host = pull.path.with_name("host.html")
    listen = "<script>addEventListener('message', e => document.body.dataset.height = e.data.height)</script>"
    host.write_text(f"<!doctype html><html data-drawn lang=en><title>host</title><body>{listen}{snippet}")
    site = visit(host.as_uri()).page
    frame = site.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text(pull.scenes["en"].title)
    expect(site.locator("body")).to_have_attribute("data-height", re.compile(r"^\d{3,4}$"))


def test_size_and_bytes(pull: Built, tmp_path: Path) -> None:
    text = pull.path.read_bytes()
    assert len(text) <= 350_000
    assert len(gzip.compress(text)) <= 120_000
    save_page(pull.scenes, pull.series, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == text
