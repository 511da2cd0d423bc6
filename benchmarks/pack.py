"""The pack of one recipe in three languages, side by side with a plain script that makes an equal one.

``python benchmarks/pack.py SCRIPT DATA [--runs N]`` prints the table of README.md. SCRIPT is called as
``python SCRIPT BOUNDARIES DATA OUT ru kk en`` and makes three PNG, three HTML and one GeoPackage, as an analyst would
with geopandas, folium and matplotlib; DATA is the folder of tables that it reads. BOUNDARIES are the built-in outlines
at full resolution, with the columns iso_3166_2, name_ru, name_kk and name_en. Whole processes are timed, in turn.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import geopandas as gpd

from kzgeo.resources import folder

KZGEO = Path(sys.executable).with_name("kzgeo")
LANGUAGES = ("ru", "kk", "en")
COLUMNS = {"code": "iso_3166_2", "name_ru": "name_ru", "name_kk": "name_kk", "name_en": "name_en"}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def boundaries(scratch: Path) -> Path:
    """Write the built-in outlines as the plain script wants them; kzgeo reads the same file."""
    path = scratch / "regions.gpkg"
    regions = gpd.read_file(folder("boundaries") / "regions.fgb").rename(columns=COLUMNS)
    regions[[*COLUMNS.values(), "geometry"]].to_file(path)
    return path


def measure(script: str, data: str, runs: int) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        outlines = str(boundaries(scratch))
        plain, ours = scratch / "plain", scratch / "ours"
        pack = [str(KZGEO), "build", "pull", "--boundaries", outlines, "--format", "html,png,gpkg", "--out", str(ours)]
        commands = {
            "plain": [sys.executable, script, outlines, data, str(plain), *LANGUAGES],
            "kzgeo": pack,
            "help": [str(KZGEO), "--help"],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for side, command in commands.items():
                taken[side].append(seconds(command))
        return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", help="the plain script")
    parser.add_argument("data", help="the folder of tables that it reads")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    taken = measure(asked.script, asked.data, asked.runs)
    base = median(taken["plain"])
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {asked.runs} runs\n")
    print("| what | median, s | least, s | of the plain script |")
    print("| --- | --- | --- | --- |")
    for name, label in (("plain", "plain script"), ("kzgeo", "kzgeo, equal pack"), ("help", "kzgeo --help")):
        times = taken[name]
        print(f"| {label} | {median(times):.2f} | {min(times):.2f} | {median(times) / base:.2f} |")


if __name__ == "__main__":
    main()
