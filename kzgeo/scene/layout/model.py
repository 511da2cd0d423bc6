"""What goes into a layout of flow arrows and what comes out. All lengths are millimetres on the page, y down."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["Floats", "Ints", "Layout", "Network", "Score", "Style"]

_DIGITS = 6

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Style:
    """How arrows look, in mm, and how far the layout may go.

    Parameters
    ----------
    gap : float
        Clear space between a node's ring and the arrow's end, the same at both ends.
    lane : float
        Clear space between the two directions of a pair.
    casing : float
        White edge of an arrow; arrows and obstacles keep at least this distance where they can.
    head_min : float
        The least width of an arrowhead, for however few people.
    head_growth : float
        How many times wider than a wide shaft its head is.
    head_slenderness : float
        Length of a head by its width; a head is never longer than a third of its arrow.
    max_detour : float
        How many times longer than its chord an arrow may be.
    cell : float
        Grain of the grid on which the search sees ink and obstacles.
    search_up_to : int
        The largest number of flows that is laid out by search. Beyond it every flow gets the same gentle
        bend, in linear time, and the layout has no score.
    """

    gap: float = 0.5
    lane: float = 0.3
    casing: float = 0.2
    head_min: float = 1.2
    head_growth: float = 1.4
    head_slenderness: float = 1.5
    max_detour: float = 1.35
    cell: float = 0.5
    search_up_to: int = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """The nodes and flows of one map and what the arrows have to keep clear of.

    Parameters
    ----------
    positions : array of shape (n, 2)
        Centres of the nodes.
    radii : array of shape (n,)
        Radii of the drawn rings; arrows run from ring to ring.
    origins, destinations : integer arrays of shape (m,)
        Nodes that each flow joins; no flow joins a node to itself and no flow is given twice.
    widths : array of shape (m,)
        Widths of the shafts, which the layout never changes.
    page : (x0, y0, x1, y1)
        Every arrow stays inside.
    labels : array of shape (k, 4)
        Boxes (x0, y0, x1, y1) of names, over which no arrow runs.
    insets : sequence of polygons
        Areas over which no arrow runs.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite, a width is not positive, or a flow leaves and enters
        the same node.
    """

    positions: Floats
    radii: Floats
    origins: Ints
    destinations: Ints
    widths: Floats
    page: tuple[float, float, float, float]
    labels: Floats = field(default_factory=lambda: np.empty((0, 4)))
    insets: Sequence[BaseGeometry] = ()

    def __post_init__(self) -> None:
        for name, shape in (("positions", (-1, 2)), ("radii", (-1,)), ("widths", (-1,)), ("labels", (-1, 4))):
            value = np.asarray(getattr(self, name), dtype=float).reshape(shape)
            if not np.isfinite(value).all():
                raise ValueError(f"{name} has values that are not finite")
            object.__setattr__(self, name, value)
        for name in ("origins", "destinations"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64).reshape(-1))
        self._check()

    def _check(self) -> None:
        nodes, flows = len(self.positions), len(self.widths)
        if len(self.radii) != nodes:
            raise ValueError(f"{nodes} positions but {len(self.radii)} radii")
        if len(self.origins) != flows or len(self.destinations) != flows:
            raise ValueError(f"{flows} widths, {len(self.origins)} origins, {len(self.destinations)} destinations")
        ends = np.stack([self.origins, self.destinations], axis=1)
        if flows and (ends.min() < 0 or ends.max() >= nodes):
            raise ValueError(f"flows name nodes outside 0..{nodes - 1}")
        if (self.origins == self.destinations).any():
            raise ValueError("a flow leaves and enters the same node")
        if (self.widths <= 0).any():
            raise ValueError("widths must be positive")

    @property
    def size(self) -> int:
        """Number of flows."""
        return len(self.widths)

    def opposites(self) -> Ints:
        """Return the pairs of flows that join the same two nodes in opposite directions, shape (p, 2)."""
        index = {ends: i for i, ends in enumerate(zip(self.origins.tolist(), self.destinations.tolist(), strict=True))}
        pairs = [(i, index[d, o]) for (o, d), i in index.items() if o < d and (d, o) in index]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    def at_origin(self) -> Network:
        """Return the same network with the page's corner at (0, 0), to a nanometre, wherever it was before."""
        x0, y0, x1, y1 = self.page
        corner = np.array([x0, y0])

        def moved(places: Floats) -> Floats:
            return np.asarray(np.round(places - corner, _DIGITS))

        return replace(
            self,
            positions=moved(self.positions),
            labels=moved(self.labels.reshape(-1, 2, 2)).reshape(-1, 4),
            insets=[shapely.transform(inset, moved) for inset in self.insets],
            page=(0.0, 0.0, float(np.round(x1 - x0, _DIGITS)), float(np.round(y1 - y0, _DIGITS))),
        )

    def with_flows(self, order: Ints) -> Network:
        """Return the same network with its flows taken in another order."""
        return replace(
            self, origins=self.origins[order], destinations=self.destinations[order], widths=self.widths[order]
        )


@dataclass(frozen=True, kw_only=True)
class Score:
    """What can be counted of a layout's quality; fewer is better, but for the angle.

    Parameters
    ----------
    flows : int
        Number of arrows.
    crossings : int
        Pairs of arrows without a common node whose centrelines cross.
    crossings_common : int
        Pairs of arrows with a common node whose centrelines cross.
    flows_under_nodes : int
        Arrows that run under the ring of a node they do not serve.
    label_hits, inset_hits : int
        Arrows that run over a label, or over an inset.
    head_overlaps : int
        Pairs of arrowheads that overlap.
    lane_overlaps : int
        Pairs of opposite flows whose arrows overlap.
    detached_ends : int
        Ends of arrows that lie further from the edge of their node's ring than the gap.
    outside_page : int
        Arrows that leave the page.
    covered : float
        Share of the arrows' ink that lies under other arrows.
    mean_crossing_angle : float or None
        Mean angle of all crossings in degrees, 90 at best; None without crossings.
    """

    flows: int
    crossings: int
    crossings_common: int
    flows_under_nodes: int
    label_hits: int
    inset_hits: int
    head_overlaps: int
    lane_overlaps: int
    detached_ends: int
    outside_page: int
    covered: float
    mean_crossing_angle: float | None

    @property
    def faults(self) -> float:
        """How far a layout is from one without crossings, overlapping heads, covered ink and hits, in crossings."""
        hits = self.flows_under_nodes + self.label_hits + self.inset_hits + self.lane_overlaps + self.outside_page
        return self.crossings + self.crossings_common + 2 * self.head_overlaps + 50 * self.covered + 20 * hits

    def as_dict(self) -> dict[str, int | float | None]:
        """Return the score as plain types, for a map's ``.json``."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """Arrows, ready to draw.

    Parameters
    ----------
    curves : array of shape (m, 4, 2)
        Control points of the centrelines, cubic Bézier curves from the origin's ring to the tip of the head.
    outlines : array of shape (m, p, 2)
        Outlines of the arrows, not closed: a strip of constant width that ends in a head.
    order : integer array of shape (m,)
        Flows in the order of drawing: small ones lie on top of large ones.
    score : Score or None
        What can be counted of the layout's quality; None without flows and beyond ``Style.search_up_to``.
    """

    curves: Floats
    outlines: Floats
    order: Ints
    score: Score | None
