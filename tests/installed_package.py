"""A package that the engine takes for installed, in a folder that tests may change."""

import os
import shutil

from cached_site import write

from convref.weave.cache import module_origins
from convref.weave.run.process import boot

# The script of `boot`, for which another folder also holds installed packages.
BOOT = """
import sys
from convref.weave.cache import module_origins
known = module_origins.directories
module_origins.directories = lambda *names: known(*names) + ({folder!r},) * ("purelib" in names)
from convref.weave.run.process import boot
boot.main()
"""


class Installed:
    """A folder of installed packages, which contains the package `pkg`."""

    def __init__(self, root):
        self.folder = root / "installed"
        self.install("1")

    def install(self, version, *, mode="files"):
        """Install a version of the package over the one before.

        Args:
            version: the version, a whole number as text.
            mode: "files" to overwrite the files, "renamed" to delete the folder first.
        """
        if mode == "renamed":
            shutil.rmtree(self.folder, ignore_errors=True)
        for old in self.folder.glob("pkg-*.dist-info"):
            shutil.rmtree(old)
        write(self.folder / "pkg" / "__init__.py", f"from pkg import part\nversion = {version!r}\n")
        write(self.folder / "pkg" / "part.py", f"x = {version!r}\n")
        for source in (self.folder / "pkg").glob("*.py"):
            # Python trusts bytecode while its source has the same second and size, which two versions that a
            # test writes may share; installers compile anew.
            os.utime(source, (1_700_000_000 + 10 * int(version),) * 2)
        info = self.folder / f"pkg-{version}.dist-info"
        write(info / "METADATA", f"Metadata-Version: 2.1\nName: pkg\nVersion: {version}\n")
        write(info / "top_level.txt", "pkg\n")


def installed_package(root, monkeypatch):
    """Install a package below `root` that all engines started later can import; return the `Installed`."""
    folder = f"{root / 'installed'}/"
    known = module_origins.directories
    for module in ("module_origins", "recording.recorder"):
        monkeypatch.setattr(
            f"convref.weave.cache.{module}.directories",
            lambda *names: known(*names) + (folder,) * ("purelib" in names),
        )
    (root / "boot.py").write_text(BOOT.format(folder=folder))
    monkeypatch.setattr(boot, "__file__", str(root / "boot.py"))
    monkeypatch.syspath_prepend(folder.rstrip("/"))
    return Installed(root)
