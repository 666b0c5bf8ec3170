"""Compare counts of layers that text states of a named network with the description of the network.

Sentences such as "ResNet-50 has sixteen residual blocks" are compared with the registered networks.
Sentences that name no network are not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from convref import analyze, architectures
from convref.nn import Linear
from convref.nn.conv import Convolution
from convref.weave.numbers.number_words import numerals

NETWORKS: Final[Mapping[str, str]] = {
    "AlexNet": "alexnet",
    "GoogLeNet": "googlenet",
    "LeNet-5": "lenet5",
    **{f"VGG-{depth}": f"vgg{depth}" for depth in (11, 13, 16, 19)},
    **{f"ResNet-{depth}": f"resnet{depth}" for depth in (18, 34, 50, 101, 152)},
    **{f"DenseNet-{depth}": f"densenet{depth}" for depth in (121, 161, 169, 201)},
}
NOUNS: Final[Mapping[str, str]] = {
    "convolution": "convolution",
    "convolutional layer": "convolution",
    "fully connected layer": "fully connected layer",
    "linear layer": "fully connected layer",
    "residual block": "residual block",
    "卷积": "convolution",
    "卷积层": "convolution",
    "全连接层": "fully connected layer",
    "残差块": "residual block",
}
_NETWORK: Final = rf"(?P<network>{'|'.join(NETWORKS)})(?![\w-])"
_GAP: Final = r"[\0\])\s]*"  # the masked rest of a link
_NUMBER: Final = (
    r"(?P<number>(?!first|second|third|\w+th\b)[A-Za-z]+(?:-[a-z]+)?|\d+|[一二两三四五六七八九十百]+)"
)
_NOUN: Final = rf"(?P<noun>{'|'.join(sorted(NOUNS, key=len, reverse=True))})"
_FORMS: Final = (
    re.compile(rf"{_NETWORK}{_GAP}\s(?:has|with|contains)\s+(?:the\s+|its\s+)?{_NUMBER}\s+{_NOUN}"),
    re.compile(rf"\b{_NUMBER}\s+{_NOUN}s?\s+of{_GAP}\s\[?{_NETWORK}"),
    re.compile(rf"{_NETWORK}{_GAP}\s*(?:的|共?有|包含)\s*{_NUMBER}\s*[个层]{_NOUN}"),
)


@dataclass(frozen=True)
class Claim:
    """A count that a text states of a network.

    Attributes:
        start: the offset of the sentence's part in the text.
        text: the part that states it.
        stated: the number that it states.
        counted: the number in the network's description.
    """

    start: int
    text: str
    stated: int
    counted: int

    @property
    def holds(self) -> bool:
        """True if the description has as many layers of this kind."""
        return self.stated == self.counted


def find(text: str, language: str) -> Iterator[Claim]:
    """Yield the counts of layers that a text states of networks.

    Args:
        text: prose, as `convref.weave.page.prose.masked` gives it.
        language: its language.

    Example:
        >>> [(each.text, each.counted) for each in find("VGG-16 has twelve convolutions.", "en")]
        [('VGG-16 has twelve convolution', 13)]
    """
    for form in _FORMS:
        for match in form.finditer(text):
            values = [each.value for each in numerals(match["number"], language)]
            if len(values) == 1 and values[0] == int(values[0]):
                counted = counts(NETWORKS[match["network"]])[NOUNS[match["noun"]]]
                shown = " ".join(match[0].replace("\0", "").split())
                yield Claim(match.start(), shown, int(values[0]), counted)


@cache
def counts(network: str) -> Mapping[str, int]:
    """Count the layers of each kind in a registered network.

    Example:
        >>> counts("resnet50")
        {'convolution': 53, 'fully connected layer': 1, 'residual block': 16}
    """
    rows = analyze(architectures.build(network), architectures.find(network).input_shape).rows
    return {
        "convolution": sum(isinstance(row.layer, Convolution) for row in rows),
        "fully connected layer": sum(isinstance(row.layer, Linear) for row in rows),
        "residual block": sum(row.type == "Sum" for row in rows),
    }
