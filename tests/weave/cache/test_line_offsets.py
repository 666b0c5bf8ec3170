"""Lines of results, stored relative to steps."""

import pytest

from convref.weave.cache.line_offsets import LineOffsets, MovingError
from convref.weave.page.plan import Step


def offsets(*lines):
    return LineOffsets([Step("python", "docs/x.md", line, "a\nb") for line in lines])


TOLD = {"text": 'File "docs/x.md", line 11, in f\ndocs/x.md:4: UserWarning', "line": 10, "other": [None, 7]}


def test_lines_move_with_their_steps():
    kept = offsets(3, 10).relative(TOLD, 1)
    moved = offsets(23, 40).absolute(kept)
    assert 'File "docs/x.md", line 41, in f\ndocs/x.md:24: UserWarning' == moved["text"]
    assert (40, [None, 7]) == (moved["line"], moved["other"])
    assert TOLD == offsets(3, 10).absolute(kept)


@pytest.mark.parametrize("text", ["docs/x.md:99: far away", "\ue000"])
def test_a_line_that_belongs_to_no_step_cannot_move(text):
    with pytest.raises(MovingError):
        offsets(3, 10).relative({"text": text}, 0)


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        (
            "\ue0009.1\ue001",
            r"a cached line \(='\\ue0009\.1\\ue001'\) must refer to one of the session's 1 steps",
        ),
        ("no line", r"a cached line \(='no line'\) must be a step index and an offset within that step"),
    ],
)
def test_offsets_of_other_steps_are_refused(kept, message):
    with pytest.raises(ValueError, match=message):
        offsets(3).absolute({"line": kept})
