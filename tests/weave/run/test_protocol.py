"""Messages arrive whole or not at all."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convref.weave.run import protocol

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


class Dripping(io.RawIOBase):
    """A stream that returns one byte at a time, as a slow socket may."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def read(self, size=-1):
        return self.data.read(min(size, 1))


def written(*messages):
    stream = io.BytesIO()
    for message in messages:
        protocol.send(stream, message)
    return stream.getvalue()


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_a_message_arrives_as_it_was_sent_in_whatever_pieces(message):
    stream = Dripping(written(message, {"next": "\udcff"}))
    assert message == protocol.receive(stream)
    assert {"next": "\udcff"} == protocol.receive(stream)
    assert protocol.receive(stream) is None


@pytest.mark.parametrize("kept", [0, 1, 3, 4, 5, -1])
def test_a_truncated_message_counts_as_the_end_of_the_stream(kept):
    assert protocol.receive(io.BytesIO(written({"a": 1})[:kept])) is None


def test_a_frame_that_holds_no_dictionary_is_no_message():
    assert protocol.receive(io.BytesIO(b"\0\0\0\x011")) is None
