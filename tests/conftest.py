"""Maps for all tests: built once by the command line, in two processes that share nothing but the input."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# the same examples in every run, so that a run tells of the change before it; --hypothesis-profile search looks further
settings.register_profile("steady", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile("steady")

ROOT = Path(__file__).parents[1]
COMMANDS = """
import sys
from kzgeo.cli import cli
for line in sys.stdin.read().splitlines():
    cli(line.split(), standalone_mode=False)
import kzgeo
print(kzgeo.__file__)
"""


@dataclass(frozen=True)
class Built:
    """Folders of two builds, their output on standard error, and where the second one's kzgeo came from."""

    first: Path
    second: Path
    complaints: tuple[str, str]
    second_home: Path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [packed] = folder.glob("*.whl")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Built:
    """The headline maps: from the checkout, and some of them again from the wheel, in an empty folder."""
    folder = tmp_path_factory.mktemp("maps")
    runs = [
        _run(folder / "first", ROOT, "1", "ru,kk,en"),
        _run(folder / "second", wheel, "2", "kk"),
    ]
    outputs = [run.communicate(timeout=300) for run in runs]
    for run, (_, complaints) in zip(runs, outputs, strict=True):
        assert run.returncode == 0, complaints
    home = Path(outputs[1][0].splitlines()[-1]).parent
    return Built(folder / "first", folder / "second", (outputs[0][1], outputs[1][1]), home)


def _run(folder: Path, package: Path, seed: str, languages: str) -> subprocess.Popen[str]:
    folder.mkdir()
    run = subprocess.Popen(
        [sys.executable, "-c", COMMANDS],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(package), "PYTHONHASHSEED": seed, "PYTHONWARNINGS": "error"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stdin is not None
    run.stdin.write(
        f"build net-rate --lang {languages} --format html,png,svg --out .\n"
        "build pull --lang kk --format svg,pdf,gpkg --out .\n"
    )
    run.stdin.close()
    run.stdin = None
    return run
