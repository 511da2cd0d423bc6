"""Running commands of the command line in the tests' own process, on tables made up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from click.testing import CliRunner, Result

from kzgeo.cli import cli
from kzgeo.errors import InputError
from kzgeo.regions import registry
from kzgeo.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

CODES = [region.code for region in registry().newest]
DATA = folder("data")


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def status(result: Result) -> int:
    """Return what :func:`main` would end with."""
    if isinstance(result.exception, (InputError, OSError)):
        return 1
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code


def codes(result: Result) -> set[str]:
    assert isinstance(result.exception, InputError), result.output
    return {problem.code for problem in result.exception.problems}


def table(path: Path, **changes: Any) -> Path:
    rows = [{"region": code, "year": 2024, "arrivals": 100, "departures": 100, "net": 0} for code in CODES]
    rows[0] |= changes
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def margins(path: Path, year: int = 2024) -> Path:
    flows = pd.read_csv(DATA / "flows.csv").query("year == @year")
    sums = {
        "arrivals": flows.groupby("destination")["people"].sum(),
        "departures": flows.groupby("origin")["people"].sum(),
    }
    pd.DataFrame(sums).rename_axis("region").astype(int).reset_index().to_csv(path, index=False)
    return path


def matrix(path: Path, year: int) -> Path:
    pd.read_csv(DATA / "flows.csv").query("year == @year").to_csv(path, index=False)
    return path
