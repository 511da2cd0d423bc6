"""Names on the page: each near its place, on nothing that is taken, none on another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from kzgeo.scene.grid import Box, Floats, Grid, Mask

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Label", "lead", "place_labels"]

GAP: Final = 0.3  # mm between two labels
# what a label pays, in mm from where it would best stand: for lying wholly on other areas, wholly outside all,
# and for being left out
ON_OTHERS: Final = 140.0
OUTSIDE: Final = 15.0
FROM_RING: Final = 2.5  # times the mm between a label and its ring
BESIDE: Final = 2.0  # mm from another's ring from which a label no longer seems to name it
MISLEADING: Final = 0.35  # part of a label on other areas from which it seems to name one of them
LEFT_OUT: Final = 150.0
LED: Final = 2.0  # mm between a label and what it names from which a line leads to it
CHOICES: Final = 150  # places that are looked at for each label
STARTS: Final = 12  # orders in which labels choose


@dataclass(frozen=True, slots=True)
class Label:
    """What wants a label: its area on the page, the label's size, and where it would best stand.

    Without a ``ring`` that is on ``wish``; with one, of that radius around ``wish``, on any side of it.
    """

    id: str
    area: Any
    width: float
    height: float
    wish: tuple[float, float]
    ring: float = 0.0
    strangers: tuple[tuple[float, float, float], ...] = ()  # rings (x, y, radius) that it would seem to name
    past: Sequence[Any] = ()  # what no line may cross that leads from it to what it names

    @property
    def named(self) -> Any:
        """What it names: its ring, or its area."""
        return shapely.Point(self.wish).buffer(self.ring) if self.ring else self.area


def place_labels(labels: Sequence[Label], frame: Box, taken: Mask, *, far: float, land: Mask) -> dict[str, Box]:
    """Place labels in or beside their areas, near their wishes, none over another or over what is taken.

    A label may hang over its area's edge, rather into no area than into another one, which it would seem to name. One
    that has no place is left out.

    Parameters
    ----------
    labels : sequence of Label
    frame : Box
        Every label stays inside.
    taken : mask of ``Grid(frame)``
    far : float
        No label stands further than this (mm) from its wish.
    land : mask of ``Grid(frame)``
        All areas that have names, also those that are not labelled now.

    Returns
    -------
    dict
        Box by label.
    """
    if not labels:
        return {}
    grid = Grid(frame)
    masks = [grid.mask(label.area) for label in labels]
    rooms = [_room(grid, label, own, land & ~own, taken, far) for label, own in zip(labels, masks, strict=True)]
    chosen = _search(labels, rooms)
    return {
        label.id: Box.around(float(room.centres[at][0]), float(room.centres[at][1]), label.width, label.height)
        for label, room, at in zip(labels, rooms, chosen, strict=True)
        if at >= 0
    }


@dataclass(frozen=True, eq=False)
class _Room:
    """The best places of a label, and what each costs, other labels apart."""

    centres: Floats
    cost: Floats


def _room(grid: Grid, label: Label, own: Mask, others: Mask, taken: Mask, far: float) -> _Room:
    reach = far + float(np.hypot(label.width, label.height)) / 2
    size = (label.width, label.height, Box.around(*label.wish, 2 * reach, 2 * reach))
    (centres, inside), (_, foreign), (_, blocked) = (grid.share(cells, *size) for cells in (own, others, taken))
    away = np.hypot(*(centres - label.wish).T)
    free = (blocked == 0) & (foreign <= MISLEADING) & (away <= reach)
    centres, inside, foreign, away = centres[free], inside[free], foreign[free], away[free]
    cost = away
    if label.ring:
        cost = 0.1 * away + FROM_RING * np.maximum(_gap(label, centres, label.wish) - label.ring - GAP, 0)
    cost = cost + ON_OTHERS * foreign + OUTSIDE * (1 - inside - foreign)
    for x, y, radius in label.strangers:
        cost[_gap(label, centres, (x, y)) < radius + BESIDE] = np.inf
    best = np.argsort(cost, kind="stable")[: 12 * CHOICES : 12]  # neighbours in rank are neighbours on the page
    best = best[np.isfinite(cost[best])]
    best = best[_well_led(label, centres[best])]
    return _Room(centres[best], cost[best])


def _gap(label: Label, centres: Floats, place: tuple[float, float]) -> Floats:
    """Return how far a label with its middle at each of these centres (n, 2) is from a place, mm."""
    beside = np.maximum(np.abs(centres - place) - (label.width / 2, label.height / 2), 0)
    return np.asarray(np.hypot(*beside.T))


def _well_led(label: Label, centres: Floats) -> Mask:
    """Say from which places (n, 2) no line to what a label names crosses what it must not."""
    half = np.array([label.width, label.height]) / 2
    lines = lead(shapely.box(*(centres - half).T, *(centres + half).T), label.named)
    crossing, _ = shapely.STRtree(label.past).query(lines, predicate="intersects")
    well = np.ones(len(centres), dtype=bool)
    well[crossing] = False
    return well


def lead(label: Any, named: Any) -> Any:
    """Return the line from a label, or each of several, to what is named; an empty one where it stands near enough."""
    line = shapely.shortest_line(label, named)
    none: Any = shapely.LineString()
    return np.where(shapely.length(line) > LED, line, none)[()]


def _search(labels: Sequence[Label], rooms: Sequence[_Room]) -> list[int]:
    """Choose a place for every label: descent in single moves from several starts, the best of all.

    Returns the index of the place in each label's room, -1 where it is left out.
    """
    sizes = np.array([(label.width, label.height) for label in labels])
    rng = np.random.default_rng(0)
    best: tuple[float, list[int]] | None = None
    for start in range(STARTS):
        order = np.argsort([-len(room.cost) for room in rooms]) if start == 0 else rng.permutation(len(labels))
        chosen = _descend(sizes, rooms, order)
        total = sum(room.cost[at] if at >= 0 else LEFT_OUT for room, at in zip(rooms, chosen, strict=True))
        if best is None or total < best[0] - 1e-9:
            best = (total, chosen)
    return best[1] if best else []


def _descend(sizes: Floats, rooms: Sequence[_Room], order: Any) -> list[int]:
    chosen = [-1] * len(rooms)
    at = np.full((len(rooms), 2), np.inf)
    for sweep in range(6):
        moved = False
        for i in order:
            room = rooms[i]
            apart = np.abs(room.centres[:, None, :] - at[None, :, :])
            touching = (apart < (sizes[i] + sizes) / 2 + GAP).all(axis=2)
            touching[:, i] = False
            # early sweeps may push a neighbour away, which then looks for another place; the last may not
            push = LEFT_OUT if sweep == 5 else 18.0 * (sweep + 1)
            cost = room.cost + push * touching.sum(axis=1)
            new = int(cost.argmin()) if len(cost) and cost.min() < LEFT_OUT else -1
            if new >= 0:
                for j in np.flatnonzero(touching[new]):
                    chosen[j], at[j], moved = -1, np.inf, True
            moved |= new != chosen[i]
            chosen[i] = new
            at[i] = room.centres[new] if new >= 0 else np.inf
        if not moved:
            break
    return chosen
