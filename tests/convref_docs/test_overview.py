"""Years, checkpoints and accuracies of the table over all networks come from the papers and the libraries."""

from __future__ import annotations

import re

import pytest
import torchvision_models

import convref_docs
from convref import architectures
from convref.errors import UnknownNameError
from convref_docs.overview import LATER, accuracies, accuracy_points, checkpoint_bytes, year

MIB = 2**20
WITHOUT_HEADS = {"googlenet"}  # the file has the training heads, which the network leaves out
HALF = {"wide_resnet50_2"}  # stored in half precision


@pytest.mark.parametrize(
    "name", [each for each in torchvision_models.CLASSIFIERS if each not in WITHOUT_HEADS | HALF]
)
def test_a_checkpoint_has_the_size_of_the_file_that_torchvision_publishes(name: str) -> None:
    weights = torchvision_models.library().get_model_weights(name).IMAGENET1K_V1
    published = weights.meta["_file_size"] * MIB  # with names and offsets of the tensors
    assert published == pytest.approx(checkpoint_bytes(name), rel=0.02)


def test_every_network_has_a_year_and_later_papers_are_later_than_the_first_of_their_family() -> None:
    years = {name: year(name) for name in architectures.names()}
    assert (1998, 2012, 2014, 2015, 2022) == tuple(
        years[name] for name in ("lenet5", "alexnet_original", "vgg16", "resnet50", "convnext_tiny")
    )
    first = {architectures.find(name).family: value for name, value in years.items() if name not in LATER}
    assert all(years[name] >= first[architectures.find(name).family] for name in LATER)


def test_an_accuracy_comes_with_its_protocol_and_other_networks_have_none() -> None:
    table = convref_docs.overview().table
    keys = [column.key for column in table.columns]
    rows = {row[0]: dict(zip(keys, row, strict=True)) for row in table.rows}
    assert (76.13, (224, 256)) == (rows["resnet50"]["top1"], rows["resnet50"]["protocol"])
    assert set(accuracies()) == {name for name, row in rows.items() if row["top1"] is not None}
    assert (None, None) == (rows["mobilenet_v1"]["top1"], rows["mobilenet_v1"]["protocol"])


def test_the_points_of_a_plot_are_the_networks_with_an_accuracy() -> None:
    assert set(accuracies()) == set(accuracy_points("macs"))
    assert (138357544, 71.592) == accuracy_points("params")["vgg16"]


def test_columns_that_filter_are_marked() -> None:
    page = convref_docs.overview()._repr_lang_("en")
    assert page is not None
    assert ["family", "year"] == re.findall(r'<th[^>]* data-filter="(\w+)">', page._repr_html_())


def test_columns_that_few_compare_are_hidden_at_first_and_come_last() -> None:
    html = convref_docs.overview()._repr_html_()
    heads = re.findall(r"<th\b[^>]*>", html)
    assert [False] * 9 + [True] * 3 == [" data-rare" in head for head in heads]


def test_what_readers_compare_first_is_in_the_first_columns() -> None:
    keys = [column.key for column in convref_docs.overview().table.columns]
    assert ["name", "params", "macs", "top1"] == keys[:4]


def test_an_accuracy_of_a_paper_is_marked_in_a_table_of_some_networks() -> None:
    table = convref_docs.with_accuracy(
        "mobilenet_v1",
        "efficientnet_b0",
        "lenet5",
        papers={"mobilenet_v1": "papers.mobilenet.width_1.top1"},
    )
    assert [
        ["mobilenet_v1", "2017", "4,231,976", "568,740,352", "70.6", "the paper, another protocol"],
        ["efficientnet_b0", "2019", "5,288,548", "385,814,752", "77.69", "torchvision’s weights"],
        ["lenet5", "1998", "61,706", "416,520", "", ""],
    ] == [list(row) for row in table.texts(table.rows)]


def test_a_key_without_a_published_accuracy_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown published value 'papers\.mobilenet\.top2'"):
        convref_docs.with_accuracy("mobilenet_v1", papers={"mobilenet_v1": "papers.mobilenet.top2"})
