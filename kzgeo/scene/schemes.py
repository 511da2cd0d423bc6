"""mapclassify's schemes, without the libraries that only a few of them call.

mapclassify itself is small. With it come scipy.stats and scikit-learn, for percentiles and k-means, and pyplot, for its
own pictures: most of a second, a fifth of the time in which a map is made. They are loaded when a scheme calls them.
"""

from __future__ import annotations

import sys
import warnings
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["load_schemes"]

LATER: Final = ("matplotlib.pyplot", "scipy.stats", "sklearn.cluster")


class _Later(ModuleType):
    """Stands for a module, which is loaded when something of it is first called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*args, **kwargs)

        return call


@cache
def load_schemes() -> dict[str, Callable[..., Any]]:
    """Return mapclassify's classifiers by name, but for the one that takes breaks given by hand."""
    later = {name: _Later(name) for name in LATER if name not in sys.modules}
    sys.modules.update(later)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of numba, without which a few dozen values are classed as quickly
            module = import_module("mapclassify.classifiers")
    finally:
        for name in later:
            del sys.modules[name]
    return {name: getattr(module, name) for name in module.CLASSIFIERS if name != "UserDefined"}
