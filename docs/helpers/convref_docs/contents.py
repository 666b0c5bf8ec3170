"""List pages with their first sentences, for the index of a section and for the reading order."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from convref.analysis.table import LANGUAGES
from convref.errors import UnknownNameError
from convref_docs.paths import DOCS, ROOT, is_listed

KEPT = ROOT / ".cache" / "convref_docs" / "summaries"
"""A folder with the summary of each page as a JSON file, whose time of change is set to that of the page."""

COLON = {"en": ": ", "zh": "："}
ENDINGS = (".md", ".py")
_FENCED = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_BLANK = re.compile(r"\n\s*\n")
_HEADING = re.compile(r"^# (?:# )?(.+?)(?: \{#\w+\})?$", re.MULTILINE)
_ANCHOR = re.compile(r"\{#([\w-]+)")
_NOTE = re.compile(r"^\[\^\w+\]: (.*(?:\n    .*)*)", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^\w+\]")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
# A full stop within a number or a file name has no space after it; Chinese punctuation needs none.
_SENTENCE = re.compile(r"^.*?(?:[.?!](?=\s|$)|[。？！])")


@dataclass(frozen=True)
class Summary:
    """The title of a page and the first sentence of its text.

    Attributes:
        title: the heading of the page.
        sentence: the first sentence under the heading, without links and footnotes.
        anchors: the names of the anchors in the page's source, such as "padding" for `{#padding}`.
        note: the text of the first footnote, or "" if the page has none.
    """

    title: str
    sentence: str
    anchors: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Contents:
    """A list of pages, each linked by its title and with its first sentence.

    Attributes:
        section: the folder in which the page that shows the list is; empty for the folder of the language.
        pages: the paths of the pages relative to the folder of the language, without file extensions.
        ordered: whether the list is numbered.
        docs: the folder of the site's pages.
    """

    section: str
    pages: tuple[str, ...]
    ordered: bool
    docs: Path

    def _repr_lang_(self, lang: str) -> str | None:
        if lang not in LANGUAGES:
            return None
        root = self.docs / lang
        mark = "1." if self.ordered else "-"
        lines = []
        for page in self.pages:
            file = page_file(root, page)
            found = summary(file)
            target = file.relative_to(root / self.section).as_posix()
            lines.append(f"{mark} [{found.title}]({target}){COLON[lang]}{found.sentence}\n")
        return "".join(lines)


def contents(section: str, *pages: str, ordered: bool = False, docs: str | Path = DOCS) -> Contents:
    """Return a list of pages with their first sentences.

    Args:
        section: the folder of the pages and of the page that shows the list, such as `operators`. If it is
            empty, the list is shown in the folder of the language, and pages are given with their folders.
        *pages: the pages in order, without file extensions, such as `conv2d`, or `operators/conv2d` if
            `section` is empty.
        ordered: whether to number them.
        docs: the folder of the site's pages.

    Example:
        >>> print(contents("algorithms", "fft")._repr_lang_("zh")[:26])
        - [FFT 卷积](fft.md)：在频域中，卷积
    """
    prefix = f"{section}/" if section else ""
    return Contents(section, tuple(prefix + page for page in pages), ordered, Path(docs))


def page_file(root: Path, page: str) -> Path:
    """Return the path of a page's file, which is a Markdown file or a notebook.

    Args:
        root: the folder of a language.
        page: the page's path relative to this folder, without its file extension.

    Raises:
        UnknownNameError: there is no such page; the error names the nearest.
    """
    for ending in ENDINGS:
        if is_listed(root / f"{page}{ending}"):
            return root / f"{page}{ending}"
    known = sorted(
        each.relative_to(root).with_suffix("").as_posix()
        for each in root.rglob("*")
        if each.suffix in ENDINGS
    )
    raise UnknownNameError("page", page, known)


def summary(file: Path, kept: Path = KEPT) -> Summary:
    """Return the title, the first sentence and the anchors of a page or a notebook.

    This reads the summary that `refresh` has written; every build of the site calls `refresh` before it runs
    pages. A page without a summary is read instead. Code in a page that lists other pages therefore depends
    only on their summaries, and runs again only if one of these changes.

    Example:
        >>> found = summary(DOCS / "en/operators/conv1d.md")
        >>> found.title, found.sentence
        ('1-D convolution', 'A 1-D convolution moves a window along a sequence.')
    """
    if file.is_relative_to(DOCS):
        written = _written(_target(file, kept))
        if written is not None:
            return written
    return _summary(file)


def _written(target: Path) -> Summary | None:
    """Return a summary that `refresh` wrote; None if there is none, or one of another form."""
    try:
        found = json.loads(target.read_text("utf-8"))
        return Summary(found["title"], found["sentence"], tuple(found["anchors"]), found["note"])
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        return None


def refresh(kept: Path = KEPT) -> None:
    """Write the summaries of pages that have changed, and delete those of pages that no longer exist.

    Args:
        kept: the folder of the summaries.
    """
    targets = set()
    for lang in LANGUAGES:
        for file in (DOCS / lang).rglob("*"):
            if file.suffix not in ENDINGS:
                continue
            target, changed = _target(file, kept), file.stat().st_mtime_ns
            targets.add(target)
            known = _written(target)
            if known is not None and target.stat().st_mtime_ns == changed:
                continue
            try:
                found = _summary(file)
            except (OSError, UnicodeDecodeError):  # the engine reports it when it reads the page
                continue
            if found != known:
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary = target.with_suffix(f".{os.getpid()}")  # two builds may run at the same time
                temporary.write_text(json.dumps(asdict(found)), "utf-8")
                temporary.replace(target)
            os.utime(target, ns=(changed, changed))
    for target in set(kept.rglob("*.json")) - targets:
        target.unlink()


def _target(file: Path, kept: Path) -> Path:
    return kept / f"{file.relative_to(DOCS).as_posix()}.json"


def _summary(file: Path) -> Summary:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        text = re.sub(r"^# ?", "", text[max(0, text.find("# # ")) :], flags=re.MULTILINE)
    note = _NOTE.search(text)
    return replace(first_sentence(text), anchors=tuple(_ANCHOR.findall(text)), note=note[1] if note else "")


def first_sentence(markdown: str) -> Summary:
    r"""Return the title of a Markdown text and the first sentence of the first paragraph under it.

    A block of lines counts as a paragraph if it begins with a letter, possibly after marks for emphasis or
    inline code; other blocks, such as pictures and lists, are skipped.

    Example:
        >>> first_sentence("# A title\n\nIt is [linked](a.md).[^note] And more.").sentence
        'It is linked.'
    """
    heading = _HEADING.search(markdown)
    title, below = (heading[1], markdown[heading.end() :]) if heading else ("", markdown)
    prose = map(_plain, _blocks(below))
    paragraph = next((block for block in prose if block.lstrip("*`")[:1].isalpha()), "")
    found = _SENTENCE.match(paragraph)
    return Summary(title, found[0] if found else paragraph)


def _blocks(markdown: str) -> Iterator[str]:
    """Yield the blocks of lines between blank lines, without fenced code; the text is read only as needed."""
    start = 0
    for fence in _FENCED.finditer(markdown):
        yield from _BLANK.split(markdown[start : fence.start()])
        start = fence.end()
    yield from _BLANK.split(markdown[start:])


def _plain(block: str) -> str:
    """Return a paragraph as one line, without footnotes and bold type and with the texts of its links."""
    return _LINK.sub(r"\1", _FOOTNOTE.sub("", " ".join(block.split()))).replace("**", "")
