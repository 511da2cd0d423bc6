"""The web page measured in headless Chromium: size, requests, opening, year change, region click, 10,000 flows.

Usage: python benchmarks/page.py [PLAIN_PAGE SCRIPTS_FOLDER]

With the page of a plain folium script and a folder of the files that it loads from elsewhere (by their names), the
same opening is measured for it; what the folder does not hold is answered with nothing. Prints a Markdown table.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, Route, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from typing import TYPE_CHECKING

from grid import grid_country
from webpages import Built, built

from kzgeo.load import builtin_atlas
from kzgeo.recipes import find_recipe, read_recipe
from kzgeo.scene.spec import ArrowSpec, Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 7
OPTIONS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update"
FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# from the reader's action to the first frame drawn after it, ms
ACT = """([selector, kind, value]) => new Promise(done => {
    const element = document.querySelector(selector);
    const start = performance.now();
    if (value !== null) element.value = value;
    element.dispatchEvent(new Event(kind, {bubbles: true}));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def main() -> None:
    plain = [Path(argument) for argument in sys.argv[1:3]]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        headline = built(read_recipe(find_recipe("pull")), builtin_atlas(), Path(folder))
        many = built(Recipe("many", arrows=ArrowSpec(value=10_000)), grid_country(), Path(folder))
        chromium = next(path for name in ("chromium", "chromium-browser") if (path := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS.split())
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, Chromium {browser.version}\n")
        print("| what | measured |\n| --- | --- |")
        report_size("headline page", headline)
        ours = opening(browser, headline.url, drawn)
        print(f"| headline page, opened and drawn | {ours:.2f} s |")
        if plain:
            page = opening(browser, plain[0].as_uri(), plain_drawn, plain[1])
            print(f"| the plain script's page, opened and drawn | {page:.2f} s (ours: {100 * ours / page:.0f} %) |")
        report_actions(browser, headline)
        report_size("10,000 flows", many)
        print(f"| 10,000 flows, opened and drawn | {opening(browser, many.url, drawn):.2f} s |")
        print(f"| 10,000 flows, panning | {panning(browser, many.url):.0f} frames a second |")
        browser.close()


def report_size(what: str, page: Built) -> None:
    content = page.path.read_bytes()
    print(f"| {what} | {len(content) / 1000:.0f} kB, gzipped {len(gzip.compress(content)) / 1000:.0f} kB |")


def drawn(page: Page) -> None:
    page.locator("html[data-drawn]").wait_for(state="attached")


def plain_drawn(page: Page) -> None:
    page.locator("path.leaflet-interactive").nth(59).wait_for(state="attached")  # 20 regions and 40 lines


def opening(browser: Browser, url: str, ready: Callable[[Page], None], served: Path | None = None) -> float:
    """Return the median seconds from opening a page to the frame after its map is there."""
    taken = []
    for _ in range(RUNS):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        if served is not None:
            page.route(re.compile("^https:"), lambda route: answer(route, served))
        start = time.perf_counter()
        page.goto(url, wait_until="commit")
        ready(page)
        page.evaluate(FRAME)
        taken.append(time.perf_counter() - start)
        page.close()
    return median(taken)


def answer(route: Route, served: Path) -> None:
    file = served / route.request.url.rsplit("/", 1)[-1]
    route.fulfill(path=file) if file.is_file() else route.fulfill(body="")


def report_actions(browser: Browser, headline: Built) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(headline.url)
    drawn(page)
    years = [page.evaluate(ACT, ["#year", "input", str(n % 7)]) for n in range(21)]
    clicks = [page.evaluate(ACT, [f"#region-{code}", "click", None]) for code in headline.series.codes]
    page.close()
    print(f"| requests to any host | {sum(not url.startswith(('file:', 'data:')) for url in requests)} |")
    for what, taken in (("year change", years), ("region click", clicks)):
        print(f"| {what}, to the next drawn frame | {median(taken):.0f} ms, at most {max(taken):.0f} ms |")


def panning(browser: Browser, url: str) -> float:
    """Return the frames a second while the zoomed map is dragged."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    drawn(page)
    page.locator("#zoom-in").click()
    page.wait_for_timeout(1500)
    box = page.locator(".map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    frames = page.evaluate(
        """([x, y]) => new Promise(done => {
            const start = performance.now();
            let n = 0;
            const step = () => {
                const at = {bubbles: true, clientX: x - 3 * n, clientY: y - n, buttons: 1, button: 0};
                document.body.dispatchEvent(new PointerEvent("pointermove", {...at, isPrimary: true}));
                document.body.dispatchEvent(new MouseEvent("mousemove", at));
                if (++n < 90) requestAnimationFrame(step);
                else done(n / ((performance.now() - start) / 1000));
            };
            requestAnimationFrame(step);
        })""",
        [x, y],
    )
    page.mouse.up()
    page.close()
    return float(frames)


if __name__ == "__main__":
    main()
