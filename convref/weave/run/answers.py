"""Check a worker's answer to a step and convert it to the step's outcome.

An answer comes from a process in which the code of a page ran. This code may have changed anything in the
process, so the type of each value in the answer is checked. A malformed answer raises `ProtocolError`. The
build reports this error as a failure of the page, and continues.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from convref.weave.page.outcomes import Displayed, Failure, Forms, Got, Outcome
from convref.weave.page.plan import Step
from convref.weave.run.protocol import ProtocolError

_T = TypeVar("_T")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def outcome_of(step: Step, answer: Mapping[str, Any]) -> Outcome:
    """Convert a worker's answer to a step into the step's outcome, such as its output, value or failure.

    Args:
        step: the step. Its option `raises` may list classes of exceptions; such an exception is then expected
            and is not a failure.
        answer: the worker's answer.

    Raises:
        ProtocolError: a value in the answer is missing or has the wrong type.
    """
    answer = {name: _with_text(part) for name, part in answer.items()}
    failure = _failure(answer, step)
    expected_traceback = ""
    if step.raises:
        if failure is None:
            rule = f"raised no exception, but the option raises names {step.raises}"
            failure = Failure("Unraised", rule, "", step.line)
        elif failure.kind in {name.strip() for name in step.raises.split(",")}:
            expected_traceback, failure = failure.traceback, None
    return Outcome(
        output=_part(answer, "output", str),
        dropped=_part(answer, "dropped", int),
        valid=_part(answer, "valid", bool),
        stderr=_part(answer, "stderr", str),
        forms=_forms(answer.get("forms")),
        figures=_texts(answer.get("figures"), "figures"),
        displays=_displays(answer.get("displays")),
        got=_got(answer, step),
        failure=failure,
        shown_error=expected_traceback,
        remarks=_texts(answer.get("remarks"), "remarks"),
        seconds=_seconds(answer),
    )


def _with_text(part: Any) -> Any:
    """Return a copy of a value from an answer, with each lone surrogate in its strings replaced by U+FFFD.

    UTF-8 cannot encode lone surrogates, so a page that contains one could not be written to a file.
    """
    if isinstance(part, str):
        return _SURROGATE.sub("\ufffd", part)
    if isinstance(part, list):
        return [_with_text(each) for each in part]
    if isinstance(part, dict):
        return {_with_text(name): _with_text(each) for name, each in part.items()}
    return part


def _got(answer: Mapping[str, Any], step: Step) -> tuple[Got, ...]:
    given = answer.get("got") or []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise _malformed("got", given, "a list of dictionaries")
    if step.kind == "doctest" and "error" not in answer and len(given) != len(step.examples):
        raise ProtocolError(
            f"the process sent results for {len(given)} examples of a doctest that has {len(step.examples)}"
        )
    return tuple(Got(_part(each, "text", str), _failure(each, step)) for each in given)


def _failure(answer: Mapping[str, Any], step: Step) -> Failure | None:
    error = answer.get("error")
    if not error:
        return None
    if not isinstance(error, dict):
        raise _malformed("error", error, "a dictionary")
    kind, message = _part(error, "kind", str), _part(error, "message", str)
    return Failure(kind, message, _part(error, "traceback", str), _part(error, "line", int) or step.line)


def _forms(given: Any) -> Forms:
    if not isinstance(given or {}, dict):
        raise _malformed("forms", given, "a dictionary")
    forms: Forms = given or {}
    for language, bundle in forms.items():
        texts = isinstance(bundle, dict) and all(isinstance(text, str) for text in bundle.values())
        if not texts:
            raise _malformed(f"forms of {language!r}", bundle, "a dictionary of strings")
    return forms


def _displays(given: Any) -> tuple[Displayed, ...]:
    if not isinstance(given or [], list) or not all(isinstance(each, dict) for each in given or ()):
        raise _malformed("displays", given, "a list of dictionaries")
    return tuple(Displayed(_part(each, "offset", int), _forms(each.get("forms"))) for each in given or ())


def _texts(given: Any, name: str) -> tuple[str, ...]:
    if not isinstance(given or [], list) or not all(isinstance(text, str) for text in given or ()):
        raise _malformed(name, given, "a list of strings")
    return tuple(given or ())


def _seconds(answer: Mapping[str, Any]) -> float:
    seconds = answer.get("seconds")
    if not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise _malformed("seconds", seconds, "a finite number")
    return float(seconds)


def _part(message: Mapping[str, Any], name: str, kind: type[_T]) -> _T:
    part = message.get(name)
    if not isinstance(part, kind):
        raise _malformed(name, part, f"of type {kind.__name__}")
    return part


def _malformed(name: str, value: object, rule: str) -> ProtocolError:
    return ProtocolError(f"the process sent the build an answer whose {name} (={value!r:.80}) is not {rule}")
