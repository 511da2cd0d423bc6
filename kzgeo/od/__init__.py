"""Origin-destination matrices: fitted to margins, bounded, rounded and estimated."""

from kzgeo.od.bounds import bounds
from kzgeo.od.deterrence import Deterrence, fit_deterrence, great_circle, usual_deterrence
from kzgeo.od.estimate import estimate
from kzgeo.od.fit import cpc, fit
from kzgeo.od.rounding import round_to_margins

__all__ = [
    "Deterrence",
    "bounds",
    "cpc",
    "estimate",
    "fit",
    "fit_deterrence",
    "great_circle",
    "round_to_margins",
    "usual_deterrence",
]
