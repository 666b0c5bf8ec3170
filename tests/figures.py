"""Record results of the page engine's tests for the site, if the variable CONVREF_FIGURES is set."""

import datetime as dt
import os
from typing import Any

from convref_docs import engine_tests


def record(name: str, **figures: Any) -> None:
    """Write the results of one test into the folder that the site shows, if CONVREF_FIGURES is set."""
    if os.environ.get("CONVREF_FIGURES"):
        engine_tests.write(name, {"date": dt.datetime.now(dt.UTC).date().isoformat(), **figures})
