"""One GeoPackage of the built-in atlas for all tests of this folder, and the QGIS that is installed, if any."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from kzgeo.load import builtin_atlas
from kzgeo.render.geopackage import write_geopackage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kzgeo.atlas import Atlas


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return builtin_atlas()


@pytest.fixture(scope="session")
def geopackage(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gis") / "kzgeo.gpkg"
    write_geopackage(atlas, path)
    return path


@pytest.fixture
def base(geopackage: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{geopackage}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.fixture(scope="session")
def qgis_python() -> str:
    """Return a Python that has QGIS: that of ``KZGEO_QGIS_PYTHON``, else the system's own."""
    python = os.environ.get("KZGEO_QGIS_PYTHON") or shutil.which("python3", path=os.defpath)
    probe = [python, "-c", "import qgis.core"] if python else ["false"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("QGIS is not installed; set KZGEO_QGIS_PYTHON to a Python that imports qgis.core")
    return str(python)
