"""mapclassify's schemes are all there, and those that need little load little."""

from __future__ import annotations

import json
import subprocess
import sys
from textwrap import dedent

import pytest


def fresh(code: str) -> object:
    """Return what a program prints as JSON in a process of its own, which has imported nothing yet."""
    done = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


BINS = """
    import json, warnings
    from inspect import signature
    import numpy as np
    {first}
    from kzgeo.scene.schemes import load_schemes
    values = np.sort(np.round(np.random.default_rng(11).normal(0.4, 30, 60), 1))
    bins = {{}}
    for name, scheme in load_schemes().items():
        np.random.seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            options = {{"k": 4}} if "k" in signature(scheme).parameters else {{}}
            bins[name] = scheme(values, **options).bins.tolist()
    print(json.dumps(bins))
"""


def test_schemes_are_those_of_mapclassify_imported_whole() -> None:
    ours = fresh(BINS.format(first=""))
    assert ours == fresh(BINS.format(first="import warnings; warnings.simplefilter('ignore'); import mapclassify"))
    assert {"FisherJenks", "Percentiles", "NaturalBreaks"} <= set(ours)


@pytest.mark.parametrize("later", ["sklearn", "scipy.stats", "matplotlib.pyplot"])
def test_what_a_scheme_does_not_call_is_not_loaded(later: str) -> None:
    loaded = fresh(f"""
        import json, sys
        import numpy as np
        from kzgeo.scene.classes import classify
        from kzgeo.scene.spec import ClassSpec
        classify(np.arange(30.0), ClassSpec(), palette="", diverging=False)
        before = {later!r} in sys.modules
        import {later}
        print(json.dumps([before, hasattr(sys.modules[{later!r}], "__file__")]))
    """)
    assert loaded == [False, True]
