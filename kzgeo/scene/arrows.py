"""Flows on the page: nodes, widths and the layout of the arrows, local ones inside the insets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kzgeo.scene.content import View
from kzgeo.scene.ground import Drawn
from kzgeo.scene.insets import Inset
from kzgeo.scene.place import Box

__all__ = ["Arrows", "lay_arrows"]


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows of one window."""

    nodes: Mapping[str, tuple[float, float, float]]


def lay_arrows(
    view: View,
    drawn: Drawn,
    insets: Sequence[Inset],
    labels: Mapping[str, Box],
    reserved: Sequence[Box],
    frame: Box,
) -> tuple[Arrows, dict[str, Box]]:
    """Lay out."""
    return Arrows({}), dict(labels)
