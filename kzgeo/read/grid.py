"""A file of cells, whatever its format: CSV in any usual encoding, XLSX, XLS, ODS, Parquet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from kzgeo.errors import InputError, Problem

__all__ = ["Grid", "decode", "read_grids"]

_LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі")
_PRINT = frozenset("«»„“”‘’–—−…№°·±\u00a0\u2009\u202f\ufeff")
_DELIMITERS = "\t;|,"


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells as they stand in a file.

    Attributes
    ----------
    file : str
        The file as the user named it.
    sheet : str
        Name of the sheet; empty where the file has none.
    cells : DataFrame
        Text, numbers, dates, None or empty text; the index is the line that a text editor or spreadsheet shows,
        the columns are numbered from 0.
    """

    file: str
    sheet: str
    cells: pd.DataFrame


def read_grids(path: str | Path) -> list[Grid]:
    """Read every sheet of a file that holds anything.

    Raises
    ------
    InputError
        If the file is absent, unreadable, of an unknown encoding, or empty.
    """
    file = str(path)
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise _trouble(file, "cannot be read", error.strerror or "", "name an existing file") from error
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        sheets = _workbook(file, raw)
    elif raw.startswith(b"PAR1"):
        sheets = {"": _parquet(file)}
    else:
        sheets = {"": _text(file, raw)}
    grids = [Grid(file, name, cells) for name, cells in sheets.items() if not cells.empty]
    if not grids:
        raise _trouble(file, "is empty", "", "give a file with a header and at least one row", code="empty")
    return grids


def decode(raw: bytes) -> str | None:
    """Return the text of a file in UTF-8, UTF-16, Windows-1251, its Kazakh sister KZ-1048 or CP866, else None."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        texts = (raw.decode(encoding, errors="replace") for encoding in ("cp1251", "kz1048", "cp866"))
        text = max(texts, key=_cyrillic_share)  # the first of equals: most files are Windows-1251
        return text if _cyrillic_share(text) > 0.9 else None


def _cyrillic_share(text: str) -> float:
    foreign = [letter for letter in text.lower() if letter > "\x7f" and letter not in _PRINT]
    return sum(letter in _LETTERS for letter in foreign) / max(len(foreign), 1)


def _text(file: str, raw: bytes) -> pd.DataFrame:
    text = None if b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")) else decode(raw)
    if text is None:
        remedy = "save it as CSV in UTF-8 (or Windows-1251), or as .xlsx"
        raise _trouble(file, "is in an encoding that cannot be told", "", remedy, code="encoding")
    if _garbled(text):
        remedy = "open the original with encoding UTF-8 and save it again: letters were converted twice"
        raise _trouble(file, "holds garbled letters", _first_foreign(text), remedy, code="encoding")
    rows = csv.reader(io.StringIO(text, newline=None), delimiter=_delimiter(text), skipinitialspace=True)
    try:
        lines = list(rows)
    except csv.Error as error:  # a cell without end: a quote was opened and never closed
        remedy = "close the quotes of the row that begins here, or save it as .xlsx"
        raise _trouble(file, "cannot be parted into cells", str(error), remedy) from error
    width = max(map(len, lines), default=0)
    cells = pd.DataFrame([line + [""] * (width - len(line)) for line in lines], dtype=object)
    cells.index = pd.Index(_line_numbers(lines)) if '"' in text else pd.RangeIndex(1, len(lines) + 1)
    return _trimmed(cells)


def _line_numbers(lines: list[list[str]]) -> list[int]:
    """Return the line on which each record begins: a quoted cell may run over several."""
    heights = (1 + sum(cell.count("\n") for cell in line) for line in lines)
    return list(accumulate(heights, initial=1))[:-1]


def _delimiter(text: str) -> str:
    """Return the mark that parts most lines into the same number of cells, marks in quotes aside."""
    lines = [line for line in re.sub(r'"[^"]*"', "", text[:200_000]).splitlines() if line.strip()][:200]

    def agreement(mark: str) -> tuple[float, int]:
        counts = Counter(line.count(mark) for line in lines)
        usual, times = counts.most_common(1)[0] if counts else (0, 0)
        return (times / len(lines), usual) if usual else (0.0, 0)

    return max(_DELIMITERS, key=agreement)


def _garbled(text: str) -> bool:
    try:
        again = text.encode("cp1251").decode("utf-8")
    except UnicodeError:
        return False
    return again != text and _cyrillic_share(again) > 0.9


def _first_foreign(text: str) -> str:
    match = re.search(r"[^\x00-\x7f][^,;\t\n]*", text)
    return match.group()[:40] if match else ""


def _workbook(file: str, raw: bytes) -> dict[str, pd.DataFrame]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        remedy = "open it in a spreadsheet program and save it as .xlsx, without a password"
        raise _trouble(file, "is no spreadsheet that can be read", str(error), remedy) from error
    frames = {}
    for name, rows in sheets.items():
        cells = pd.DataFrame([[_whole(cell) for cell in row] for row in rows], dtype=object)
        cells.index = pd.RangeIndex(1, len(cells) + 1)
        frames[name] = _trimmed(cells)
    return frames


def _whole(cell: Any) -> Any:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _parquet(file: str) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(file)
    except ImportError as error:
        remedy = "install pyarrow (pip install pyarrow), or save the table as CSV"
        raise _trouble(file, "needs a library that is not installed", "pyarrow", remedy) from error
    except (OSError, ValueError) as error:
        raise _trouble(file, "is no Parquet file that can be read", str(error), "write it again") from error
    head = pd.DataFrame([list(map(str, frame.columns))], dtype=object)
    body = pd.DataFrame(frame.astype(object).to_numpy(), dtype=object)
    cells = pd.concat([head, body.where(body.notna(), None)], ignore_index=True)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    return _trimmed(cells)


def _trimmed(cells: pd.DataFrame) -> pd.DataFrame:
    """Drop lines and columns without any content; the numbers of the others stay."""
    full = cells.apply(lambda column: column.map({cell: _holds(cell) for cell in column.unique()})).astype(bool)
    trimmed: pd.DataFrame = cells.loc[full.any(axis=1), full.any(axis=0)]
    return trimmed


def _holds(cell: object) -> bool:
    return cell is not None and cell == cell and bool(str(cell).strip())  # noqa: PLR0124 - NaN differs from itself


def _trouble(file: str, what: str, value: str, remedy: str, *, code: str = "unreadable") -> InputError:
    return InputError([Problem(file, None, what, value, remedy, code)])
