"""Computed counts match the published ones, or the difference is explained by a computation."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torchvision_models

from convref import analyze, architectures
from convref.analysis import Report
from convref.weave.numbers import published
from convref.weave.numbers.decimals import Printed

FIGURES = published.load(Path(__file__).parents[2] / "docs" / "published.toml")


def figure(key: str) -> Printed:
    (number,) = FIGURES.figure(key).numbers
    return number


def report(name: str, *sides: int, **arguments: object) -> Report:
    channels, *space = architectures.find(name).input_shape
    return analyze(architectures.build(name, **arguments), (channels, *(sides or space)))


def shufflenet(groups: int) -> tuple[int, int]:
    return 0, without_classifier(report("shufflenet_v1", groups=groups))


def rounded(value: int, number: Printed) -> int:
    """A count at the precision of a published number, half up."""
    step = int(number.step)
    return (2 * value + step) // (2 * step) * step


@pytest.mark.parametrize("name", sorted({key.split(".")[1] for key in FIGURES.figures if key[:5] == "torch"}))
def test_parameters_and_macs_match_torchvision_exactly(name: str) -> None:
    found = report(name)
    assert figure(f"torchvision.{name}.params").value == found.params
    macs = figure(f"torchvision.{name}.macs")
    assert macs.value == rounded(found.macs, macs)


def test_every_torchvision_network_with_published_figures_is_registered() -> None:
    library = torchvision_models.library()
    for name in torchvision_models.CLASSIFIERS:
        meta = library.get_model_weights(name).DEFAULT.meta
        found = report(name)
        assert (meta["num_params"], meta["_ops"]) == (found.params, round(found.macs / 1e9, 3))


def without_classifier(found: Report) -> int:
    """The multiply-accumulates before the last layer."""
    return found.macs - found.rows[-1].macs


def folded(found: Report) -> int:
    """The parameters once each batch normalization has left its bias and put its factor into the weights."""
    return found.params - sum(row.params for row in found.rows if row.type == "BatchNorm2d") // 2


PAPERS: dict[str, Callable[[], tuple[int, int]]] = {
    "senet.se_resnet50": lambda: (report("se_resnet50").params, 0),
    "squeezenet.squeezenet1_0": lambda: (report("squeezenet1_0").params, 0),
    "mobilefacenet.mobilefacenet": lambda: (folded(net := report("mobilefacenet")), net.macs),
    "xception.xception": lambda: (report("xception").params, 0),
    "mobilenet.width_1": lambda: counts("mobilenet_v1"),
    "mobilenet.width_075": lambda: counts("mobilenet_v1", width_mult=0.75),
    "mobilenet.width_05": lambda: counts("mobilenet_v1", width_mult=0.5),
    "mobilenet.width_025": lambda: counts("mobilenet_v1", width_mult=0.25),
    "mobilenet.resolution_192": lambda: (0, report("mobilenet_v1", 192, 192).macs),
    "mobilenet.resolution_160": lambda: (0, without_classifier(report("mobilenet_v1", 160, 160))),
    "mobilenet.resolution_128": lambda: (0, report("mobilenet_v1", 128, 128).macs),
    **{f"shufflenet.groups_{groups}": partial(shufflenet, groups) for groups in (1, 2, 3, 4, 8)},
}


def counts(name: str, **arguments: object) -> tuple[int, int]:
    found = report(name, **arguments)
    return found.params, found.macs


@pytest.mark.parametrize("paper", PAPERS)
def test_counts_match_the_papers_to_the_published_precision(paper: str) -> None:
    params, macs = PAPERS[paper]()
    for kind, value in (("params", params), ("macs", macs)):
        key = f"papers.{paper}.{kind}"
        if key in FIGURES.figures and value:
            number = figure(key)
            assert number.value == rounded(value, number)


def test_resnet_counts_with_the_stride_of_the_paper_match_after_rounding_or_truncation() -> None:
    nets = {
        "resnet18": report("resnet18"),
        "resnet34": report("resnet34"),
        "resnet50_v1": report("resnet50_v1"),
        "resnet101": report("resnet101", stride_first=True),
        "resnet152": report("resnet152", stride_first=True),
    }
    for name, found in nets.items():
        macs = figure(f"papers.resnet.{name}.macs")
        assert abs(found.macs - macs.value) < macs.step


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("alexnet", "features.12"),
        ("vgg16", "features.30"),
        ("mobilenet_v1", "features.13.1.2"),
        ("resnet50_v1", "layer4.2.relu"),
        ("inception_v3", "Mixed_7c"),
    ],
)
def test_the_receptive_field_before_the_last_pool_is_the_published_one(name: str, row: str) -> None:
    (fields,) = (each.fields for each in report(name).rows if each.name == row)
    assert figure(f"papers.receptive_field.{name}").value == fields[0].size == fields[1].size


def test_the_receptive_field_of_a_wavenet_stack_is_the_published_one() -> None:
    rows = report("wavenet", 1024, stacks=1).table("receptive_field", depth=1).rows
    (_, (first,), (last,), _) = (field for (field,) in rows)
    assert figure("papers.wavenet.stack.receptive_field").value == last - first + 1


@pytest.mark.parametrize("module", ["3a", "3b", "4b", "4c", "4d", "4e", "5b"])
def test_the_operations_of_a_googlenet_module_are_those_of_the_paper_s_table(module: str) -> None:
    rows = [row for row in report("googlenet_paper").rows if f".inception{module}." in row.name]
    macs = figure(f"papers.googlenet_table.inception{module}.macs")
    assert macs.value == rounded(sum(row.macs for row in rows), macs)


def convolutions(*layers: tuple[int, int, int]) -> int:
    """The parameters of square convolutions with biases: (channels in, kernel, channels out) of each."""
    return sum((channels * kernel**2 + 1) * out_channels for channels, kernel, out_channels in layers)


def test_nin_for_imagenet_holds_four_convolutions_with_two_of_one_by_one_behind_each() -> None:
    widths = ((3, 11, 96), (96, 5, 256), (256, 3, 384), (384, 3, 1024))
    mixing = convolutions(*((width, 1, width) for width in (96, 96, 256, 256, 384, 384, 1024)))
    assert convolutions(*widths) + mixing + convolutions((1024, 1, 1000)) == report("nin_imagenet").params


def test_fcn_on_vgg16_holds_its_convolutions_its_scores_and_what_enlarges_them() -> None:
    body = report("vgg16").params - convolutions((512, 7, 4096), (4096, 1, 4096), (4096, 1, 1000))
    scored = body + convolutions((512, 7, 4096), (4096, 1, 4096), (4096, 1, 21))
    finer = convolutions((512, 1, 21), (256, 1, 21))
    assert scored + 21 * 21 * 64**2 == report("fcn32s_vgg16").params
    assert scored + finer + 21 * 21 * (4**2 + 4**2 + 16**2) == report("fcn8s_vgg16").params


def test_every_convolution_of_the_inpainting_network_but_the_last_has_a_gate() -> None:
    encoder = ((5, 5, 24), (24, 3, 48), (48, 3, 48), (48, 3, 96), (96, 3, 96), (96, 3, 96))
    decoder = ((96, 3, 96), (96, 3, 96), (96, 3, 48), (48, 3, 48), (48, 3, 24), (24, 3, 12))
    gated = convolutions(*encoder, *[(96, 3, 96)] * 4, *decoder)
    assert 2 * gated + convolutions((12, 3, 3)) == report("gated_inpainting").params


def test_counts_match_the_implementations_exactly() -> None:
    exact = {"alexnet_original": 60_965_224, "lenet5": 61_706, "nin_cifar10": 966_986}
    assert exact == {name: report(name).params for name in exact}
    assert 13_004_888 == report("googlenet", aux=True).params
