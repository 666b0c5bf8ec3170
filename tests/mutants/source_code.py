"""Find the facts in the code of a page: outputs, labels, code spans, and the numbers of the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import CodeSpan, Fence
from mutants import prose
from mutants.candidate import Candidate, Choice
from mutants.prose import changed_digits

_NUMERAL: Final = re.compile(r"(?<![A-Za-z_\d.])\d+(?:[,_]\d{3})*(?:\.\d+)?(?![A-Za-z_\d])")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?:\(\))?")
LANGUAGES: Final = frozenset({"en", "zh"})


def find(document: Document) -> Iterator[Candidate]:
    """Yield the facts in the outputs, the code and the code spans of a page."""
    yield from _code_spans(document)
    for fence in document.of(Fence):
        yield from _outputs(document, fence)
        if fence.kind == "python" and not fence.page:
            yield from _python(document, fence)


def _outputs(document: Document, fence: Fence) -> Iterator[Candidate]:
    for example in fence.examples:
        want = document.text[example.want_start : example.want_end]
        for match in _NUMERAL.finditer(want):
            start = example.want_start + match.start()
            choices = tuple(Choice(text, text) for _, text in changed_digits(match[0]))
            value = (example.source, want, match.start())
            yield Candidate("digits in outputs", start, start + len(match[0]), value, choices)


def _code_spans(document: Document) -> Iterator[Candidate]:
    spans = list(document.of(CodeSpan))
    names = sorted({each.content for each in spans if _IDENTIFIER.fullmatch(each.content)})
    for span in spans:
        start = document.text.index(span.content, span.start) if span.content else span.start
        if _IDENTIFIER.fullmatch(span.content):
            choices = tuple(Choice(each, each) for each in names if each != span.content)
            if choices:
                yield Candidate("code spans", start, start + len(span.content), span.content, choices)
            continue
        for match in _NUMERAL.finditer(span.content):
            choices = tuple(Choice(text, text) for _, text in changed_digits(match[0]))
            value = (span.content, match.start())
            first = start + match.start()
            yield Candidate("code spans", first, first + len(match[0]), value, choices)


def _python(document: Document, fence: Fence) -> Iterator[Candidate]:
    """Yield the numbers of a block of code, and the facts in its strings."""
    source = document.text[fence.code_start : fence.code_end]
    if source != fence.code:  # in a list or a quotation, offsets in the code are not those in the page
        return
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    by_language = _texts_by_language(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool) or node.end_col_offset is None:
            continue
        # ast counts bytes, pages characters.
        first, last = starts[node.lineno - 1] + node.col_offset, starts[(node.end_lineno or 0) - 1]
        start = len(source.encode()[:first].decode())
        end = len(source.encode()[: last + node.end_col_offset].decode())
        text = source[start:end]
        if isinstance(node.value, str):
            if node.value.isascii() and node.value.isidentifier():  # a key or the name of an argument
                continue
            language = by_language.get(id(node), "")
            for each in prose.find(text, language or "en"):
                offset = fence.code_start + start
                value = (source, start + each.start)
                yield Candidate(
                    "labels", offset + each.start, offset + each.end, value, each.choices, bool(language)
                )
        elif isinstance(node.value, int | float):
            choices = tuple(Choice(new, new) for _, new in changed_digits(text))
            place = fence.code_start + start
            yield Candidate("code", place, place + len(text), (source, start), choices)


def _texts_by_language(tree: ast.Module) -> dict[int, str]:
    """Return a dict from the id of each string node in a dictionary of texts by language to its language."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
            if set(keys) == LANGUAGES:
                for key, value in zip(keys, node.values, strict=True):
                    found.update({id(each): str(key) for each in ast.walk(value)})
    return found
