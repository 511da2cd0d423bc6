"""Checks of what was read: pure functions frame -> list of problems; each names the identity that broke.

A frame is canonical (:mod:`kzgeo.read`): its ``row`` column, where there is one, gives the line of the user's file.
Nothing is corrected here, and figures that keep every identity pass without a word.
"""

from kzgeo.checks.flows import check_flows, check_margins
from kzgeo.checks.official import Official, official
from kzgeo.checks.percentages import check_percentages
from kzgeo.checks.tables import check_abroad, check_population, check_table, check_totals

__all__ = [
    "Official",
    "check_abroad",
    "check_flows",
    "check_margins",
    "check_percentages",
    "check_population",
    "check_table",
    "check_totals",
    "official",
]
