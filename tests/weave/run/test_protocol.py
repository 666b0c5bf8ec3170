"""Messages arrive whole or not at all, and data that is not a message is refused."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convref.weave.run import protocol
from convref.weave.run.protocol import Ending, Frames, Opening, ProtocolError, frame

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


def framed(body):
    return struct.pack("!I", len(body)) + body


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_a_message_arrives_as_it_was_sent_in_whatever_pieces(message):
    stream = Dripping(written(message, {"next": "\udcff"}))
    assert message == protocol.receive(stream)
    assert {"next": "\udcff"} == protocol.receive(stream)
    assert protocol.receive(stream) is None


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), max_size=4), st.integers(1, 9))
def test_frames_assembles_messages_from_pieces_of_any_size(messages, size):
    data, frames, found = written(*messages), Frames(10_000), []
    for start in range(0, len(data), size):
        frames.add(data[start : start + size])
        while (message := frames.next()) is not None:
            found.append(message)
    assert messages == found


@pytest.mark.parametrize("kept", [0, 1, 3, 4, 5, -1])
def test_a_truncated_message_counts_as_the_end_of_the_stream(kept):
    assert protocol.receive(io.BytesIO(written({"a": 1})[:kept])) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (framed(b"1"), "sent the build a message that is not a JSON object"),
        (framed(b"[]"), "sent the build a message that is not a JSON object"),
        (framed(b"{"), "sent the build a message that is not JSON: Expecting property name"),
        (framed(b"\xff\xfe"), "sent the build a message that is not JSON: 'utf-8' codec can't decode"),
        (framed(b'{"a": ' + b"9" * 5000 + b"}"), "that is not JSON: Exceeds the limit"),
        (framed(b"[" * 50_000), "that is not JSON: maximum recursion depth exceeded"),
        (
            b"\x7f\xff\xff\xff",
            "sent a message of 2147483647 bytes to the build, more than the limit of 100000",
        ),
        (b"garbage", r"sent a message of \d+ bytes to the build, more than the limit of 100000"),
    ],
)
def test_bytes_that_are_no_message_are_refused(data, message):
    frames = Frames(100_000)
    frames.add(data)
    with pytest.raises(ProtocolError, match=message):
        frames.next()


def test_a_message_may_hold_the_largest_answer():
    opening = Opening(["en"], 10_000, 1.0, 0, ".", {}, record=False, confine=False)
    text = "\0" * 10_000  # JSON writes each of these as six characters
    answer = {
        "output": text,
        "stderr": text,
        "traceback": text,
        "got": text,
        "figures": text,
        "forms": [text] * 2,
    }
    assert len(frame(answer)) < opening.message_limit


def test_an_opening_and_an_ending_arrive_as_they_were_sent():
    opening = Opening(["en"], 1, 1.0, 2, "/", {"A": "1"}, record=True, confine=False)
    assert opening == Opening.from_message(opening.message())
    assert Ending("ended", -9) == Ending.from_line(Ending("ended", -9).line())
