r"""Number coverage: the share of the quantities in a page that are computed, checked or cited.

A quantity is a number that states a fact, such as "138 M parameters". It has one of these statuses:

- computed: an inline value or the output of a block shows it. If the code contains it as text, as
  `print("183 M")` does, it is not computed but open;
- checked: it is one side of an equation between numbers in a formula (`convref.weave.numbers.equations`);
- cited: it is the text of a link to a published number;
- open: it is not computed, checked or cited. It may be in prose, a table, a caption or an alt text
  (`convref.weave.numbers.quantities`). In a formula, it is a single number, `$138\,\text{M}$`, or the value
  of a symbol, `$P = 138357544$`.

Some numbers in formulas are not quantities. A whole number below 1000 after a symbol and a relation,
`$k = 3$`, is a setting of an example. The numbers in a symbolic expression, `$k^2 + 1$`, are part of the
expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from convref.weave.check import citations
from convref.weave.check.citations import Citation
from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import Fence, Formula, InlineValue
from convref.weave.numbers import equations, quantities
from convref.weave.numbers.equations import Chain, Side
from convref.weave.page import python_code
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.prose import formula_text, mask, masked

Status: TypeAlias = Literal["computed", "checked", "cited", "open"]
KERNELS_BELOW: Final = 20  # a product of smaller whole numbers is a size: `3 \times 3`
_VALUE: Final = re.compile(r"`\{[^`]*`")


@dataclass(frozen=True, order=True)
class Number:
    """A quantity in a page and its status: "computed", "checked", "cited", or "open" for all others."""

    path: str
    line: int
    text: str
    status: Status


def numbers(document: Document, ignored: Sequence[re.Pattern[str]] = ()) -> tuple[Number, ...]:
    """Return the quantities in a page with their status, sorted by line.

    Args:
        document: the page.
        ignored: the site's patterns for text that is not a quantity.
    """
    found = [each for page in document.with_nested() for each in _numbers(page, ignored)]
    return tuple(sorted(found, key=lambda each: each.line))


def _numbers(document: Document, ignored: Sequence[re.Pattern[str]]) -> Iterator[Number]:
    found = [*_values(document, ignored), *_in_formulas(document), *_in_prose(document, ignored)]
    for start, text, status in sorted(found):
        yield Number(document.path, document.line_at(start), " ".join(text.split()), status)


def check(
    document: Document, ignored: Sequence[re.Pattern[str]] = (), *, fatal: bool
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each number of a page that is neither computed nor checked nor cited.

    Args:
        document: the page.
        ignored: the site's patterns for text that is not a quantity.
        fatal: True makes the diagnostics errors, False notes.
    """
    yield from open_numbers(numbers(document, ignored), fatal=fatal)


def open_numbers(found: Iterable[Number], *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each of the given numbers whose status is "open".

    Args:
        found: numbers with their status, as `numbers` returns them.
        fatal: True makes the diagnostics errors, False notes.
    """
    for each in found:
        if each.status == "open":
            message = f"{each.text} is neither computed nor checked nor cited"
            yield Diagnostic(each.path, each.line, "number", message, fatal=fatal)


def percentage(found: Sequence[Number]) -> float:
    """Return the percentage of numbers that are computed, checked or cited, with one decimal.

    The percentage is rounded down, so that only full coverage gives 100. With no numbers it is 100.
    """
    if not found:
        return 100.0
    return 1000 * sum(number.status != "open" for number in found) // len(found) / 10


_Found: TypeAlias = tuple[int, str, Status]  # offset, text


def _values(document: Document, ignored: Sequence[re.Pattern[str]]) -> Iterator[_Found]:
    for region in document.regions:
        if isinstance(region, InlineValue):
            typed = list(_typed(region.expression, ignored))
            yield region.start, region.expression, "computed"
            yield from ((region.start, text, "open") for _, text in typed)
        elif isinstance(region, Fence) and region.executed and not region.page:
            if region.is_block:
                yield region.start, region.info, "computed"
            for first, code in _python(region):
                for line, text in _typed(code, ignored):
                    yield document.lines.all[first + line - document.first_line].start, text, "open"


def _python(fence: Fence) -> Iterator[tuple[int, str]]:
    """Yield (line, code) for each piece of Python code in a fence that is run.

    A piece is the whole block or one doctest example. The line is its first line in the page's file.
    """
    if fence.kind == "python":
        yield fence.code_line, fence.code
    for example in fence.examples:
        yield example.line, example.source


def _typed(code: str, ignored: Sequence[re.Pattern[str]]) -> Iterator[tuple[int, str]]:
    """Yield (line, text) for each string or number in code that states a quantity; lines count from 0."""
    for line, text in python_code.typed_texts(code):
        if any(quantities.find(text, ignored)):
            yield line, f"{' '.join(text.split())!r} in code"


def _in_prose(document: Document, ignored: Sequence[re.Pattern[str]]) -> Iterator[_Found]:
    cited = citations.find(document)
    for citation in cited:
        yield from ((citation.start, each, "cited") for each in _cited(citation))
    text = mask(masked(document), ((citation.start, citation.end) for citation in cited))
    for quantity in quantities.find(text, ignored):
        yield quantity.start, quantity.text, "open"


def _cited(citation: Citation) -> Iterator[str]:
    return (amount.text for amount in quantities.amounts(citation.text))


def _in_formulas(document: Document) -> Iterator[_Found]:
    for formula in document.of(Formula):
        # Inline values are masked, since they are computed and their code is not LaTeX.
        content = _VALUE.sub(lambda match: "?" * len(match[0]), formula_text(document, formula))
        for chain in equations.chains(content):
            linked = {side.start for link in chain.links() if link.holds is not None for side in link.sides}
            for side in chain.sides:
                if side.start in linked:
                    yield formula.content_start + side.start, side.text, "checked"
                elif _is_quantity(side, chain):
                    yield formula.content_start + side.start, side.text, "open"


def _is_quantity(side: Side, chain: Chain) -> bool:
    """Return True if a side of a formula is a quantity, not a setting or a kernel size such as `3 × 3`."""
    if side.value is None or side.value.symbols:
        return False
    if side.value.limit:
        return True
    value = side.value.value
    is_whole = value.denominator == 1 and not side.value.label
    if len(chain.sides) > 1:
        return not (is_whole and abs(value) < python_code.SETTINGS_BELOW)
    factors = re.split(r"\\times|×", side.text)
    is_kernel = len(factors) > 1 and all(
        each.strip().isdigit() and int(each) < KERNELS_BELOW for each in factors
    )
    return not is_kernel
