"""The driver answers questions about blocks, as it does in the browser."""

import json

import pytest

from convref.weave.browser.driver import answer
from convref.weave.browser.output import LONGEST


def ask(*codes, lang="en", **options):
    blocks = [each if isinstance(each, dict) else {"code": each} for each in codes]
    blocks[-1] |= options
    return json.loads(answer(json.dumps({"blocks": blocks, "lang": lang})))


def test_output_and_value_of_the_last_block_are_shown_those_of_earlier_ones_are_not():
    assert {"output": "2\n", "values": [{"text": "3"}]} == ask("print(1)\nx = 2\nx", "print(x)\nx + 1")


@pytest.mark.parametrize(("code", "values"), [("1;", []), ("x = 1", []), ("None", []), ("", [])])
def test_a_block_without_a_value_shows_none(code, values):
    assert ask(code)["values"] == values


def test_a_value_is_shown_as_html_in_the_language_of_the_page():
    code = "class V:\n    def _repr_lang_(self, lang):\n        return {'text/html': f'<i>{lang}</i>'}\nV()"
    assert [{"html": "<i>zh</i>"}] == ask(code, lang="zh")["values"]


def test_identifiers_of_a_drawing_differ_from_those_of_the_page():
    code = 'class V:\n    def _repr_svg_(self):\n        return \'<svg id="a"><use href="#a"/></svg>\'\nV()'
    assert [{"html": '<svg id="a-run"><use href="#a-run"/></svg>'}] == ask(code)["values"]


def test_display_shows_objects_before_the_value_but_not_those_of_earlier_blocks():
    assert [{"text": "1"}, {"text": "2"}, {"text": "3"}] == ask("display(0)", "display(1, 2)\n3")["values"]


def test_a_mistake_has_its_line_and_keeps_the_output_before_it():
    found = ask("print('a')\n1 / 0")
    assert (
        "a\n",
        "ZeroDivisionError: division by zero",
        2,
    ) == (found["output"], found["mistake"], found["line"])
    assert 2 == ask("x = 1\nx = (")["line"]


@pytest.mark.parametrize(
    ("code", "mistake"),
    [
        ("1 / 0", "ZeroDivisionError：除数为零"),
        ("x = (", "SyntaxError：“(”没有闭合"),
        ("raise OSError('the moon is full')", "OSError：the moon is full"),
        ("raise KeyError", "KeyError"),
    ],
)
@pytest.mark.parametrize("interactive", [True, False])
def test_a_mistake_is_told_in_chinese_where_a_translation_is_known(code, mistake, interactive):
    assert mistake == ask(code, lang="zh", interactive=interactive)["mistake"]


def test_a_mistake_in_an_earlier_block_is_reported_as_such():
    found = ask("1 / 0", "1")
    assert (True, "ZeroDivisionError: division by zero") == (found["earlier"], found["mistake"])


def test_earlier_statements_that_cannot_import_a_module_are_left_out_with_what_uses_them():
    assert [{"text": "4"}] == ask("import no_such_module\ny = no_such_module.x\nz = y\nw = 4", "w")["values"]
    assert ask("import no_such_module\ny = no_such_module.x", "y")["mistake"].startswith("NameError")
    assert ask("undefined", "1")["earlier"]


def test_an_earlier_block_may_raise_on_purpose():
    assert [{"text": "3"}] == ask({"code": "1 / 0\nx = 3", "raises": True}, "x")["values"]
    assert [{"text": "3"}] == ask({"code": "1 / 0\nx = 3", "interactive": True}, "x")["values"]


def test_examples_show_the_value_of_every_statement_and_go_on_after_an_error():
    found = ask("1 + 1\n1 / 0\n'a'", interactive=True)
    assert "2\nZeroDivisionError: division by zero\n'a'\n" == found["output"]
    assert ("ZeroDivisionError: division by zero", 2) == (found["mistake"], found["line"])


def test_an_exception_that_the_author_of_examples_expects_is_only_printed():
    found = ask("1 / 0", interactive=True, raises=True)
    assert {"output": "ZeroDivisionError: division by zero\n", "values": []} == found


def test_output_is_sent_line_by_line_but_not_that_of_earlier_blocks():
    sent: list[str] = []
    blocks = [{"code": "print('a')"}, {"code": "print('b', end='')\nprint('c')\nprint('d')"}]
    found = json.loads(answer(json.dumps({"blocks": blocks, "lang": "en"}), sent.append))
    assert (["bc\n", "d\n"], "bc\nd\n") == (sent, found["output"])


def test_a_block_that_exits_does_not_end_the_driver():
    assert "SystemExit: 3" == ask("raise SystemExit(3)")["mistake"]


def test_long_output_is_cut():
    output = ask(f"print('x' * {LONGEST + 1})")["output"]
    assert (len(output), output[-1]) == (LONGEST + 2, "…")
