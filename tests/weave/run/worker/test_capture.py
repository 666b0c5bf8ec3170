"""The capture of a block's output; each case runs in another process, whose descriptors it changes."""

import subprocess
import sys

import pytest

HEAD = """
import os, sys
from convref.weave.run.worker.capture import Capture
told = os.dup(2)
def tell(written): os.write(told, repr((written.text, written.dropped, written.valid)).encode())
capture = Capture(10)
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("with capture: print('a')", ("a\n", 0, True)),
        ("with capture: os.write(1, b'b')", ("b", 0, True)),
        ("with capture: os.system('echo c')", ("c\n", 0, True)),
        ("with capture: print('a', end=''); sys.stdout.flush(); os.write(1, b'b')", ("ab", 0, True)),
        ("with capture: import ctypes; ctypes.CDLL(None).printf(b'from C')", ("from C", 0, True)),
        ("with capture: print('x' * 25)", ("x" * 10, 16, True)),
        ("with capture: os.write(1, b'\\xff')", ("\ufffd", 0, False)),
        ("with capture: os.write(1, '一二三四'.encode())", ("一二三", 3, True)),
        ("with capture: print('a\\r\\nb')", ("a\nb\n", 0, True)),
        ("with capture: print(sys.stdin.read())", ("\n", 0, True)),
        ("with capture: print('old' * 3)\nwith capture: print('new')", ("new\n", 0, True)),
        ("capture.renew = True\nwith capture: print('old')\nwith capture: print('new')", ("new\n", 0, True)),
        ("with capture: out = sys.stdout\nwith capture: print('held', file=out)", ("held\n", 0, True)),
        ("with capture: sys.stdout = None\nwith capture: print('back')", ("back\n", 0, True)),
        ("with capture: sys.stdout.close()\nwith capture: print('back')", ("back\n", 0, True)),
        ("with capture: os.close(1)\nwith capture: print('back')", ("back\n", 0, True)),
    ],
)
def test_output_is_captured_wherever_it_comes_from(code, expected):
    script = f"{HEAD}\n{code}\ntell(capture.output())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stderr == repr(expected)


def test_standard_error_is_captured_apart_from_standard_output():
    script = f"{HEAD}\nwith capture: print('a', file=sys.stderr)\ntell(capture.errors())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stderr == repr(("a\n", 0, True))
