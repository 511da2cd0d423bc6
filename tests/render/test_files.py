"""A file appears whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kzgeo.render.files import whole

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "new" / "map.html"
    with whole(target) as path:
        path.write_text("map")
        assert path.name == "map.html"
        assert not target.exists()
    assert target.read_text() == "map"
    assert [p.name for p in target.parent.iterdir()] == ["map.html"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    target.write_text("old")

    def fail() -> None:
        with whole(target) as path:
            path.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]
