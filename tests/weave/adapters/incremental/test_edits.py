"""After each kind of edit, a build that reuses results gives the files and the messages of one from scratch.

Two builds reuse results: that of `mkdocs serve`, from memory, and that of `mkdocs build`, from a file.
"""

from __future__ import annotations

import pytest
from samples import ALL
from site_builds import Builds

CONFIG = """\
site_name: T
theme: {name: material, font: false, custom_dir: theme}
nav: [index.md, page.md, {Reference: [reference/all.md, reference/one.md]}, included.md, notes/one.py]
watch: [own]
extra_css: [assets/site.css]
plugins:
  - search
  - convref: {timeout: 20, notebooks: ["notes/*"], numbers: report}
  - mkdocs-jupyter: {execute: false, include: ["*.ipynb"], ignore: ["*.md"], cache: false}
  - autorefs: {resolve_closest: true}
  - mkdocstrings:
      handlers:
        python: {options: {show_root_heading: true, show_source: true, signature_crossrefs: true}}
  - i18n:
      docs_structure: folder
      languages:
        - {locale: en, default: true, name: English}
        - {locale: zh, name: 中文}
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - tables
  - toc: {permalink: "#", toc_depth: 3}
  - pymdownx.superfences
  - convref.formulas
"""
INDEX = """\
# Home {index}

Text of 3 sentences, $x^2$ and `{{python}} 6 * 7`. See [there](page.md#there), [the notebook](notes/one.py)
and [own.parts.Part][]; [up](#up).

## Up {{#up}}

More.[^1]

[^1]: A note.
"""
PAGE = """\
# Page

```python exec="on" source="above"
from own import parts
parts.SIZE
```

## There {#there}

### Deep

$$ 2 + 3 = 5 $$

[Home](index.md)
"""
NOTEBOOK = """\
# ---
# jupyter: {}
# ---

# %% [markdown]
# # Notebook {#top}
#
# Of `{python} 1 + 1`.

# %%
print("<printed>")
"""
PARTS = '''\
"""Parts."""

from own.tools import tool

SIZE = 4


class Part:
    """A part, for [own.tools.tool][].

    $y$ is its size.
    """

    def join(self, other: "Part") -> "Part":
        """Join two parts."""
        return tool(other)
'''
TOOLS = '''\
"""Tools."""


def tool(part: object) -> object:
    """Return a part."""
    return part
'''
FILES = {
    "mkdocs.yml": CONFIG,
    "theme/main.html": '{% extends "base.html" %}\n',
    "first/other.md": "Other.\n",
    "snippets/part.md": "Included text, [there](page.md#there).\n",
    "own/__init__.py": '"""A package."""\n\nfrom own.parts import Part\n\n__all__ = ["Part"]\n',
    "own/parts.py": PARTS,
    "own/tools.py": TOOLS,
    "docs/assets/site.css": "p { color: red }\n",
} | {
    f"docs/{lang}/{name}": text
    for lang in ("en", "zh")
    for name, text in {
        "index.md": INDEX.format(index=lang),
        "page.md": PAGE,
        "included.md": '# Included\n\n--8<-- "part.md"\n',
        "reference/all.md": "# All\n\n::: own\n",
        "reference/one.md": "# One\n\nSee [Part][own.Part].\n\n::: own.parts\n\n::: own.tools\n",
        "notes/one.py": NOTEBOOK,
    }.items()
}


def change(path, old, new):
    """Return an edit that replaces a part of a file, which must be in it."""

    def edit(root):
        text = (root / path).read_text("utf-8")
        assert old in text, (path, old)
        (root / path).write_text(text.replace(old, new), "utf-8")

    return edit


def write(path, text):
    def edit(root):
        (root / path).write_text(text, "utf-8")

    return edit


def remove(*paths):
    return lambda root: [(root / path).unlink() for path in paths]


def both(name, old, new):
    """Return an edit that replaces a part of a page in both languages."""
    edits = [change(f"docs/{lang}/{name}", old, new) for lang in ("en", "zh")]
    return lambda root: [edit(root) for edit in edits]


EDITS = {
    "nothing": lambda root: None,  # noqa: ARG005
    "prose": change("docs/en/index.md", "More.", "More of it."),
    "prose in the other language": change("docs/zh/index.md", "More.", "更多。"),
    "the title of a page": change("docs/en/page.md", "# Page", "# Another page"),
    "a heading": change("docs/zh/page.md", "### Deep", "### Deeper"),
    "an anchor that a page links to": change("docs/en/page.md", " {#there}", ""),
    "the anchor back": change("docs/en/page.md", "## There", "## There {#there}"),
    "a link to nothing": change("docs/zh/index.md", "更多", "[更多](no.md)"),
    "prose beside a link to nothing": change("docs/zh/index.md", "no.md", "none.md"),
    "a page added": write("docs/en/new.md", "# New\n\n[Home](index.md)\n\n## Up\n"),
    "a page added that a link was missing": write("docs/zh/none.md", "# None\n"),
    "pages removed": remove("docs/en/new.md", "docs/zh/none.md"),
    "front matter": change(
        "docs/en/page.md", "# Another", "---\ndescription: About.\ntitle: Given\n---\n\n# Another"
    ),
    "a docstring": change("own/tools.py", "Return a part", "Return the same part"),
    "the text of a page of the reference": change("docs/en/reference/one.md", "See", "Look at"),
    "the first page of the reference": change("docs/en/reference/all.md", "# All", "# Everything"),
    "an object left out": change("docs/zh/reference/all.md", "::: own\n", "Nothing.\n"),
    "a name that an object is imported by": change(
        "own/__init__.py", '"Part"]', '"Part", "tool"]\nfrom own.tools import tool'
    ),
    "a module added": write("own/more.py", '"""More."""\n'),
    "a template": write(
        "theme/main.html", '{% extends "base.html" %}\n{% block announce %}News{% endblock %}\n'
    ),
    "a style sheet": write("docs/assets/site.css", "p { color: blue }\n"),
    "the order of the navigation": change("mkdocs.yml", "[index.md, page.md,", "[page.md, index.md,"),
    "the name of the site": change("mkdocs.yml", "site_name: T", "site_name: Another"),
    "the depth of contents": change("mkdocs.yml", "toc_depth: 3", "toc_depth: 2"),
    "an option of mkdocstrings": change("mkdocs.yml", "show_source: true", "show_source: false"),
    "text in a notebook": change("docs/en/notes/one.py", "# Notebook", "# A notebook"),
    "code in a notebook": both("notes/one.py", "<printed>", "<shown>"),
    "the code of a page": both("page.md", "parts.SIZE\n", "parts.SIZE + 1\n"),
    "code that fails": change("docs/en/page.md", "parts.SIZE + 1\n", "1 / 0\n"),
    "prose beside code that fails": change("docs/en/page.md", "### Deep", "### Very deep"),
    "code that does not fail": change("docs/en/page.md", "1 / 0\n", "parts.SIZE + 1\n"),
    "a module that a page uses": change("own/parts.py", "SIZE = 4", "SIZE = 7"),
    "snippets": change(
        "mkdocs.yml",
        "  - convref.formulas",
        "  - pymdownx.snippets: {base_path: [first, snippets]}\n  - convref.formulas",
    ),
    "a snippet": write("snippets/part.md", "Other text, [there](page.md#nowhere).\n"),
    "a snippet of the same name that is found first": write("first/part.md", "First text.\n"),
    "that snippet removed": remove("first/part.md"),
    "a snippet in a docstring": change(
        "own/parts.py", "Join two parts.", 'Join two parts.\n\n        --8<-- "part.md"\n        '
    ),
    "the snippet of page and docstring": write("snippets/part.md", "Third text.\n"),
    "a snippet after each page": change("mkdocs.yml", "[first, snippets]", "[first], auto_append: [end.md]"),
    "that snippet": write("first/end.md", "*[T]: About.\n\nAt the end of each page.\n"),
    "that snippet again": write("first/end.md", "At the end.\n"),
    "a formula that does not parse": change("docs/en/index.md", "$x^2$", r"$\no$"),
    "prose beside that formula": change("docs/en/index.md", "Text of", "Words of"),
    "a formula that parses": change("docs/en/index.md", r"$\no$", "$x^3$"),
    "a reference to nothing": change("docs/en/index.md", "[own.parts.Part][]", "[own.parts.None][]"),
    "no snippets": change(
        "mkdocs.yml", "  - pymdownx.snippets: {base_path: [first], auto_append: [end.md]}\n", ""
    ),
    "a fence in a docstring": change(
        "own/tools.py",
        "Return the same part.",
        'Return it.\n\n    ```python exec="on"\n    6 * 7\n    ```\n    ',
    ),
    "prose beside it": change("docs/en/reference/one.md", "Look at", "Compare"),
    "its code": change("own/tools.py", "6 * 7", "6 * 8"),
    "a docstring without a fence": write("own/tools.py", TOOLS),
    "prose elsewhere": change("docs/zh/page.md", "[Home]", "[首页]"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("edited") / "site"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.fixture(scope="module")
def builders(python, site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    found = {mode: Builds(python, mode, site, folder / mode, site) for mode in ("serve", "build", "scratch")}
    yield found
    for each in found.values():
        each.close()


def saves():
    """Return the edits of each save: one under `make test-all`, otherwise four, after the first."""
    names = list(EDITS)
    size = 1 if ALL else 4
    return [names[:1], *(names[start : start + size] for start in range(1, len(names), size))]


@pytest.mark.parametrize("edits", saves(), ids=", ".join)
def test_a_build_after_a_save_equals_one_from_scratch(site, builders, edits):
    if edits == ["nothing"]:
        builders["serve"].build()
        builders["build"].build()
    for edit in edits:
        EDITS[edit](site)
    answers = {mode: each.build() for mode, each in builders.items()}
    assert dict.fromkeys(answers, answers["scratch"]["messages"]) == {
        mode: each["messages"] for mode, each in answers.items()
    }
    expected = builders["scratch"].files()
    for mode in ("serve", "build"):
        found = builders[mode].files()
        different = [name for name in sorted(expected | found) if expected.get(name) != found.get(name)]
        assert (mode, []) == (mode, different)
    if edits == ["nothing"]:
        assert [(0, 0)] * 3 == [(each["converted"], each["made"]) for each in answers.values()]
