"""A label has no number that the code beside it does not contain."""

import pytest

from convref.weave.check.facts import labels
from convref.weave.markdown.document import parse


def found(code: str, fatal: bool = True) -> list[tuple[int, str]]:
    page = parse(f'```py exec="on"\n{code}\n```\n', "x.md")
    return [(each.line, each.message) for each in labels.check(page, fatal=fatal)]


@pytest.mark.parametrize(
    "code",
    [
        '{"3 × 3, padding 1": Conv2d(64, 64, 3, padding=1)}',
        '[("k = 3", Conv1d(1, 1, 3))]',
        'bar("k = 3", measured(3))',
        '{f"k = 3, groups={groups}": Conv1d(1, 1, 3)}',
        '{"1,024 channels": Conv1d(1024, 1, 3)}',
        '{"ResNet-50": build(18), "2-D": Conv(1), "conv1_2": Conv(3)}',
        '{"k = 3": Conv(k)}',
        '{"k = 3": 5}',
        '{"en": "3 layers", "zh": "3 层"}',
        'x = "k = 3"\ny = Conv(5)',
        "{**others, 'a': Conv(5)}",
        '{"k = 3": Conv(5',
    ],
)
def test_a_label_with_the_numbers_of_its_code_or_no_number_has_no_diagnostic(code: str) -> None:
    assert [] == found(code)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            '{\n"rates (12, 24)": aspp((1, 2))}',
            "'rates (12, 24)' is the label of code that does not contain 12, 24",
        ),
        ('[\n("k = 3", Conv1d(1, 1, 5))]', "'k = 3' is the label of code that does not contain 3"),
        ('bar(\n"k = 3", measured(5), size=7)', "'k = 3' is the label of code that does not contain 3"),
        (
            '{\nf"{n}, 4 groups": Conv1d(8, 8, 3, groups=2)}',
            "', 4 groups' is the label of code that does not contain 4",
        ),
    ],
)
def test_a_number_that_the_code_beside_a_label_does_not_contain_is_reported(code: str, message: str) -> None:
    assert [(3, message)] == found(code)


def test_code_that_is_not_run_and_nested_pages_are_told_apart() -> None:
    assert [] == list(labels.check(parse('```py\n{"3": f(5)}\n```', "x.md"), fatal=True))
    (nested,) = labels.check(
        parse('````md exec\n```py exec="on"\n{"3": f(5)}\n```\n````', "x.md"), fatal=False
    )
    assert (3, "label", False) == (nested.line, nested.kind, nested.fatal)
