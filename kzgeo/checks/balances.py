"""Identities of migration counts: within a row, between the flows, and over all regions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from kzgeo.checks.causes import number, rounding_unit, slip
from kzgeo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from kzgeo.checks.official import Official

__all__ = ["Ledger", "across_flows", "balances", "closed_sums"]

_CLOSED: Final = ("interregional", "internal")  # who leaves one region arrives in another
_ACROSS: Final = 3.0  # people; monthly and yearly publications of one year differ by as much

Figures = dict[str, float]


class Ledger(NamedTuple):
    """A table's figures by year and flow, region and direction; without those that are missing.

    ``lines`` holds the line of each figure in the user's file, where it has one.
    """

    file: str
    figures: Mapping[tuple[int, str], Mapping[str, Figures]]
    lines: Mapping[tuple[int, str, str, str], int]

    @classmethod
    def of(cls, rows: pd.DataFrame, file: str) -> Ledger:
        """Take them from ``region, year, flow, direction, people[, row]``, the first of rows that stand twice."""
        figures: dict[tuple[int, str], dict[str, Figures]] = defaultdict(lambda: defaultdict(dict))
        lines = {}
        known = rows[rows["people"].notna()]
        numbers = known["row"] if "row" in known else [None] * len(known)
        columns = (known[name] for name in ("year", "flow", "region", "direction", "people"))
        for year, flow, region, direction, people, line in zip(*columns, numbers, strict=True):
            if direction not in figures[year, flow][region]:
                figures[year, flow][region][direction] = float(people)
                if line is not None:
                    lines[year, flow, region, direction] = int(line)
        return cls(file, figures, lines)

    def flow(self, year: int, flow: str) -> Mapping[str, Figures]:
        """Return one flow of one year by region."""
        return self.figures.get((year, flow), {})

    def problem(self, key: tuple[int, str, str, str] | None, what: str, value: str, remedy: str, code: str) -> Problem:
        """Return a problem of one figure, or (None) of the whole table."""
        return Problem(self.file, None if key is None else self.lines.get(key), what, value, remedy, code)


def balances(ledger: Ledger) -> Iterator[Problem]:
    """Say where arrivals minus departures is not the net, and why."""
    for (year, flow), regions in ledger.figures.items():
        off = _uneven(regions)
        if len(off) > 2 and all(difference == -2 * regions[region]["net"] for region, difference in off.items()):
            what = f"net {flow} migration of {year} is departures minus arrivals in {len(off)} regions"
            remedy = "swap the two columns, or turn the sign of the net"
            yield ledger.problem((year, flow, next(iter(off)), "net"), what, "", remedy, "net-sign")
            continue
        for region, difference in off.items():
            arrivals, departures, net = (regions[region][name] for name in ("arrivals", "departures", "net"))
            what = (
                f"{region} {flow} {year}: arrivals {number(arrivals)} - departures {number(departures)} = "
                f"{number(arrivals - departures)}, not the net"
            )
            remedy = f"they differ by {number(abs(difference))}; {_balance_cause(arrivals, departures, net)}"
            yield ledger.problem((year, flow, region, "net"), what, number(net), remedy, "net")


def _uneven(regions: Mapping[str, Figures]) -> dict[str, float]:
    """Return the regions whose arrivals minus departures is not their net, with the difference."""
    whole = {region: own for region, own in regions.items() if len(own.keys() & {"arrivals", "departures", "net"}) == 3}
    unit = rounding_unit(value for own in whole.values() for value in own.values())
    tolerance = 0.5 if unit == 1 else 1.5 * unit
    off = {region: own["arrivals"] - own["departures"] - own["net"] for region, own in whole.items()}
    return {region: difference for region, difference in off.items() if abs(difference) > tolerance}


def _balance_cause(arrivals: float, departures: float, net: float) -> str:
    for name, written, expected in (
        ("net", net, arrivals - departures),
        ("arrivals", arrivals, net + departures),
        ("departures", departures, arrivals - net),
    ):
        if found := slip(written, expected):
            return f"{name} would be {number(expected)}: {found}"
    return "put right the figure that is wrong; figures of two releases or two flows may be mixed"


def across_flows(ledger: Ledger) -> Iterator[Problem]:
    """Hold the flows against each other: internal contains interregional and has its net, total adds external.

    A region whose own row is uneven is left to that finding.
    """
    for year in sorted({year for year, _ in ledger.figures}):
        flows = {flow: ledger.flow(year, flow) for flow in ("interregional", "internal", "external", "total")}
        uneven = {region for regions in flows.values() for region in _uneven(regions)}
        for region in sorted(flows["interregional"].keys() - uneven):
            own = {flow: regions.get(region, {}) for flow, regions in flows.items()}
            yield from _contained(ledger, year, region, own)
            between, inside = _net(own["interregional"]), _net(own["internal"])
            abroad, everyone = _net(own["external"]), _net(own["total"])
            if between is not None and inside is not None and abs(inside - between) > _ACROSS:
                what = (
                    f"{region} {year}: internal arrivals minus departures {number(inside)} is not the interregional net"
                )
                yield _unlike(ledger, (year, "internal", region), what, between, inside)
            if between is not None and abroad is not None and everyone is not None:
                parts = between + abroad
                if abs(everyone - parts) > _ACROSS:
                    what = f"{region} {year}: total net {number(everyone)} is not interregional plus external net"
                    yield _unlike(ledger, (year, "total", region), what, parts, everyone)


def _contained(ledger: Ledger, year: int, region: str, own: Mapping[str, Figures]) -> Iterator[Problem]:
    for direction in ("arrivals", "departures"):
        inside, between = own["internal"].get(direction), own["interregional"].get(direction)
        if inside is not None and between is not None and inside < between:
            what = f"{region} {year}: internal {direction} {number(inside)} are fewer than the interregional ones,"
            remedy = "internal moves contain the interregional ones: the two flows are swapped"
            yield ledger.problem((year, "internal", region, direction), what, number(between), remedy, "flows")


def _net(own: Figures) -> float | None:
    if "arrivals" in own and "departures" in own:
        return own["arrivals"] - own["departures"]
    return own.get("net")


def _unlike(ledger: Ledger, key: tuple[int, str, str], what: str, expected: float, written: float) -> Problem:
    cause = slip(written, expected) or "two releases or two years may be mixed"
    remedy = f"they differ by {number(written - expected)}; {cause}"
    directions = [direction for direction in ("net", "arrivals") if (*key, direction) in ledger.lines]
    return ledger.problem((*key, (directions or ["net"])[0]), what, number(expected), remedy, "flows")


def closed_sums(ledger: Ledger, official: Official | None) -> Iterator[Problem]:
    """Over all regions arrivals equal departures, and the nets sum to zero.

    Only whole years are summed; one with an uneven row is left to that finding.
    """
    for (year, flow), regions in ledger.figures.items():
        if flow not in _CLOSED or _uneven(regions):
            continue
        unit = rounding_unit(value for own in regions.values() for value in own.values())
        tolerance = 0.5 if unit == 1 else unit * len(regions) / 2
        sums = {
            direction: sum(own[direction] for own in regions.values())
            for direction in ("arrivals", "departures", "net")
            if all(direction in own for own in regions.values())
        }
        if abs(total := sums.get("net", 0.0)) > tolerance:
            what = f"the {flow} nets of {year} do not sum to zero but to"
            nets = {region: own["net"] for region, own in regions.items()}
            remedy = f"one region's gain is another's loss; {_sum_cause(nets, official)}"
            yield ledger.problem(None, what, number(total), remedy, "net-sum")
        elif {"arrivals", "departures"} <= sums.keys() and abs(sums["arrivals"] - sums["departures"]) > 2 * tolerance:
            what = f"{flow} arrivals of {year} sum to {number(sums['arrivals'])}, departures to"
            difference = number(sums["arrivals"] - sums["departures"])
            remedy = f"they differ by {difference}; who leaves one region arrives in another: a figure is wrong"
            yield ledger.problem(None, what, number(sums["departures"]), remedy, "sum")


def _sum_cause(nets: Mapping[str, float], official: Official | None) -> str:
    total = sum(nets.values())
    flipped = [region for region, net in nets.items() if 2 * net == total]
    if len(flipped) == 1:
        return f"the sign of {flipped[0]} is likely lost"
    if official is not None:
        rows = official.national
        same = rows.loc[(rows["value"] == total) & (rows["measure"] == "external_net"), "period"]
        if len(same):
            return f"it is the Republic's net from abroad of {same.iloc[0]}: these are total nets, another flow"
    slips = [f"{region}: {found}" for region, net in nets.items() if (found := slip(net, net - total))]
    if len(slips) == 1:
        return slips[0]
    return "a figure is wrong, or these are total nets, with moves to and from abroad"
