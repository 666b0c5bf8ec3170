"""Lines of results, told by steps."""

import pytest

from convref.weave.cache.line_offsets import MovingError, Places
from convref.weave.page.plan import Step


def places(*lines):
    return Places([Step("python", "docs/x.md", line, "a\nb") for line in lines])


TOLD = {"text": 'File "docs/x.md", line 11, in f\ndocs/x.md:4: UserWarning', "line": 10, "other": [None, 7]}


def test_lines_move_with_their_steps():
    kept = places(3, 10).relative(TOLD, 1)
    moved = places(23, 40).absolute(kept)
    assert 'File "docs/x.md", line 41, in f\ndocs/x.md:24: UserWarning' == moved["text"]
    assert (40, [None, 7]) == (moved["line"], moved["other"])
    assert TOLD == places(3, 10).absolute(kept)


@pytest.mark.parametrize("text", ["docs/x.md:99: far away", "\ue000"])
def test_a_line_that_belongs_to_no_step_cannot_move(text):
    with pytest.raises(MovingError):
        places(3, 10).relative({"text": text}, 0)


@pytest.mark.parametrize("kept", ["\ue0009.1\ue001", "no line"])
def test_lines_of_other_steps_are_refused(kept):
    with pytest.raises(
        ValueError, match=r"it tells of a step that is not there|it holds a line that is none"
    ):
        places(3).absolute({"line": kept})
