"""Every figure in docs/published.toml has a computed value with a known verdict, or is cited by a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import torchvision_models

from convref import analyze, architectures
from convref.analysis import Report
from convref.nn import Sequential
from convref.weave.numbers import published
from convref_docs.paths import DOCS
from convref_docs.published_figures import PUBLISHED, Verdict

FIGURES = published.load(PUBLISHED).figures
K = 1024  # GoogLeNet's table counts weights in units of 1024
INPUTS = {"b0": 224, "b1": 240, "b2": 260, "b3": 300, "b4": 380, "b5": 456, "b6": 528, "b7": 600}
SCALES = {
    "b0": (1.0, 1.0),
    "b1": (1.0, 1.1),
    "b2": (1.1, 1.2),
    "b3": (1.2, 1.4),
    "b4": (1.4, 1.8),
    "b5": (1.6, 2.2),
    "b6": (1.8, 2.6),
    "b7": (2.0, 3.1),
}


@cache
def report(name: str, *sides: int, **arguments: object) -> Report:
    channels, *space = architectures.find(name).input_shape
    return analyze(architectures.build(name, **arguments), (channels, *(sides or space)))


def convolutions(*layers: tuple[int, int, int]) -> int:
    """Return the parameters of square convolutions with biases, each (in_channels, kernel, out_channels)."""
    return sum((channels * kernel**2 + 1) * out_channels for channels, kernel, out_channels in layers)


def translator(vocabulary: int, layers: int = 6, width: int = 512, hidden: int = 2048) -> int:
    """Return the parameters of a transformer with encoder, decoder and one shared table of vectors."""
    attention, norm = 4 * (width**2 + width), 2 * width
    position_wise = 2 * width * hidden + hidden + width
    encoder = attention + position_wise + 2 * norm
    decoder = 2 * attention + position_wise + 3 * norm
    return vocabulary * width + layers * (encoder + decoder)


def refinement_network() -> int:
    """Return the parameters of the second inpainting network, by the channels of the authors' code."""
    first = ((3, 5, 24), (24, 3, 24), (24, 3, 48))
    dilated = (*first, (48, 3, 48), (48, 3, 96), (96, 3, 96), *[(96, 3, 96)] * 4)
    attention = (*first, (48, 3, 96), *[(96, 3, 96)] * 4)
    decoder = ((192, 3, 96), (96, 3, 96), (96, 3, 48), (48, 3, 48), (48, 3, 24), (24, 3, 12))
    return 2 * convolutions(*dilated, *attention, *decoder) + convolutions((12, 3, 3))


def fcn_scores() -> Report:
    """Return the report of FCN-32s up to its scores, which is what the paper's table describes."""
    *scoring, _ = architectures.build("fcn32s_vgg16").children
    return analyze(Sequential(**{child.name: child.layer for child in scoring}), (3, 224, 224))


def computed() -> Iterator[tuple[str, int, str]]:
    """Yield key, computed value and verdict of each figure that stands for a count of a network."""
    yield "lenet.lenet5.params", report("lenet5").params, "differs, +2.8%"
    yield "alexnet.alexnet_original.params", report("alexnet_original").params, "differs, +1.6%"
    yield "googlenet.googlenet_paper.macs", report("googlenet_paper").macs, "differs, +5.5%"
    yield "inception.inception_v3.macs", report("inception_v3").macs, "differs, +14.3%"
    for name, verdict in {"resnet18": "rounded", "resnet34": "differs, +1.8%"}.items():
        yield f"resnet.{name}.macs", report(name).macs, verdict
    yield "resnet.resnet50_v1.macs", report("resnet50_v1").macs, "differs, +1.5%"
    for name in ("resnet101", "resnet152"):
        yield f"resnet.{name}.macs", report(name, stride_first=True).macs, "rounded"
    resnext, senet = report("resnext50_32x4d"), report("se_resnet50")
    yield "resnext.resnext50_32x4d.params", resnext.params, "rounded"
    yield "resnext.resnext50_32x4d.macs", resnext.macs, "rounded"
    yield "senet.se_resnet50.params", senet.params, "rounded"
    yield "senet.se_resnet50.macs", senet.macs, "differs, −0.2%"
    yield "squeezenet.squeezenet1_0.params", report("squeezenet1_0").params, "exact"
    yield "xception.xception.params", report("xception").params, "exact"
    yield from mobilenets()
    for groups in (1, 2, 3, 4, 8):
        net = report("shufflenet_v1", groups=groups)
        yield f"shufflenet.groups_{groups}.macs", net.macs - net.rows[-1].macs, "rounded"
    convnext, fcn = report("convnext_tiny"), fcn_scores()
    yield "convnext.convnext_tiny.params", convnext.params, "rounded"
    yield "convnext.convnext_tiny.macs", convnext.macs, "rounded"
    yield "fcn.fcn_vgg16.params", fcn.params, "rounded"
    yield "fcn.fcn_vgg16.receptive_field", fcn.receptive_field[0], "exact"
    yield "inpainting.generator.params", report("gated_inpainting").params + refinement_network(), "rounded"
    yield from efficientnets()
    yield from transformers()
    yield from googlenet_table()
    yield from receptive_fields()


def mobilenets() -> Iterator[tuple[str, int, str]]:
    """Yield MobileNet's figures; two of them fit without the classifier (see its page)."""
    widths = {"width_1": 1.0, "width_075": 0.75, "width_05": 0.5, "width_025": 0.25}
    for name, width in widths.items():
        net = report("mobilenet_v1", width_mult=width)
        yield f"mobilenet.{name}.params", net.params, "rounded"
        yield f"mobilenet.{name}.macs", net.macs, "rounded"
    for side in (192, 128):
        yield f"mobilenet.resolution_{side}.macs", report("mobilenet_v1", side, side).macs, "rounded"
    full, small = report("mobilenet_v1", separable=False), report("mobilenet_v1", 160, 160)
    yield "mobilenet.full_convolutions.params", full.params, "rounded"
    yield "mobilenet.full_convolutions.macs", full.macs - full.rows[-1].macs, "rounded"
    yield "mobilenet.resolution_160.macs", small.macs - small.rows[-1].macs, "rounded"
    face = report("mobilefacenet")
    factors = sum(row.params for row in face.rows if row.type == "BatchNorm2d") // 2
    yield "mobilefacenet.mobilefacenet.params", face.params - factors, "rounded"
    yield "mobilefacenet.mobilefacenet.macs", face.macs, "rounded"


def efficientnets() -> Iterator[tuple[str, int, str]]:
    """Yield EfficientNet's figures; one of B1, B2, B4, B5 and B7 each differs (see its page)."""
    differing = {
        "b1.macs": "differs, −1.9%",
        "b2.params": "differs, −1.0%",
        "b4.macs": "differs, +4.6%",
        "b5.macs": "differs, +3.7%",
        "b7.macs": "differs, +2.0%",
    }
    for name, (width, depth) in SCALES.items():
        net = report("efficientnet_b0", INPUTS[name], INPUTS[name], width_mult=width, depth_mult=depth)
        for what, value in (("params", net.params), ("macs", net.macs)):
            yield f"efficientnet.{name}.{what}", value, differing.get(f"{name}.{what}", "rounded")


def transformers() -> Iterator[tuple[str, int, str]]:
    """Yield the transformer's figures with a vocabulary of 41,000, which meets all lines but the last."""
    sizes: dict[str, dict[str, int]] = {
        "base": {},
        "layers_2": {"layers": 2},
        "layers_4": {"layers": 4},
        "layers_8": {"layers": 8},
        "width_256": {"width": 256},
        "width_1024": {"width": 1024},
        "hidden_1024": {"hidden": 1024},
        "hidden_4096": {"hidden": 4096},
    }
    for name, arguments in sizes.items():
        yield f"transformer.{name}.params", translator(41_000, **arguments), "rounded"
    yield "transformer.big.params", translator(36_000, width=1024, hidden=4096), "rounded"


def googlenet_table() -> Iterator[tuple[str, int, str]]:
    """Yield the rows of GoogLeNet's table 1: weights in units of 1024, and operations."""
    rows = report("googlenet_paper").rows
    weights = dict.fromkeys(("conv1", "conv2", "linear"), 0)
    macs = dict(weights)
    for row in rows:
        if row.params:
            part = row.name.removeprefix("features.").split(".")[0].removesuffix("_reduce")
            name = "linear" if part == "fc" else part
            biases = row.output[0]
            weights[name] = weights.get(name, 0) + row.params - biases
            macs[name] = macs.get(name, 0) + row.macs
    one_dimensional = 2 * 7 * 3 * 64
    weights["conv1"], macs["conv1"] = one_dimensional, 112 * 112 * one_dimensional
    differing = {
        "conv1.params": "differs, −2.8%",
        "conv2.params": "exact",
        "inception3a.params": "differs, +0.3%",  # cut off, not rounded
        "inception3b.params": "differs, −0.3%",
        "inception4a.params": "differs, +0.8%",
        "inception4a.macs": "differs, +0.8%",
        "inception4b.params": "differs, +0.2%",
        "inception4c.params": "differs, +7.5%",
        "inception4d.params": "differs, +1.8%",
        "inception4e.params": "differs, +0.8%",
        "inception5a.params": "differs, −5.0%",
        "inception5a.macs": "differs, −5.4%",
        "inception5b.params": "differs, +1.5%",
        "linear.params": "exact",
    }
    for name in weights:
        thousands = weights[name] * 1000 // K
        for what, value in (("params", thousands), ("macs", macs[name])):
            yield f"googlenet_table.{name}.{what}", value, differing.get(f"{name}.{what}", "rounded")


def receptive_fields() -> Iterator[tuple[str, int, str]]:
    """Yield the receptive fields before the last pooling, and that of a stack of WaveNet."""
    last = {
        "alexnet": "features.12",
        "vgg16": "features.30",
        "mobilenet_v1": "features.13.1.2",
        "resnet50_v1": "layer4.2.relu",
        "inception_v3": "Mixed_7c",
    }
    for name, at in last.items():
        (fields,) = (row.fields for row in report(name).rows if row.name == at)
        yield f"receptive_field.{name}", fields[0].size, "exact"
    yield "wavenet.stack.receptive_field", 1 + sum(2**layer for layer in range(10)), "exact"


def cited() -> set[str]:
    """Return the keys that pages cite; the check of pages compares the cited text with the figure."""
    pages = (page.read_text("utf-8") for page in DOCS.rglob("*.md"))
    return {key for page in pages for key in re.findall(r"\(published:([^\s()]+)\)", page)}


@cache
def expected() -> dict[str, tuple[int, str]]:
    return {f"papers.{key}": (value, verdict) for key, value, verdict in computed()}


def test_the_accuracies_and_their_protocols_are_those_of_torchvision() -> None:
    models = torchvision_models.library()
    expected = {}
    for name in torchvision_models.CLASSIFIERS:
        weights = models.get_model_weights(name).IMAGENET1K_V1
        transform = weights.transforms.keywords
        expected[f"accuracy.{name}.top1"] = f"{weights.meta['_metrics']['ImageNet-1K']['acc@1']:.3f}"
        expected[f"accuracy.{name}.crop"] = str(transform["crop_size"])
        expected[f"accuracy.{name}.resize"] = str(transform.get("resize_size", 256))
    assert expected == {key: figure.text for key, figure in FIGURES.items() if key.startswith("accuracy.")}


def test_every_figure_beside_those_of_torchvision_is_computed_here_or_cited_by_a_page() -> None:
    others = {key for key in FIGURES if not key.startswith(("torchvision.", "accuracy."))}
    assert others == {*expected(), *cited()}


def test_every_computed_figure_has_the_verdict_that_its_page_explains() -> None:
    found = {}
    for key, (value, _) in expected().items():
        (number,) = FIGURES[key].numbers
        found[key] = Verdict(number, value).text("en")
    assert {key: verdict for key, (_, verdict) in expected().items()} == found


def sources() -> dict[str, str]:
    """Return the URL of each paper's source text."""
    return {figure.source: figure.url for key, figure in FIGURES.items() if key.startswith("papers.")}


def test_every_source_of_a_paper_names_authors_year_title_and_where_the_figure_is() -> None:
    form = re.compile(r"\D+, \d{4}, .+, (abstract|page|sections?|tables?)( |$).*")
    assert [] == [source for source in sources() if not form.fullmatch(source)]


def test_the_year_of_a_paper_on_arxiv_is_that_of_its_identifier() -> None:
    years = {
        source: (re.search(r", (\d{4}), ", source), re.search(r"arxiv\.org/abs/(\d\d)\d\d\.", url))
        for source, url in sources().items()
    }
    on_arxiv = {source: (year, number) for source, (year, number) in years.items() if year and number}
    assert len(on_arxiv) > 10
    assert [] == [source for source, (year, number) in on_arxiv.items() if year[1][2:] != number[1]]
