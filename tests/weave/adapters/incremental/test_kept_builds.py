import pytest
from site_builds import Builds

CONFIG = """\
site_name: T
theme: {{name: mkdocs}}
plugins:
  - convref: {{{options}}}
markdown_extensions: [{extensions}]
"""
EXTENSION = """\
from pathlib import Path
from markdown import Extension
from markdown.preprocessors import Preprocessor

class Read(Preprocessor):
    def run(self, lines):
        return [line.replace("WORD", Path("word.txt").read_text()) for line in lines]

class ReadExtension(Extension):
    def extendMarkdown(self, md):
        md.preprocessors.register(Read(md), "read", 100)

def makeExtension(**options):
    return ReadExtension(**options)
"""


@pytest.fixture
def serve(python, tmp_path):
    """Return a function that starts to serve a site of one page, whose text contains a word of a file."""
    root, started = tmp_path / "site", []

    def start(options="", extensions="tables"):
        (root / "docs").mkdir(parents=True)
        (root / "docs" / "index.md").write_text("# T\n\n`{python} 6 * 7` WORD\n")
        (root / "mkdocs.yml").write_text(CONFIG.format(options=options, extensions=extensions))
        (root / "reading.py").write_text(EXTENSION)
        (root / "word.txt").write_text("first")
        started.append(Builds(python, "serve", root, tmp_path / "built", root))
        return root, started[-1]

    yield start
    for each in started:
        each.close()


def test_a_page_is_converted_once(serve):
    _, builds = serve()
    assert [1, 0] == [builds.build()["converted"] for _ in range(2)]
    assert b"42 WORD" in builds.files()["index.html"]


def test_the_option_converts_all_pages_in_every_build(serve):
    _, builds = serve("incremental: off")
    first, second = builds.build(), builds.build()
    assert [[], []] == [first["messages"], second["messages"]]
    assert [0, 0] == [first["converted"], second["converted"]]  # nothing that could be kept
    assert b"42 WORD" in builds.files()["index.html"]


def test_an_extension_that_may_read_anything_converts_all_pages_in_every_build_and_is_named_once(serve):
    root, builds = serve(extensions="reading")
    reason = "since the extension reading may depend on anything"
    (message,) = builds.build()["messages"]
    assert reason in message
    assert b"42 first" in builds.files()["index.html"]
    (root / "word.txt").write_text("second")
    assert [] == builds.build()["messages"]
    assert b"42 second" in builds.files()["index.html"]
