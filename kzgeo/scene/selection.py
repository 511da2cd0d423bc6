"""Which flows become arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from kzgeo.atlas import Atlas, unite, worst

if TYPE_CHECKING:
    from kzgeo.scene.model import Status
    from kzgeo.scene.spec import ArrowSpec

__all__ = ["HOME", "Flow", "Selection", "disparity", "records", "select"]


HOME: Final = "KZ"  # the country itself, where flows come from or go abroad


@dataclass(frozen=True, eq=False)
class Selection:
    """Flows chosen for a map, largest first, and what they are a part of.

    ``rows`` has ``origin, destination, people, status, source``; ``total`` is the sum of all flows of the year
    (of all net flows, for net ones), known or estimated.
    """

    rows: pd.DataFrame
    total: float

    @property
    def share(self) -> float:
        """Per cent of all moves that the chosen flows carry."""
        return float(100 * self.rows["people"].sum() / self.total) if self.total else 0.0


class Flow(NamedTuple):
    """One chosen flow: how many people moved from origin to destination, and how sure that is."""

    origin: str
    destination: str
    people: int
    status: Status


def records(rows: pd.DataFrame) -> list[Flow]:
    """Return the rows of a selection one by one."""
    columns = (rows[name] for name in ("origin", "destination", "people", "status"))
    return [Flow(str(o), str(d), int(n), s) for o, d, n, s in zip(*columns, strict=True)]


def select(atlas: Atlas, year: int, spec: ArrowSpec) -> Selection:
    """Return the flows of one year that a recipe asks for; ties are settled by the codes of the regions."""
    flows = _abroad(atlas, year) if spec.kind == "abroad" else atlas.od(year)
    if spec.kind == "net":
        flows = _net(flows)
    flows = flows[flows["people"].notna() & (flows["people"] > 0)]
    flows = flows.assign(people=flows["people"].astype("int64"))
    total = _all_moves(atlas, year, flows) if spec.kind == "gross" else float(flows["people"].sum())
    alpha = disparity(flows) if spec.select == "disparity" else None
    chosen = flows if alpha is None else flows[alpha < spec.value]
    if spec.origins:
        chosen = chosen[chosen["origin"].isin(spec.origins)]
    if spec.destinations:
        chosen = chosen[chosen["destination"].isin(spec.destinations)]
    chosen = chosen.sort_values(["people", "origin", "destination"], ascending=[False, True, True])
    rows = chosen.iloc[: _count(chosen["people"].to_numpy(float), spec, total)]
    return Selection(rows[["origin", "destination", "people", "status", "source"]].reset_index(drop=True), total)


def _all_moves(atlas: Atlas, year: int, flows: pd.DataFrame) -> float:
    """Return the sum of all moves between regions: of the margins, which also count cells that are lost."""
    arrivals = atlas.margin("arrivals", year=year, flow="interregional")["value"]
    return float(flows["people"].sum() if arrivals.isna().any() else arrivals.sum())


def _count(people: np.ndarray, spec: ArrowSpec, total: float) -> int:
    """Return how many of the descending flows to take."""
    match spec.select:
        case "top":
            return int(spec.value)
        case "threshold":
            return int((people >= spec.value).sum())
        case "share":
            return int(np.searchsorted(people.cumsum(), total * spec.value / 100 * (1 - 1e-12)) + 1)
        case _:
            return len(people)


def _abroad(atlas: Atlas, year: int) -> pd.DataFrame:
    """Return moves from and to other countries as flows between their codes and :data:`HOME`."""
    rows = atlas.abroad[(atlas.abroad["year"] == year) & atlas.abroad["lon"].notna()]
    coming = rows["direction"] == "arrivals"
    return rows.assign(origin=rows["country"].where(coming, HOME), destination=rows["country"].where(~coming, HOME))[
        ["origin", "destination", "people", "status", "source"]
    ]


def _net(flows: pd.DataFrame) -> pd.DataFrame:
    """Return one flow a pair: the difference of its two directions, in the direction of the larger one.

    A pair has none where one of its directions is missing; a direction without a row is nobody.
    """
    columns = ["origin", "destination", "people", "status", "source"]
    back = flows[columns].rename(columns={"origin": "destination", "destination": "origin"})
    both = flows[columns].merge(
        back, on=["origin", "destination"], how="left", suffixes=("", "_back"), indicator="reverse"
    )
    known = both["people_back"].astype("float64").mask(both["reverse"] == "left_only", 0)
    net = both.assign(people=both["people"].astype("float64") - known)
    net = net[net["people"] > 0]
    pairs = zip(net["status"], net["status_back"].fillna("derived"), strict=True)
    sources = zip(net["source"], net["source_back"].fillna(""), strict=True)
    return net.assign(status=[worst((*pair, "derived")) for pair in pairs], source=[unite(pair) for pair in sources])[
        columns
    ]


def disparity(flows: pd.DataFrame) -> pd.Series:
    """Return each flow's significance in the disparity filter, the smaller of its two ends' (0 is most significant).

    For a node of degree k a flow that is the part p of all it sends (or receives) has alpha = (1 - p)^(k - 1).

    M. A. Serrano, M. Boguna, A. Vespignani (2009), Extracting the multiscale backbone of complex weighted networks,
    PNAS 106(16), 6483-6488.
    """
    alphas = []
    for end in ("origin", "destination"):
        sums = flows.groupby(end)["people"].transform("sum")
        degree = flows.groupby(end)["people"].transform("size")
        alphas.append((1 - flows["people"] / sums) ** (degree - 1))
    smaller: pd.Series = pd.concat(alphas, axis=1).min(axis=1)
    return smaller
