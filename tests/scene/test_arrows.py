"""The headline flow map as it is drawn: every figure is measured on the marks of the real scene."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely

from kzgeo.load import builtin_atlas
from kzgeo.recipes import find_recipe, read_recipe
from kzgeo.scene.compose import compose, compose_all
from kzgeo.scene.content import gather
from kzgeo.scene.layout import fixed_bend, measure, straight
from kzgeo.scene.lettering import line_height, text_width
from kzgeo.scene.model import Scene, Shape, Text
from kzgeo.scene.sheet import arrange
from kzgeo.scene.spec import LANGUAGES
from kzgeo.scene.texts import write


@pytest.fixture(scope="module")
def pull() -> Scene:
    return compose(read_recipe(find_recipe("pull")), builtin_atlas(), "ru")


def shapes(scene: Scene, role: str, panel: int = 0) -> dict[str, shapely.Geometry]:
    marks = scene.panels[panel].marks
    return {mark.id: mark.geometry for mark in marks if isinstance(mark, Shape) and mark.role == role}


def label_boxes(scene: Scene) -> dict[str, shapely.Polygon]:
    boxes = {}
    for mark in scene.panels[0].marks:
        if isinstance(mark, Text) and mark.role == "label":
            half = text_width(mark.text, mark.size, bold=mark.bold) / 2
            height = line_height(mark.size) * 0.7
            boxes[mark.id] = shapely.box(mark.x - half, mark.y - height, mark.x + half, mark.y)
    return boxes


def test_every_flow_is_drawn_once(pull: Scene) -> None:
    drawn = [key for n in range(len(pull.panels)) for key in shapes(pull, "flow", n)]
    largest = builtin_atlas().od(2024).astype({"people": int}).nlargest(40, "people")
    wanted = {f"flow-{o}-{d}" for o, d in zip(largest["origin"], largest["destination"], strict=True)}
    assert len(drawn) == 40
    assert set(drawn) == wanted == {fact.id for fact in pull.flows}


def test_flows_of_a_city_and_its_surroundings_are_in_its_inset(pull: Scene) -> None:
    local = {fact.id: fact.panel for fact in pull.flows if fact.panel != "map"}
    assert local["flow-KZ-19-KZ-75"] == "inset-KZ-75"
    assert local["flow-KZ-61-KZ-79"] == "inset-KZ-79"
    assert local["flow-KZ-11-KZ-71"] == "inset-KZ-71"


def test_no_flow_runs_under_a_node_it_does_not_serve(pull: Scene) -> None:
    nodes = shapes(pull, "node")
    for key, arrow in shapes(pull, "flow").items():
        ends = {f"node-KZ-{code}" for code in key.removeprefix("flow-KZ-").split("-KZ-")}
        assert not [node for node, ring in nodes.items() if node not in ends and arrow.intersects(ring)]


def test_no_flow_runs_over_a_name_or_an_inset(pull: Scene) -> None:
    names, insets = label_boxes(pull), [panel.clip for panel in pull.panels[1:]]
    assert len(names) >= 20
    for key, arrow in shapes(pull, "flow").items():
        assert not [name for name, box in names.items() if arrow.intersects(box)], key
        assert not any(arrow.intersects(inset) for inset in insets), key


def test_every_arrow_begins_and_ends_at_its_node(pull: Scene) -> None:
    nodes = shapes(pull, "node")
    for key, arrow in shapes(pull, "flow").items():
        for code in key.removeprefix("flow-KZ-").split("-KZ-"):
            assert 0.3 < arrow.distance(nodes[f"node-KZ-{code}"]) < 0.6  # the style's gap is 0.5 mm


def test_width_is_the_number_of_people_exactly(pull: Scene) -> None:
    people = np.array([fact.people for fact in pull.flows])
    widths = np.array([fact.width for fact in pull.flows])
    assert np.allclose(widths / people, widths[0] / people[0], rtol=1e-9)
    assert widths.max() == pytest.approx(3.0, abs=0.01)


def test_the_outline_is_as_wide_as_it_says(pull: Scene) -> None:
    arrows = shapes(pull, "flow")
    for fact in pull.flows:
        if fact.panel == "map":
            start = arrows[fact.id].exterior.coords  # the outline begins at one side of the shaft's start
            across = min(
                np.hypot(*np.subtract(start[0], other)) for other in (start[-2], start[-1]) if other != start[0]
            )
            assert across == pytest.approx(fact.width, rel=0.01)


def test_opposite_directions_never_touch(pull: Scene) -> None:
    arrows = shapes(pull, "flow")
    for key, arrow in arrows.items():
        origin, destination = key.removeprefix("flow-KZ-").split("-KZ-")
        back = arrows.get(f"flow-KZ-{destination}-KZ-{origin}")
        assert back is None or not arrow.intersects(back)


def test_names_do_not_touch_each_other(pull: Scene) -> None:
    for (a, first), (b, second) in combinations(label_boxes(pull).items(), 2):
        assert not first.intersects(second), (a, b)


@pytest.mark.parametrize("name", ["pull", "drain"])
def test_the_label_of_an_inset_is_inside_it(name: str) -> None:
    for scene in compose_all(read_recipe(find_recipe(name)), builtin_atlas()).values():
        for panel in scene.panels[1:]:
            texts = [mark for mark in panel.marks if isinstance(mark, Text) and mark.role == "label"]
            x0, _, x1, _ = panel.clip.bounds
            for mark in texts:
                width = text_width(mark.text, mark.size, bold=mark.bold)
                left = mark.x - {"start": 0, "middle": 0.5, "end": 1}[mark.anchor] * width
                assert left > x0, mark.text
                assert left + width < x1, mark.text


def test_lines_to_names_cross_no_other_name_and_no_inset(pull: Scene) -> None:
    names, insets = label_boxes(pull), [panel.clip for panel in pull.panels[1:]]
    leads = {m.id.removeprefix("lead-"): m.geometry for m in pull.panels[0].marks if m.id.startswith("lead-")}
    assert leads
    for code, line in leads.items():
        others = [box for key, box in names.items() if code not in key]
        assert not shapely.intersects(line, [*others, *insets]).any(), code


def test_the_score_in_the_facts_is_what_is_drawn(pull: Scene) -> None:
    score = pull.facts["layout"]["map"]
    assert score["flows"] == len(shapes(pull, "flow"))
    for fault in ("flows_under_nodes", "label_hits", "inset_hits", "lane_overlaps", "detached_ends", "outside_page"):
        assert score[fault] == 0
    assert score["head_overlaps"] <= 2
    assert score["covered"] <= 0.02


def test_the_sentence_says_what_part_of_all_moves_is_shown(pull: Scene) -> None:
    od = builtin_atlas().od(2024)["people"].astype(int)
    share = 100 * od.nlargest(40).sum() / od.sum()
    assert f"40 стрелок — это {share:.0f}\N{NO-BREAK SPACE}% всех межрегиональных переездов" == pull.shown


def test_arrows_cross_less_than_straight_lines_and_than_one_bend() -> None:
    content = gather(read_recipe(find_recipe("pull")), builtin_atlas())
    arrows = arrange(content, {lang: write(content, lang) for lang in LANGUAGES}).windows[0].arrows
    assert arrows is not None
    network, style, ours = arrows.network, arrows.look.style, arrows.layout.score
    assert ours is not None
    lines = measure(network, straight(network, style), style)
    bends = measure(network, fixed_bend(network, style, rad=0.2), style)
    assert ours.crossings <= min(lines.crossings, 0.65 * bends.crossings)
    assert ours.crossings_common <= 0.5 * bends.crossings_common
