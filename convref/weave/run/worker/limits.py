"""Limit each output of a step to `output_limit` bytes.

Plain text is truncated. HTML, Markdown, drawings and images would be invalid if they were truncated, so a
step fails if one of these exceeds the limit.
"""

from __future__ import annotations

from typing import Final

from convref.weave.page.outcomes import STR, Bundle, Forms
from convref.weave.run.protocol import Message

KIND: Final = "OutputLimit"  # the kind of the failure
_PLAIN: Final = frozenset({"text/plain", STR})
_MOST_REMARKS: Final = 20
_LONGEST_REMARK: Final = 1000  # characters
_LONGEST_NAME: Final = 200  # characters of an exception's class


def limited(answer: Message, limit: int) -> tuple[Message, list[str]]:
    """Limit the value, the figures and the exception in an answer to `limit` bytes each.

    Args:
        answer: the answer to a step; the text that the step printed is not yet in it.
        limit: the maximum number of bytes.

    Returns:
        A copy of the answer within the limits, and remarks about the texts that were truncated.
    """
    held = dict(answer)
    remarks: list[str] = []
    too_large = ""
    if (size := sum(_size(figure) for figure in answer.get("figures", ()))) > limit:
        held["figures"] = []
        too_large = f"its figures have {size} bytes"
    bundles = [bundle for each in answer.get("displays", ()) for bundle in each["forms"].values()]
    if (size := sum(map(_size_of, bundles))) > limit:
        held["displays"] = []
        too_large = f"what it displays has {size} bytes"
    if answer.get("forms"):
        held["forms"], problem, cut = _held_forms(answer["forms"], limit)
        too_large = too_large or problem
        if cut:
            remarks.append(f"its value as text has {cut} bytes; it is cut after {limit}")
    if answer.get("error"):
        held["error"] = held_error(answer["error"], limit)
    elif too_large:
        held["error"] = _error(f"{too_large}, more than output_limit (={limit})")
    return held, remarks


def held_error(error: Message, limit: int) -> Message:
    """Return a copy of an exception's description whose message and traceback have about `limit` bytes each.

    If one of them is longer, its middle is left out.
    """
    texts = {name: _cut_in_the_middle(error[name], limit) for name in ("message", "traceback")}
    return {**error, **texts, "kind": error["kind"][:_LONGEST_NAME]}


def held_remarks(remarks: list[str]) -> list[str]:
    """Return the remarks, cut to a maximum number and a maximum length.

    They quote names from the page's code, which may be arbitrarily long.
    """
    return [remark[:_LONGEST_REMARK] for remark in remarks[:_MOST_REMARKS]]


def too_long(number: int, size: int, limit: int) -> Message:
    """Return the failure that replaces the answer to a step if the answer is too long for a message.

    Args:
        number: the index of the step.
        size: the size of the answer, in bytes.
        limit: the setting `output_limit`.
    """
    error = _error(f"its results have {size} bytes in total, too many for output_limit (={limit})")
    return {
        "number": number, "output": "", "dropped": 0, "valid": True, "stderr": "", "remarks": [],
        "seconds": 0.0, "error": error,
    }  # fmt: skip


def _error(message: str) -> Message:
    return {"kind": KIND, "message": message, "traceback": "", "line": 0}


def _held_forms(forms: Forms, limit: int) -> tuple[Forms, str, int]:
    """Limit each form of a value, such as its HTML or its plain text (see `mime.forms`), to `limit` bytes.

    Plain text is truncated. A form that cannot be truncated is left out if it is too large.

    Returns:
        The remaining forms; an error message about a form that was left out, or ""; and the size in bytes of
        the largest text that was truncated, or 0.
    """
    held: Forms = {}
    problem, largest = "", 0
    for language, bundle in forms.items():
        rich = {media: text for media, text in bundle.items() if media not in _PLAIN}
        plain = {media: text for media, text in bundle.items() if media in _PLAIN}
        size = _size_of(rich)
        if size > limit:
            names = ", ".join(sorted(rich))[:_LONGEST_NAME]
            problem = problem or f"its value as {names} has {size} bytes"
            rich = {}
        elif not rich:  # a page that shows another form does not show the text
            largest = max([largest, *(size for text in plain.values() if (size := _size(text)) > limit)])
        held[language] = {**rich, **{media: _cut(text, limit) for media, text in plain.items()}}
    return held, problem, largest


def _size_of(bundle: Bundle) -> int:
    return sum(_size(media) + _size(text) for media, text in bundle.items())


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _cut(text: str, limit: int) -> str:
    """Return the longest beginning of a text that fits in `limit` bytes of UTF-8 and splits no character."""
    if _size(text) <= limit:
        return text
    return text[:limit].encode("utf-8", "surrogatepass")[:limit].decode("utf-8", "ignore")


def _cut_in_the_middle(text: str, limit: int) -> str:
    """Shorten a text to about `limit` bytes by leaving out its middle.

    The end is kept, because a traceback names the exception there.
    """
    size = _size(text)
    if size <= limit:
        return text
    end = _cut(text[-(limit // 4) :], limit // 4) if limit >= 4 else ""
    beginning = _cut(text, limit - _size(end))
    return f"{beginning}\n[{size - _size(beginning) - _size(end)} bytes are left out]\n{end}"
