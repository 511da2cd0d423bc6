"""Where the built-in boundaries, data and recipes lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

__all__ = ["folder"]

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder ``boundaries``, ``data`` or ``maps`` (the recipes) that came with kzgeo."""
    packed = _PACKAGE / "pack" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
