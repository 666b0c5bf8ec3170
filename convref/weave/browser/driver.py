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
from collections.abc import Callable
from typing import Any, Final

from convref.weave.browser.names import bound
from convref.weave.browser.output import Output
from convref.weave.browser.translation import translated
from convref.weave.page.outcomes import SHARED, STR
from convref.weave.page.svg import renamed
from convref.weave.run.worker import mime

BLOCK: Final = "<block>"
_MEDIA: Final = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/latex")


def answer(question: str, send: Callable[[str], object] = lambda _text: None) -> str:
    r"""Run the blocks in a request, and return the results of the last one. Request and answer are JSON.

    `send` takes what the last block prints, piece by piece, while it runs.

    The request has the language `lang` and a list `blocks`. Each block has its `code`, and may have the flags
    `interactive` and `raises`, which `convref.weave.browser.blocks.BrowserBlock` describes. The answer has
    the printed `output`, and a list `values`; each value is an object with the key `html` or `text`. If there
    was an error, the answer also has the message `mistake`, in the language `lang`, and the `line` of the
    error. If the error was in an earlier block, `earlier` is true.

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
    output = Output(send, "\n…")
    found: dict[str, Any] = {"output": "", "values": []}
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for each in earlier:
                _prepare(each["code"], names, may_fail=bool(each.get("interactive") or each.get("raises")))
    except BaseException as error:  # noqa: BLE001 (whatever the code raises is shown to the reader)
        return json.dumps({**found, **_mistake(error, asked["lang"]), "earlier": True})
    displayed.clear()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            value: object = None
            if not block.get("interactive"):
                value = _run(block["code"], names)
            elif (raised := _run_examples(block["code"], names)) and not block.get("raises"):
                found |= _mistake(raised, asked["lang"])
            shown = [*displayed, *([] if value is None else [value])]
            found["values"] = [*_figures(), *(_shown(each, asked["lang"]) for each in shown)]
    except BaseException as error:  # noqa: BLE001 (likewise)
        found |= _mistake(error, asked["lang"])
    found["output"] = output.text
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


def _run(code: str, names: dict[str, Any]) -> object:
    """Run a block; return the value of its last statement if this is an expression without `;`, else None.

    Args:
        code: the code of the block.
        names: the globals of the session.
    """
    tree = ast.parse(code, BLOCK)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, BLOCK, "exec"), names)  # noqa: S102 (the reader's own code, in their browser)
    if last is None or not isinstance(last, ast.Expr):
        return None
    value: object = eval(compile(ast.Expression(last.value), BLOCK, "eval"), names)  # noqa: S307 (likewise)
    return None if code.rstrip().endswith(";") else value


def _run_examples(code: str, names: dict[str, Any]) -> Exception | None:
    """Print the value of every statement, as at the prompt; return the first exception, also printed."""
    first = None
    for statement in ast.parse(code, BLOCK).body:
        try:
            exec(compile(ast.Interactive([statement]), BLOCK, "single"), names)  # noqa: S102 (likewise)
        except Exception as error:  # noqa: BLE001 (at the prompt, the next statement follows)
            print(_mistake(error)["mistake"])  # noqa: T201 (into the output that is shown)
            first = first or error
    return first


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


def _mistake(error: BaseException, lang: str = "en") -> dict[str, Any]:
    kind, text = type(error).__name__, str(error)
    line = 0
    if isinstance(error, SyntaxError) and error.filename == BLOCK:
        text, line = error.msg, error.lineno or 0
    else:
        frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename == BLOCK]
        line = (frames[-1].lineno or 0) if frames else 0
    joint = ": "
    if lang == "zh":
        text, joint = translated(text) or text, "："
    return {"mistake": joint.join(filter(None, (kind, text))), "line": line}
