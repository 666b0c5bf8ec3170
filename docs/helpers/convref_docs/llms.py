"""The list of pages for language models, `llms.txt`, and the text of pages without their pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convref_docs.contents import first_sentence

FOLDERS = {"en": ".", "zh": "zh"}
_PICTURE = re.compile(r"<svg\b[^>]*>\s*(?:<title>(.*?)</title>)?.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """A page in the list.

    Attributes:
        section: the section of the navigation, or "" for a page outside of them.
        path: the path of the page's file relative to the folder of the list.
        title: the title of the page in the navigation.
        markdown: the text of the page, with the results of its code.
    """

    section: str
    path: str
    title: str
    markdown: str


def listing(name: str, description: str, entries: Sequence[Entry]) -> str:
    r"""Return a list of pages by section, each with the first sentence of its text.

    Example:
        >>> print(listing("s", "About.", [Entry("", "a.md", "A", "# A\n\nOne. Two.")]), end="")
        # s
        <BLANKLINE>
        > About.
        <BLANKLINE>
        - [A](a.md): One.
    """
    lines = [f"# {name}", "", f"> {description}", ""]
    for section in dict.fromkeys(each.section for each in entries):
        lines += [f"## {section}", ""] if section else []
        for each in entries:
            if each.section == section:
                sentence = first_sentence(each.markdown).sentence
                lines.append(f"- [{each.title}]({each.path})" + (f": {sentence}" if sentence else ""))
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def without_pictures(markdown: str) -> str:
    """Return a page in which the description of each picture replaces its SVG elements.

    Example:
        >>> without_pictures("<figure><svg a='b'><title>A line.</title><path/></svg></figure>")
        '<figure>[A line.]</figure>'
    """
    shown: list[str] = []

    def described(match: re.Match[str]) -> str:
        text = f"[{match[1]}]" if match[1] else ""
        # A figure has one SVG for phones and one for wide columns, with the same description: keep it once.
        again = bool(shown) and shown[-1] == text
        shown.append(text)
        return "" if again else text

    return _PICTURE.sub(described, markdown)
