"""Whole builds of sites with misbehaving pages: each is reported at its line, and all others are built.

CONVREF_HOSTILE_BUILDS sets the number of builds of a hundred misbehaving pages in a row, every second of them
beside twice as many busy processes as processors. Without it, one build has a page of each kind.
"""

import itertools
import os
import re
import subprocess
import sys
import time

import pytest
from figures import record
from misbehaving import FAILING, HANGING, HARMLESS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these are ways of Linux to misbehave")
LIMIT = 5  # seconds for a block: on a busy machine, one that ends at once may take some
JOBS = 4
GOOD = '# Good\n\n```python exec="on"\nimport time; time.sleep(0.2)\nprint(6 * 7)\n```\n'
BUILDS = int(os.environ.get("CONVREF_HOSTILE_BUILDS", "0"))
# Pages that change files of the site, and what is reported of which file.
FILES = {
    "its own file deleted": ("import os; os.remove('docs/NAME.md')", "NAME.md: page: its file was deleted"),
    "its own file rewritten": ("open('docs/NAME.md', 'w').write('x')", "NAME.md: page: its file was changed"),
    "another page deleted": ("import os; os.remove('docs/good0.md')", "good0.md: page: its file was deleted"),
    "a picture deleted": ("import os; os.remove('docs/a.svg')", "a.svg: page: this file of the site was"),
}  # fmt: skip
# Pages that are no trouble for the engine, but for what reads and converts them.
TEXTS = {
    "deep quotes": "> " * 5000 + "deep\n",
    "deep lists": "".join(f"{'  ' * depth}- {depth}\n" for depth in range(600)),
    "a deep tree": "```tree\n" + "".join(f"{'  ' * depth}a{depth}\n" for depth in range(3000)) + "```\n",
    "long numerals": f"$2000! = 1$ and $10^{{4096}} \\times 10^{{4096}} = 1$ and {'9' * 5000} and 1e12345\n",
    "deep formulas": "$" + "{" * 6000 + "$ and $" + "\\sqrt" * 9000 + "$\n",
    "nested fences": "".join(
        f"{'`' * (400 - depth)}md exec\n" for depth in range(390)
    ) + "".join(f"{'`' * (11 + depth)}\n" for depth in range(390)),
    "a deep list printed": "```python exec=\"on\"\nfor n in range(300): print('  ' * n + '- x')\n```\n",
}  # fmt: skip


def page(code):
    return f'# T\n\n```python exec="on"\n{code}\n```\n\n```python exec="on"\nprint("next")\n```\n'


def filename(name):
    return re.sub(r"\W+", "-", name).strip("-")


class Site:
    """A site with pages of all kinds."""

    def __init__(self, root, bad):
        self.root, self.bad = root, bad
        self.docs = root / "docs"

    def write(self):
        """Write all pages as they were at first."""
        self.docs.mkdir(exist_ok=True)
        options = f"jobs: {JOBS}, timeout: {LIMIT}, cache: {self.root}/cache, execute: always"
        (self.root / "mkdocs.yml").write_text(
            f"site_name: S\ntheme: {{name: mkdocs}}\nplugins:\n  - convref: {{{options}}}\n"
            "markdown_extensions: [attr_list, tables, pymdownx.superfences, convref.formulas]\n"
        )
        for name, text in self.pages().items():
            (self.docs / f"{name}.md").write_text(text)
        (self.docs / "a.svg").write_text("<svg/>")

    def pages(self):
        pages = {"index": "# Home\n", **{f"good{number}": GOOD for number in range(10)}}
        pages |= {name: page(bad.code) for name, bad in self.bad.items()}
        pages |= {filename(name): page(code) for name, code in HARMLESS.items()}
        pages |= {
            filename(name): page(code.replace("NAME", filename(name))) for name, (code, _) in FILES.items()
        }
        return pages | {filename(name): text for name, text in TEXTS.items()}

    def build(self, out, temporary):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "-d", out],
            cwd=self.root,
            text=True,
            capture_output=True,
            timeout=600,
            check=False,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "TMPDIR": str(temporary), "COLUMNS": "1000"},
        )
        return done, time.monotonic() - began


def misbehaving(count):
    """A number of misbehaving blocks, of every kind in turn."""
    kinds = {**FAILING, **HANGING}
    names = itertools.islice(itertools.cycle(kinds), count)
    return {f"{filename(name)}-{number}": kinds[name] for number, name in enumerate(names)}


def check(site, done, out):
    """Check what a build reported and wrote."""
    said = done.stderr
    assert 0 == done.returncode, said[-3000:]
    for name, bad in site.bad.items():
        reports = re.findall(rf"docs/{re.escape(name)}\.md:(\d+): run: (.*)", said)
        assert any(re.match(bad.message, message) for _, message in reports), (name, reports)
        assert (3 + bad.at) in {int(line) for line, _ in reports} or bad.line, (name, reports)
    for name, (_, report) in FILES.items():
        assert f"docs/{report.replace('NAME', filename(name))}" in said, name
    pages = {file.parent.name for file in (site.root / out).glob("*/index.html")}
    assert set() == set(site.pages()) - pages - {"index"}
    for number in range(10):
        assert "42" in (site.root / out / f"good{number}" / "index.html").read_text()
    for name in HARMLESS:
        assert "next" in (site.root / out / filename(name) / "index.html").read_text()


@pytest.fixture
def temporary(tmp_path):
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


def test_a_site_with_a_misbehaving_page_of_every_kind_is_built(tmp_path, temporary, left_running):
    site = Site(tmp_path, misbehaving(len(FAILING) + len(HANGING)))
    site.write()
    done, seconds = site.build("site", temporary)
    check(site, done, "site")
    assert [] == left_running(tmp_path)
    assert [] == list(temporary.iterdir())
    assert seconds < len(HANGING) / JOBS * LIMIT + 60


@pytest.mark.skipif(not BUILDS, reason="set CONVREF_HOSTILE_BUILDS to a number of builds")
def test_builds_of_a_hundred_misbehaving_pages_end_in_time(tmp_path, temporary, left_running):
    site = Site(tmp_path, misbehaving(100))
    hanging = sum(bad in HANGING.values() for bad in site.bad.values())
    slowest, busiest = 0.0, 0
    for number in range(BUILDS):
        site.write()
        busy = [
            subprocess.Popen([sys.executable, "-c", "while True: pass"])
            for _ in range(2 * (os.cpu_count() or 1) * (number % 2))
        ]
        try:
            done, seconds = site.build(f"site{number}", temporary)
        finally:
            for each in busy:
                each.kill()
                each.wait()
        check(site, done, f"site{number}")
        assert [] == left_running(tmp_path)
        assert [] == list(temporary.iterdir())
        bound = hanging / JOBS * LIMIT + 60
        assert seconds < bound
        slowest, busiest = max(slowest, seconds), max(busiest, len(busy))
        record(
            "hostile_builds", builds=number + 1, bad=len(site.bad), good=10, jobs=JOBS, limit=LIMIT,
            hanging=hanging, busy=busiest, slowest=round(slowest),
            bound=round(bound),
        )  # fmt: skip
        print(f"build {number}, {len(busy)} busy processes: {seconds:.1f} s, bound {bound:.1f} s")  # noqa: T201
