"""How much room a line of text takes on the page: measured from the font that prints it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FAMILY", "MM_PER_PT", "balanced", "line_height", "printable", "text_width", "widest", "wrap"]

FAMILY: Final = "DejaVu Sans"  # comes with matplotlib and has ә ғ қ ң ө ұ ү һ і
MM_PER_PT: Final = 25.4 / 72
BOX: Final = "\N{WHITE SQUARE}"
_SIZE: Final = 64  # pt at which widths are measured; they scale linearly


@cache
def _font(*, bold: bool) -> Any:
    import matplotlib as mpl
    from matplotlib.ft2font import FT2Font

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    font = FT2Font(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name))
    font.set_size(_SIZE, 72)
    return font


@cache
def _has(character: str, *, bold: bool) -> bool:
    """Say whether the font has a glyph for a character."""
    return bool(_font(bold=bold).get_char_index(ord(character)))


def printable(text: str, *, bold: bool = False) -> str:
    """Return a text as the font can print it: blanks for line breaks and tabs, a box for what it has no glyph for."""
    return "".join(mark if _has(mark, bold=bold) else " " if mark.isspace() else BOX for mark in text)


@cache
def _advance(character: str, *, bold: bool) -> float:
    """Return the advance of a character as a part of the type size."""
    return float(_font(bold=bold).load_char(ord(character)).linearHoriAdvance / 65536 / _SIZE)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in mm of one line of text set at ``size`` pt."""
    return sum(_advance(mark, bold=bold) for mark in printable(text, bold=bold)) * size * MM_PER_PT


def line_height(size: float) -> float:
    """Return the distance in mm between the baselines of two lines set at ``size`` pt."""
    return 1.18 * size * MM_PER_PT


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text at its spaces into lines of at most ``width`` mm; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def balanced(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text as :func:`wrap` does, into as few lines, but of about the same length."""
    lines = wrap(text, width, size, bold=bold)
    for narrower in (width * step / 20 for step in range(19, 9, -1)):
        closer = wrap(text, narrower, size, bold=bold)
        if len(closer) > len(lines):
            break
        lines = closer
    return lines


def widest(texts: Iterable[str], size: float, *, bold: bool = False) -> float:
    """Return the width in mm of the widest of some lines."""
    return max((text_width(text, size, bold=bold) for text in texts), default=0.0)
