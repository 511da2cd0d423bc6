"""Run by a Python that has QGIS: open the GeoPackage as a person would, print what is there, draw the map.

Usage: python qgis_open.py GEOPACKAGE PICTURE
"""

from __future__ import annotations

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize


def styled(geopackage: str, name: str) -> dict[str, object]:
    """Return what a layer looks like when it is dragged into an empty map."""
    layer = QgsVectorLayer(f"{geopackage}|layername={name}", name, "ogr")
    renderer = layer.renderer()
    labels = [item.label() for item in renderer.legendSymbolItems()]
    return {"valid": layer.isValid(), "renderer": renderer.type(), "legend": labels, "labels": layer.labelsEnabled()}


def colours(picture: str, geopackage: str) -> list[str]:
    """Draw the project and return the colours that cover at least one pixel in two hundred."""
    project = QgsProject.instance()
    if not project.read(f"geopackage:{geopackage}?projectName=kzgeo"):
        return []
    regions = project.mapLayersByName("regions")[0]
    settings = QgsMapSettings()
    settings.setLayers(project.layerTreeRoot().layerOrder())
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(600, 400))
    settings.setExtent(
        QgsCoordinateTransform(regions.crs(), project.crs(), project).transformBoundingBox(regions.extent())
    )
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    counts: dict[str, int] = {}
    for x in range(0, 600, 3):
        for y in range(0, 400, 3):
            name = image.pixelColor(x, y).name()
            counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count >= sum(counts.values()) / 200)


def main() -> None:
    geopackage, picture = sys.argv[1:]
    application = QgsApplication([], False)  # noqa: FBT003 - Qt's own signature: no windows
    application.initQgis()
    found = {name: styled(geopackage, name) for name in ("regions", "flows", "nodes")}
    drawn = colours(picture, geopackage)
    project = QgsProject.instance()
    layers = {layer.name(): [layer.isValid(), layer.featureCount()] for layer in project.mapLayers().values()}
    print(json.dumps({"styled": found, "colours": drawn, "layers": layers, "crs": project.crs().toProj()}))  # noqa: T201


main()
