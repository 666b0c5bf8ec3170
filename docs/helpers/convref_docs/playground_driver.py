"""Run a reader's code in the playground, and analyze the network that it describes."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import traceback
from typing import Any

from convref import analyze, architectures, draw, errors, nn
from convref.analysis.units import bytes_text, extent_text
from convref.assembly.refusals import Refusal
from convref.nn import blocks
from convref.standin import installed
from convref.standin.description import PREFIX, description
from convref.standin.module import Module

EDITOR = "<editor>"
WORDS = {
    "en": {
        "params": "Parameters",
        "macs": "Operations counted by {}",
        "weights": "Weights",
        "peak": "Activations at inference, peak",
        "training": "Training step, with Adam",
        "field": "Receptive field",
        "none": "the last line, or a variable `net`, must be a network; there is {}",
        "nothing": "nothing",
        "shape": "the input shape must be whole numbers, such as 3, 224, 224",
        "batch": "the batch must be a whole number from 1 to 100000",
    },
    "zh": {
        "params": "参数量",
        "macs": "{} 统计的运算量",
        "weights": "权重",
        "peak": "推理时激活值的峰值",
        "training": "一步训练，使用 Adam",
        "field": "感受野",
        "none": "最后一行或变量 `net` 必须是一个网络；现在是 {}",
        "nothing": "空的",
        "shape": "输入形状必须是整数，例如 3, 224, 224",
        "batch": "批大小必须是 1 到 100000 的整数",
    },
}


def answer(question: str) -> str:
    """Return the answer to a question of the page; both are JSON objects.

    The question has the reader's `code` and `shape` (texts), and `batch`, `dtype`, `convention` and `lang`.
    The answer has `totals` (label -> text), `table` (HTML), `drawing` (SVG) and `csv`; or, if the code or a
    field is wrong, `mistake`, a message, and `line`, the 1-based line in the code or 0.
    """
    asked = json.loads(question)
    words = WORDS[asked["lang"]]
    try:
        shape = _shape(asked["shape"], words)
        batch = _batch(asked["batch"], words)
        net = _network(asked["code"], shape, words)
        found = _analyzed(net, shape, batch, asked, words)
    except Exception as error:  # noqa: BLE001 (whatever the code raises is shown to the reader)
        return json.dumps({"mistake": _message(error), "line": _line(error)})
    return json.dumps(found)


def _shape(text: str, words: dict[str, str]) -> tuple[int, ...]:
    parts = re.split(r"\s*[,x×，]\s*", text.strip().strip("()").strip().rstrip(","))
    if not all(re.fullmatch(r"\d{1,9}", part) for part in parts):
        raise ValueError(words["shape"])
    return tuple(map(int, parts))


def _batch(text: str, words: dict[str, str]) -> int:
    if not text.strip().isdigit() or not 1 <= int(text) <= 100_000:
        raise ValueError(words["batch"])
    return int(text)


def _network(code: str, shape: tuple[int, ...], words: dict[str, str]) -> nn.Layer:
    """Run the code, and return its network: the last line, the variable `net`, or the last class of PyTorch.

    Code that imports torch runs against `convref.standin`, which describes its modules for the input shape.
    """
    tree = ast.parse(code, EDITOR)
    with installed() if _imports_torch(tree) else contextlib.nullcontext():
        value = _value(tree)
        if isinstance(value, type) and issubclass(value, Module):
            value = value()
        if isinstance(value, Module):
            value = description(value, shape)
    if not isinstance(value, nn.Layer):
        raise TypeError(words["none"].format(words["nothing"] if value is None else repr(value)[:80]))
    return value


def _imports_torch(tree: ast.Module) -> bool:
    imported = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    imported += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return any(name.partition(".")[0] == "torch" for name in imported)


def _value(tree: ast.Module) -> Any:
    """Run the code, and return the value that may be its network."""
    names: dict[str, Any] = {name: getattr(nn, name) for name in dir(nn) if not name.startswith("_")}
    names |= {name: getattr(blocks, name) for name in dir(blocks) if not name.startswith("_")}
    names |= {"nn": nn, "architectures": architectures, "analyze": analyze, "__name__": "editor"}
    value = None
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, EDITOR, "exec"), names)  # noqa: S102 (the reader's own code, in their browser)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), EDITOR, "eval"), names)  # noqa: S307 (as above)
    if _is_network(value):
        return value
    classes = [
        each for each in names.values() if _is_network(each) and getattr(each, "__module__", "") == "editor"
    ]
    own = [each for each in classes if isinstance(each, type)]
    return names.get("net", value if value is not None or not own else own[-1])


def _is_network(value: object) -> bool:
    """Return whether a value is a description, or a module or a class of modules in PyTorch code."""
    return isinstance(value, nn.Layer | Module) or (isinstance(value, type) and issubclass(value, Module))


def _analyzed(
    net: nn.Layer, shape: tuple[int, ...], batch: int, asked: dict[str, str], words: dict[str, str]
) -> dict[str, object]:
    report = analyze(net, shape, dtype=asked["dtype"], batch=batch, convention=asked["convention"])
    training = report.training_memory("adam")
    table = report.table().in_language(asked["lang"])
    totals = {
        words["params"]: f"{report.params:,}",
        words["macs"].format(asked["convention"]): f"{report.macs:,}",
        words["weights"]: bytes_text(report.weight_bytes),
        words["peak"]: bytes_text(report.peak_activation_bytes),
        words["training"]: bytes_text(training.total),
        words["field"]: extent_text(report.receptive_extent),
    }
    return {
        "totals": totals,
        "table": table._repr_html_(),
        "drawing": draw.network(net, shape).svg(asked["lang"]),
        "csv": table.to_csv(),
    }


def _message(error: BaseException) -> str:
    if isinstance(error, Refusal):
        return f"{error.what}: {error.rule}"
    if isinstance(error, errors.ConvrefError | ValueError):
        return re.sub(rf" at {EDITOR}:\d+", "", str(error)).removeprefix(f"{PREFIX}: ")
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg}"
    return f"{type(error).__name__}: {error}"


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
