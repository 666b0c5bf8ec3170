"""convref: convolutions and CNN architectures, described once and read in many ways.

Importing it loads neither NumPy nor PyTorch; each name below is loaded when it is first used.
"""

from __future__ import annotations

from importlib.metadata import version as _version

__version__ = _version("convref")
