"""The error tree.

::

    KzgeoError
    ├── InputError      a user's file has problems; carries all of them at once (exit status 1)
    └── RecipeError     a recipe cannot be drawn from this atlas (exit status 1)

A message says file, row, value and remedy, so that a person who has never seen the code can act on it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["InputError", "KzgeoError", "Problem", "RecipeError"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with an input.

    Parameters
    ----------
    file : str
        The file as the user named it.
    row : int or None
        Line of the file as a text editor or spreadsheet counts it (the header is row 1);
        for polygons the feature's number from 1. None where the whole file is meant.
    what : str
        What is wrong, e.g. ``"unknown region"``.
    value : str
        The offending value as it stands in the file; empty where there is none.
    remedy : str
        What to do about it.
    code : str
        A stable short name of the kind of problem, e.g. ``"unknown-region"``.
    """

    file: str
    row: int | None
    what: str
    value: str
    remedy: str
    code: str = "problem"

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}:{self.row}"
        value = f" {self.value!r}" if self.value else ""
        return f"{place}: {self.what}{value}; {self.remedy}"

    def as_dict(self) -> dict[str, Any]:
        """Return the problem as plain types, for ``--format json``."""
        return asdict(self)


class KzgeoError(Exception):
    """Base of every error that kzgeo raises on purpose."""


class InputError(KzgeoError):
    """An input has problems; ``problems`` holds all of them, in the order of files and rows."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(map(str, self.problems)))


class RecipeError(InputError):
    """A recipe asks for something that does not exist or that this atlas does not hold."""
