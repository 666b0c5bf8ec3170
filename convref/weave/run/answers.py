"""A worker's answer to a step, turned into the step's outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convref.weave.page.outcomes import Failure, Got, Outcome
from convref.weave.page.plan import Step


def outcome_of(step: Step, answer: Mapping[str, Any]) -> Outcome:
    """Return the outcome of a step, given what its worker answered and which exception it expects."""
    failure = _failure(answer.get("error"), step)
    expected_traceback = ""
    if step.raises:
        if failure is None:
            failure = Failure("Unraised", f"raised nothing, not {step.raises}", "", step.line)
        elif failure.kind in {name.strip() for name in step.raises.split(",")}:
            expected_traceback, failure = failure.traceback, None
    got = tuple(Got(each["text"], _failure(each["error"], step)) for each in answer.get("got", ()))
    return Outcome(
        output=answer["output"],
        dropped=answer["dropped"],
        valid=answer["valid"],
        stderr=answer["stderr"],
        forms=answer.get("forms") or {},
        figures=tuple(answer.get("figures", ())),
        got=got,
        failure=failure,
        shown_error=expected_traceback,
        remarks=tuple(answer["remarks"]),
        seconds=answer["seconds"],
    )


def _failure(error: Mapping[str, Any] | None, step: Step) -> Failure | None:
    if not error:
        return None
    return Failure(error["kind"], error["message"], error["traceback"], error["line"] or step.line)
