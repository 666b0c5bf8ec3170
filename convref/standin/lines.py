"""Find the line of the user's code that is running, or that raised an error."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from types import FrameType

OWN = f"{Path(__file__).parents[1]}{os.sep}"
"""The folder of convref; lines of files in it are not the user's."""
EDITORS = frozenset({"<editor>", "<stdin>", "<string>"})
"""Names of code that users write, although it is in no file."""
STOP = "recorded"
"""The function in this package that calls the user's forward; its callers are not the user's code."""


def user_line() -> str:
    """Return `file:line` of the innermost call in the user's code, or an empty string if there is none."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.currentframe costs more
    while frame is not None:
        code = frame.f_code
        if not _is_own(code.co_filename):
            return f"{code.co_filename}:{frame.f_lineno}"
        if code.co_name == STOP:
            return ""
        frame = frame.f_back
    return ""


def error_line(error: BaseException) -> str:
    """Return `file:line` of the line in the user's code that raised an error; empty if it is unknown."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f"{each.filename}:{each.lineno}" for each in frames if not _is_own(each.filename)]
    return own[-1] if own else ""


def _is_own(file: str) -> bool:
    return file.startswith(OWN) or (file.startswith("<") and file not in EDITORS)
