"""A file appears whole or not at all: it is written aside, then renamed."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["whole"]


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Yield a path to write to; what was written there takes the place of ``path`` when the block ends well.

    The path given has the same file name, in a passing folder beside the target: on the same file system, so
    that the renaming is atomic, and under the final name, since some formats write their name into the file.
    When the block fails, nothing is left behind and a file that was at ``path`` before stays as it was.

    Parameters
    ----------
    path : str or Path
        Where the file shall appear. Its folder is made if there is none.

    Yields
    ------
    Path
        Where to write it.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kzgeo-") as aside:
        written = Path(aside) / target.name
        yield written
        written.replace(target)
