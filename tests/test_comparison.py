"""`compare` shows the figures of reports side by side and checks names and columns."""

import json
from math import prod
from pathlib import Path

import pytest

from convref import analyze, architectures, cli, compare
from convref.analysis import MEASURES
from convref.errors import ArgumentError, UnknownNameError
from convref.nn import Conv2d, ReLU, Sequential


def test_a_row_equals_the_report_of_its_network() -> None:
    columns = ("name", "params", "macs", "activations", "peak_bytes", "training_bytes", "receptive_field")
    rows = compare("resnet18", "lenet5", columns=columns).rows
    for name, row in zip(("resnet18", "lenet5"), rows, strict=True):
        report = analyze(architectures.build(name), architectures.find(name).input_shape)
        counts = (report.params, report.macs, report.activations, report.peak_bytes)
        assert (name, *counts, report.training_memory().total, report.receptive_field) == row


def test_every_column_has_a_heading_in_both_languages() -> None:
    english, chinese = (
        compare("lenet5", columns=tuple(MEASURES), lang=lang).titles() for lang in ("en", "zh")
    )
    assert len(MEASURES) == len(set(english)) == len(set(chinese))
    assert "参数量" in chinese


@pytest.mark.parametrize(
    ("name", "size"),
    [("alexnet", 195), ("vgg16", 212), ("mobilenet_v1", 315), ("inception_v3", 1311), ("wavenet", 3071)],
)
def test_the_receptive_field_is_that_before_the_last_pool(name: str, size: int) -> None:
    ((field,),) = compare(name, columns=("receptive_field",)).rows
    assert {size} == set(field)


def test_every_registered_network_compares() -> None:
    assert len(architectures.names()) == len(compare(*architectures.names()).rows)


def test_an_unknown_network_or_column_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="unknown architecture 'resnet51'; the nearest are 'resnet50'"):
        compare("resnet51")
    with pytest.raises(UnknownNameError, match="unknown column 'parms'; the nearest is 'params'"):
        compare("resnet50", columns=("parms",))


def test_unregistered_descriptions_are_compared_with_registered_networks() -> None:
    net = Sequential(Conv2d(3, 8, 3), ReLU())
    rows = compare(
        "lenet5", "vgg11@3,64,64", mine=(net, [3, 32, 32]), columns=["name", "input", "params"]
    ).rows
    weights = [
        sum(map(prod, each.parameters().values())) for each in map(architectures.build, ("lenet5", "vgg11"))
    ]
    assert (
        ("lenet5", (1, 32, 32), weights[0]),
        ("vgg11@3,64,64", (3, 64, 64), weights[1]),
        ("mine", (3, 32, 32), 8 * 3 * 9 + 8),
    ) == rows


def test_a_description_without_an_input_shape_is_refused_with_the_form_to_give() -> None:
    with pytest.raises(
        ArgumentError, match=r"^compare: mine \(=ReLU\(\)\) must be a pair \(description, input_shape\)$"
    ):
        compare(mine=ReLU())  # type: ignore[arg-type]


def test_the_command_line_compares_networks_of_other_modules(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "beside.py").write_text("from convref.nn import Linear\nnet = Linear(5, 2)\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert 0 == cli.main(
        ["compare", "lenet5", "beside:net@7,5", "--columns", "name,params", "--format", "json"]
    )
    assert {"name": "beside:net@7,5", "params": 12} == json.loads(capsys.readouterr().out)["rows"][1]


def test_the_command_line_compares(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["compare", "vgg11", "resnet18", "--columns", "name,params", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [{"name": "vgg11", "params": 132863336}, {"name": "resnet18", "params": 11689512}] == rows


def test_the_command_line_aligns_a_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["compare", "vgg11", "--lang", "zh"])
    assert "132,863,336" in capsys.readouterr().out


def test_the_command_line_shows_stages_and_conventions(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["show", "resnet18", "--depth", "1", "--columns", "name,macs", "--format", "csv"]
    assert [0, 0] == [cli.main(given), cli.main([*given, "--convention", "ptflops"])]
    stages = [line.partition(",") for line in capsys.readouterr().out.splitlines()]
    names = [
        "Layer",
        "input",
        "conv1",
        "maxpool",
        *[f"layer{index}" for index in (1, 2, 3, 4)],
        "avgpool",
        "fc",
    ]
    assert names + names == [name for name, _, _ in stages]
    assert ("fc,512000", "fc,513000") == tuple("".join(stages[index]) for index in (9, 19))
