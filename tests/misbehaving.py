"""Blocks that misbehave in every known way, and the failures that the build must report for them.

A `Block` has its code, a pattern for the failure, and the line of the code on which it is reported. If the
system can deny a page access to other processes, attacks on these fail with a PermissionError; otherwise they
end the session. Blocks in `HARMLESS` have side effects but do not fail.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A block that fails.

    Attributes:
        code: its code.
        message: a pattern for the failure that the build reports.
        line: the 1-based line of the code on which the failure is reported; 0 for the last line.
    """

    code: str
    message: str
    line: int = 0

    @property
    def at(self):
        """The 1-based line of the code on which the failure is reported."""
        return self.line or self.code.count("\n") + 1


CHANNEL = """\
import json, os, socket, stat, struct, time
def channel():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            pass
def framed(message):
    body = json.dumps(message).encode()
    return struct.pack('!I', len(body)) + body
forged = {'number': 0, 'output': '', 'dropped': 0, 'valid': True, 'stderr': '', 'remarks': [], 'seconds': 0.1}
"""
ANCESTOR = """\
import os
def parent(pid):
    return int(open(f'/proc/{pid}/stat').read().rpartition(')')[2].split()[1])
"""
VALUE = "class V:\n    def {name}(self): {code}\nV()"
FORBIDDEN = "PermissionError: .*"
ENDED = "Crash: the process ended itself with code"
SIGNAL = "Crash: the process was ended by signal"
STOPPED = "Crash: the process was stopped by signal"
LOST = f"({FORBIDDEN}|Crash: the process has lost its parent process, .*|{SIGNAL} 9 .*)"
GARBLED = r"Crash: the process sent (the build a message that is not|a message of \d+ bytes)"
FOREIGN = "Crash: another process wrote into the worker's connection to the build"
IGNORED = "Timeout: .* and ignored the signal to stop"

ENDING = {
    "an exception": Block("raise ValueError('no')", "ValueError: no"),
    "a syntax error": Block("x = (", r"SyntaxError: '\(' was never closed"),
    "sys.exit": Block("import sys; sys.exit(3)", "SystemExit: 3"),
    "os._exit": Block("import os; os._exit(3)", f"{ENDED} 3"),
    "os._exit as if all were well": Block("import os; os._exit(0)", f"{ENDED} 0"),
    "a segmentation fault": Block("import ctypes; ctypes.string_at(0)", f"{SIGNAL} 11"),
    "abort": Block("import os; os.abort()", f"{SIGNAL} 6"),
    "itself killed": Block("import os; os.kill(os.getpid(), 9)", f"{SIGNAL} 9"),
    "itself terminated": Block("import os; os.kill(os.getpid(), 15)", f"{SIGNAL} 15"),
    "itself stopped": Block("import os; os.kill(os.getpid(), 19)", f"{STOPPED} 19"),
    "its group killed": Block("import os; os.killpg(0, 9)", f"{SIGNAL} 9"),
    "its group stopped": Block("import os; os.killpg(0, 19)", f"{STOPPED} 19"),
    "recursion": Block("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded", 1),
    "recursion in C": Block(
        "x = []\nfor _ in range(100_000): x = [x]\nrepr(x)", "(RecursionError|Crash|MemoryError)"
    ),
    "input": Block("input()", "EOFError: EOF when reading a line"),
    "a KeyboardInterrupt": Block("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "a GeneratorExit": Block("raise GeneratorExit", "GeneratorExit"),
    "an exception without text": Block(
        "class E(Exception):\n    def __str__(self): raise TypeError\nraise E", "E: <exception str"
    ),
    "a value without repr": Block(VALUE.format(name="__repr__", code="raise KeyError('k')"), "KeyError", 2),
    "a value that ends the process": Block(
        VALUE.format(name="__repr__", code="import os; os._exit(4)"), f"{ENDED} 4", 1
    ),
    "no descriptors": Block("import os; os.closerange(3, 1000)", f"{ENDED} 1"),
    "an enormous value": Block(
        VALUE.format(name="_repr_html_", code="return 'x' * 9_000_000"), "OutputLimit: ", 1
    ),
    "an enormous exception": Block("raise ValueError('x' * 9_000_000)", "ValueError: xxx"),
    "an enormous name": Block("raise type('N' * 9_000_000, (Exception,), {})", "NNN"),
    "a patched os": Block("import os\nos.getpid = os.getcwd = os._exit = os.fstat = None", f"{ENDED} 1", 1),
    "a directory that is gone": Block(
        "import os, tempfile\nhere = tempfile.mkdtemp(); os.chdir(here); os.rmdir(here); os.getcwd()",
        "FileNotFoundError",
    ),
}  # fmt: skip
CHANNELS = {
    "garbage": Block(f"{CHANNEL}os.write(channel(), b'garbage' * 1000)", GARBLED, 1),
    "a wrong length": Block(f"{CHANNEL}os.write(channel(), b'\\x7f\\xff\\xff\\xff')", GARBLED, 1),
    "half a message": Block(f"{CHANNEL}os.write(channel(), framed({{'a': 1}})[:7]); os._exit(0)", ENDED, 1),
    "no dictionary": Block(f"{CHANNEL}os.write(channel(), framed([1]))", GARBLED, 1),
    "a deep message": Block(
        f"{CHANNEL}os.write(channel(), struct.pack('!I', 90000) + b'[' * 90000)", GARBLED, 1
    ),
    "a wrong answer": Block(f"{CHANNEL}os.write(channel(), framed({{'number': 0}}))", ".*whose .* is not", 1),
    "an answer too many": Block(
        f"{CHANNEL}os.write(channel(), framed(forged))",
        "Crash: the process answered step 0 instead of step 1",
        1,
    ),
    "a closed channel": Block(
        f"{CHANNEL}socket.socket(fileno=os.dup(channel())).shutdown(socket.SHUT_RDWR)", "Crash: .*", 1
    ),
    "a child that answers": Block(
        f"{CHANNEL}if os.fork() == 0:\n    os.write(channel(), framed(forged)); os._exit(0)\nos.wait()",
        FOREIGN,
        1,
    ),
    "a child that writes garbage": Block(
        f"{CHANNEL}if os.fork() == 0:\n    os.write(channel(), b'garbage'); os._exit(0)\nos.wait()",
        FOREIGN,
        1,
    ),
    "an orphan that holds the channel": Block(
        f"{CHANNEL}if os.fork():\n    os._exit(5)\ntime.sleep(60)", f"{ENDED} 5", 1
    ),
}  # fmt: skip
ATTACKS = {
    "its parent killed": Block("import os; os.kill(os.getppid(), 9)", LOST),
    "its parent terminated": Block("import os; os.kill(os.getppid(), 15)", LOST),
    "its parent's group killed": Block("import os; os.killpg(os.getpgid(os.getppid()), 9)", LOST),
    "its parent stopped": Block(
        "import os; os.kill(os.getppid(), 19)",
        f"({FORBIDDEN}|Crash: the process stopped its parent process, .*)",
    ),
    "the warm parent killed": Block(f"{ANCESTOR}os.kill(parent(os.getppid()), 9)", FORBIDDEN),
    "the warm parent stopped": Block(f"{ANCESTOR}os.kill(parent(os.getppid()), 19)", FORBIDDEN),
}  # fmt: skip
HANGING = {
    "an endless loop": Block("while True: pass", "Timeout: took longer than"),
    "a loop that ignores exceptions": Block(
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass", IGNORED, 1
    ),
    "a loop that ignores signals": Block(
        "import signal\nfor each in set(signal.Signals) - {9, 19}:\n    signal.signal(each, signal.SIG_IGN)\n"
        "while True: pass",
        IGNORED,
        1,
    ),
    "a loop that blocks signals": Block(
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))\nwhile True: pass",
        IGNORED,
        1,
    ),
    "silence": Block(
        f"{CHANNEL}os.dup2(os.open(os.devnull, os.O_RDWR), channel())\n"
        "while True:\n    try: time.sleep(60)\n    except BaseException: pass",
        "(Timeout: .*|Crash: .*closed its connection.*)",
        1,
    ),
}  # fmt: skip
HARMLESS = {
    "two processes": "import os\npid = os.fork()\nprint('both', flush=True)",
    "two processes and much output": "import os\npid = os.fork()\nprint('x' * 900_000, flush=True)",
    "a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
    "children": "import subprocess\nfor _ in range(9):\n"
    "    subprocess.Popen(['sleep', '60'], start_new_session=True)",
    "a daemon": "import os, time\nif os.fork() == 0:\n    os.setsid()\n"
    "    if os.fork() == 0: time.sleep(60)\n    os._exit(0)",
    "much output": "for _ in range(20): print('x' * 1_000_000)",
    "an enormous text": "'a' * 9_000_000",
    "patched builtins": "import builtins\nbuiltins.__dict__.clear()",
    "another directory": "import os; os.chdir('/')",
    "temporary files": "import os, tempfile\nfor _ in range(50): os.makedirs(tempfile.mkdtemp() + '/a/b/c')\n"
    "os.chmod(tempfile.mkdtemp(), 0)",
    "a temporary directory that is gone": "import os, shutil, tempfile\nshutil.rmtree(tempfile.gettempdir())",
}  # fmt: skip
FAILING = {**ENDING, **(CHANNELS if hasattr(os, "fork") else {}), **ATTACKS}
