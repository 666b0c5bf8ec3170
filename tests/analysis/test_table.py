"""A table says the same in every export and in both languages."""

import csv
import io
import json
import pickle
import re

import pytest

from convref import analyze
from convref.analysis import COLUMNS, Column, Table
from convref.analysis.table import Translated
from convref.errors import UnknownNameError
from convref.nn import Conv2d, ReLU, Sequential


@pytest.fixture
def table() -> Table:
    return analyze(Sequential(Conv2d(3, 64, 3), ReLU()), (3, 34, 34)).table("name", "output", "params")


def test_markdown_has_a_heading_a_rule_rows_and_bold_totals(table: Table) -> None:
    assert [
        "| Layer | Output | Parameters |",
        "| --- | ---: | ---: |",
        "| input | 3 × 34 × 34 | 0 |",
        "| 0 | 64 × 32 × 32 | 1,792 |",
        "| **total** |  | **1,792** |",
    ] == table.to_markdown().splitlines()


def test_a_page_in_chinese_gets_chinese_headings_and_names(table: Table) -> None:
    chinese = table._repr_lang_("zh")
    assert chinese is not None
    assert "| 层 | 输出 | 参数量 |" == chinese.to_markdown().splitlines()[0]
    assert chinese.to_markdown().splitlines()[2].startswith("| 输入 |")


def test_a_page_in_an_unsupported_language_gets_the_common_form(table: Table) -> None:
    assert table._repr_lang_("fr") is None


def test_html_is_one_line_with_escaped_cells() -> None:
    table = Table((Column("x", {"en": "a<b", "zh": "甲"}),), (("<&>",),))
    assert "\n" not in table.to_html()
    assert ["a&lt;b", "&lt;&amp;&gt;"] == re.findall(r"<t[hd]>(.*?)</t[hd]>", table.to_html())


def test_html_and_markdown_have_the_same_cells(table: Table) -> None:
    cells = re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", table.to_html())
    lines = table.to_markdown().replace("**", "").splitlines()
    assert cells == [cell.strip() for line in lines[:1] + lines[2:] for cell in line.strip("|").split("|")]


def test_csv_has_plain_values(table: Table) -> None:
    assert [["Layer", "Output", "Parameters"], ["input", "3x34x34", "0"], ["0", "64x32x32", "1792"]] == list(
        csv.reader(io.StringIO(table.to_csv()))
    )


def test_json_has_headings_rows_and_totals_by_key(table: Table) -> None:
    assert {
        "columns": {"name": "Layer", "output": "Output", "params": "Parameters"},
        "rows": [
            {"name": "input", "output": [3, 34, 34], "params": 0},
            {"name": "0", "output": [64, 32, 32], "params": 1792},
        ],
        "totals": [{"name": "total", "output": None, "params": 1792}],
    } == json.loads(table.to_json())


def test_a_pipe_in_a_cell_is_escaped() -> None:
    table = Table((Column("x", {"en": "x", "zh": "x"}),), (("a|b",),))
    assert "| a\\|b |" == table.to_markdown().splitlines()[2]


def test_an_unknown_language_is_refused(table: Table) -> None:
    with pytest.raises(UnknownNameError, match="unknown language 'fr'; there are: en, zh"):
        table.in_language("fr")


@pytest.mark.parametrize("key", COLUMNS)
def test_every_column_has_a_title_in_both_languages(key: str) -> None:
    titles = COLUMNS[key].column.titles
    assert {"en", "zh"} == set(titles)
    assert re.search("[\u4e00-\u9fff]", titles["zh"])


def test_a_table_without_a_column_keeps_the_others_and_their_totals(table: Table) -> None:
    assert [
        "| Layer | Parameters |",
        "| --- | ---: |",
        "| input | 0 |",
        "| 0 | 1,792 |",
        "| **total** | **1,792** |",
    ] == table.without("output").to_markdown().splitlines()


def test_an_unknown_column_cannot_be_left_out(table: Table) -> None:
    with pytest.raises(UnknownNameError, match="unknown column 'outputs'"):
        table.without("outputs")


def test_a_translated_word_survives_pickling() -> None:
    word = Translated("total", {"en": "total", "zh": "合计"})
    copy = pickle.loads(pickle.dumps(word))
    assert (word, word.texts) == (copy, copy.texts)
