"""A layer that makes no new feature map is added to the row before it, with a note on its parameters."""

import pytest

from convref import analyze, architectures, cli
from convref.analysis import Table
from convref.nn import BatchNorm2d, Conv2d, PReLU, ReLU, Sequential

NET = Sequential(Conv2d(3, 8, 3), BatchNorm2d(8), ReLU(), Conv2d(8, 8, 1), BatchNorm2d(8), PReLU())
ENGLISH = "with the parameters of BatchNorm2d and PReLU."


def table(*columns: str, full: bool = False, lang: str = "en") -> Table:
    return analyze(NET, (3, 9, 9)).table(*columns, full=full, lang=lang)


def test_the_note_names_each_kind_once_in_both_languages() -> None:
    assert table().note.endswith(ENGLISH)
    assert (
        "不产生新特征图的层并入上一行；此表中 BatchNorm2d 和 PReLU 的参数就是这样计入的。"
        == table(lang="zh").note
    )


def test_the_note_is_printed_once_below_the_table() -> None:
    for text in (str(table()), table()._repr_html_(), repr(table())):
        assert 1 == text.count(ENGLISH)
    assert str(table()).endswith(f"{ENGLISH}\n")
    assert ENGLISH not in table().to_csv()
    assert 1 == table().to_json().count(ENGLISH)


@pytest.mark.parametrize("shown", [table(full=True), table("name", "macs"), Table((), ())])
def test_a_table_without_folded_parameters_has_no_note(shown: Table) -> None:
    assert "" == shown.note


def test_a_network_whose_in_place_layers_have_no_parameters_has_no_note() -> None:
    assert "" == analyze(architectures.build("vgg11"), (3, 224, 224)).table().note


def test_the_command_line_shows_the_note(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["show", "resnet18", "--lang", "zh"])
    assert 1 == capsys.readouterr().out.count("此表中 BatchNorm2d 的参数就是这样计入的。")


def test_a_table_by_another_convention_notes_the_tool_and_the_folded_operations() -> None:
    report = analyze(NET, (3, 9, 9), convention="thop")
    english, chinese = (report.table(lang=lang).note for lang in ("en", "zh"))
    assert english.startswith(
        "MACs are what thop counts. Those of a layer that makes no new feature map are in the row"
    )
    assert english.endswith(ENGLISH)
    assert chinese.startswith(
        "乘加次数按 thop 的口径统计。不产生新特征图的层，其乘加次数也计入上一行。不产生"
    )
    assert "MACs are what thop counts." == report.table(full=True).note
    assert "" == report.table("name", "output").note
    first, folded = report.table("macs", full=True).rows, report.table("macs").rows
    assert (first[1][0] + first[2][0] + first[3][0],) == folded[1]
