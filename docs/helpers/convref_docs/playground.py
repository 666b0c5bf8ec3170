"""The playground: a page in which readers run convref on their own networks, and the files that it needs.

The runtime is Pyodide, which npm installs into `playground/node_modules`. The descriptions, the analysis and
the drawings of convref need only the standard library, so nothing else is loaded.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convref.weave.browser.packages import archive as packed
from convref_docs.paths import ROOT

RUNTIME = ROOT / "playground" / "node_modules" / "pyodide"
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
"""The files of the runtime that a browser loads."""

DRIVER = "convref_docs.playground_driver"
"""The module whose function `answer` the page calls."""
HELPERS = tuple(f"playground_{name}.py" for name in ("driver", "messages", "network", "rules"))
"""The files of this package that the runtime needs besides convref."""
PACKAGES = ("nn", "analysis", "architectures", "assembly", "draw", "networks", "standin")
MODULES = (
    "__init__.py", "errors.py", "wording.py", "comparison.py", "py.typed", "weave/__init__.py",
    "weave/browser/__init__.py", "weave/browser/output.py", "weave/browser/translation.py",
)  # fmt: skip
MISSING = {
    "en": "This copy of the site was built without npm, so that nothing can be run here. The command line "
    "gives the same answers.",
    "zh": "构建这份网站时没有装 npm，因此没有在线运行的部分。用命令行或笔记本可以得到同样的结果。",
}
NO_SCRIPT = {
    "en": "The playground runs Python in your browser, so it needs scripts.",
    "zh": "这里的 Python 在浏览器里运行，需要启用 JavaScript。",
}
EXAMPLE = """\
Sequential(
    Conv2d(3, 32, 3, padding=1),
    ReLU(),
    MaxPool2d(2),
    Conv2d(32, 64, 3, padding=1),
    ReLU(),
    AdaptiveAvgPool2d(1),
    Flatten(),
    Linear(64, 10),
)
"""
PYTORCH = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.skip = nn.Conv2d(32, 64, 1)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = F.relu(self.conv2(x)) + self.skip(x)
        x = torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)
        return self.fc(x)


net = Net()
"""
EXAMPLES = (
    ({"en": "Layers", "zh": "由层组成"}, EXAMPLE, "3, 32, 32"),
    ({"en": "PyTorch code", "zh": "PyTorch 代码"}, PYTORCH, "3, 32, 32"),
    (
        {"en": "A network of this site", "zh": "本站的网络"},
        'architectures.build("resnet18")\n',
        "3, 224, 224",
    ),
)
"""The examples that the page lists: titles, code and the shape of the input."""


def is_installed() -> bool:
    """Return whether npm has installed the runtime."""
    return all((RUNTIME / name).is_file() for name in FILES)


def package() -> Iterator[tuple[Path, str]]:
    """Yield the path of each Python file that the runtime needs, and its path in the archive.

    Example:
        >>> names = [name for _, name in package()]
        >>> "convref/nn/conv.py" in names, "convref_docs/playground_driver.py" in names
        (True, True)
        >>> "convref/functional/__init__.py" in names
        False
    """
    source = ROOT / "convref"
    for name in MODULES:
        yield source / name, f"convref/{name}"
    for folder in PACKAGES:
        for path in sorted((source / folder).rglob("*.py")):
            yield path, f"convref/{path.relative_to(source).as_posix()}"
    for name in HELPERS:
        yield Path(__file__).with_name(name), f"convref_docs/{name}"


def archive() -> bytes:
    """Return the archive with the files of `package`, which the runtime unpacks."""
    return packed((name, path.read_bytes()) for path, name in package())


def sizes() -> tuple[int, int]:
    """Return two numbers of bytes: all that a browser loads, and the part that the progress bar counts.

    Modules of JavaScript are not in the second number, since the worker cannot observe how they are loaded.
    """
    own = len(archive())
    counted = {name: (RUNTIME / name).stat().st_size for name in FILES}
    modules = sum(size for name, size in counted.items() if name.endswith(".mjs"))
    return own + sum(counted.values()), own + sum(counted.values()) - modules


def write_package(folder: Path) -> None:
    """Pack the files of `package` into `playground.zip`.

    Args:
        folder: the directory of the built site with the packages for the browser, which the service worker
            keeps.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "playground.zip").write_bytes(archive())


@dataclass(frozen=True)
class Playground:
    """The playground in a page, or a note that it is missing if the site was built without the runtime.

    Args:
        installed: whether the runtime is installed.
        code: the initial text of the editor.
        shape: the initial input shape.
        examples: the examples that readers can choose, each with titles by language, code and input shape.
    """

    installed: bool
    code: str
    shape: str
    examples: tuple[tuple[dict[str, str], str, str], ...] = ()

    def _repr_lang_(self, lang: str) -> dict[str, str] | None:
        return {"text/html": self._html(lang)} if lang in MISSING else None

    def _repr_html_(self) -> str:
        return self._html("en")

    def _html(self, lang: str) -> str:
        if not self.installed:
            return f"<p>{MISSING[lang]}</p>"
        loaded, counted = sizes()
        given = {"kind": "playground", "shape": self.shape, "module": DRIVER, "loaded": loaded}
        data = {name: html.escape(str(value)) for name, value in (given | {"counted": counted}).items()}
        attributes = " ".join(f'data-{name}="{value}"' for name, value in data.items())
        return (
            f'<div class="convref-calculator" {attributes}>'
            f"<pre><code>{html.escape(self.code)}</code></pre>"
            f"{''.join(self._example(lang, *each) for each in self.examples)}"
            f"<noscript><p>{NO_SCRIPT[lang]}</p></noscript></div>"
        )

    @staticmethod
    def _example(lang: str, titles: dict[str, str], code: str, shape: str) -> str:
        """Return an example as a hidden element, from which the script fills its list."""
        given = f'data-title="{html.escape(titles[lang])}" data-shape="{html.escape(shape)}"'
        return (
            f'<script type="text/plain" {given}>{json.dumps(code).replace("<", chr(92) + "u003c")}</script>'
        )


def playground(code: str = EXAMPLE, shape: str = "3, 32, 32") -> Playground:
    """Return the playground for a page.

    Args:
        code: the initial text of the editor.
        shape: the initial input shape.

    Example:
        >>> playground("Conv2d(3, 8, 3)", "3, 9, 9").code
        'Conv2d(3, 8, 3)'
    """
    return Playground(is_installed(), code, shape, EXAMPLES)
