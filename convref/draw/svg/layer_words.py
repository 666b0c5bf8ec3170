"""How a layer is called in a figure: its class as in torch.nn, its kernel, and what is not usual about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convref.analysis.units import shape_text
from convref.draw.svg.drawing import say
from convref.nn import Layer

FIELDS = {
    "stride": ("stride", "步幅"),
    "dilation": ("dilation", "膨胀率"),
    "groups": ("groups", "分组数"),
    "output_size": ("to", "输出"),
    "num_heads": ("heads", "头数"),
    "upscale_factor": ("factor", "倍数"),
}
FEW = 3
USUAL = (None, 1, (1,), (1, 1), (1, 1, 1))


def title(layer: Layer) -> str:
    """The class and the kernel.

    Example:
        >>> from convref.nn import Conv2d, ReLU
        >>> title(Conv2d(3, 8, 3)), title(ReLU())
        ('Conv2d 3×3', 'ReLU')
    """
    kernel = getattr(layer, "kernel_size", None)
    name = type(layer).__name__
    return f"{name} {'×'.join(map(str, _tuple(kernel)))}" if kernel is not None else name


def details(layers: Sequence[Layer], lang: str) -> str:
    """Stride, dilation, groups and the like, where they are not 1.

    Args:
        layers: a layer, and copies of it that may differ in these.
        lang: the language.

    Example:
        >>> from convref.nn import Conv2d
        >>> details([Conv2d(8, 8, 3, stride=2, groups=4)], "zh")
        '步幅 2，分组数 4'
        >>> details([Conv2d(8, 8, 3, dilation=2**index) for index in range(5)], "en")
        'dilation 1 … 16'
    """
    return say(lang, ", ", "，").join(_details(layers, lang))


def _details(layers: Sequence[Layer], lang: str) -> Iterator[str]:
    for field, names in FIELDS.items():
        found = [_detail(layer, field) for layer in layers]
        if any(found):
            yield f"{say(lang, *names)} {several([each or '1' for each in found])}"


def _detail(layer: Layer, field: str) -> str:
    """A field's value as it is written; empty where it is as usual, as a pool's stride is its kernel."""
    value = getattr(layer, field, None)
    pools = field == "stride" and value == getattr(layer, "kernel_size", None)
    if not isinstance(value, (int, tuple)) or None in _tuple(value) or value in USUAL or pools:
        return ""
    sizes = _tuple(value)
    return shape_text(sizes[:1] if len(set(sizes)) == 1 else sizes)


def _tuple(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def several(found: Sequence[object]) -> str:
    """What differs from copy to copy: all of a few; of many the ends, or the least and the most.

    Example:
        >>> several([64, 64]), several([16, 24]), several([64, 96, 128, 160]), several([2, 4, 8, 1])
        ('64', '16, 24', '64 … 160', '1 … 8')
    """
    distinct = list(dict.fromkeys(map(str, found)))
    if len(distinct) > FEW and all(map(str.isdigit, distinct)):
        ordered = sorted(distinct, key=int)
        distinct = distinct if distinct == ordered[::-1] else ordered
    return ", ".join(distinct) if len(distinct) <= FEW else f"{distinct[0]} … {distinct[-1]}"


JOINS = {
    "Sum": ("+", "sum", "相加"),
    "Product": ("×", "product", "相乘"),
    "Concat": ("", "concatenate", "拼接"),
    "Split": ("", "concatenate", "拼接"),
    "ResizeLike": ("", "resize", "缩放"),
}


def join_sign(layer: Layer, lang: str) -> str:
    """How the join of branches is written: + for a sum, × for a product, else a word.

    Example:
        >>> from convref.nn import Concat, Identity, Sum
        >>> join_sign(Sum(Identity()), "en"), join_sign(Concat(Identity()), "zh")
        ('+', '拼接')
    """
    sign, *words = JOINS.get(type(layer).__name__, ("", type(layer).__name__, type(layer).__name__))
    return sign or say(lang, *words)


def join_word(layer: Layer, lang: str) -> str:
    """The join of branches as a word."""
    return say(lang, *JOINS.get(type(layer).__name__, ("", type(layer).__name__, type(layer).__name__))[1:])


def part_words(index: int, count: int, lang: str) -> str:
    """One of the parts that a value is cut into."""
    return say(lang, f"part {index + 1} of {count}", f"第 {index + 1}/{count} 份")


def repeated(times: int) -> str:
    """How often something comes.

    Example:
        >>> repeated(4)
        '× 4'
    """
    return f"× {times}"
