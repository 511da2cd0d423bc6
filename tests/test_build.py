"""What stands on the maps, against figures computed here from the data alone."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from babel.numbers import format_decimal
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from PIL import Image

from kzgeo.build import choose
from kzgeo.errors import InputError
from kzgeo.load import builtin_atlas
from kzgeo.regions import registry
from kzgeo.resources import folder
from kzgeo.scene.lettering import FAMILY

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Built

LANGUAGES = ("ru", "kk", "en")
CODES = {region.code for region in registry().newest}
SVG = "{http://www.w3.org/2000/svg}"


def rows(name: str) -> list[dict[str, str]]:
    with (folder("data") / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def rates() -> dict[str, float]:
    """Net interregional migration of 2024 per 1,000 of the mean population."""
    people = {(row["region"], row["date"][:4]): int(row["people"]) for row in rows("population")}
    return {
        row["region"]: 2000 * int(row["people"]) / (people[row["region"], "2024"] + people[row["region"], "2025"])
        for row in rows("migration")
        if (row["year"], row["flow"], row["direction"]) == ("2024", "interregional", "net")
    }


def printed(value: float, lang: str) -> str:
    sign = "+" if round(value, 1) > 0 else "\N{MINUS SIGN}" if round(value, 1) < 0 else ""
    return sign + format_decimal(abs(value), format="#,##0.0", locale=lang)


def facts(built: Built, name: str = "net-rate") -> dict[str, Any]:
    read: dict[str, Any] = json.loads((built.first / f"{name}.json").read_text("utf-8"))
    return read


def svg(built: Built, name: str) -> dict[str, ET.Element]:
    root = ET.parse(built.first / f"{name}.svg").getroot()
    return {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}


def fill(group: ET.Element) -> str:
    path = group.find(f"{SVG}path")
    assert path is not None
    found = re.search(r"fill: (#[0-9a-f]{6})", path.attrib["style"])
    assert found
    return found[1]


def test_nothing_is_complained_of(built: Built) -> None:
    assert built.complaints == ("", "")


def test_values_are_those_of_the_data(built: Built, rates: dict[str, float]) -> None:
    told = {region["code"]: region["value"] for region in facts(built)["regions"]}
    assert told == pytest.approx(rates)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_region_carries_its_figure(built: Built, rates: dict[str, float], lang: str) -> None:
    text = (built.first / f"net-rate.{lang}.svg").read_text("utf-8")
    shown = dict(re.findall(r'<g id="(?:inset-KZ-\d\d:)?value-(KZ-\d\d)">\s*<!-- (.*?) -->', text))
    assert shown == {code: printed(rate, lang) for code, rate in rates.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_region_has_the_colour_of_its_class(built: Built, rates: dict[str, float], lang: str) -> None:
    told, parts = facts(built), svg(built, f"net-rate.{lang}")
    classes = {region["code"]: told["classes"][region["class"]] for region in told["regions"]}
    assert set(classes) == CODES
    for code, its in classes.items():
        low = its["low"] if its["low"] != min(rates.values()) else its["low"] - 1
        assert low < rates[code] <= its["high"]
        assert fill(parts[f"region-{code}"]) == its["fill"]


def test_gain_and_loss_have_colours_of_their_own(built: Built, rates: dict[str, float]) -> None:
    fills = {region["code"]: region["fill"] for region in facts(built)["regions"]}
    gain = {fills[code] for code, rate in rates.items() if rate > 0}
    loss = {fills[code] for code, rate in rates.items() if rate < 0}
    assert gain
    assert loss
    assert not gain & loss


def test_counts_of_classes_are_the_regions_in_them(built: Built) -> None:
    told = facts(built)
    counted = [sum(region["class"] == n for region in told["regions"]) for n in range(len(told["classes"]))]
    assert [its["regions"] for its in told["classes"]] == counted


@pytest.mark.parametrize("name", ["net-rate.ru", "net-rate.kk", "net-rate.en", "pull.kk"])
def test_ids_are_unique(built: Built, name: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', (built.first / f"{name}.svg").read_text("utf-8"))
    assert len(ids) == len(set(ids))
    assert {f"region-{code}" for code in CODES} <= set(ids)


def test_arrows_are_the_largest_flows(built: Built) -> None:
    told, parts = facts(built, "pull"), svg(built, "pull.kk")
    flows = [
        (int(row["people"]), f"flow-{row['origin']}-{row['destination']}")
        for row in rows("flows")
        if row["year"] == "2024"
    ]
    largest = sorted(flows, reverse=True)[:40]
    assert [(flow["people"], flow["id"]) for flow in told["flows"]] == largest
    assert {name for _, name in largest} <= set(parts)
    total = sum(people for people, _ in flows)
    assert told["flows_share"] == pytest.approx(100 * sum(people for people, _ in largest) / total, abs=0.001)


def test_the_title_counts_the_regions_that_gain(built: Built, rates: dict[str, float]) -> None:
    gainers = sorted((code for code, rate in rates.items() if rate > 0), key=lambda code: -rates[code])
    texts = facts(built)["texts"]
    for lang in LANGUAGES:
        places = [texts[lang]["title"].find(registry().get(code).names[lang]) for code in gainers]
        assert -1 not in places
        assert places == sorted(places)
    assert "2024" in texts["en"]["subtitle"]
    assert len({texts[lang]["title"] for lang in LANGUAGES}) == 3


def test_the_description_names_highest_and_lowest(built: Built, rates: dict[str, float]) -> None:
    for lang in LANGUAGES:
        alt = facts(built)["texts"][lang]["alt"]
        for code in (max(rates, key=rates.__getitem__), min(rates, key=rates.__getitem__)):
            assert registry().get(code).names[lang] in alt
            assert printed(rates[code], lang) in alt


def test_pictures_have_their_printed_size(built: Built) -> None:
    for path in built.first.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
            assert picture.size == pytest.approx((160 / 25.4 * 300, 105 / 25.4 * 300), abs=1)
        assert path.stat().st_size <= 400_000


def test_svg_has_its_printed_size(built: Built) -> None:
    root = ET.parse(built.first / "net-rate.en.svg").getroot()
    width, height = (float(root.attrib[side].removesuffix("pt")) / 72 * 25.4 for side in ("width", "height"))
    assert (width, height) == pytest.approx((160, 105), abs=0.01)


def test_the_font_has_all_kazakh_letters() -> None:
    for weight in ("normal", "bold"):
        font = FT2Font(findfont(FontProperties(family=FAMILY, weight=weight), fallback_to_default=False))
        assert [letter for letter in "әғқңөұүһіӘҒҚҢӨҰҮҺІ−–«»…" if not font.get_char_index(ord(letter))] == []


def test_pages_are_whole_and_small(built: Built) -> None:
    page = (built.first / "net-rate.html").read_bytes()
    assert len(page) <= 350_000
    text = page.decode("utf-8")
    # namespaces and links to follow are no requests
    assert not re.search(r"""(?:\ssrc=|<link[^>]*\shref=|url\(|@import)\s*["']?(?:https?:)?//""", text)


def test_same_input_same_bytes(built: Built) -> None:
    """The second build ran in another process, folder and hash seed, from a wheel, in one language only."""
    again = {path.name: path.read_bytes() for path in built.second.iterdir() if path.name != "index.html"}
    assert {name.split(".")[-1] for name in again} == {"html", "png", "svg", "pdf", "json", "gpkg"}
    assert [name for name, data in again.items() if (built.first / name).read_bytes() != data] == []


def test_the_index_shows_every_map_of_the_folder(built: Built) -> None:
    index = (built.first / "index.html").read_text("utf-8")
    links = set(re.findall(r'(?:href|src)="([^"]+)"', index)) - {"data:,"}
    assert links == {path.name for path in built.first.iterdir() if path.suffix != ".gpkg"} - {"index.html"}
    for name in ("net-rate", "pull"):
        assert facts(built, name)["texts"]["kk"]["title"] in index


def test_the_wheel_holds_all_that_maps_need(wheel: Path, built: Built) -> None:
    pack = wheel / "kzgeo" / "pack"
    for name, pattern in (("boundaries", "*.fgb"), ("data", "*.csv"), ("maps", "*.toml")):
        ours = {path.name for path in folder(name).glob(pattern)}
        assert ours == {path.name for path in (pack / name).glob(pattern)}
        assert ours
    assert built.second_home == wheel / "kzgeo"


class TestChoice:
    def test_everything_can_be_drawn_from_the_built_in_data(self) -> None:
        recipes, left_out = choose([], builtin_atlas())
        assert left_out == []
        assert {recipe.name for recipe in recipes} == {path.stem for path in folder("maps").glob("*.toml")}

    def test_a_year_of_few_figures_leaves_maps_out(self) -> None:
        recipes, left_out = choose([], builtin_atlas(), year=2015)
        assert "net-rate" in {recipe.name for recipe in recipes}
        [problem] = [problem for problem in left_out if "external" in problem.file]
        assert problem.code == "no-year"
        assert problem.value == "2015"

    @pytest.mark.parametrize("names", [(), ("net-rate",)])
    def test_a_year_without_figures_is_refused(self, names: tuple[str, ...]) -> None:
        with pytest.raises(InputError) as caught:
            choose(names, builtin_atlas(), year=1999)
        assert {problem.code for problem in caught.value.problems} == {"no-year"}
        assert "2024" in caught.value.problems[0].remedy

    def test_a_recipe_is_not_asked_for_twice(self) -> None:
        recipes, _ = choose(["net", "net"], builtin_atlas())
        assert [recipe.name for recipe in recipes] == ["net"]

    def test_two_recipes_of_one_name_are_refused(self, tmp_path: Path) -> None:
        other = tmp_path / "net.toml"
        other.write_text('measure = "arrivals"\n')
        with pytest.raises(InputError) as caught:
            choose(["net", str(other)], builtin_atlas())
        assert [problem.code for problem in caught.value.problems] == ["same-name"]
