"""What of a page is run, in which order, and how the pages of several languages share one run.

A page's steps are its blocks in order, and between two blocks the inline values of all languages, each
expression once. Blocks pair up when their code is the same but for comments; options that only change what
is shown may differ. Where the blocks of two languages differ, each language runs on its own, and the
difference is told with both lines.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from convref.errors import PageError
from convref.weave.markdown.document import Document, Example, Fence, InlineValue, Region, parse

Address = tuple[int, ...]

PYTHON = frozenset({"python", "py"})
SHELLS = {"bash": "bash", "sh": "sh", "console": "sh"}
LITERATE = frozenset({"md", "markdown"})
_PROMPTS = re.compile(r"^(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)
COMMANDS = ("$ ", "% ")
_SKIP = "SKIP"


@dataclass(frozen=True)
class Step:
    """One thing that a session runs.

    Args:
        kind: python, value, doctest or shell.
        path, line: where the code starts; it is compiled so.
        code: what is run, without prompts.
        session: the session's name; the page's own is "".
        examples: a doctest's examples, each with source and line.
        shell: the shell that runs the code.
        workdir, width, returncode, raises, cache: the options of these names.
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

    def message(self) -> dict[str, Any]:
        """The step as a worker takes it."""
        told = asdict(self)
        told["examples"] = [{"source": source, "line": line} for source, line in self.examples]
        return told

    def key(self, alone: bool = False) -> tuple[object, ...]:
        """What two blocks must have in common to be run once.

        Args:
            alone: there is one language, so that comments and layout need not be told from code.
        """
        meaning = str if alone or self.kind == "shell" else _meaning
        return (
            self.kind, meaning(self.code), tuple(meaning(source) for source, _ in self.examples),
            self.session, self.shell, self.workdir, self.width, self.returncode, self.raises,
        )  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A step and the region of the page that it belongs to, by the address of `Weave`."""

    address: Address
    step: Step


@dataclass(frozen=True)
class Plan:
    """The steps of a page in its languages.

    Args:
        steps: what is run; steps of the same `run` and session share a process.
        places: for each language, which step an address has.
        differences: where languages differ, as (path, line, message).
    """

    steps: tuple[Step, ...]
    runs: tuple[int, ...]
    places: Mapping[str, Mapping[Address, int]]
    differences: tuple[PageError, ...] = ()
    imports: tuple[str, ...] = field(default=())


def plan(pages: Mapping[str, Document], auto: frozenset[str] = frozenset()) -> Plan:
    """The plan for a page in its languages.

    Args:
        pages: the page in each language; the first language's lines stand in tracebacks.
        auto: languages of fences that are run without `exec`.

    Raises:
        PageError: an option has a value that it cannot have.
    """
    segments = {lang: list(_segments(list(walk(page, auto)))) for lang, page in pages.items()}
    first, *others = segments
    differences = [error for lang in others if (error := _difference(segments[first], segments[lang]))]
    groups = [list(segments)] if not differences else [[lang] for lang in segments]
    steps: list[Step] = []
    runs: list[int] = []
    places: dict[str, dict[Address, int]] = {lang: {} for lang in pages}
    for run, group in enumerate(groups):
        for parts in zip(*(segments[lang] for lang in group), strict=True):
            known: dict[tuple[object, ...], int] = {}
            for lang, part in zip(group, parts, strict=True):
                for placed in part:
                    key = placed.step.key(alone=len(group) == 1)
                    if key not in known:
                        known[key] = len(steps)
                        steps.append(placed.step)
                        runs.append(run)
                    places[lang][placed.address] = known[key]
    return Plan(tuple(steps), tuple(runs), places, tuple(differences), _imports(steps))


def walk(page: Document, auto: frozenset[str] = frozenset(), outer: Address = ()) -> Iterator[Placed]:
    """The steps of one page in order; those of a literate block follow inside it."""
    for region in page.regions:
        address = (*outer, region.start)
        if isinstance(region, Fence) and runs(region, auto) and region.language in LITERATE:
            yield from walk(parse(region.code, page.path, region.code_line), auto, address)
            continue
        step = _step(page.path, region, auto)
        if step:
            yield Placed(address, step)


def literate(page: Document, auto: frozenset[str] = frozenset()) -> Iterator[Document]:
    """The pages inside a page: the blocks of Markdown that are run."""
    for fence in page.of(Fence):
        if fence.language in LITERATE and runs(fence, auto):
            yield parse(fence.code, page.path, fence.code_line)


def runs(fence: Fence, auto: frozenset[str] = frozenset()) -> bool:
    """Whether a fence asks for execution."""
    return fence.options.on("exec", default=fence.language in auto)


def is_doctest(fence: Fence, auto: frozenset[str] = frozenset()) -> bool:
    """Whether a fence holds doctest examples that are run and compared, not shown anew."""
    return bool(fence.examples) and not runs(fence, auto) and "exec" not in fence.options


def _step(path: str, region: Region, auto: frozenset[str]) -> Step | None:
    if isinstance(region, InlineValue):
        return Step("value", path, region.line, region.expression)
    if not isinstance(region, Fence):
        return None
    common = Step("python", path, region.code_line, region.code, region.options.get("session", ""))
    if is_doctest(region, auto):
        wanted = tuple((each.source, each.line) for each in region.examples if not _skipped(each))
        return replace(common, kind="doctest", code="", examples=wanted)
    if not runs(region, auto):
        return None
    common = replace(
        common,
        workdir=region.options.get("workdir", ""),
        width=_number(path, region, "width"),
        returncode=_number(path, region, "returncode"),
        raises=region.options.get("raises", ""),
        cache=_choice(path, region, "cache", {"", "on", "off"}),
    )
    if region.language in PYTHON:
        return common
    if region.language == "pycon":
        return replace(common, code=unprompted(region.code))
    if region.language in SHELLS:
        code = commands(region.code) if region.language == "console" else region.code
        return replace(common, kind="shell", shell=SHELLS[region.language], code=code)
    return None


def unprompted(code: str) -> str:
    """The source of an interactive session: the prompts taken off, the outputs blank, the lines kept."""
    lines = code.splitlines()
    return "".join(f"{line[4:] if _PROMPTS.match(line) else ''}\n" for line in lines)


def commands(code: str) -> str:
    """The commands of a console's text, without their prompts."""
    return "".join(f"{line[2:]}\n" for line in code.splitlines() if line.startswith(COMMANDS))


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


def _skipped(example: Example) -> bool:
    import doctest

    return dict(example.options).get(doctest.OPTIONFLAGS_BY_NAME[_SKIP], False)


def _segments(placed: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Runs of inline values and single blocks, by turns, beginning and ending with values."""
    values: list[Placed] = []
    for each in placed:
        if each.step.kind == "value":
            values.append(each)
        else:
            yield values
            yield [each]
            values = []
    yield values


def _difference(ours: list[list[Placed]], theirs: list[list[Placed]]) -> PageError | None:
    for mine, other in zip(ours[1::2], theirs[1::2], strict=False):
        a, b = mine[0].step, other[0].step
        if a.key() != b.key():
            rule = f"the block differs from that at {a.path}:{a.line}, so both pages are run on their own"
            return PageError(b.path, b.line, rule)
    if len(ours) == len(theirs):
        return None
    fewer, more = sorted((ours, theirs), key=len)
    extra = more[len(fewer)][0].step
    pages = [part[0].step.path for part in (*ours, *theirs) if part and part[0].step.path != extra.path]
    where = pages[0] if pages else "the page's other language"
    return PageError(extra.path, extra.line, f"{where} has no such block, so both pages are run on their own")


def _meaning(code: str) -> str:
    """Code without its comments and layout; itself when it cannot be parsed."""
    try:
        return ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code


def _imports(steps: Sequence[Step]) -> tuple[str, ...]:
    """The modules that the steps' code imports at its top level."""
    found: dict[str, None] = {}
    for step in steps:
        sources = [source for source, _ in step.examples] if step.kind == "doctest" else [step.code]
        for source in sources if step.kind in {"python", "doctest"} and "import" in "".join(sources) else ():
            try:
                nodes = ast.parse(source).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            for node in nodes:
                if isinstance(node, ast.Import):
                    found.update(dict.fromkeys(alias.name for alias in node.names))
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found[node.module] = None
    return tuple(found)
