"""What a session is seen to depend on, recorded in its worker while its steps run.

Python tells an audit hook every file that is opened, every folder that is listed, every module that is
looked for and every program that is started; questions whether a file exists go through `os.stat`, which is
watched too. What a library reads without Python (a file opened in C) is not seen, unless the page's code
names it in a string. A library that the warm parent loaded is known by the code that imports it.

What is told: the state that each file had when it was first read, and that each written one was left in;
each folder's names; the installed modules; names that were looked for; what cannot be kept, and why.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from importlib.util import source_from_cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from convref.weave.messages import Message
from convref.weave.origins import installed_name, is_project
from convref.weave.states import SPECIAL, file_state, folder_state

_IMPORTED = re.compile(
    r"(?:^|[;:])[ \t]*(?:>>> |\.\.\. )?(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))"
    r"|(?:import_module|__import__)\(\s*[\"']([\w.]+)",
    re.MULTILINE,
)
ENVIRONMENT = re.compile(r"environ|getenv|expanduser|expandvars|\.home\(|getpass|platformdirs")
_PROGRAMS = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
}
_NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"}
_CHANGES = {
    "os.remove",
    "os.rename",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
}
_IGNORED = ("/proc/", "/sys/", "/dev/")
PROGRAM, NETWORK = "it starts a program", "it uses the network"
_ENGINE = str(Path(__file__).parent) + os.sep

Uses = dict[str, set[str]]


class Recorder:
    """Sees what steps depend on, from `install` on, whenever `recording` is entered.

    Args:
        uses: which modules the modules that were loaded ahead use, by their first names.
    """

    def __init__(self, uses: Uses | None = None) -> None:
        self.files: dict[str, str] = {}
        self.written: set[str] = set()
        self.folders: dict[str, str] = {}
        self.modules: set[str] = set()
        self.names: set[str] = set()
        self.reasons: dict[str, None] = {}
        self.reads_environment = False
        self._uses = uses or {}
        self._ahead = set(sys.modules)
        self._home = tempfile.gettempdir() + os.sep if tempfile.tempdir else ""
        self._active = False
        self._busy = threading.local()
        self._handlers: dict[str, Callable[[tuple[Any, ...], bool], None]] = {
            "open": self._opened,
            "os.listdir": self._listed,
            "os.scandir": self._listed,
            "import": self._looked_for,
            "sqlite3.connect": self._connected,
            **dict.fromkeys(_CHANGES, self._changed),
        }

    def install(self) -> None:
        """Begin to watch the process; this cannot be undone."""
        sys.addaudithook(self._hook)
        for name in ("stat", "lstat", "access"):
            original = getattr(os, name)
            watched = self._watched(original)
            setattr(os, name, watched)
            for known in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
                if original in known:
                    known.add(watched)

    @contextlib.contextmanager
    def recording(self, sources: Iterable[str]) -> Iterator[None]:
        """A context in which what happens is recorded; the sources are those that it runs."""
        for source in sources:
            self._read_source(source)
            for path in _named_files(source):
                self._read(path)
        self._active = True
        try:
            yield
        finally:
            self._active = False

    def report(self) -> Message:
        """What was seen up to now."""
        for path, state in list(self.files.items()):
            if file_state(path) != state:
                self.reasons[f"{path} changed while the session ran"] = None
        for path, state in self.folders.items():
            if folder_state(path) != state:
                self.reasons[f"{path} changed while the session ran"] = None
        if any(each is not threading.main_thread() for each in threading.enumerate()):
            self.reasons["a thread was left running"] = None
        self._missing()
        left = {path: file_state(path) for path in self.written}
        return {
            "files": dict(sorted({**left, **self.files}.items())),
            "folders": dict(sorted(self.folders.items())),
            "installed": sorted(self._installed()),
            "names": sorted(self.names),
            "environment": self.reads_environment,
            "reasons": list(self.reasons),
        }

    def _missing(self) -> None:
        """Modules inside packages that were looked for in vain, by the files that would make them."""
        for name in self.names - set(sys.modules):
            package, _, last = name.rpartition(".")
            for folder in getattr(sys.modules.get(package), "__path__", ()):
                for file in (f"{last}.py", os.path.join(last, "__init__.py")):  # noqa: PTH118
                    self._read(os.path.join(folder, file))  # noqa: PTH118

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._active or getattr(self._busy, "now", False):
            return
        if event in _PROGRAMS:
            self.reasons[PROGRAM] = None
        elif event in _NETWORK:
            self.reasons[NETWORK] = None
        elif event in self._handlers:
            importing = sys._getframe(1).f_code.co_filename.startswith("<frozen importlib")  # noqa: SLF001
            self._quietly(self._handlers[event], arguments, importing)

    def _quietly(self, handler: Callable[..., None], *arguments: Any) -> None:
        """Call what must neither be seen itself nor disturb the page."""
        self._busy.now = True
        try:
            handler(*arguments)
        except Exception:  # noqa: BLE001 (whatever it is, the page must not see it)
            self.reasons["something that it did could not be followed"] = None
        finally:
            self._busy.now = False

    def _opened(self, arguments: tuple[Any, ...], importing: bool) -> None:
        path, _, flags = arguments
        if isinstance(path, int):
            return
        flags = flags or 0
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
        if importing:
            if not writes:
                self._import_source(os.fsdecode(path))
            return
        if not writes or not flags & (os.O_TRUNC | os.O_EXCL):
            self._read(path)
        if writes:
            self._write(path)

    def _listed(self, arguments: tuple[Any, ...], importing: bool) -> None:
        path = arguments[0]
        if importing:
            return
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")  # noqa: PTH115
        place = self._place("." if path is None else path)
        if place and place not in self.folders:
            self.folders[place] = folder_state(place)

    def _looked_for(self, arguments: tuple[Any, ...], _: bool) -> None:
        name, file = arguments[:2]
        self.names.add(name)
        if file:
            self._read(file)

    def _connected(self, arguments: tuple[Any, ...], _: bool) -> None:
        path = os.fsdecode(arguments[0]).removeprefix("file:").partition("?")[0]
        if path not in {"", ":memory:"}:
            self._read(path)
            self._write(path)

    def _changed(self, arguments: tuple[Any, ...], importing: bool) -> None:
        if importing:
            return
        for path in arguments[:2]:
            if isinstance(path, str | bytes | os.PathLike):
                self._read(path)
                self._write(path)

    def _watched(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def ask(path: Any, *rest: Any, **options: Any) -> Any:
            if self._active and not isinstance(path, int) and not getattr(self._busy, "now", False):
                self._quietly(self._read, path)
            return original(path, *rest, **options)

        ask.__name__ = original.__name__
        return ask

    def _read(self, path: Any) -> None:
        place = self._place(path)
        if place and place not in self.files and place not in self.written:
            state = file_state(place)
            if state != SPECIAL:
                self.files[place] = state

    def _write(self, path: Any) -> None:
        place = self._place(path)
        if place:
            self.written.add(place)

    def _place(self, path: Any) -> str:
        """The whole path of a file that a session can depend on; empty for any other."""
        place = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (a path object is not needed)
        if not is_project(place) or place.startswith(_IGNORED) or place.startswith(_ENGINE):
            return ""
        return "" if self._home and place.startswith(self._home) else place

    def _import_source(self, path: str) -> None:
        """A module of the project is imported: it is read, and what it imports counts."""
        if path.endswith(".pyc"):
            with contextlib.suppress(ValueError):
                path = source_from_cache(path)
        place = self._place(path)
        if not place or place in self.files:
            return
        self._read(place)
        with contextlib.suppress(OSError, ValueError):
            self._read_source(Path(place).read_text("utf-8"))

    def _read_source(self, source: str) -> None:
        for match in _IMPORTED.finditer(source):
            for name in re.split(r"[,\s]+", match[1] or match[2] or match[3]):
                self.modules.add(name.partition(".")[0])
        self.reads_environment = self.reads_environment or bool(ENVIRONMENT.search(source))

    def _installed(self) -> set[str]:
        """The first names of the installed modules that the session used, and of those that they use."""
        loaded = set(sys.modules)
        own = uses(loaded - self._ahead)
        todo = {name for name in self.modules if name in loaded} | set(own)
        found: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in found and _is_installed(name):
                found.add(name)
                todo |= self._uses.get(name, set()) | own.get(name, set())
        return found


def uses(names: Iterable[str]) -> Uses:
    """Which modules the loaded modules use, as their globals tell; all by their first names."""
    found: Uses = {}
    for name in names:
        module = sys.modules.get(name)
        first = name.partition(".")[0]
        known = found.setdefault(first, set())
        for value in list(vars(module).values()) if type(module) is ModuleType else ():
            owner = value.__name__ if type(value) is ModuleType else None
            if type(value) in {type, FunctionType}:
                owner = value.__module__
            if type(owner) is str:
                known.add(owner.partition(".")[0])
        known.discard(first)
    return found


def _is_installed(name: str) -> bool:
    module = sys.modules.get(name)
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    return any(installed_name(f"{place}{os.sep}") for place in places)


def _named_files(source: str) -> Iterator[str]:
    """The files that strings in the code name: a library may open them where Python does not see it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) < 256:
            with contextlib.suppress(OSError, ValueError):
                if stat.S_ISREG(os.stat(node.value).st_mode):  # noqa: PTH116 (a text that may be no path)
                    yield node.value
