"""Pages written for markdown-exec give the same elements and text as with markdown-exec itself."""

import html
import os
import re
import subprocess
import sys

import pytest

CONFIG = """
site_name: T
theme: {{name: mkdocs}}
plugins: [{plugin}]
markdown_extensions:
  - admonition
  - attr_list
  - md_in_html
  - tables
  - pymdownx.details
  - pymdownx.superfences
  - pymdownx.snippets: {{base_path: [snippets]}}
  - pymdownx.tabbed: {{alternate_style: true}}
"""


def indented(text):
    return "".join(f"    {line}\n" for line in text.splitlines())


BLOCK = '```python exec="1"{options}\nprint("**strong** `code`")\n```\n'
PAGES = {
    "plain": BLOCK.format(options=""),
    "braces": '``` {.python exec="on"}\nprint("*x*")\n```\n',
    "py": '```py exec="yes"\nprint("*x*")\n```\n',
    **{
        f"source-{where}": BLOCK.format(options=f' source="{where}" title="a title"')
        for where in ("above", "below", "block", "material-block", "tabbed-left", "tabbed-right", "console")
    },
    "result": BLOCK.format(options=' result="text"'),
    "result-and-source": BLOCK.format(options=' result="text" source="above"'),
    "tabs": BLOCK.format(options=r' source="tabbed-left" tabs="a \|\| b | Out put"'),
    "two-tabs": 2 * (BLOCK.format(options=' source="tabbed-left"') + "\n") + '=== "Own"\n\n    tab\n',
    "html": '```python exec="1" html="1"\nprint("<div><b>x</b>\\n\\n*y*</div>")\n```\n',
    "html-and-source": '```python exec="1" html="1" source="above"\nprint("<b>x</b>")\n```\n',
    "hide": '```python exec="1" source="above"\nx = 1  # markdown-exec: hide\nprint("a")\n```\n',
    "session": '```python exec="1" session="s"\nx = 1\n```\n\n```py exec="1" session="s"\nprint(x)\n```\n',
    "pycon": '```pycon exec="1" source="console"\n>>> x = "a"\n>>> print(x)\nold\n```\n',
    "pycon-plain": '```pycon exec="1"\n>>> print("*a*")\n```\n',
    "bash": '```bash exec="1" source="above"\necho "**bold** $((1 + 1))"\n```\n',
    "sh-stderr": '```sh exec="1" result="text"\necho out; echo err >&2\n```\n',
    "console": '```console exec="1" source="console"\n$ echo one\nold\n$ echo two\n```\n',
    "console-result": '```console exec="1" source="above" result="text"\n% echo one\n```\n',
    "returncode": '```bash exec="1" returncode="3"\necho "no"; exit 3\n```\n',
    "width": '```bash exec="1" width="33"\necho $COLUMNS\n```\n',
    "workdir": '```python exec="1" workdir="snippets"\nimport os\nprint(sorted(os.listdir()))\n```\n',
    "literate": '````md exec="1" source="above"\nA *b*\n\n```py exec="1"\nprint("*in*")\n```\n````\n',
    "literate-tabs": '````markdown exec="1" source="tabbed-left" tabs="M|R"\n'
    + BLOCK.format(options=' source="block"')
    + "````\n",
    "headings": '# T\n\n```python exec="1"\nprint("## One\\n\\ntext\\n\\n### Two")\n```\n',
    "no-toc": '# T\n\n```python exec="1" updatetoc="no"\nprint("## One\\n\\ntext")\n```\n\n## After\n',
    "table": '```python exec="1"\nprint("| a |\\n|---|\\n| `b` |")\n```\n',
    "in-list": "- item\n\n" + indented(BLOCK.format(options="")) + "\n- two\n",
    "in-admonition": "!!! note\n" + indented(BLOCK.format(options="")),
    "in-details": '??? tip "T"\n\n'
    + indented(BLOCK.format(options=' source="above"')),
    "in-tab": '=== "T"\n\n' + indented(BLOCK.format(options=' result="text"')),
    "snippet": '```python exec="1" source="above"\n--8<-- "s.py"\n```\n',
    "tree": '```tree icons="none"\na/\n    b\n    c\n        d\ne\n```\n',
    "tree-basic": '```tree icons="basic" result="text"\na\n    b/\n    c\n```\n',
    "off": '```python exec="off"\nprint(1)\n```\n',
    "inert": '````md\n```python exec="1"\nprint(1)\n```\n````\n',
    "nothing": 'one\n\n```python exec="1"\nx = 1\n```\n\ntwo\n',
    "unknown-options": '```python exec="1" source="above" linenums="1" hl_lines="2"\na = 1\nprint(a)\n```\n',
    "id": '```python exec="1" id="my" idprefix="my-"\nprint("## Sub\\n\\n[l](#sub)")\n```\n',
}  # fmt: skip


def build(root, plugin):
    (root / "docs").mkdir(parents=True)
    (root / "snippets").mkdir()
    (root / "snippets" / "s.py").write_text('x = 3\nprint(f"snippet {x}")\n')
    (root / "mkdocs.yml").write_text(CONFIG.format(plugin=plugin))
    for name, text in PAGES.items():
        (root / "docs" / f"{name}.md").write_text(text)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=root, env=environment, text=True, capture_output=True, check=False)
    assert 0 == done.stderr.count("WARNING")
    return root / "site"


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    root = tmp_path_factory.mktemp("sites")
    return build(root / "theirs", "markdown-exec"), build(root / "ours", "convref")


def seen(site, name):
    """Return the names of the elements of a page, its text, and its table of contents."""
    page = (site / name / "index.html").read_text()
    (main,) = re.findall(r'role="main">(.*?)</div>\s*</div>\s*<footer', page, re.DOTALL)
    main = re.sub(r"<(script|style)\b.*?</\1>", "", main, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]+>", " ", main)).split()
    elements = [
        name
        for name in re.findall(r"<(\w+)", main)
        if name in {"strong", "em", "code", "pre", "table", "h1", "h2", "h3", "label", "li", "b", "a"}
    ]
    contents = re.findall(r'<a href="#[^"]*" class="nav-link">(.*?)</a>', page)
    return elements, text, contents


@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_markdown_exec_gives_the_same_elements_and_text(name, sites):
    theirs, ours = sites
    assert seen(ours, name) == seen(theirs, name)


def test_identifiers_and_links_to_them_get_the_prefix_that_a_block_asks_for(sites):
    for site in sites:
        page = (site / "id" / "index.html").read_text()
        assert 'id="my-sub"' in page
        assert 'href="#my-sub"' in page
