"""Whole maps: everything is where a reader can see it, and says what the atlas says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest
import shapely

from kzgeo.errors import RecipeError
from kzgeo.load import builtin_atlas
from kzgeo.recipes import find_recipe, read_recipe
from kzgeo.scene.compose import compose, compose_all
from kzgeo.scene.lettering import line_height, text_width
from kzgeo.scene.model import Scene, Shape, Text
from kzgeo.scene.palettes import Ink
from kzgeo.scene.spec import LANGUAGES, PAGES, ArrowSpec, Recipe

NAMES = ("net-rate", "positive-balance", "pull-astana")
MISSING, ESTIMATED = "KZ-55", "KZ-39"


@cache
def scenes(name: str) -> dict[str, Scene]:
    return compose_all(read_recipe(find_recipe(name)), builtin_atlas())


@cache
def doubtful() -> dict[str, Scene]:
    """The net of 2024 with one region's figure lost and another one's estimated."""
    atlas = builtin_atlas()
    rows = atlas.migration.copy()
    of_year = (rows["year"] == 2024) & (rows["flow"] == "interregional")
    rows["people"] = rows["people"].astype("float64")
    rows.loc[of_year & (rows["region"] == MISSING), ["people", "status"]] = [np.nan, "missing"]
    rows.loc[of_year & (rows["region"] == ESTIMATED), "status"] = "estimated"
    return compose_all(Recipe("doubtful", measure="net", years=(2024,)), replace(atlas, migration=rows))


def box(text: Text) -> shapely.Polygon:
    """Return the room that a line of text takes."""
    width, height = text_width(text.text, text.size, bold=text.bold), line_height(text.size)
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    return shapely.box(left, text.y - 0.75 * height, left + width, text.y + 0.2 * height)


def shapes(scene: Scene, panel: str, role: str) -> dict[str, Shape]:
    [found] = [its for its in scene.panels if its.id == panel]
    return {mark.id: mark for mark in found.marks if isinstance(mark, Shape) and mark.role == role}


def texts(scene: Scene) -> list[Text]:
    marks = [mark for panel in scene.panels for mark in panel.marks] + list(scene.furniture)
    return [mark for mark in marks if isinstance(mark, Text)]


@pytest.fixture(params=[(name, lang) for name in NAMES for lang in LANGUAGES], ids="-".join)
def scene(request: pytest.FixtureRequest) -> Scene:
    name, lang = request.param
    return scenes(name)[lang]


def test_no_two_texts_collide(scene: Scene) -> None:
    rooms = [(text.id, box(text)) for text in texts(scene)]
    for (one, room), (other, its) in combinations(rooms, 2):
        assert shapely.intersection(room, its).area < 0.15, (one, other)


def test_texts_stay_on_the_page(scene: Scene) -> None:
    page = shapely.box(0, 0, scene.page.width, scene.page.height)
    assert [text.id for text in texts(scene) if not page.covers(box(text))] == []


def test_texts_are_large_enough_to_be_read(scene: Scene) -> None:
    for text in texts(scene):
        assert text.size >= (6 if text.role == "foot" else 7)


def test_no_text_is_under_an_arrow(scene: Scene) -> None:
    for panel in scene.panels:
        flows = [mark.geometry for mark in panel.marks if isinstance(mark, Shape) and mark.role == "flow"]
        words = [mark for mark in panel.marks if isinstance(mark, Text)]
        for text in words:
            inner = shapely.buffer(box(text), -0.3)
            assert sum(shapely.intersection(inner, arrow).area for arrow in flows) < 0.1, text.id


def test_insets_cover_no_region_and_no_other_inset(scene: Scene) -> None:
    land = shapely.union_all([mark.geometry for mark in shapes(scene, "map", "region").values()])
    insets = [panel for panel in scene.panels if panel.id.startswith("inset-")]
    assert {panel.id for panel in insets} == {"inset-KZ-71", "inset-KZ-75", "inset-KZ-79"}
    for panel in insets:
        assert shapely.intersection(panel.clip, land).area < 0.5
    for one, other in combinations(insets, 2):
        assert not one.clip.intersects(other.clip)


def test_the_legend_covers_no_region_and_no_inset(scene: Scene) -> None:
    taken = [mark.geometry for mark in shapes(scene, "map", "region").values()]
    taken += [panel.clip for panel in scene.panels if panel.id.startswith("inset-")]
    blocked = shapely.union_all(taken)
    legend = [mark for mark in scene.furniture if mark.role in {"class", "histogram", "legend", "sample", "scale"}]
    for mark in legend:
        room = box(mark) if isinstance(mark, Text) else mark.geometry
        assert shapely.intersection(room, blocked).area < 0.2, mark.id


def test_every_region_is_drawn_in_its_colour(scene: Scene) -> None:
    drawn = shapes(scene, "map", "region")
    assert len(scene.regions) == 20
    for region in scene.regions:
        assert drawn[f"region-{region.code}"].paint.fill == region.fill


@pytest.mark.parametrize(("name", "unnamed"), [("net-rate", 0), ("pull-astana", 4)])
def test_regions_are_named(name: str, unnamed: int) -> None:
    """Beside arrows a name without room is left out, seldom; elsewhere none is."""
    for made in scenes(name).values():
        named = {text.id.split("-KZ-")[-1][:2] for text in texts(made) if "label-KZ-" in text.id}
        assert len(named) >= 20 - unnamed


def test_a_figure_is_printed_for_every_coloured_region() -> None:
    for name in ("net-rate", "positive-balance"):
        for made in scenes(name).values():
            printed = {text.id.split("value-")[1]: text.text for text in texts(made) if "value-" in text.id}
            told = {region.code: region.text for region in made.regions if region.index is not None}
            assert printed == told


def test_only_gains_are_coloured_where_a_recipe_asks_for_them() -> None:
    made = scenes("positive-balance")["ru"]
    for region in made.regions:
        assert region.value is not None
        assert (region.index is not None) == (region.value > 0)
        assert (region.fill == Ink.none) == (region.value <= 0)
    assert [mark.id for mark in made.furniture if mark.role == "key"] == ["key-not_coloured"]


def test_every_language_shows_the_same_map() -> None:
    for name in NAMES:
        places = [
            {mark.id: mark.geometry.wkb for panel in made.panels for mark in panel.marks if isinstance(mark, Shape)}
            for made in scenes(name).values()
        ]
        for other in places[1:]:
            both = places[0].keys() & other.keys()
            leads = {key for key in both if key.startswith("lead-")}  # a line ends at its label's own edge
            assert all(places[0][key] == other[key] for key in both - leads)
            assert all(key.startswith("lead-") for key in places[0].keys() ^ other.keys())


def test_the_legend_lists_only_what_is_on_the_map() -> None:
    made = scenes("net-rate")["en"]
    assert [mark.id for mark in made.furniture if mark.role in {"key", "sample"}] == []
    bars = [mark for mark in made.furniture if mark.role == "class"]
    assert [mark.paint.fill for mark in bars if isinstance(mark, Shape)] == [its.fill for its in made.classes]
    for n, its in enumerate(made.classes):
        squares = [mark for mark in made.furniture if mark.id.startswith(f"histogram-{n}-")]
        assert len(squares) == its.count == sum(region.index == n for region in made.regions)


class TestDoubt:
    def test_missing_is_hatched_and_named(self) -> None:
        for made in doubtful().values():
            paint = shapes(made, "map", "region")[f"region-{MISSING}"].paint
            assert paint.hatch
            assert paint.fill == Ink.none
            [region] = [region for region in made.regions if region.code == MISSING]
            assert (region.value, region.index, region.status) == (None, None, "missing")
            hatched = [
                mark.paint.hatch for mark in made.furniture if isinstance(mark, Shape) and mark.id == "key-missing"
            ]
            assert hatched == [paint.hatch]
            assert made.legend["missing"] in [text.text for text in texts(made)]
            others = [mark for mark in shapes(made, "map", "region").values() if mark.id != f"region-{MISSING}"]
            assert not any(mark.paint.hatch for mark in others)

    def test_estimated_is_dashed_and_named(self) -> None:
        for made in doubtful().values():
            assert set(shapes(made, "map", "estimated")) == {f"estimated-{ESTIMATED}"}
            assert shapes(made, "map", "estimated")[f"estimated-{ESTIMATED}"].paint.dash
            assert made.legend["estimated"] in [text.text for text in texts(made)]
            assert [mark.id for mark in made.furniture if mark.role == "key"] == ["key-missing", "key-estimated"]

    def test_the_foot_counts_both(self) -> None:
        foot = " ".join(doubtful()["en"].foot)
        assert "1 figure is an estimate" in foot
        assert "1 region without data" in foot

    def test_nothing_of_it_where_all_is_known(self) -> None:
        made = scenes("net-rate")["en"]
        assert "missing" not in made.legend
        assert shapes(made, "map", "estimated") == {}


class TestArrows:
    def test_widths_are_in_proportion_to_people(self) -> None:
        flows = scenes("pull-astana")["ru"].flows
        per_person = {round(flow.width / flow.people, 9) for flow in flows}
        assert len(per_person) == 1
        assert max(flow.width for flow in flows) <= 3.05

    def test_each_flow_is_drawn_once(self) -> None:
        made = scenes("pull-astana")["ru"]
        drawn = [mark.id for panel in made.panels for mark in panel.marks if mark.role == "flow"]
        assert sorted(drawn) == sorted({flow.id for flow in made.flows})
        assert {flow.destination for flow in made.flows} == {"KZ-71"}

    def test_shares_are_of_all_moves(self) -> None:
        made = scenes("pull-astana")["ru"]
        moves = builtin_atlas().margin("arrivals", year=2024, flow="interregional")["value"].sum()
        for flow in made.flows:
            assert flow.share == pytest.approx(100 * flow.people / moves)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_map_fits_every_page(page: str) -> None:
    made = compose(Recipe("r", measure="net_rate", page=PAGES[page]), builtin_atlas(), "kk")
    sheet = shapely.box(0, 0, made.page.width, made.page.height)
    land = shapely.union_all([mark.geometry for mark in shapes(made, "map", "region").values()])
    assert sheet.covers(land)
    assert land.area > 0.2 * sheet.area
    assert [text.id for text in texts(made) if not sheet.covers(box(text))] == []


def test_a_year_without_figures_is_refused() -> None:
    with pytest.raises(RecipeError, match="2024"):
        compose(Recipe("r", measure="net", years=(1999,)), builtin_atlas())


def test_a_title_that_names_no_fact_is_refused() -> None:
    with pytest.raises(RecipeError, match="top_value"):
        compose(Recipe("r", measure="net", title={"en": "{ $nobody }"}), builtin_atlas())


def test_a_matrix_without_flows_to_show_draws_the_map_alone() -> None:
    recipe = Recipe("r", measure="net", arrows=ArrowSpec(select="threshold", value=10**9))
    assert compose(recipe, builtin_atlas(), "en").flows == ()


def test_rings_of_other_countries_stand_beside_the_land() -> None:
    made = scenes("abroad")["ru"]
    land = shapely.union_all([m.geometry for m in made.panels[0].marks if isinstance(m, Shape) and m.role == "region"])
    rings = {m.id: m.geometry for m in made.panels[0].marks if isinstance(m, Shape) and m.role == "node"}
    assert len(rings) > 8
    assert [key for key, ring in rings.items() if ring.intersects(land) and key != "node-KZ"] == []


def test_titles_of_years_stand_in_their_own_maps() -> None:
    for made in scenes("years").values():
        titles = {f"year-{panel.year}": panel for panel in made.panels}
        for panel in made.panels:
            for mark in panel.marks:
                if isinstance(mark, Text) and mark.id in titles:
                    right = mark.x + text_width(mark.text, mark.size, bold=mark.bold)
                    assert right < titles[mark.id].clip.bounds[2], mark.text
