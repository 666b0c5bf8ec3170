"""Compute text about layers in figures: class, kernel size, unusual arguments, joins, repetitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convref.analysis.units import shape_text
from convref.draw.svg.drawing import tr
from convref.nn import Layer, Mean, Operation, Product, ResizeLike, Sum
from convref.nn.combinators import Concatenation

FIELDS = {
    "stride": ("stride", "步幅"),
    "dilation": ("dilation", "膨胀率"),
    "groups": ("groups", "分组数"),
    "output_size": ("to", "输出"),
    "num_heads": ("heads", "头数"),
    "upscale_factor": ("factor", "倍数"),
}
FEW = 3  # up to this many different values are listed; more are shown as a range
USUAL = (None, 1, (1,), (1, 1), (1, 1, 1))


def layer_title(layer: Layer) -> str:
    """Return the class of a layer and its kernel size.

    Example:
        >>> from convref.nn import Conv2d, ReLU
        >>> layer_title(Conv2d(3, 8, 3)), layer_title(ReLU())
        ('Conv2d 3×3', 'ReLU')
    """
    if isinstance(layer, Operation):
        return layer.label
    return f"{type(layer).__name__} {kernel_text(layer)}".rstrip()


def kernel_text(layer: Layer) -> str:
    """Return the kernel size of a layer as text; an empty string if it has no kernel.

    Example:
        >>> from convref.nn import Conv2d, ReLU
        >>> kernel_text(Conv2d(3, 8, (1, 3))), kernel_text(ReLU())
        ('1×3', '')
    """
    kernel = getattr(layer, "kernel_size", None)
    return "" if kernel is None else "×".join(map(str, _tuple(kernel)))


def layer_details(layers: Sequence[Layer], lang: str) -> str:
    """Return stride, dilation, groups and similar arguments that differ from 1, as text.

    Args:
        layers: a layer and its copies in the repetitions, which may differ in these arguments.
        lang: the language of the text, "en" or "zh".

    Example:
        >>> from convref.nn import Conv2d
        >>> layer_details([Conv2d(8, 8, 3, stride=2, groups=4)], "zh")
        '步幅 2，分组数 4'
        >>> layer_details([Conv2d(8, 8, 3, dilation=2**index) for index in range(5)], "en")
        'dilation 1 … 16'
        >>> layer_details([Conv2d(8, 8, 3, groups=8)], "en")
        'depthwise'
    """
    return tr(lang, ", ", "，").join(_layer_details(layers, lang))


def _layer_details(layers: Sequence[Layer], lang: str) -> Iterator[str]:
    depthwise = all(map(_is_depthwise, layers))
    if depthwise:
        yield tr(lang, "depthwise", "逐通道")
    for field, names in FIELDS.items():
        found = [_detail(layer, field) for layer in layers]
        if any(found) and not (depthwise and field == "groups"):
            yield f"{tr(lang, *names)} {value_range([each or '1' for each in found])}"


def _is_depthwise(layer: Layer) -> bool:
    return getattr(layer, "groups", 1) == getattr(layer, "in_channels", 1) > 1


def _detail(layer: Layer, field: str) -> str:
    """Return a field's value as text, or an empty string if it is the default value.

    The default of a pool's stride is its kernel size.
    """
    value = getattr(layer, field, None)
    pools = field == "stride" and value == getattr(layer, "kernel_size", None)
    if not isinstance(value, (int, tuple)) or None in _tuple(value) or value in USUAL or pools:
        return ""
    sizes = _tuple(value)
    return shape_text(sizes[:1] if len(set(sizes)) == 1 else sizes)


def _tuple(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def value_range(found: Sequence[object]) -> str:
    """Return the distinct values of copies as text: all values if they are few, otherwise their range.

    Example:
        >>> [value_range(each) for each in ([64, 64], [16, 24], [64, 96, 128, 160], [2, 4, 8, 1])]
        ['64', '16 / 24', '64 … 160', '1 … 8']
    """
    distinct = list(dict.fromkeys(map(str, found)))
    if len(distinct) > FEW and all(map(str.isdigit, distinct)):
        ordered = sorted(distinct, key=int)
        distinct = distinct if distinct == ordered[::-1] else ordered
    return " / ".join(distinct) if len(distinct) <= FEW else f"{distinct[0]} … {distinct[-1]}"


JOINS: dict[type[Layer], tuple[str, str, str]] = {
    Sum: ("+", "sum", "相加"),
    Mean: ("", "mean", "平均"),
    Product: ("×", "product", "相乘"),
    Concatenation: ("", "concatenate", "拼接"),
    ResizeLike: ("", "resize", "缩放"),
}
"""The sign of each kind of join, and the words; subclasses have those of their base."""


def join_sign(layer: Layer, lang: str) -> str:
    """Return the sign of a join: + for a sum, × for a product, otherwise a word.

    Example:
        >>> from convref.nn import Concat, Identity, Sum
        >>> join_sign(Sum(Identity()), "en"), join_sign(Concat(Identity()), "zh")
        ('+', '拼接')
    """
    sign, *words = _join(layer)
    return sign or tr(lang, *words)


def join_word(layer: Layer, lang: str) -> str:
    """Return a word for a join of branches, such as "sum"; for other joins, the name of the class."""
    return tr(lang, *_join(layer)[1:])


def _join(layer: Layer) -> tuple[str, str, str]:
    name = type(layer).__name__
    return next((JOINS[kind] for kind in type(layer).__mro__ if kind in JOINS), ("", name, name))


def part_words(index: int, count: int, lang: str) -> str:
    """Return the text for part `index` of a tensor that is split into `count` parts."""
    return tr(lang, f"part {index + 1} of {count}", f"第 {index + 1}/{count} 份")


def times_text(times: int) -> str:
    """Return the label of a repetition, such as "× 4" for four copies.

    Example:
        >>> times_text(4)
        '× 4'
    """
    return f"× {times}"
