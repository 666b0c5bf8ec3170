"""Every host reads the options of a site in the same way, and so reports the same about its pages.

A small site is built by MkDocs, checked by `convref check` and by pytest, written by `convref weave`, and
converted with the extension of Python-Markdown, each in its own process.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from warm_python import PYTEST, WarmPython

PAGE = """\
# T

```python exec="on"
import os
assert os.path.samefile(os.environ["MKDOCS_CONFIG_DIR"], ".")
os.environ["CONVREF_KNOWN"]
```

```python exec="on" session="long"
print("x" * 200)
```

```python exec="on" session="large"
len(bytearray(1 << 27))
```

```python exec="on" session="slow"
import time; time.sleep(0.8)
```

```python
1 / 0
```

[139](published:a.b), 7 nets and 8 layers
"""
WITHOUT_OPTIONS = {
    "docs/index.md:6: run: KeyError: 'CONVREF_KNOWN'",
    "docs/index.md:25: citation: unknown published value 'a.b': docs/published.toml has no published values",
}
OPTIONS = {
    "output_limit": 100,
    "memory": "64M",
    "timeout": 0.5,
    "env": ["CONVREF_KNOWN"],
    "preload": ["json"],
    "jobs": 2,
    "auto": ["python"],
    "numbers": "require",
    "not_quantities": [r"\d nets"],
    "published": "figures.toml",
    "execute": "always",
    "cache": "kept",
}
WITH_OPTIONS = {
    "docs/index.md:9: run: wrote 201 bytes; the output is cut after 100",
    "docs/index.md:14: run: MemoryError",
    "docs/index.md:18: run: Timeout: took longer than 0.5 s",
    "docs/index.md:22: run: ZeroDivisionError: division by zero",
    "docs/index.md:25: citation: 139 differs from a.b, which is 138",
    "docs/index.md:25: number: 8 is neither computed nor checked nor cited",
}
WRONG_OPTIONS = {
    "jobs": "many",
    "memory": "lots",
    "timeout": 0,
    "env": "HOME",
    "execute": "sometimes",
    "executor": "cloud",
    "not_quantities": ["("],
    "timout": 5,
}
RULES = (
    "jobs (='many') must be a whole number, 0 or more",
    "memory (='lots') must be a number of bytes, such as 1048576, 512M or 2 GB",
    "timeout (=0) must be a number of seconds, more than 0",
    "env (='HOME') must be a list of strings",
    "executor (='cloud') must be 'local', 'dask' or 'dask: tcp://HOST:PORT'",
    "execute (='sometimes') must be 'auto', 'always' or 'never'",
    "not_quantities (=['(']) must be a list of regular expressions, and '(' is not one: missing )",
    "unknown option 'timout'; the nearest is 'timeout'",
)
CONVERT = """\
import json, sys, markdown, pathlib
options = {**json.loads(sys.argv[1]), "path": "docs/index.md"}
text = pathlib.Path("docs/index.md").read_text("utf-8")
markdown.markdown(text, extensions=["convref"], extension_configs={"convref": options})
"""


def say(root: Path, options: dict[str, object], python: WarmPython) -> dict[str, str]:
    """Write a site with these options, and return what each host says about it."""
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text(PAGE, "utf-8")
    (root / "figures.toml").write_text('source = "s"\n[a]\nb = 138\n', "utf-8")
    config = {"site_name": "T", "theme": {"name": "mkdocs"}, "plugins": [{"convref": options}]}
    (root / "mkdocs.yml").write_text(json.dumps(config), "utf-8")  # JSON is YAML
    (root / "convert.py").write_text(CONVERT, "utf-8")
    commands = {
        "mkdocs": ("-m", "mkdocs", "build"),
        "check": ("-m", "convref", "check"),
        "weave": ("-m", "convref", "weave", "docs", "out"),
        "pytest": (*PYTEST, "-q", "docs"),
        "extension": ("convert.py", json.dumps(options)),
    }
    said = {}
    for host, command in commands.items():
        done = python.run(*command, cwd=root, CONVREF_KNOWN="k")
        said[host] = done.stdout + done.stderr
    return said


def errors(said: str) -> set[str]:
    """Return the errors in an output; the last lines of pytest repeat them cut, after other text."""
    return set(
        re.findall(r"^(?:WARNING +- +convref: |  )?(docs/index\.md:\d+: \w+: .+)$", said, re.MULTILINE)
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, WITHOUT_OPTIONS), (OPTIONS, WITH_OPTIONS)],
    ids=["none", "many"],
)
def test_every_host_reports_the_same_errors_under_the_same_options(
    tmp_path: Path, python: WarmPython, options: dict[str, object], expected: set[str]
) -> None:
    said = say(tmp_path, options, python)
    wrong = {host: expected ^ errors(each) for host, each in said.items() if expected != errors(each)}
    assert {} == wrong, "errors that a host does not report, or alone reports"
    assert ("cache" in options) == (tmp_path / "kept").is_dir()


def test_every_host_refuses_the_same_options_with_the_same_words(tmp_path: Path, python: WarmPython) -> None:
    said = say(tmp_path, WRONG_OPTIONS, python)
    missing = {host: [rule for rule in RULES if rule not in each] for host, each in said.items()}
    assert {host: [] for host in said} == missing
    # Python-Markdown has no way to report an error but to raise it.
    tracebacks = {host for host, each in said.items() if "Traceback" in each}
    assert {"extension"} == tracebacks, "a host shows the message of a ConvrefError, not a traceback"


def test_every_host_says_that_the_executor_cannot_be_reached(tmp_path: Path, python: WarmPython) -> None:
    pytest.importorskip("distributed")
    # Dask cannot use this address, since it has no certificates here; so nothing is waited for.
    said = say(tmp_path, {"executor": {"dask": "tls://127.0.0.1:8786"}}, python)
    rule = "executor (='dask: tls://127.0.0.1:8786') cannot be reached: TLS"
    assert dict.fromkeys(said, True) == {host: rule in each for host, each in said.items()}
    tracebacks = {host for host, each in said.items() if "Traceback" in each}
    assert {"extension"} == tracebacks


def test_every_host_takes_languages_from_the_variable_of_markdown_exec(
    tmp_path: Path, python: WarmPython, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKDOWN_EXEC_AUTO", "python")
    error = "docs/index.md:22: run: ZeroDivisionError: division by zero"
    said = say(tmp_path, {}, python)
    assert dict.fromkeys(said, WITHOUT_OPTIONS | {error}) == {
        host: errors(each) for host, each in said.items()
    }
