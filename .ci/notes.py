"""Print the notes of a release: the section of CHANGELOG.md on the version that a tag names.

    python .ci/notes.py v0.1.0

Fails if the tag is not the version of the package, or the changelog has no section on it.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent

(tag,) = sys.argv[1:]
version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
if tag != f"v{version}":
    sys.exit(f"the tag {tag} must be v{version}, the version in pyproject.toml")
changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
heading = rf"^## {re.escape(version)}, [^\n]*\n"
section = re.search(rf"{heading}(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
if section is None:
    sys.exit(f"CHANGELOG.md must have a section on {version}; write it with: towncrier build")
print(section[1].strip())
