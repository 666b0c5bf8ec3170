"""Collect the packages that code in the browser can import, as files of the site.

The packages are named by the site's option `try_packages`, and by the option `install` of a fence. A package
that is given as a directory is packed into an archive; a wheel is copied; and for a requirement, such as
`numpy==2.0`, pip downloads the wheels while the site is built.
"""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from convref.errors import ArgumentError
from convref.weave.browser.runtime import Runtime

_REQUIREMENT: Final = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?(?:[=<>!~]=?[\w.*]+)?")
_TIME: Final = 120  # seconds for pip
_ENDING: Final = 4  # lines of pip's output in an error


class Packages:
    """The packages that a site provides for code in the browser.

    Args:
        given: the packages that the site names: directories of packages, wheels, directories that contain
            wheels, and requirements for pip.
        root: the directory to which paths in `given` are relative.
        cache: the directory in which downloaded wheels are kept.
        runtime: the folder of Pyodide; wheels must be built for its version of Python and its platform.
        online: whether pip may download packages from an index such as PyPI.
    """

    def __init__(
        self, given: Iterable[str], root: Path, cache: Path, runtime: Runtime, *, online: bool
    ) -> None:
        self.cache, self.runtime, self.online = cache, runtime, online
        self.directories: dict[str, Path] = {}
        self.wheels: list[Path] = []
        self.requirements: list[str] = []
        self._links: list[Path] = []
        self._installed: dict[str, tuple[Path, ...]] = {}
        for each in given:
            path = root / each
            if (path / "__init__.py").is_file():
                self.directories[path.name] = path
            elif path.is_dir():
                self._links.append(path)
            elif path.suffix == ".whl":
                self.wheels.append(path)
            else:
                self.requirements.append(each)

    def files_of(self, requirement: str) -> tuple[Path, ...]:
        """Return the wheels of a requirement and of its dependencies. Memoized.

        They are first searched for in the directories with wheels that the site names. If they are not there,
        pip downloads them from an index.

        Raises:
            ArgumentError: the requirement cannot be parsed, or its wheels cannot be found or downloaded.
        """
        if requirement not in self._installed:
            self._installed[requirement] = self._resolved(requirement)
        return self._installed[requirement]

    def known(self) -> dict[str, tuple[Path, ...]]:
        """Return the results of all calls of `files_of`, as a dict from requirement to wheels."""
        return dict(self._installed)

    def modules_of(self, requirement: str) -> frozenset[str]:
        """Return the top-level modules in the wheels of a requirement.

        Raises:
            ArgumentError: the wheels cannot be found or read; see `files_of` and `modules_in`.
        """
        return frozenset().union(*map(modules_in, self.files_of(requirement)))

    def _resolved(self, requirement: str) -> tuple[Path, ...]:
        if not _REQUIREMENT.fullmatch(requirement):
            raise ArgumentError(
                f"install (={requirement!r}) must be names of packages, as in numpy,tabulate==0.9"
            )
        key = f"{requirement} {self.runtime.python} {self.runtime.platforms}"
        folder = self.cache / hashlib.sha256(key.encode()).hexdigest()[:12]
        if not (folder / "complete").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            if self._pip(requirement, folder, "--no-index"):
                problem = self._pip(requirement, folder) if self.online else "pip must not use the network"
                if problem:
                    raise ArgumentError(self._reason(requirement, problem))
            (folder / "complete").touch()
        files = tuple(sorted(folder.glob("*.whl")))
        for file in files:
            self._check(file)
        return files

    def _pip(self, requirement: str, folder: Path, *flags: str) -> str:
        """Download the wheels of a requirement into `folder`; return an error message, or "" on success."""
        options = [
            *("--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "15"),
            *("--only-binary", ":all:", "--implementation", "cp", "--python-version", self.runtime.python),
            *("--abi", f"cp{self.runtime.python.replace('.', '')}", "--dest", str(folder)),
            *(part for each in self.runtime.platforms for part in ("--platform", each)),
            *(part for each in self._links for part in ("--find-links", str(each))),
        ]
        command = [sys.executable, "-m", "pip", "download", *options, *flags, requirement]
        try:  # the requirement has been checked: it is no option and no address
            done = subprocess.run(command, capture_output=True, text=True, timeout=_TIME, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            return f"pip did not end within {_TIME} seconds"
        lines = done.stderr.splitlines()
        errors = [line for line in lines if line.startswith("ERROR")] or lines
        return "" if done.returncode == 0 else " ".join(errors[-_ENDING:]) or "pip failed"

    def _reason(self, requirement: str, problem: str) -> str:
        match = _REQUIREMENT.fullmatch(requirement)
        built = self.runtime.wheel_of(match["name"]) if match else ""
        hint = f"; put {built} into a directory that try_packages names" if built else ""
        return f"install (={requirement!r}): pip has no wheel for Python in the browser{hint} ({problem})"

    def _check(self, file: Path) -> None:
        """Raise an ArgumentError if a wheel from Pyodide's authors does not have their checksum."""
        expected = self.runtime.checksum_of(file.name)
        if expected and hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            raise ArgumentError(f"install: {file.name} must have the checksum that pyodide-lock.json gives")


def modules_in(wheel: Path) -> frozenset[str]:
    """Return the top-level modules of a wheel.

    Raises:
        ArgumentError: the file is not a wheel.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise ArgumentError(f"try_packages (={wheel.name!r}) must be a wheel: {error}") from error
    tops = {name.partition("/")[0] for name in names}
    return frozenset(top.removesuffix(".py") for top in tops if not top.endswith((".dist-info", ".data")))


@dataclass
class PackedDirectory:
    """The archive of a package's directory. It is created again only if a file of the package has changed."""

    directory: Path
    _stamp: tuple[object, ...] = ()
    _content: bytes = b""

    def content(self) -> bytes:
        """Return the archive, a ZIP file with the files of the package, except compiled Python files."""
        inside = {path: path.relative_to(self.directory.parent) for path in sorted(self.directory.rglob("*"))}
        files = [path for path, name in inside.items() if "__pycache__" not in name.parts and path.is_file()]
        stamp = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
        if stamp != self._stamp:
            self._content = archive((inside[path].as_posix(), path.read_bytes()) for path in files)
            self._stamp = stamp
        return self._content


def archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a ZIP archive of files, which are given as pairs of name and content.

    The archive contains no times, so that two builds of the same files give the same archive.
    """
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        for name, content in files:
            entry = zipfile.ZipInfo(name)  # dated 1980, the earliest time of a ZIP archive
            entry.external_attr = 0o644 << 16  # otherwise nobody may read the unpacked file
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return memory.getvalue()
