"""Plan the run of a page: the steps to run, their order, and the steps that its languages share.

A step is a block of code, the examples of a doctest fence, or an inline value. A block whose code is the same
in all languages of the page becomes one step, which is run once for all of them. Its comments, and options
that only affect display, may differ. Inline values with equal expressions between the same two blocks become
one step, too. If a block differs between two languages, each language is run separately, and a diagnostic
reports the difference.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from convref.errors import PageError
from convref.weave.markdown.document import Document, Fence, FormulaCheck, InlineValue, Region
from convref.weave.markdown.fences import runnable_code, shell_of
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.python_code import meaning, statements, wanted_examples

Address = tuple[int, ...]
"""The position of a region: the offsets of the Markdown blocks that enclose it, outermost first, and then its
own offset, each in the page or block that contains it."""


@dataclass(frozen=True)
class Step:
    """A piece of code that is run as a unit: a block, the examples of a doctest fence, or an inline value.

    Args:
        kind: python, value, doctest or shell.
        path, line: the path of the page, and the line on which the code starts; tracebacks show them.
        code: the code without doctest or shell prompts.
        session: the name of the step's session. The steps of a session share their variables. "" is the
            default session of the page.
        examples: for a doctest, a pair of source and line number for each example.
        shell: the shell that runs the code.
        workdir, width, returncode, raises, cache: the values of the fence options with these names.
        late: 0 for a block in the page's text. Other blocks, such as those in docstrings
            (`convref.weave.site.late_fences`), are numbered from 1 in each session.
        values: whether the page shows the value of the last expression, and the figures that are left open.
    """

    kind: str
    path: str
    line: int
    code: str
    session: str = ""
    examples: tuple[tuple[str, int], ...] = ()
    shell: str = ""
    workdir: str = ""
    width: int = 0
    returncode: int = 0
    raises: str = ""
    cache: str = ""
    values: bool = True
    late: int = 0

    def message(self) -> dict[str, Any]:
        """Return the step as a message for a worker process."""
        message = asdict(self)
        message["examples"] = [{"source": source, "line": line} for source, line in self.examples]
        return message

    def key(self, alone: bool = False) -> tuple[object, ...]:
        """Return a key that is equal for two steps whose code differs only in comments and layout.

        Args:
            alone: True to compare the code as it is written. This is faster, and suffices for steps of the
                same language.
        """
        compared = str if alone or self.kind == "shell" else meaning
        return (
            self.kind, compared(self.code), tuple(compared(source) for source, _ in self.examples),
            self.session, self.shell, self.workdir, self.width, self.returncode, self.raises,
            self.values,
        )  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A step, and its position in the page as an `Address`, a tuple of offsets."""

    address: Address
    step: Step


@dataclass(frozen=True)
class Plan:
    """The steps of a page in all its languages.

    Args:
        steps: the steps in the order in which they are run.
        runs: for each step, the index of its run. If all languages of the page have the same code, there is
            one run; otherwise there is one for each language. Steps of the same run and session share a
            process.
        step_of: a dict from language to a dict from the `Address` of a block or value in the page to the
            index of its step.
        differences: diagnostics for the blocks that differ between languages.
        imports: the names of the modules that the code imports, which are preloaded.
    """

    steps: tuple[Step, ...]
    runs: tuple[int, ...]
    step_of: Mapping[str, Mapping[Address, int]]
    differences: tuple[Diagnostic, ...] = ()
    imports: tuple[str, ...] = field(default=())


def plan(pages: Mapping[str, Document]) -> Plan:
    """Return the plan for running a page in all its languages.

    Args:
        pages: a dict from language to the page's document in this language. If several languages share a
            step, tracebacks show its lines in the first of them.

    Raises:
        PageError: the value of an option is invalid.
    """
    segments = {lang: list(_segments(list(walk(page)))) for lang, page in pages.items()}
    first, *others = segments
    differences = [found for lang in others if (found := _difference(segments[first], segments[lang]))]
    groups = [list(segments)] if not differences else [[lang] for lang in segments]
    steps: list[Step] = []
    runs: list[int] = []
    step_of: dict[str, dict[Address, int]] = {lang: {} for lang in pages}
    for run, group in enumerate(groups):
        for number, parts in enumerate(zip(*(segments[lang] for lang in group), strict=True)):
            # The blocks of one group have been compared, so that they need no key.
            is_block = number % 2 == 1
            known: dict[tuple[object, ...], int] = {}
            for lang, part in zip(group, parts, strict=True):
                for placed in part:
                    key = () if is_block else placed.step.key(alone=len(group) == 1)
                    if key not in known:
                        known[key] = len(steps)
                        steps.append(placed.step)
                        runs.append(run)
                    step_of[lang][placed.address] = known[key]
    return Plan(tuple(steps), tuple(runs), step_of, tuple(differences), _imports(steps))


def walk(page: Document, outer: Address = ()) -> Iterator[Placed]:
    """Iterate over the steps of one page in order, including those nested in its Markdown blocks.

    Args:
        page: the page.
        outer: the `Address` of the Markdown block that contains the page; () for a page that is not nested.
    """
    for region in page.regions:
        address = (*outer, region.start)
        if isinstance(region, Fence) and region.page:
            yield from walk(region.page, address)
            continue
        step = _step(page.path, region)
        if step:
            yield Placed(address, step)


def _step(path: str, region: Region) -> Step | None:
    if isinstance(region, InlineValue):
        return Step("value", path, region.line, region.expression)
    if isinstance(region, FormulaCheck):
        loops = " ".join(f"for {name} in range({first}, {last + 1})" for name, first, last in region.ranges)
        return Step("value", path, region.line, f"[{region.expression} {loops}]")
    if not isinstance(region, Fence) or not region.executed or region.kind in {"unsupported", "broken"}:
        return None
    common = Step("python", path, region.code_line, region.code, region.options.get("session", ""))
    if region.kind == "doctest":
        examples = tuple((each.source, each.line) for each in wanted_examples(region))
        return replace(common, kind="doctest", code="", examples=examples)
    common = replace(
        common,
        code=runnable_code(region.kind, region.code),
        workdir=region.options.get("workdir", ""),
        width=_number(path, region, "width"),
        returncode=_number(path, region, "returncode"),
        raises=region.options.get("raises", ""),
        cache=_choice(path, region, "cache", {"", "on", "off"}),
        values=region.rules.values or region.options.on("figure"),
    )
    if region.kind in {"shell", "console"}:
        return replace(common, kind="shell", shell=shell_of(region.language))
    return common


def _number(path: str, fence: Fence, option: str) -> int:
    value = fence.options.get(option, "0")
    try:
        return int(value)
    except ValueError:
        raise PageError(path, fence.line, f"{option} (={value!r}) must be a whole number") from None


def _choice(path: str, fence: Fence, option: str, allowed: set[str]) -> str:
    value = fence.options.get(option, "")
    if value not in allowed:
        names = " or ".join(sorted(allowed - {""}))
        raise PageError(path, fence.line, f"{option} (={value!r}) must be {names}")
    return value


def _segments(placed: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Group the steps of a page into lists; every second list contains one block, the others inline values.

    The first list contains the inline values before the first block, the second list this block, the third
    list the values up to the next block, and so on. A list of values may be empty.
    """
    values: list[Placed] = []
    for each in placed:
        if each.step.kind == "value":
            values.append(each)
        else:
            yield values
            yield [each]
            values = []
    yield values


def _difference(ours: list[list[Placed]], theirs: list[list[Placed]]) -> Diagnostic | None:
    for mine, other in zip(ours[1::2], theirs[1::2], strict=False):
        a, b = mine[0].step, other[0].step
        # Identical code need not be parsed; parsing takes most of the time of planning.
        if a.key(alone=True) != b.key(alone=True) and a.key() != b.key():
            message = f"the block differs from that at {a.path}:{a.line}, so each page is run separately"
            return Diagnostic(b.path, b.line, "parity", message)
    if len(ours) == len(theirs):
        return None
    fewer, more = sorted((ours, theirs), key=len)
    extra = more[len(fewer)][0].step
    pages = [part[0].step.path for part in (*ours, *theirs) if part and part[0].step.path != extra.path]
    where = pages[0] if pages else "the page's other language"
    message = f"{where} has no block like this one, so each page is run separately"
    return Diagnostic(extra.path, extra.line, "parity", message)


def _imports(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return the names of the modules that the steps import outside of functions and other statements."""
    found: dict[str, None] = {}
    for step in steps:
        sources = [source for source, _ in step.examples] if step.kind == "doctest" else [step.code]
        for source in sources if step.kind in {"python", "doctest"} and "import" in "".join(sources) else ():
            for node in statements(source) or ():
                if isinstance(node, ast.Import):
                    found.update(dict.fromkeys(alias.name for alias in node.names))
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found[node.module] = None
    return tuple(found)
