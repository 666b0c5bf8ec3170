"""The key with which cached results are signed."""

import os
import stat
import sys
import threading

import pytest
from cached_site import block, shown

from convref.weave.cache import signing
from convref.weave.cache.signing import VARIABLE, ForeignError, Signer, cache_key

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")


@pytest.fixture
def state(tmp_path, monkeypatch):
    """The directory of a user's state, without a key in the environment."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(signing, "_state_directory", lambda: tmp_path / "state")
    return tmp_path / "state"


def test_the_key_is_made_once_and_nobody_else_can_read_it(state):
    key = cache_key()
    assert 64 == len(key)
    assert key == cache_key()
    assert ["cache.key"] == [file.name for file in (state / "convref").iterdir()]
    if sys.platform != "win32":
        assert 0o600 == stat.S_IMODE((state / "convref" / "cache.key").stat().st_mode)


def test_builds_that_make_the_key_at_once_get_the_same(state):  # noqa: ARG001 (it is where the key lies)
    keys, start = [], threading.Barrier(8)

    def make():
        start.wait()
        keys.append(cache_key())

    threads = [threading.Thread(target=make) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 1 == len(set(keys))


def test_a_key_in_the_environment_takes_precedence(state, monkeypatch):
    monkeypatch.setenv(VARIABLE, "shared")
    assert b"shared" == cache_key()
    assert not state.exists()


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_key_that_is_cut_off_is_made_again(state, content):
    (state / "convref").mkdir(parents=True)
    (state / "convref" / "cache.key").write_bytes(content)
    assert 64 == len(cache_key())
    assert cache_key() == cache_key()


def test_where_no_key_can_be_kept_results_are_not_used_again_and_that_is_logged(state, caplog):
    state.write_text("a file in its place")
    assert cache_key() != cache_key()
    assert "the key that signs cached results cannot be read or created" in caplog.text


def test_what_another_key_signed_is_refused():
    signed = Signer(b"one").signed(b"data")
    with pytest.raises(ForeignError, match="the entry was signed with another key"):
        Signer(b"two").opened(signed)


@pytest.mark.parametrize(
    "change", [lambda data: data[:-1], lambda data: data + b"x", lambda _: b"", lambda _: b"\n"]
)
def test_what_was_changed_is_refused(change):
    signer = Signer(b"one")
    with pytest.raises(ValueError, match="the entry's signature does not match its content"):
        signer.opened(change(signer.signed(b"data")))


def test_pages_do_not_see_the_key(site, monkeypatch):
    monkeypatch.setenv(VARIABLE, "shared")
    assert "False" == shown(site.build(block(f"import os\n{VARIABLE!r} in os.environ"))[0])


def test_a_contributed_result_is_not_shown_where_nothing_is_run(site, monkeypatch):
    monkeypatch.setenv(VARIABLE, "the contributor's")
    site.build(block("print('forged')"))
    monkeypatch.setenv(VARIABLE, "the site's own")
    site.execute = "never"
    (outcome,) = site.build(block("print('forged')"))
    assert "" == outcome.output
    assert "NotRun: not run, because execute is 'never'; there is no cached result" == str(outcome.failure)
    assert "the site's own" == os.environ[VARIABLE]
