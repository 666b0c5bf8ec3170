"""Run a reader's code in the playground, and analyze the network that it describes."""

from __future__ import annotations

import contextlib
import io
import json
import re
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from convref import analyze, draw, nn
from convref.analysis.units import bytes_text, extent_text
from convref.assembly.refusals import Refusal
from convref.standin.tape import Tape, active
from convref_docs.playground_messages import message
from convref_docs.playground_network import EDITOR, NoNetworkError, network

WORDS = {
    "en": {
        "params": "Parameters",
        "macs": "Multiply-accumulates (MACs) of one input, as {} counts them",
        "weights": "Weights",
        "peak": "Feature maps at inference, peak",
        "training": "Training step with Adam, peak",
        "field": "Receptive field",
        "batch_of": "{}, batch of {}",
        "parts": "{} (weights {}, gradients {}, state of Adam {}, feature maps {})",
        "none": "the code has no network: end with one, or keep it in a variable, as in net = Sequential(…)",
        "last": "the last line gives {}",
        "needs": "the class {} needs {}: make one at the end, as in net = {}(…)",
        "shape": "the input shape must be whole numbers, such as 3, 224, 224",
        "batch": "the batch must be a whole number from 1 to 100000",
        "cut": "\n… (the rest is not shown)\n",
    },
    "zh": {
        "params": "参数量",
        "macs": "一个输入的乘加次数（MAC，{} 口径）",
        "weights": "权重",
        "peak": "推理时特征图的峰值",
        "training": "一步训练的峰值（Adam）",
        "field": "感受野",
        "batch_of": "{}，批量大小 {}",
        "parts": "{}（权重 {}，梯度 {}，Adam 的状态 {}，特征图 {}）",
        "none": "代码里没有网络：请以网络结尾，或者把它放进变量，例如 net = Sequential(…)",
        "last": "最后一行得到的是 {}",
        "needs": "类 {} 需要参数 {}：请在最后构造一个，例如 net = {}(…)",
        "shape": "输入形状必须是整数，例如 3, 224, 224",
        "batch": "批量大小必须是 1 到 100000 的整数",
        "cut": "\n……（其余不再显示）\n",
    },
}
LONGEST: Final = 50_000  # characters of output that are shown
AT_ONCE: Final = 200  # lines that are sent one by one, before they are gathered
PAUSE: Final = 0.05  # seconds of output that is gathered


class FieldError(Exception):
    """Raised for a field of the page whose text is wrong; the message is in the reader's language."""


class Output(io.TextIOBase):
    """The output of the reader's code, which is sent to the page while the code runs.

    The analysis runs the forward of a module several times, with different batch sizes. Only the output of
    the first run is kept.

    Args:
        send: a function that takes each new piece of the output.
        cut: the text that replaces the rest of an output after `LONGEST` characters.
    """

    def __init__(self, send: Callable[[str], object], cut: str) -> None:
        super().__init__()
        self._send, self._cut = send, cut
        self._first: Tape | None = None
        self._waiting = ""
        self._sent = 0.0
        self._lines = self._length = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Take a piece of output, and send it if it ends a line."""
        tape = active()
        self._first = self._first or tape
        if (tape is not None and tape is not self._first) or self._length > LONGEST:
            return len(text)
        self._length += len(text)
        self._waiting += text if self._length <= LONGEST else text[: LONGEST - self._length] + self._cut
        self._lines += text.count("\n")
        if "\n" in text and (self._lines <= AT_ONCE or time.monotonic() - self._sent > PAUSE):
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what was not sent yet."""
        if self._waiting:
            self._send(self._waiting)
            self._waiting, self._sent = "", time.monotonic()


def answer(question: str) -> str:
    """Return the answer to a question of the page; both are JSON objects.

    The question has the reader's `code` and `shape` (texts), and `batch`, `dtype`, `convention` and `lang`;
    its `number` comes back with the output, which is sent to the page while the code runs.
    The answer has `totals` (label -> text), `table` (HTML), `note`, `drawing` (SVG) and `csv`; or, if the
    code or a field is wrong, `mistake`, a message, and `line`, the 1-based line in the code or 0.
    """
    asked = json.loads(question)
    words = WORDS[asked["lang"]]
    output = Output(_sender(asked.get("number", 0)), words["cut"])
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            shape = _shape(asked["shape"], words)
            batch = _batch(asked["batch"], words)
            net = network(asked["code"], shape)
            found = _analyzed(net, shape, batch, asked, words)
    except BaseException as error:  # noqa: BLE001 (whatever the code raises is shown to the reader)
        found = {"mistake": _told(error, asked["lang"]), "line": _line(error)}
    output.flush()
    return json.dumps(found)


def _sender(number: int) -> Callable[[str], object]:
    """Return a function that sends output to the page; outside of a browser, it drops the output."""
    try:
        import js  # type: ignore[import-not-found] # a module of Pyodide
    except ImportError:
        return lambda _text: None
    return lambda text: js.postMessage(
        js.JSON.parse(json.dumps({"kind": "output", "number": number, "text": text}))
    )


def _shape(text: str, words: dict[str, str]) -> tuple[int, ...]:
    parts = re.split(r"\s*[,x×，]\s*", text.strip().strip("()（）").strip().rstrip(",，"))
    if not all(re.fullmatch(r"\d{1,9}", part) for part in parts):
        raise FieldError(words["shape"])
    return tuple(map(int, parts))


def _batch(text: str, words: dict[str, str]) -> int:
    if not re.fullmatch(r"\d{1,6}", text.strip()) or not 1 <= int(text) <= 100_000:
        raise FieldError(words["batch"])
    return int(text)


def _analyzed(
    net: nn.Layer, shape: tuple[int, ...], batch: int, asked: dict[str, str], words: dict[str, str]
) -> dict[str, object]:
    report = analyze(net, shape, dtype=asked["dtype"], batch=batch, convention=asked["convention"])
    training = report.training_memory("adam")
    parts = (training.weights, training.gradients, training.optimizer, training.values)
    table = report.table().in_language(asked["lang"])
    totals = {
        words["params"]: f"{report.params:,}",
        words["macs"].format(asked["convention"]): f"{report.macs:,}",
        words["weights"]: bytes_text(report.weight_bytes),
        words["batch_of"].format(words["peak"], batch): bytes_text(report.peak_activation_bytes),
        words["batch_of"].format(words["training"], batch): words["parts"].format(
            *map(bytes_text, (training.peak, *parts))
        ),
        words["field"]: extent_text(report.receptive_extent) or "–",
    }
    return {
        "totals": totals,
        "table": replace(table, notes={})._repr_html_(),
        "note": table.note,
        "drawing": draw.network(net, shape).svg(asked["lang"]),
        "csv": table.to_csv(),
    }


def _told(error: BaseException, lang: str) -> str:
    """Return the message for an error, in the reader's language."""
    words = WORDS[lang]
    if isinstance(error, FieldError):
        return str(error)
    if not isinstance(error, NoNetworkError):
        return message(error, lang)
    if error.needs is not None:
        name, arguments = error.needs
        return words["needs"].format(name, ", ".join(arguments), name)
    if error.last is None:
        return words["none"]
    joint = "；" if lang == "zh" else "; "
    return words["none"] + joint + words["last"].format(repr(error.last)[:80])


def _line(error: BaseException) -> int:
    """Return the 1-based line of the reader's code that raised an error; 0 if no line of it did."""
    if isinstance(error, SyntaxError) and error.filename == EDITOR:
        return error.lineno or 0
    cause: BaseException | None = error
    while cause is not None:  # the error of the stand-in, whose cause has the lines of the forward
        if isinstance(cause, Refusal) and cause.line.startswith(f"{EDITOR}:"):
            return int(cause.line.rpartition(":")[2])
        frames = traceback.extract_tb(cause.__traceback__)
        lines = [frame.lineno or 0 for frame in frames if frame.filename == EDITOR]
        if lines:
            return lines[-1]
        cause = cause.__cause__
    return 0


def totals_label(name: str, lang: str, question: dict[str, Any]) -> str:
    """Return the label of one of the totals, such as "macs", for a question of the page.

    Example:
        >>> totals_label("peak", "en", {"batch": "8"})
        'Feature maps at inference, peak, batch of 8'
    """
    words = WORDS[lang]
    if name in {"peak", "training"}:
        return words["batch_of"].format(words[name], question["batch"])
    return words[name].format(question.get("convention", ""))
