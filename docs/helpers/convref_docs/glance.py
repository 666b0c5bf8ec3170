"""The summary box at the top of a page: the names of an operator or network, its shapes and its cost."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from convref import analyze, architectures, catalog
from convref.analysis.report import Report
from convref.analysis.table import LANGUAGES
from convref.analysis.units import bytes_text, ratio_text, shape_text
from convref.errors import ArgumentError
from convref.nn import Identity, Layer, Shape
from convref_docs import glossary
from convref_docs.search.words import is_chinese

WORDS = {
    "title": {"en": "At a glance", "zh": "概览"},
    "also": {"en": "Also called", "zh": "又称"},
    "torch": {"en": "In PyTorch", "zh": "PyTorch 中"},
    "example": {"en": "Example", "zh": "示例"},
    "shape": {"en": "Input → output", "zh": "输入 → 输出"},
    "params": {"en": "Parameters", "zh": "参数量"},
    "macs": {"en": "Multiply-accumulates (MACs)", "zh": "乘加次数（MAC）"},
    "versus": {"en": "Against {0}", "zh": "与 {0} 相比"},
    "input": {"en": "Input", "zh": "输入"},
    "weights": {"en": "Weights, 4 bytes each", "zh": "权重（每个 4 字节）"},
    "activations": {"en": "Activations of one input", "zh": "单个输入的激活值"},
    "name": {"en": "Name in convref", "zh": "convref 中的名称"},
}
JOIN = {"en": ", ", "zh": "、"}
NEAR_ONE = 0.95  # ratios from here on are shown with three digits, so that they differ from 1
COMMA = {"en": ", ", "zh": "，"}
COUNTED = {
    "params": {"en": "parameters", "zh": "参数量"},
    "macs": {"en": "MACs", "zh": "乘加次数"},
}
COMPARED = {
    "less": {"en": "{0} of the {1}", "zh": "{1}为其 {0}"},
    "equal": {"en": "as many {1}", "zh": "{1}相同"},
    "more": {"en": "{0} times the {1}", "zh": "{1}为其 {0} 倍"},
}
PARENTHESES = re.compile(r"\s*[()（）]\s*")  # a title may end with another name in parentheses


@dataclass(frozen=True)
class Glance:
    """A summary box; each row is a pair of a label and a text, both as dicts from language to text."""

    rows: tuple[tuple[dict[str, str], dict[str, str]], ...]

    def _repr_lang_(self, lang: str) -> dict[str, str] | None:
        return {"text/html": "".join(self._lines(lang))} if lang in LANGUAGES else None

    def _repr_html_(self) -> str:
        return "".join(self._lines("en"))

    def _lines(self, lang: str) -> Iterator[str]:
        yield f'<div class="convref-glance" role="group" aria-label="{WORDS["title"][lang]}"><dl>'
        for label, text in self.rows:
            if text[lang]:
                yield f"<dt>{label[lang]}</dt><dd>{text[lang]}</dd>"
        yield "</dl></div>"


def glance(
    key: str,
    layer: Layer | partial[Layer] | None = None,
    input_shape: Shape | None = None,
    *,
    standard: Layer | partial[Layer] | None = None,
    torch: str = "",
) -> Glance:
    """Return a summary box of an operator: names, shapes, cost, and the cost relative to another layer.

    A composition is best given as the call that builds it, `partial(bottleneck, 256, 256)`, which the box
    shows. If it is given as a layer whose `repr` fills several lines, the box counts its layers by class.

    Args:
        key: the operator's identifier in the catalog, which is the name of its page.
        layer: the layer to show, or the call that builds it; by default the example in the catalog.
        input_shape: the shape of its input without the batch; by default that in the catalog.
        standard: the layer or call to compare with, on the same input; None omits the comparison.
        torch: the name of its counterpart in PyTorch, such as `torch.nn.Conv2d`.

    Raises:
        UnknownNameError: there is no such operator.
        ArgumentError: only one of `layer` and `input_shape` is given.
        ShapeError: the input does not fit a layer.

    Example:
        >>> from convref.nn import Conv2d
        >>> box = glance("group_conv", Conv2d(8, 8, 3, groups=4), (8, 9, 9), standard=Conv2d(8, 8, 3))
        >>> "0.26 of the parameters" in box._repr_html_()
        True
        >>> from convref.nn.blocks import bottleneck
        >>> box = glance("bottleneck", partial(bottleneck, 16, 16, width=8), (16, 9, 9))
        >>> "<code>bottleneck(16, 16, width=8)</code>" in box._repr_html_()
        True
    """
    row = catalog.find(key)
    if (layer is None) != (input_shape is None):
        raise ArgumentError("glance: layer and input_shape must be given together")
    shown, shape = (
        (row.layer, row.input_shape) if layer is None or input_shape is None else (layer, input_shape)
    )
    report = analyze(_built(shown), shape)
    rows = [
        *_names(row.title),
        *([_row("torch", f"<code>{html.escape(torch)}</code>")] if torch else []),
        _row("example", f"<code>{html.escape(row.example if layer is None else _short(shown))}</code>"),
        _row("shape", f"{shape_text(shape)} → {shape_text(report.output_shape)}"),
        _row("params", f"{report.params:,}"),
        _row("macs", f"{report.macs:,}"),
    ]
    if standard is not None:
        rows.append(_ratio(report, analyze(_built(standard), shape), standard))
    return Glance(tuple(rows))


def network_glance(*names: str) -> Glance:
    """Return a summary box of networks of one family: input, parameters, MACs and memory of each.

    Args:
        names: the names of registered networks, such as `vgg16`; at least one.

    Raises:
        UnknownNameError: there is no such network.
    """
    entries = [architectures.find(name) for name in names]
    reports = [analyze(architectures.build(entry.name), entry.input_shape) for entry in entries]

    def each(texts: Sequence[str]) -> str:
        return " · ".join(texts)

    return Glance(
        (
            _row("name", each([f"<code>{name}</code>" for name in names])),
            _row("input", each([shape_text(entry.input_shape) for entry in entries])),
            _row("params", each([f"{report.params:,}" for report in reports])),
            _row("macs", each([f"{report.macs:,}" for report in reports])),
            _row("weights", each([bytes_text(report.weight_bytes) for report in reports])),
            _row("activations", each([bytes_text(report.activation_bytes) for report in reports])),
        )
    )


def _row(label: str, text: str) -> tuple[dict[str, str], dict[str, str]]:
    return WORDS[label], dict.fromkeys(LANGUAGES, text)


def _names(title: dict[str, str]) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Yield the row with the alternative names of an operator, if the glossary lists any.

    A Chinese page shows the English names too.
    """
    own = {lang: _spelled(*PARENTHESES.split(title[lang])) for lang in LANGUAGES}
    for term in glossary.load().terms:
        if (own["en"] | own["zh"]) & _spelled(term.en, term.zh, *term.also):
            english = [name for name in (term.short, *term.also) if name and not is_chinese(name)]
            chinese = [term.en, *(name for name in (*term.also, term.short) if name)]
            names = {"en": english, "zh": chinese}
            text = {
                lang: JOIN[lang].join(
                    html.escape(name) for name in names[lang] if not _spelled(name) <= own[lang]
                )
                for lang in LANGUAGES
            }
            if any(text.values()):
                yield WORDS["also"], text
            return


def _spelled(*names: str) -> set[str]:
    """Return names in the form in which they are compared: in lower case, with spaces for hyphens.

    Example:
        >>> _spelled("Squeeze-and-excitation")
        {'squeeze and excitation'}
    """
    return {name.lower().replace("-", " ") for name in names if name}


def _built(layer: Layer | partial[Layer]) -> Layer:
    return layer() if isinstance(layer, partial) else layer


def _short(layer: Layer | partial[Layer]) -> str:
    """Return a short text for a layer.

    It is the source of the call if the layer is given as a `partial`, the layer's `repr` if this is one line,
    and otherwise the number of its parts of each class, such as `2 × Conv2d, 1 × ReLU`.

    Example:
        >>> from convref.nn.blocks import bottleneck
        >>> _short(partial(bottleneck, 16, 16))
        'bottleneck(16, 16)'
        >>> _short(bottleneck(16, 16))
        '3 × Conv2d, 3 × BatchNorm2d, 3 × ReLU'
    """
    if isinstance(layer, partial):
        named = [f"{name}={value!r}" for name, value in layer.keywords.items()]
        return f"{layer.func.__name__}({', '.join([*map(repr, layer.args), *named])})"
    text = repr(layer)
    if "\n" not in text:
        return text
    counts = Counter(type(leaf).__name__ for leaf in _leaves(layer) if not isinstance(leaf, Identity))
    return ", ".join(f"{count} × {name}" for name, count in counts.items())


def _leaves(layer: Layer) -> Iterator[Layer]:
    """Yield the layers of a composition that have no parts, in order."""
    if not layer.composite:
        yield layer
    for child in layer.children:
        yield from _leaves(child.layer)


def _ratio(
    report: Report, standard: Report, layer: Layer | partial[Layer]
) -> tuple[dict[str, str], dict[str, str]]:
    code = f"<code>{html.escape(_short(layer))}</code>"
    label = {lang: text.format(code) for lang, text in WORDS["versus"].items()}
    pairs = {"params": (report.params, standard.params), "macs": (report.macs, standard.macs)}
    return label, {
        lang: COMMA[lang].join(_compared(*pair, COUNTED[name][lang], lang) for name, pair in pairs.items())
        for lang in LANGUAGES
    }


def _compared(part: int, whole: int, noun: str, lang: str) -> str:
    """Return a phrase that compares two counts.

    Example:
        >>> [_compared(part, 12, "MACs", "en") for part in (4, 12, 30)]
        ['1/3 of the MACs', 'as many MACs', '2.5 times the MACs']
    """
    relation = "equal" if part == whole else "less" if part < whole else "more"
    return COMPARED[relation][lang].format(_fraction(part, whole), noun)


def _fraction(part: int, whole: int) -> str:
    """Format part / whole as 1/n if it is exactly that, else as a decimal with two or three digits.

    Example:
        >>> _fraction(3, 1536), _fraction(2, 3), _fraction(25, 24)
        ('1/512', '0.67', '1.04')
    """
    if part and 1 < whole / part == whole // part:
        return f"1/{whole // part}"
    ratio = part / whole
    return ratio_text(ratio) if ratio < NEAR_ONE else f"{ratio:.3g}"
