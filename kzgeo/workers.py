"""Several processors at once, where the system can copy a process; one after the other elsewhere."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["workers"]

Made = TypeVar("Made")


class Alone(Executor):
    """Does what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Made], /, *args: Any, **kwargs: Any) -> Future[Made]:
        """Return a future that is done."""
        future: Future[Made] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result gets it
            future.set_exception(error)
        return future


@contextmanager
def workers(most: int) -> Iterator[Executor]:
    """Yield what does as many jobs at once as there are processors, up to ``most``.

    Workers are copies of this process, with all that it has loaded, so that starting one costs next to nothing; only
    Linux can make them safely. Where the block fails, jobs that wait are dropped.
    """
    count = min(most, len(os.sched_getaffinity(0))) if sys.platform == "linux" else 1
    if count < 2:
        yield Alone()
        return
    with warnings.catch_warnings():
        # what newer Pythons warn of are threads of libraries, which rest while nothing is asked of them
        warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*fork.*")
        with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork")) as pool:
            try:
                yield pool
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
