"""Build the search index of one language, small enough to be loaded in full at a reader's first search.

`<lang>.json` has the pages, their sections and, for each term, the sections in which it occurs. Terms of
titles and headings are recorded by section. Terms of the text are recorded by page, which makes the index a
quarter smaller. The browser converts the file to an index for MiniSearch (`docs/assets/search.js`).

`<lang>/<page>.json` has the sentences of a page's sections. The browser loads it to show the excerpt of a
search result, and to find the section to which the result links.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from convref_docs.search.names import short_names
from convref_docs.search.sections import Section
from convref_docs.search.words import Cutter

FIELDS = ("title", "names", "heading", "text")
KEPT = 74  # terms of a page's text that the index contains
MOST = 9  # a term that occurs more often in a section is counted as if it occurred this often


@dataclass(frozen=True)
class Entry:
    """A page in the index.

    Args:
        url: the page's address below the site's root.
        sections: its sections; the first is the page itself.
        names: the names of the page's subject, on this site and elsewhere.
    """

    url: str
    sections: Sequence[Section]
    names: tuple[str, ...] = ()


def index(entries: Sequence[Entry], cutter: Cutter, same: Mapping[str, list[str]]) -> dict[str, object]:
    """Return the search index of the given pages, in the form that is written to `<lang>.json`.

    The text of a whole page is recorded for the page's first section. Only `KEPT` of its terms are recorded,
    those that distinguish it best from other pages: terms that occur often in it and on few pages. Plain
    numbers are left out.

    The value of the key `terms` has a line for each term: the term, and for each field in which it occurs the
    field's index in `FIELDS` and a list of sections, such as `3:3,1x2,5`. In the list, each number is the
    difference from the previous section, with the number of occurrences after `x`: section 3 once, section 4
    twice, section 9 once.

    Args:
        entries: the pages.
        cutter: splits the texts into terms.
        same: terms of an alternative name -> terms of the preferred name on this site.
    """
    pages: list[list[str]] = []
    places: list[list[object]] = []
    named: dict[str, list[int]] = {}
    lengths: list[list[int]] = []
    texts = _texts(entries, cutter)
    occurs: dict[str, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for number, entry in enumerate(entries):
        pages.append([entry.url, entry.sections[0].title])
        for name in entry.names:
            named.setdefault(cutter.phrase(name), []).append(number)
        for section in entry.sections:
            first = section is entry.sections[0]
            counts = [
                cutter.count(section.title if first else ""),
                cutter.count("\n".join(entry.names) if first else ""),
                cutter.count("" if first else section.title),
                texts[number] if first else Counter(),
            ]
            for position, count in enumerate(counts):
                for term, times in count.items():
                    occurs[term][position].append((len(places), min(times, MOST)))
            places.append([number, section.anchor, "" if first else section.title])
            lengths.append([len(count) for count in counts])
    for number, entry in enumerate(entries):
        for name in short_names(entry.names):
            named.setdefault(cutter.phrase(name), [number])  # a whole name comes first
    named = {name: list(dict.fromkeys(numbers)) for name, numbers in named.items() if name}
    terms = "\n".join(f"{term} {_fields(occurs[term])}" for term in sorted(occurs))
    return {
        "pages": pages,
        "sections": places,
        "lengths": lengths,
        "named": named,
        "same": dict(same),
        "terms": terms,
    }


def _texts(entries: Sequence[Entry], cutter: Cutter) -> list[Counter[str]]:
    """Return, for each page, the counts of the terms that distinguish its text best from other pages."""
    wholes: list[Counter[str]] = []
    for entry in entries:
        whole: Counter[str] = Counter()
        for section in entry.sections:
            whole += cutter.count(section.text)
        wholes.append(Counter({term: times for term, times in whole.items() if not term.isdigit()}))
    pages = Counter(term for whole in wholes for term in whole)

    def weight(item: tuple[str, int]) -> tuple[float, str]:
        term, times = item
        return min(times, MOST) * math.log(1 + len(entries) / pages[term]), term

    return [Counter(dict(sorted(whole.items(), key=weight, reverse=True)[:KEPT])) for whole in wholes]


def _fields(occurs: dict[int, list[tuple[int, int]]]) -> str:
    parts = []
    for position, found in sorted(occurs.items()):
        before, told = 0, []
        for section, times in found:
            told.append(f"{section - before}" if times == 1 else f"{section - before}x{times}")
            before = section
        parts.append(f"{position}:{','.join(told)}")
    return " ".join(parts)


def files(
    lang: str, entries: Sequence[Entry], cutter: Cutter, same: Mapping[str, list[str]]
) -> dict[str, str]:
    """Return the files of a language by name: its index, and the texts of its pages."""
    texts = {
        f"{lang}/{number}.json": _json([section.prose for section in entry.sections])
        for number, entry in enumerate(entries)
    }
    return {f"{lang}.json": _json(index(entries, cutter, same)), **texts}


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by name below `folder`."""
    for parent in {(folder / name).parent for name in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
