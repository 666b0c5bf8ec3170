"""Find the line of the user's code that is running, or that raised an error."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from pathlib import Path

import torch

_PACKAGE = Path(__file__).parents[2]
OWN = (
    f"{Path(torch.__file__).parent}{os.sep}",
    f"{_PACKAGE / 'torch'}{os.sep}",
    f"{_PACKAGE / 'assembly'}{os.sep}",
    contextlib.__file__,
)
"""The start of the paths of files that are not the user's code: those of torch and of the recorder."""
DEEPEST = 60  # frames; the user's code is much nearer when torch is called from Python


def user_line() -> str:
    """Return `file:line` of the innermost call in the user's code, or an empty string if there is none."""
    frame = sys._getframe(1)  # noqa: SLF001 - inspect.currentframe costs more, and this runs for every operation
    for _ in range(DEEPEST):
        file = frame.f_code.co_filename
        if file == _RECORDING:
            if frame.f_code.co_name == "record":
                return ""
        elif not file.startswith(OWN) and not file.startswith("<"):
            return f"{file}:{frame.f_lineno}"
        if frame.f_back is None:
            return ""
        frame = frame.f_back
    return ""


def called_by_user() -> bool:
    """Return True if the torch function that is being handled was called by the user's code, not by torch."""
    frame = sys._getframe(1)  # noqa: SLF001 - likewise
    here = str(Path(__file__).parent)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(here):
        frame = frame.f_back
    while frame.f_back is not None and frame.f_code.co_filename.endswith(f"torch{os.sep}overrides.py"):
        frame = frame.f_back
    if frame.f_code.co_filename.endswith(f"torch{os.sep}_tensor.py"):  # Tensor.__len__ and the like
        frame = frame.f_back or frame
    return not frame.f_code.co_filename.startswith(OWN)


def error_line(error: BaseException) -> str:
    """Return ` at file:line` for the line of the user's code that raised an error; empty if it is unknown."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f" at {each.filename}:{each.lineno}" for each in frames if not each.filename.startswith(OWN)]
    return own[-1] if own else ""


_RECORDING = str(Path(__file__).parent / "recording.py")
