"""Run a block of a page in the browser, and return its results.

The blocks before it are run first, because the block may use their variables. If one of their statements
imports a module that the browser does not have, this statement is skipped. Statements that use the names that
it would have bound are skipped, too.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
import traceback
from typing import Any, Final

from convref.weave.browser.names import bound
from convref.weave.page.outcomes import SHARED, STR
from convref.weave.page.svg import renamed
from convref.weave.run.worker import mime

BLOCK: Final = "<block>"
LONGEST: Final = 100_000  # characters of output that are shown
_MEDIA: Final = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/latex")


def answer(question: str) -> str:
    r"""Run the blocks in a request, and return the results of the last one. Request and answer are JSON.

    The request has the language `lang` and a list `blocks`. Each block has its `code`, and may have the flags
    `interactive` and `raises`, which `convref.weave.browser.blocks.BrowserBlock` describes. The answer has
    the printed `output`, and a list `values`; each value is an object with the key `html` or `text`. If there
    was an error, the answer also has the message `mistake` and the `line` of the error. If the error was in
    an earlier block, `earlier` is true.

    Example:
        >>> answer('{"blocks": [{"code": "x = 6"}, {"code": "print(x); x * 7"}], "lang": "en"}')
        '{"output": "6\\n", "values": [{"text": "42"}]}'
    """
    asked = json.loads(question)
    os.environ.setdefault("MPLBACKEND", "svg")
    *earlier, block = asked["blocks"]
    displayed: list[object] = []
    # Pages have the builtin `display`; what it shows comes before the value of the block.
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *values: displayed.extend(values)}
    output = io.StringIO()
    found: dict[str, Any] = {"output": "", "values": []}
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for each in earlier:
                _prepare(each["code"], names, may_fail=bool(each.get("interactive") or each.get("raises")))
    except BaseException as error:  # noqa: BLE001 (whatever the code raises is shown to the reader)
        return json.dumps({**found, **_mistake(error), "earlier": True})
    displayed.clear()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            value = _run(block["code"], names, interactive=bool(block.get("interactive")))
            shown = [*displayed, *([] if value is None else [value])]
            found["values"] = [*_figures(), *(_shown(each, asked["lang"]) for each in shown)]
    except BaseException as error:  # noqa: BLE001 (likewise)
        found |= _mistake(error)
    text = output.getvalue()
    found["output"] = text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"
    return json.dumps(found)


def _prepare(code: str, names: dict[str, Any], *, may_fail: bool) -> None:
    """Run the statements of an earlier block, except those that need a module that the browser does not have.

    Args:
        code: the code of the block.
        names: the globals of the session.
        may_fail: True to ignore exceptions, because the author expects the block to raise one.
    """
    left_out: set[str] = set()
    for statement in ast.parse(code).body:
        try:
            exec(compile(ast.Module([statement], []), "<earlier block>", "exec"), names)  # noqa: S102
        except ImportError:
            left_out |= bound(statement)
            names.setdefault("__left_out__", set()).update(left_out)
        except NameError as error:
            if error.name in names.get("__left_out__", ()):
                names["__left_out__"] |= bound(statement)
            elif not may_fail:
                raise
        except Exception:
            if not may_fail:
                raise


def _run(code: str, names: dict[str, Any], *, interactive: bool) -> object:
    """Run a block; return the value of its last statement if this is an expression without `;`, else None.

    Args:
        code: the code of the block.
        names: the globals of the session.
        interactive: True to print the value of every statement, as at the prompt, and to return None.
    """
    tree = ast.parse(code, BLOCK)
    if interactive:
        for statement in tree.body:
            try:
                exec(compile(ast.Interactive([statement]), BLOCK, "single"), names)  # noqa: S102
            except Exception as error:  # noqa: BLE001 (at the prompt, the next statement follows)
                print(_mistake(error)["mistake"])  # noqa: T201 (into the output that is shown)
        return None
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, BLOCK, "exec"), names)  # noqa: S102 (the reader's own code, in their browser)
    if last is None or not isinstance(last, ast.Expr):
        return None
    value: object = eval(compile(ast.Expression(last.value), BLOCK, "eval"), names)  # noqa: S307 (likewise)
    return None if code.rstrip().endswith(";") else value


def _shown(value: object, lang: str) -> dict[str, str]:
    """Return a value as a dict with the key `html` or `text`, for the page to show.

    The methods by which notebooks show values, such as `_repr_html_`, give the text.
    """
    forms = mime.forms(value, [lang])
    form = {**forms[SHARED], **forms.get(lang, {})} if lang in forms else forms[SHARED]
    media = next((each for each in _MEDIA if each in form), "text/plain")
    text = form.get(media) or form.get(STR, "")
    if media == "image/svg+xml":
        return {"html": renamed(text, "-run")}  # the page may show the same drawing
    if media.startswith("image/"):
        return {"html": f'<img alt="" src="data:{media};base64,{text}">'}
    return {"html": renamed(text, "-run")} if media == "text/html" else {"text": text}


def _figures() -> list[dict[str, str]]:
    if "matplotlib.pyplot" not in sys.modules:
        return []
    from convref.weave.run.worker.matplotlib_svg import drain

    drawings, _ = drain()
    return [{"html": svg} for svg in drawings]


def _mistake(error: BaseException) -> dict[str, Any]:
    if isinstance(error, SyntaxError) and error.filename == BLOCK:
        return {"mistake": f"SyntaxError: {error.msg}", "line": error.lineno or 0}
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename == BLOCK]
    text = f"{type(error).__name__}: {error}".removesuffix(": ")
    return {"mistake": text, "line": (frames[-1].lineno or 0) if frames else 0}
