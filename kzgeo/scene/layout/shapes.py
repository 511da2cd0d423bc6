"""Shapely's constructors for many shapes at once, typed as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from kzgeo.scene.layout.geometry import points

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Network

__all__ = ["Shapes", "labels", "lines", "polygons", "rings"]

Shapes: TypeAlias = NDArray[np.object_]


def lines(curves: Floats, steps: int) -> Shapes:
    """Return curves (m, 4, 2) as lines of so many pieces."""
    return np.asarray(shapely.linestrings(points(curves, np.linspace(0.0, 1.0, steps + 1))))


def polygons(vertices: Floats) -> Shapes:
    """Return polygons of outlines (m, p, 2)."""
    return np.asarray(shapely.polygons(vertices))


def rings(network: Network) -> Shapes:
    """Return the discs that nodes cover."""
    return np.asarray(shapely.buffer(shapely.points(network.positions), network.radii))


def labels(network: Network) -> Shapes:
    """Return the boxes of labels."""
    return np.asarray(shapely.box(*network.labels.T), dtype=object)
