"""The messages for errors of a reader's code, in English and Chinese.

Python and convref report errors in English. `convref_docs.playground_rules` translates the messages that the
code of a network usually leads to. A message of another form stays English, in a Chinese sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from convref.assembly.refusals import Refusal
from convref.errors import ConvrefError
from convref.standin.description import PREFIX
from convref.weave.browser.translation import by_rules
from convref_docs.playground_network import EDITOR
from convref_docs.playground_rules import KINDS, NOUNS, RULES


def message(error: BaseException, lang: str) -> str:
    """Return the message for an error of the reader's code, without its line.

    Example:
        >>> message(NameError("name 'Cov2d' is not defined"), "en")
        "NameError: name 'Cov2d' is not defined"
        >>> message(NameError("name 'Cov2d' is not defined"), "zh")
        'NameError：名称 Cov2d 没有定义'
    """
    kind, text = _english(error)
    if lang == "en":
        return ": ".join(filter(None, (kind, text)))
    told = translated(text) or ("" if not text else text if kind else f"convref 报告：{text}")
    return "：".join(filter(None, (kind, told)))


def _english(error: BaseException) -> tuple[str, str]:
    """Return the name of the error's class, or "" for convref's own errors, and the message."""
    if isinstance(error, Refusal):
        return "", f"cannot read {error.what}: {error.rule}" if error.what else error.rule
    if isinstance(error, ConvrefError):
        return "", re.sub(rf" at {EDITOR}:\d+", "", str(error)).removeprefix(f"{PREFIX}: ")
    name = type(error).__name__
    if isinstance(error, SyntaxError):
        return name, error.msg
    if isinstance(error, KeyError):
        return name, f"{error}"
    return name, str(error)


def translated(text: str) -> str | None:
    """Return the Chinese translation of a message; None if its form is not known.

    Example:
        >>> translated("features.3: in_channels (=64) must equal the 128 channels of the input")
        'features.3：in_channels（=64）必须等于输入的通道数 128'
    """
    whole = _by_rules(text) or _argument(text) or _located(text)
    if whole is not None or "; " not in text:
        return whole
    first, rest = text.rsplit("; ", 1)
    parts = [translated(first), translated(rest)]
    return None if None in parts else "；".join(part for part in parts if part)


def _by_rules(text: str) -> str | None:
    """Translate a message by `RULES`; the module `playground_rules` explains the forms of their fields."""
    forms: dict[str, Callable[[str], str]] = {
        "noun": lambda part: NOUNS.get(part, part),
        "kind": lambda part: KINDS.get(part, part),
        "rule": lambda part: translated(part) or part,
    }
    told = by_rules(text, RULES, forms)
    return told and re.sub(r" \(=([^()]*)\) ?", r"（=\1）", told)  # as Chinese sets values after a name


def _argument(text: str) -> str | None:
    """Translate `kernel_size (=3) must …`."""
    found = re.fullmatch(r"(?P<name>[\w. ]+?) \(=(?P<value>.*?)\) (?P<rule>[a-z].*)", text, re.DOTALL)
    if found is None:
        return None
    rule = translated(found["rule"])
    return None if rule is None else f"{found['name']}（={found['value']}）{rule}"


def _located(text: str) -> str | None:
    """Translate `features.3: …` and `Conv2d: …`."""
    place, _, rule = text.partition(": ")
    if not rule or not re.fullmatch(r"[\w.]+", place):
        return None
    told = translated(rule)
    return None if told is None else f"{place}：{told}"
