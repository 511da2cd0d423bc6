"""Labels find room: inside the frame, on nothing that is taken, none on another."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgeo.scene.grid import CELL, Box, Grid
from kzgeo.scene.place import LED, Label, place_labels

FRAME = Box(0, 0, 100, 60)
sizes = st.tuples(st.floats(2, 30), st.floats(2, 10))
spots = st.tuples(st.floats(5, 95), st.floats(5, 55))
wishes = st.lists(st.tuples(spots, sizes), min_size=1, max_size=12)


def label(name: str, wish: tuple[float, float], size: tuple[float, float], ring: float = 0) -> Label:
    return Label(name, shapely.Point(wish).buffer(15), *size, wish, ring)


def put(labels: list[Label], taken: Any) -> dict[str, Box]:
    """Place labels where only their own areas have names."""
    return place_labels(labels, FRAME, taken, far=30, land=Grid(FRAME).mask([each.area for each in labels]))


def apart(one: Box, other: Box) -> bool:
    return one.x1 <= other.x0 or other.x1 <= one.x0 or one.y1 <= other.y0 or other.y1 <= one.y0


@settings(max_examples=15, deadline=None)
@given(wishes, st.lists(st.tuples(spots, sizes), max_size=4))
def test_labels_keep_clear(wanted: list, taken: list) -> None:
    areas = [Box.around(*spot, *size).polygon() for spot, size in taken]
    blocked = Grid(FRAME).mask(areas)
    labels = [label(str(n), *each) for n, each in enumerate(wanted)]
    placed = put(labels, blocked)
    for name, box in placed.items():
        size = wanted[int(name)][1]
        assert (box.width, box.height) == pytest.approx(size)
        # a cell is taken where its middle is: a box may graze an area by less than a cell
        inner = box.grow(-CELL)
        assert inner.width < 0 or inner.height < 0 or not any(shapely.overlaps(inner.polygon(), a) for a in areas)
        assert FRAME.grow(CELL).polygon().covers(box.polygon())
    for one, other in combinations(placed.values(), 2):
        assert apart(one, other)


def test_a_label_with_room_stands_where_it_would_best() -> None:
    grid = Grid(FRAME)
    placed = put([label("a", (50, 30), (10, 4))], grid.empty())
    assert placed["a"].centre == pytest.approx((50, 30), abs=1)


def test_a_label_with_a_ring_stands_beside_it() -> None:
    grid = Grid(FRAME)
    ring = shapely.Point(50, 30).buffer(3)
    placed = put([label("a", (50, 30), (10, 4), ring=3)], grid.mask(ring))
    box = placed["a"]
    assert not shapely.intersects(box.grow(-CELL).polygon(), ring)
    assert shapely.distance(box.polygon(), ring) < 3


def test_a_label_without_any_room_is_left_out() -> None:
    taken = np.ones_like(Grid(FRAME).empty())
    assert put([label("a", (50, 30), (10, 4))], taken) == {}
    assert put([], taken) == {}


def test_a_label_keeps_off_its_neighbours_land() -> None:
    west, east = shapely.box(0, 0, 50, 60), shapely.box(50, 0, 100, 60)
    labels = [Label("west", west, 20, 5, (49, 30)), Label("east", east, 20, 5, (51, 30))]
    placed = put(labels, Grid(FRAME).empty())
    assert placed["west"].x1 <= 50 + CELL
    assert placed["east"].x0 >= 50 - CELL


def test_the_same_labels_stand_in_the_same_places() -> None:
    labels = [label(str(n), (20 + 5 * n, 30), (14, 4)) for n in range(8)]
    blocked = Grid(FRAME).mask(Box(40, 20, 60, 40).polygon())
    assert put(labels, blocked) == put(labels, blocked)


def test_shares_are_those_of_the_area_under_a_box() -> None:
    grid = Grid(FRAME)
    half = grid.mask(shapely.box(0, 0, 50, 60))
    centres, share = grid.share(half, 10, 10)
    at = {(round(x, 2), round(y, 2)): part for (x, y), part in zip(centres, share, strict=True)}
    assert at[20.0, 30.0] == 1
    assert at[80.0, 30.0] == 0
    assert at[50.0, 30.0] == pytest.approx(0.5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(spots, st.floats(1, 20), st.booleans()), min_size=1, max_size=8), st.floats(2, 12))
def test_a_mask_holds_the_cells_whose_middle_is_inside(discs: list, hole: float) -> None:
    gap = shapely.Point(50, 30).buffer(hole)
    areas = [shapely.Point(spot).buffer(radius) for spot, radius, _ in discs]
    # some with a hole or in two parts, and any of them may overlap
    areas = [area.difference(gap) if cut else area for area, (*_, cut) in zip(areas, discs, strict=True)]
    grid = Grid(FRAME)
    x, y = np.meshgrid(grid.x, grid.y)
    assert np.array_equal(grid.mask(areas), shapely.contains_xy(shapely.union_all(areas), x, y))


@given(spots, sizes)
def test_what_is_near_is_a_part_of_all(spot: tuple[float, float], size: tuple[float, float]) -> None:
    grid, near = Grid(FRAME), Box.around(*spot, 20, 12)
    cells = grid.mask(shapely.Point(40, 25).buffer(18))
    (x, y), every = (values.T for values in grid.share(cells, *size))
    inside = (x >= near.x0) & (x <= near.x1) & (y >= near.y0) & (y <= near.y1)
    centres, share = grid.share(cells, *size, near)
    assert np.array_equal(centres, np.column_stack([x, y])[inside])
    assert np.array_equal(share, every[inside])


def test_free_middles_are_those_without_a_share() -> None:
    grid = Grid(FRAME)
    taken = grid.mask(shapely.Point(40, 25).buffer(18))
    centres, share = grid.share(taken, 12, 7)
    assert np.array_equal(grid.free(taken, 12, 7), centres[share == 0])
    assert not len(grid.free(taken, 200, 7))


def test_no_line_to_what_is_named_crosses_what_it_must_not() -> None:
    ring = Label("a", shapely.Point(50, 30).buffer(15), 10, 4, (50, 30), ring=3)
    taken = Grid(FRAME).mask(shapely.Point(50, 30).buffer(12))  # so far away that a line is needed
    wall = shapely.box(20, 24, 80, 26)  # between the ring and all places above it
    above = put([ring], taken | Grid(FRAME).mask(shapely.box(0, 31, 100, 60)))["a"]
    assert above.y1 <= 26
    walled = Label("a", ring.area, 10, 4, (50, 30), ring=3, past=(wall,))
    found = put([walled], taken)["a"]
    line = shapely.shortest_line(found.polygon(), shapely.Point(50, 30).buffer(3))
    assert line.length > LED
    assert not line.intersects(wall)
