"""Find a Chromium for the browser tests, and install one if there is none.

    python tests/chromium.py          exits with 0 if there is a Chromium, or if one could be installed

A Chromium of the system is preferred. If there is none, root installs it from the packages of the system, and
other users download that of the test tool Playwright.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT_PACKAGES = ("chromium",)


def system_browser() -> str | None:
    """Return the path of an installed Chromium or Chrome; None if there is none."""
    return next((path for name in SYSTEM_NAMES if (path := shutil.which(name))), None)


def downloaded_browser() -> str | None:
    """Return the path of the Chromium that Playwright downloaded; None if there is none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> int:
    """Install a Chromium from the packages of the system or with Playwright; return the exit status."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("browser tests: installing the system's chromium", file=sys.stderr)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        quiet: dict[str, Any] = {"env": environment, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *APT_PACKAGES]
        if subprocess.run(wanted, check=False, **quiet).returncode == 0:
            return 0
    print("browser tests: downloading Playwright's chromium", file=sys.stderr)
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    sys.exit(0 if system_browser() or downloaded_browser() else install())
