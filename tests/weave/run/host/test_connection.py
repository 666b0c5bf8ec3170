"""The connection to a worker."""

import pytest

from convref.weave.run.host.connection import ended


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended itself with code 0"),
        (-11, "was ended by signal 11 (SIGSEGV)"),
        (-9, "was ended by signal 9 (SIGKILL); the system may have run out of memory"),
        (-63, "was ended by signal 63 (an unknown signal)"),
    ],
)
def test_the_end_of_a_process_is_described(code, words):
    assert words == ended(code)
