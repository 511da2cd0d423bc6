"""Recipe: what one map shows, as a person wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from kzgeo.scene.model import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "PAGES", "ArrowSpec", "ClassSpec", "Recipe"]

LANGUAGES: Final = ("ru", "kk", "en")
PAGES: Final[Mapping[str, Page]] = MappingProxyType(
    {
        "default": Page(160, 105, "default"),
        "a4": Page(267, 180, "a4"),  # A4 landscape less margins of 15 mm
        "square": Page(160, 160, "square"),
    }
)


@dataclass(frozen=True, slots=True)
class ClassSpec:
    """How values become classes: a mapclassify scheme with ``k`` classes (a side, if diverging), or given breaks."""

    scheme: str = "fisher_jenks"
    k: int = 3
    breaks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrowSpec:
    """Which flows become arrows.

    ``select`` with ``value``: ``top`` (the k largest), ``threshold`` (at least so many people), ``share`` (the
    fewest that carry so many per cent of all moves) or ``disparity`` (significance level of the disparity filter).
    ``origins`` and ``destinations`` keep only flows from or to some regions; ``targets`` are those that the map is
    about: titles name them, and with ``colour = "destination"`` their arrows have colours of their own.
    """

    select: Literal["top", "threshold", "share", "disparity"] = "top"
    value: float = 40
    kind: Literal["gross", "net", "abroad"] = "gross"
    origins: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    colour: Literal["plain", "destination"] = "plain"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One map.

    Parameters
    ----------
    name : str
        The name of the files made from it.
    measure, flow : str
        What is mapped: a key of :data:`kzgeo.indicators.MEASURES` and of :data:`kzgeo.atlas.FLOWS`.
    years : tuple of int
        Empty for the newest complete year; several years make small multiples on one scale of classes.
    only : {"all", "gain", "loss"}
        Colour and label every region, or only those with a positive or a negative value.
    vintage : {"today", "complete"}
        ``complete``: a year whose measure is not known on today's outlines is drawn on the newest older ones on
        which it is.
    labels : bool
        Whether regions carry their names and figures.
    title : mapping of str to str
        Per language a Fluent pattern; the facts it may name are listed in the documentation of recipes.
    """

    name: str
    measure: str = "net_rate"
    flow: str = "interregional"
    years: tuple[int, ...] = ()
    every_year: bool = False
    only: Literal["all", "gain", "loss"] = "all"
    vintage: Literal["today", "complete"] = "today"
    classes: ClassSpec = field(default_factory=ClassSpec)
    palette: str = ""
    labels: bool = True
    arrows: ArrowSpec | None = None
    page: Page = PAGES["default"]
    title: Mapping[str, str] = field(default_factory=dict)
    caption: Mapping[str, str] = field(default_factory=dict)
