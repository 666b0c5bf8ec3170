"""Run a reader's code in the playground, and analyze the network that it describes."""

from __future__ import annotations

import contextlib
import json
import re
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from convref import analyze, draw, nn
from convref.analysis.units import bytes_text, extent_text
from convref.assembly.refusals import Refusal
from convref.errors import ShapeError
from convref.standin.tape import Tape, active
from convref.weave.browser import output
from convref_docs.playground_messages import message
from convref_docs.playground_network import EDITOR, NoNetworkError, imports_torch, line_of, network

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
        "shape": "must be whole numbers, such as 3, 224, 224",
        "sizes": "must have sizes from 1 to 999,999,999",
        "batch": "must be a whole number from 1 to 100,000",
        "doubt": "does the network take this shape? The message is below the button",
        "layer": "layer {}: ",
        "import": "add {} as the first line",
        "torchvision": 'its networks are here as architectures.build("resnet18")',
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
        "shape": "必须是整数，例如 3, 224, 224",
        "sizes": "每一维必须在 1 到 999,999,999 之间",
        "batch": "必须是 1 到 100,000 的整数",
        "doubt": "网络的输入是这个形状吗？出错信息在按钮下方",
        "layer": "层 {}：",
        "import": "请在第一行加上 {}",
        "torchvision": '本站的网络可以写成 architectures.build("resnet18")',
        "cut": "\n……（其余不再显示）\n",
    },
}
IMPORTS: Final = {
    "torch": "import torch",
    "nn": "import torch.nn as nn",
    "F": "import torch.nn.functional as F",
}
"""The imports that code for PyTorch begins with, by the name that is missing without them."""
MOST: Final = 999_999_999  # of a size of the input


class FieldError(Exception):
    """Raised for a field of the page whose text is wrong; the message is in the reader's language.

    Args:
        field: the name of the field.
        rule: the rule that its text breaks.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


class Output(output.Output):
    """The output of the reader's code, which is sent to the page while the code runs.

    The analysis runs the forward of a module several times, with different batch sizes. Only the output of
    the first run is kept.
    """

    _first: Tape | None = None

    def write(self, text: str) -> int:
        """Take a piece of output, unless it comes from a later run of a forward."""
        tape = active()
        self._first = self._first or tape
        return len(text) if tape is not None and tape is not self._first else super().write(text)


def answer(question: str, send: Callable[[str], object] = lambda _text: None) -> str:
    """Return the answer to a question of the page; both are JSON objects.

    The question has the reader's `code` and `shape` (texts), and `batch`, `dtype`, `convention` and `lang`.
    The answer has `totals` (label -> text), `table` (HTML), `note`, `drawing` (SVG) and `csv`; or, if the
    code or a field is wrong, `mistake`, a message, and `line`, the 1-based line in the code or 0. If a field
    is wrong, `field` is its name. If the code may be right and the shape wrong, `doubt` is a message for the
    field of the shape.

    Args:
        question: the question.
        send: a function that takes what the code prints, piece by piece, while the code runs.
    """
    asked = json.loads(question)
    words = WORDS[asked["lang"]]
    printed = Output(send, words["cut"])
    shape: tuple[int, ...] = ()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            shape = _shape(asked["shape"], words)
            batch = _batch(asked["batch"], words)
            net = network(asked["code"], shape)
            found = _analyzed(net, shape, batch, asked, words)
    except BaseException as error:  # noqa: BLE001 (whatever the code raises is shown to the reader)
        found = _mistake(error, asked, shape)
    printed.flush()
    return json.dumps(found)


def _mistake(error: BaseException, asked: dict[str, str], shape: tuple[int, ...]) -> dict[str, object]:
    words = WORDS[asked["lang"]]
    found: dict[str, object] = {"mistake": _told(error, asked), "line": _line(error)}
    if isinstance(error, FieldError):
        return found | {"field": error.field}
    if isinstance(error, ShapeError) and not found["line"]:
        found["line"] = line_of(asked["code"], error.path)
    first = "" if not shape else rf"|the {shape[0]} channels? of the input"
    if re.search(rf"but got {re.escape(str(shape))}{first}", message(error, "en")):
        found["doubt"] = words["doubt"]
    return found


def _shape(text: str, words: dict[str, str]) -> tuple[int, ...]:
    parts = re.split(r"\s*[,x×，]\s*", text.strip().strip("()（）").strip().rstrip(",，"))
    if not all(re.fullmatch(r"\d+", part) for part in parts):
        raise FieldError("shape", words["shape"])
    sizes = tuple(map(int, parts))
    if not all(1 <= size <= MOST for size in sizes):
        raise FieldError("shape", words["sizes"])
    return sizes


def _batch(text: str, words: dict[str, str]) -> int:
    if not re.fullmatch(r"\d{1,6}", text.strip()) or not 1 <= int(text) <= 100_000:
        raise FieldError("batch", words["batch"])
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


def _told(error: BaseException, asked: dict[str, str]) -> str:
    """Return the message for an error, in the reader's language."""
    lang = asked["lang"]
    words = WORDS[lang]
    joint = "；" if lang == "zh" else "; "
    if isinstance(error, FieldError):
        return str(error)
    if isinstance(error, ShapeError) and error.path:
        located = message(ShapeError(error.rule), lang)
        return words["layer"].format(error.path) + located
    if not isinstance(error, NoNetworkError):
        hint = _hint(error, asked["code"], words)
        return message(error, lang) + (joint + hint if hint else "")
    if error.needs is not None:
        name, arguments = error.needs
        return words["needs"].format(name, ", ".join(arguments), name)
    if error.last is None:
        return words["none"]
    return words["none"] + joint + words["last"].format(repr(error.last)[:80])


def _hint(error: BaseException, code: str, words: dict[str, str]) -> str:
    """Return what to do about an import that is missing or impossible; "" for other errors."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == "torchvision":
        return words["torchvision"]
    name = error.name if isinstance(error, NameError) else ""
    if isinstance(error, AttributeError) and re.match(r"convref\.nn has no '", str(error)):
        name = "" if imports_torch(code) else "nn"
    return words["import"].format(IMPORTS[name]) if name in IMPORTS else ""


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
