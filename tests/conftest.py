"""The Python in which tests run programs, and one thread for numerical libraries in every test process.

The tests run in as many processes as there are processors. More threads than processors wait for each other
in busy loops: small convolutions in PyTorch then take four times as much processor time.
"""

import os
from collections.abc import Iterator

import pytest
from warm_python import WarmPython

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # read when the libraries are loaded, after this file


@pytest.fixture(scope="session")
def python() -> Iterator[WarmPython]:
    """Return a Python that runs programs, such as `mkdocs build`, in forks with its imports done."""
    python = WarmPython()
    yield python
    python.close()
