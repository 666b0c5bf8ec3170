"""An inline value may come before the block that defines its names: a page can open with its result."""

import pytest

from convref.weave.markdown.document import parse
from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

pytestmark = pytest.mark.usefixtures("results")


def outcomes(text: str) -> tuple[Outcome, ...]:
    with Engine(Settings()) as engine:
        return engine.run(plan({"en": parse(text, "x.md")}))


def test_a_value_with_a_name_that_a_later_block_defines_is_evaluated_at_the_end() -> None:
    early, _ = outcomes('`{python} answer`\n\n```python exec="on"\nanswer = 6 * 7\n```\n')
    assert (None, "42") == (early.failure, early.forms[""]["text/plain"])


def test_a_value_with_known_names_is_evaluated_at_its_position() -> None:
    text = '```python exec="on"\nx = 1\n```\n`{python} x`\n\n```python exec="on"\nx = 2\n```\n'
    assert "1" == outcomes(text)[1].forms[""]["text/plain"]


def test_a_name_that_no_block_defines_fails_at_its_line() -> None:
    (outcome,) = outcomes("\n\n`{python} nowhere`\n")
    assert outcome.failure is not None
    assert ("NameError", 3) == (outcome.failure.kind, outcome.failure.line)
