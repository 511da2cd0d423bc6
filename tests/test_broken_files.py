"""Files that are broken, in any place where a command takes one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from commands import run, status, table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = [
    ("check",),
    ("import", "--out", "o.csv"),
    ("build", "net", "--out", "o", "--table"),
    ("build", "net", "--out", "o", "--flows"),
    ("build", "net", "--out", "o", "--boundaries"),
    ("build", "--out", "o"),
    ("estimate", "--out", "o.csv", "--margins"),
]
BROKEN = {
    "empty.csv": b"",
    "header.csv": b"region,year,arrivals,departures\n",
    "pairs.csv": b"origin,destination,year,people\n",
    "words.csv": b'hello\nworld,1,2\n"unclosed',
    "zeros.csv": b"a,b\n\x00\x00,1\n",
    "numbers.csv": b"region,year,arrivals,departures\nKZ-71,2024,1e400,nan\nKZ-75,99999,-1,--\n",
    "twice.csv": b"region,year,arrivals,arrivals\nKZ-71,2024,1,1\n",
    "broken.xlsx": b"PK\x03\x04 no zip",
    "broken.xls": b"\xd0\xcf\x11\xe0 no workbook",
    "broken.parquet": b"PAR1 no table PAR1",
    "empty.geojson": b'{"type": "FeatureCollection", "features": []}',
    "nothing.geojson": b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null}]}',
    "cut.geojson": b'{"type": "FeatureCollection", "feat',
    "broken.gpkg": b"SQLite format 3\x00 no base",
    "broken.shp": b"\x00\x00'\n no shapes",
    "broken.fgb": b"fgb\x03fgb\x00 no features",
    "recipe.toml": b"measure = 3\n[classes]\nk = 'x'\n",
}


class TestBrokenFiles:
    """Never a traceback: any file, in any place, ends with status 1 and leaves nothing behind."""

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command[0]} {command[-1]}")
    @pytest.mark.parametrize("name", [*BROKEN, "folder.csv", "folder.gpkg", "absent.csv", "strange.zip"])
    def test_each_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], name: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        path = tmp_path / name
        if name in BROKEN:
            path.write_bytes(BROKEN[name])
        elif name.startswith("folder"):
            path.mkdir()
        elif name.startswith("strange"):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("readme.txt", "nothing here")
        assert status(run(*command, path)) == 1
        assert {found.name for found in tmp_path.iterdir()} <= {name}

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=200), st.sampled_from([".csv", ".xlsx", ".geojson", ".parquet", ".shp"]))
    def test_any_bytes_are_refused(self, tmp_path: Path, data: bytes, ending: str) -> None:
        path = tmp_path / f"any{ending}"
        path.write_bytes(data)
        assert status(run("check", path)) == 1

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=20), st.sampled_from(["region", "year", "arrivals", "net"]))
    def test_any_cell_is_read_or_refused(self, tmp_path: Path, cell: str, column: str) -> None:
        path = table(tmp_path / "t.csv", **{column: cell})
        assert status(run("check", path)) in {0, 1}
