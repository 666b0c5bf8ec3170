"""The registry of the site: networks and blocks with the numbers that pages may state of them.

The numbers are computed from the descriptions when a page first names a network.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from math import prod
from typing import Final

from convref import architectures, catalog
from convref.architectures import registry as networks_by_family
from convref.nn import Layer, Linear, MultiheadAttention, Shape, Sum, trace
from convref.nn.conv import Convolution, GroupedChannels
from convref.weave.check.facts.code_names import WORD
from convref.weave.check.facts.registry import Facts, Registry
from convref_docs import glossary
from convref_docs.paths import DOCS, ROOT

NOUNS: Final[Mapping[str, tuple[str, ...]]] = {
    "layer": ("layer", "weight layer", "层", "权重层"),
    "convolution": ("convolution", "convolutional layer", "卷积", "卷积层"),
    "fully connected layer": ("fully connected layer", "linear layer", "全连接层", "线性层"),
    "residual block": ("residual block", "残差块"),
    "kernel": ("kernel", "卷积核", "核"),
    "stage": ("stage", "阶段"),
    "block": ("block", "module", "unit", "块", "模块", "单元"),
    "branch": ("branch", "branche", "分支", "支路"),
    "group": ("group", "组"),
    "head": ("head", "attention head", "头", "注意力头"),
    "parameter": ("parameter", "参数"),
}
SIZED: Final = ("convolution", "kernel", "layer")
FAMILIES: Final[Mapping[str, str]] = {
    "LeNet": "lenet", "AlexNet": "alexnet", "VGG": "vgg", "GoogLeNet": "googlenet", "ResNet": "resnet",
    "ResNeXt": "resnext", "DenseNet": "densenet", "SqueezeNet": "squeezenet", "Xception": "xception",
    "MobileNet": "mobilenet", "ShuffleNet": "shufflenet", "MobileFaceNet": "mobilefacenet",
    "EfficientNet": "efficientnet", "ConvNeXt": "convnext", "DeepLab": "deeplab", "SE-ResNet": "senet",
    "SliceNet": "slicenet", "SENet": "senet", "FCN": "fcn", "WaveNet": "wavenet",
}  # fmt: skip
NETWORKS: Final[Mapping[str, tuple[str, ...]]] = {
    "LeNet-5": ("lenet5",),
    "Inception v3": ("inception_v3",),
    **{f"VGG-{depth}": (f"vgg{depth}", f"vgg{depth}_bn") for depth in (11, 13, 16, 19)},
    **{f"ResNet-{depth}": (f"resnet{depth}",) for depth in (18, 34, 50, 101, 152)},
    **{f"DenseNet-{depth}": (f"densenet{depth}",) for depth in (121, 161, 169, 201)},
    "ResNeXt-50": ("resnext50_32x4d",),
    "ResNeXt-101": ("resnext101_32x8d",),
    "SE-ResNet-50": ("se_resnet50",),
    "MobileNet V1": ("mobilenet_v1",),
    "MobileNet V2": ("mobilenet_v2",),
    "MobileNet V3": ("mobilenet_v3_small", "mobilenet_v3_large"),
    "ShuffleNet V1": ("shufflenet_v1",),
    "ShuffleNet V2": tuple(f"shufflenet_v2_x{width}" for width in ("0_5", "1_0", "1_5", "2_0")),
    "EfficientNet-B0": ("efficientnet_b0",),
    "DeepLabv3": ("deeplabv3_resnet50",),
}
OPERATORS: Final[Mapping[str, str]] = {
    "basic block": "residual_block",
    "基本块": "residual_block",
    "bottleneck": "bottleneck",
    "瓶颈结构": "bottleneck",
    "瓶颈块": "bottleneck",
    "inception module": "inception_module",
    "Inception 模块": "inception_module",
    "squeeze-and-excitation": "squeeze_excitation",
    "SE 块": "squeeze_excitation",
    "depthwise separable convolution": "depthwise_separable_conv",
    "深度可分离卷积": "depthwise_separable_conv",
}
# Kernel sizes with different numbers, of asymmetric convolutions.
OBLONG: Final = ((1, 3), (3, 1), (1, 5), (5, 1), (1, 7), (7, 1))
# Further pages that explain a name, beside those of networks and of the glossary.
PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "Network in Network": ("architectures/nin",),
    "Inception module": ("architectures/googlenet",),
    "Inception 模块": ("architectures/googlenet",),
}
# Versions that exist, beside those that are described here.
VERSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "LeNet": ("1", "4"),
    "ResNet": ("20", "32", "44", "56", "110", "1001", "1202"),
    "DenseNet": ("264",),
    "ResNeXt": ("29",),
    "Inception": ("v1", "v2", "v3", "v4"),
    "GoogLeNet": (),
    "VGG": (),
    "AlexNet": (),
    "SENet": (),
    "SqueezeNet": (),
    "Xception": (),
    "MobileFaceNet": (),
    "WaveNet": (),
    "NASNet": (),
    "SE-ResNet": ("101", "152"),
    "MobileNet": ("v4",),
    "ShuffleNet": (),
    "EfficientNet": ("v2", *(f"B{index}" for index in range(1, 8))),
    "ConvNeXt": ("v2",),
    "DeepLab": ("v1", "v2"),
}
# Names in code spans that belong to other projects.
OF_OTHER_PROJECTS: Final = frozenset(
    {
        *("rnorm1", "rnorm2"),  # layers in cuda-convnet's configuration of AlexNet
        *("fconv_lm", "slicenet_1"),  # configurations of fairseq and Tensor2Tensor
        *("_ops", "fvcore", "FlopCountAnalysis", "get_model_complexity_info", "profile", "total_mult_adds"),
        *("batch_dim", "total_params", "trainable_params"),  # of torchinfo
        *("cv2", "h5py", "conftest"),  # packages, and pytest's file
    }
)


def registry() -> Registry:
    """Return the registry of the networks and blocks of convref.

    Example:
        >>> registry().facts["VGG-16"]().totals["convolution"]
        {13}
    """
    families = {title: tuple(networks_by_family.FAMILIES[family]) for title, family in FAMILIES.items()}
    networks = {**families, **NETWORKS}
    return Registry(
        nouns=NOUNS,
        facts={
            **{name: partial(_of_networks, members) for name, members in networks.items()},
            **{name: partial(_of_operator, key) for name, key in OPERATORS.items()},
        },
        sized=SIZED,
        oblong=OBLONG,
        pages=_pages(networks),
        versions=_versions(),
        code_names=_code_names,
    )


def _pages(networks: Mapping[str, tuple[str, ...]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set, {name: set(pages) for name, pages in PAGES.items()})
    for name, members in networks.items():
        found[name].add(f"architectures/{architectures.find(members[0]).family}")
    for section in glossary.load().sections.values():
        for term in section.terms:
            for name in (term.en, term.zh, term.short, *term.also, *term.search) if term.page else ():
                found[name].add(term.page.partition("#")[0])
    found.pop("", None)
    return found


def _versions() -> Mapping[str, set[str]]:
    found = {family: set(versions) for family, versions in VERSIONS.items()}
    for name in NETWORKS:
        for family in sorted(found, key=len, reverse=True):
            if name.startswith(family):
                found[family].add(name.removeprefix(family).strip(" -").replace("V", "v"))
                break
    return found


def _code_names() -> frozenset[str]:
    files = [*(ROOT / "convref").rglob("*.py"), *(DOCS / "helpers").rglob("*.py")]
    files += [ROOT / "mkdocs.yml", ROOT / "pyproject.toml"]
    return OF_OTHER_PROJECTS.union(*(WORD.findall(file.read_text("utf-8")) for file in files))


def _of_networks(names: Iterable[str]) -> Facts:
    return _joined(map(_of_network, names))


@cache  # VGG and VGG-16 need the same
def _of_network(name: str) -> Facts:
    return _facts(architectures.build(name), architectures.find(name).input_shape)


def _of_operator(key: str) -> Facts:
    operator = catalog.find(key)
    return _facts(operator.layer, operator.input_shape)


def _joined(all_facts: Iterable[Facts]) -> Facts:
    totals: dict[str, set[int]] = defaultdict(set)
    parts: dict[str, set[int]] = defaultdict(set)
    sizes: set[tuple[int, ...]] = set()
    for facts in all_facts:
        for noun, numbers in facts.totals.items():
            totals[noun].update(numbers)
        for noun, numbers in facts.parts.items():
            parts[noun].update(numbers)
        sizes.update(facts.sizes)
    return Facts(dict(totals), dict(parts), sizes)


def _facts(net: Layer, input_shape: Shape) -> Facts:
    """Return the facts about a network: the counts of its layers by kind, and those of each of its parts.

    Args:
        net: the network.
        input_shape: the shape of its input.
    """
    steps = trace(net, input_shape).steps
    counts: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)  # by part, by noun
    children: dict[str, set[str]] = defaultdict(set)
    for step in steps:
        path = step.name.split(".")
        prefixes = [".".join(path[:depth]) for depth in range(len(path))]
        for prefix, child in zip(prefixes, path, strict=True):
            children[prefix].add(child)
            size = step.layer.sizes("kernel_size") if isinstance(step.layer, Convolution) else ()
            for part in ((prefix,), (prefix, "kernel", size), (prefix, "output", step.output_shape[1:])):
                counts[part].update(_nouns(step.layer))
    convolutions = [step.layer for step in steps if isinstance(step.layer, Convolution)]
    shortcuts = sum("downsample" in step.name and isinstance(step.layer, Convolution) for step in steps)
    sides = {step.output_shape[-1] for step in steps if isinstance(step.layer, Convolution)}
    whole, repeated = counts["",], set(_repeated(children))
    members = repeated | {len(each) for each in children.values()}
    totals = {noun: {number} for noun, number in whole.items()} | {
        "layer": {whole["layer"], whole["layer"] - shortcuts},
        # The first layers before the first pooling may count as a stage, or not.
        "stage": {len(sides), len(sides) - 1, *repeated},
        "block": {whole["residual block"], *repeated} - {0},
        "branch": members,
        "parameter": {sum(map(prod, net.parameters().values()))},
        "group": {layer.groups for layer in convolutions if isinstance(layer, GroupedChannels)},
        "head": {step.layer.num_heads for step in steps if isinstance(step.layer, MultiheadAttention)},
    }
    parts: dict[str, set[int]] = {noun: set(members) for noun in ("block", "branch")}
    for of_part in counts.values():
        for noun, number in of_part.items():
            parts.setdefault(noun, set()).add(number)
    return Facts(
        {noun: numbers for noun, numbers in totals.items() if numbers},
        parts,
        {layer.sizes("kernel_size") for layer in convolutions},
    )


def _nouns(layer: Layer) -> list[str]:
    if isinstance(layer, Convolution):
        return ["convolution", "layer"]
    if isinstance(layer, Linear):
        return ["fully connected layer", "layer"]
    return ["residual block"] if isinstance(layer, Sum) else []


def _repeated(children: Mapping[str, set[str]]) -> Iterator[int]:
    """Yield the number of parts whose names differ only in a number, such as 4 for layer1 to layer4.

    Args:
        children: for the path of each module, the names of the parts that it directly contains.
    """
    for names in children.values():
        stems = Counter(re.sub(r"\d+[a-z]?$", "", name) for name in names)
        yield from (number for number in stems.values() if number > 1)
