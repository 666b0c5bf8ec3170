"""Report this process's file, import, subprocess and network activity to a sink, the object that records it.

Python calls an audit hook for every file that is opened, every folder that is listed and every program that
is started. There is no such call when code asks whether a file exists (`os.stat`), reads the target of a
link, asks for the origin of a module, or starts a program with `multiprocessing`. A result can depend on
these, too, so the functions that do this are wrapped.

An audit hook cannot be removed. So a process installs one `Watch`, and code sets its attribute `sink` to the
object that is to receive the reports. A worker that is forked inherits the `Watch` of its parent process.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol
from urllib.parse import unquote

_PROGRAMS: Final = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
}
_NETWORK: Final = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyaddr",
    "socket.gethostbyname",
    "socket.getnameinfo",
    "socket.sendmsg",
    "socket.sendto",
    "urllib.Request",
}
_CHANGES: Final = {
    "os.remove",
    "os.rename",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "os.chown",
    "os.utime",
}
_LOOKUPS: Final = {"os.chdir", "os.getxattr", "os.listxattr", "os.setxattr", "os.removexattr"}
# Functions of `os` without an audit event.
_QUERIES: Final = ("stat", "lstat", "access", "readlink", "statvfs", "pathconf")
PROGRAM: Final = "it starts a program"
NETWORK: Final = "it uses the network"
UNSEEN: Final = "not all its dependencies could be recorded"


class Sink(Protocol):
    """The interface of an object that receives reports; each method is called for one kind of event.

    Paths are passed as the code gave them, so they may be relative, bytes or file descriptors. `caller` is
    the file of the code that caused the event.
    """

    def read(self, path: Any) -> None:
        """Note that a file is read, or that its existence or metadata is queried."""

    def write(self, path: Any) -> None:
        """Note that a file or folder is changed."""

    def imported(self, path: str) -> None:
        """Note that an import reads the file of a module."""

    def listed(self, path: Any) -> None:
        """Note that the names in a folder are read."""

    def scanned(self, path: Any, caller: str) -> None:
        """Note that the entries of a folder are read, including the sizes and times of its files."""

    def database(self, path: Any) -> None:
        """Note that the file of an SQLite database is opened."""

    def connected(self) -> None:
        """Note that a connection to an SQLite database has been opened, on disk or in memory."""

    def looked_for(self, name: str, places: Iterable[str] | None) -> None:
        """Note that a module is searched for.

        Args:
            name: the full name of the module.
            places: the folders of the package that would contain it; None for a top-level module, which is
                searched for on `sys.path`.
        """

    def used(self, name: str) -> None:
        """Note that the code calls `importlib.import_module` or `find_spec` with the name of a module.

        The module may be loaded already.
        """

    def unseen(self, reason: str) -> None:
        """Note that the session does something whose effects cannot be traced.

        Args:
            reason: a clause for messages, such as `it starts a program`.
        """


class Watch:
    """The audit hook of a process. It reports events to `sink`; while `sink` is None, it reports nothing."""

    def __init__(self) -> None:
        self.sink: Sink | None = None
        # Set while a sink runs: what it does itself (it reads files, too) must not be reported.
        self._busy = threading.local()
        self._installed = False
        self._handlers: dict[str, Callable[[Sink, tuple[Any, ...], str], None]] = {
            "open": _opened,
            "os.listdir": _listed,
            "os.scandir": _scanned,
            "import": _loaded,
            "ctypes.dlopen": _linked,
            "sqlite3.connect": _connecting,
            "sqlite3.connect/handle": _connected,
            **dict.fromkeys(_CHANGES, _changed),
            **dict.fromkeys(_LOOKUPS, _looked_up),
        }

    def install(self) -> None:
        """Install the audit hook and the wrappers. Idempotent. They cannot be removed again."""
        if self._installed:
            return
        self._installed = True
        sys.addaudithook(self._hook)
        sys.meta_path.insert(0, _Finder(self))
        for name in _QUERIES:
            if hasattr(os, name):
                self._wrap_os(name, self._querying)
        self._wrap_os("open", self._opening)
        for module, name in ((importlib, "import_module"), (importlib.util, "find_spec")):
            setattr(module, name, self._using(getattr(module, name)))
        with contextlib.suppress(ImportError):  # `multiprocessing` starts programs by this function alone
            forks: Any = importlib.import_module("_posixsubprocess")
            forks.fork_exec = self._starting(forks.fork_exec)

    def report(self, handler: Callable[..., None], *arguments: Any) -> None:
        """Call `handler` with the sink and the arguments, unless the sink itself has caused the event.

        If the handler raises an exception, the sink gets a report that not all dependencies were recorded.
        """
        sink = self.sink
        if sink is None or getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            handler(sink, *arguments)
        except Exception:  # noqa: BLE001 (an error here must not appear in the page)
            sink.unseen(UNSEEN)
        finally:
            self._busy.now = False

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.sink is None:
            return
        if event in self._handlers:
            frame = sys._getframe().f_back  # noqa: SLF001 (nothing else knows the caller)
            self.report(self._handlers[event], arguments, frame.f_code.co_filename if frame else "")
        elif event in _PROGRAMS:
            self.report(_unseen, PROGRAM)
        elif event in _NETWORK:
            self.report(_unseen, NETWORK)

    def _wrap_os(self, name: str, wrapper: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        original = getattr(os, name)
        setattr(os, name, functools.wraps(original)(wrapper(original)))
        # `shutil` and `os.fwalk` look the function up in these sets before they use its options.
        for known in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
            if original in known:
                known.add(getattr(os, name))

    def _querying(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def query(path: Any, *rest: Any, **options: Any) -> Any:
            if not isinstance(path, int):  # a descriptor's file was reported when it was opened
                self.report(_queried, path, options.get("dir_fd"))
            return original(path, *rest, **options)

        return query

    def _opening(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, flags: int, *rest: Any, **options: Any) -> Any:
            if options.get("dir_fd") is not None:  # the audit event does not contain it
                self.report(_opened_in, path, flags, options["dir_fd"])
            return original(path, flags, *rest, **options)

        return opened

    def _using(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def use(name: Any, *rest: Any, **options: Any) -> Any:
            self.report(_used, name)
            return original(name, *rest, **options)

        return use

    def _starting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def start(*arguments: Any) -> Any:
            self.report(_unseen, PROGRAM)
            return original(*arguments)

        return start


class _Finder:
    """An import finder that reports every module that is looked for, and never finds one."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def find_spec(self, name: str, path: Iterable[str] | None = None, target: object = None) -> None:
        """Report the module; returning None makes Python ask the next finder."""
        del target
        self._watch.report(_looked_for, name, path)


def _opened(sink: Sink, arguments: tuple[Any, ...], caller: str) -> None:
    path, _, flags = arguments
    if isinstance(path, int):  # `open` of a descriptor
        return
    flags = flags or 0
    writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
    if caller.startswith("<frozen importlib"):
        if not writes:  # it writes only bytecode
            sink.imported(os.fsdecode(path))
        return
    if not writes or not flags & (os.O_TRUNC | os.O_EXCL):  # appending keeps the former content
        sink.read(path)
    if writes:
        sink.write(path)


def _opened_in(sink: Sink, path: Any, flags: int, folder: int) -> None:
    _opened(sink, (_within(path, folder), None, flags), "")


def _listed(sink: Sink, arguments: tuple[Any, ...], caller: str) -> None:
    if not caller.startswith("<frozen importlib"):
        sink.listed(_folder(arguments[0]))


def _scanned(sink: Sink, arguments: tuple[Any, ...], caller: str) -> None:
    sink.scanned(_folder(arguments[0]), caller)


def _loaded(sink: Sink, arguments: tuple[Any, ...], _: str) -> None:
    if arguments[1]:
        sink.read(arguments[1])  # an extension module; sources are opened as files


def _linked(sink: Sink, arguments: tuple[Any, ...], _: str) -> None:
    name = arguments[0]
    if isinstance(name, str) and os.sep in name:
        sink.read(name)


def _connecting(sink: Sink, arguments: tuple[Any, ...], _: str) -> None:
    name = os.fsdecode(arguments[0])
    if name.startswith("file:"):
        name = unquote(name.removeprefix("file:").partition("?")[0])
        if name.startswith("//"):  # file://localhost/path
            name = f"/{name.removeprefix('//').partition('/')[2]}"
    if name not in {"", ":memory:"}:
        sink.database(name)


def _connected(sink: Sink, _: tuple[Any, ...], __: str) -> None:
    sink.connected()


def _changed(sink: Sink, arguments: tuple[Any, ...], caller: str) -> None:
    if caller.startswith("<frozen importlib"):
        return
    for path in arguments[:2]:
        if isinstance(path, str | bytes | os.PathLike):
            sink.read(path)
            sink.write(path)


def _looked_up(sink: Sink, arguments: tuple[Any, ...], _: str) -> None:
    """Report the path in the first argument as read, because the call depends on whether the path exists."""
    if not isinstance(arguments[0], int):  # a descriptor's file was reported when it was opened
        sink.read(arguments[0])


def _queried(sink: Sink, path: Any, folder: int | None) -> None:
    sink.read(path if folder is None else _within(path, folder))


def _looked_for(sink: Sink, name: str, places: Iterable[str] | None) -> None:
    sink.looked_for(name, places)


def _used(sink: Sink, name: Any) -> None:
    sink.used(str(name))


def _unseen(sink: Sink, reason: str) -> None:
    sink.unseen(reason)


def _folder(path: Any) -> Any:
    if isinstance(path, int):
        return os.readlink(f"/proc/self/fd/{path}")  # noqa: PTH115 (a path object is not needed)
    return "." if path is None else path


def _within(path: Any, folder: int) -> str:
    return os.path.join(_folder(folder), os.fsdecode(path))  # noqa: PTH118 (likewise)
