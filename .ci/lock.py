"""Write the locks: every package that the site and the tests install, with its version and hashes.

Needs `uv`. Versions are those of constraints.txt; where it names none, the newest that was released before
the day of the lock less a week, so that a release that is withdrawn soon is not locked. PyTorch and the
libraries that it brings are left out, since its builds differ by platform.

    requirements-build.lock  what builds packages; installed first, so that nothing else is downloaded for it
    requirements.lock        everything else
"""

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OF_TORCH = re.compile(r"(torch|triton|cuda-.*|nvidia-.*)==")
BUILDS = {"editables", "hatchling", "packaging", "pathspec", "pluggy", "setuptools", "trove-classifiers"}
HEADER = "# Written by .ci/lock.py on {}; install with: pip install --require-hashes --no-deps -r {}\n"


def compiled() -> list[str]:
    """Return the requirements with their hashes, one text of several lines for each."""
    before = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=7)
    command = ["uv", "pip", "compile", "pyproject.toml", "-", "--quiet", "--universal", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--python-version", "3.11.5", "-c", "constraints.txt"]
    command += [f"--exclude-newer={before}"] if "--recent" not in sys.argv else []
    command += [f"--extra={name}" for name in ("site", "test", "bench", "dask", "torch")]
    done = subprocess.run(command, input="editables\n", cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return re.split(r"\n(?=[\w-])", done.stdout.strip())


def main() -> None:
    """Write both locks."""
    found = [each for each in compiled() if not OF_TORCH.match(each)]
    names = {each: each.partition("==")[0] for each in found}
    today = dt.datetime.now(dt.UTC).date()
    for file, is_build in (("requirements-build.lock", True), ("requirements.lock", False)):
        lines = [each for each in found if (names[each] in BUILDS) == is_build]
        (ROOT / file).write_text(HEADER.format(today, file) + "\n".join(lines) + "\n", "utf-8")


main()
