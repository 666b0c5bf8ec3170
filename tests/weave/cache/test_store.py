"""Entries of the cache, whatever happens to their folder."""

import errno
import logging
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from convref.errors import ArgumentError
from convref.weave.cache.signing import VARIABLE, Signer
from convref.weave.cache.store import DAY, KEPT, Size, Store, pack, unpack


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def entry(store, slot="page", key="a"):
    return store.folder / slot / f"{key}.json"


def test_an_entry_is_read_as_it_was_written_and_no_other_file_is_left(store):
    store.write("page", "a", {"x": [1, "é"]})
    assert {"key": "a", "x": [1, "é"]} == store.read("page", "a")
    assert ["a.json"] == [file.name for file in (store.folder / "page").iterdir()]
    assert "*\n" == (store.folder / ".gitignore").read_text()


def test_a_missing_entry_is_none_and_not_logged(store, caplog):
    assert store.read("page", "a") is None
    assert "" == caplog.text


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda data: bytes(len(data)),
        lambda data: data.replace(b'"x":1', b'"x":2'),
        lambda _: b"not an entry at all",
        lambda data: b"\x00\xff" + data,
    ],
)
def test_a_damaged_entry_counts_as_a_miss_and_is_logged(store, caplog, damage):
    store.write("page", "a", {"x": 1})
    entry(store).write_bytes(damage(entry(store).read_bytes()))
    assert store.read("page", "a") is None
    assert "this entry of the cache cannot be used, so its page runs again" in caplog.text


def test_an_entry_under_a_wrong_name_counts_as_a_miss_and_is_logged(store, caplog):
    store.write("page", "a", {"x": 1})
    entry(store).rename(entry(store, key="b"))
    assert store.read("page", "b") is None
    assert "this entry of the cache belongs to other code, so its page runs again" in caplog.text


def test_bytes_that_hold_no_entry_are_refused():
    signer = Signer(b"secret")
    with pytest.raises(ValueError, match="the entry's signature does not match its content"):
        unpack(b"a\n{}", signer)
    with pytest.raises(ValueError, match="the entry must be a JSON object"):
        unpack(pack([], signer), signer)  # type: ignore[arg-type]


def test_entries_of_another_machine_count_as_misses_and_are_logged_once(store, caplog, monkeypatch):
    for key in "ab":
        store.write("page", key, {"x": 1})
    monkeypatch.setenv(VARIABLE, "another")
    other = Store(store.folder)
    assert [None, None, []] == [other.read("page", "a"), other.read("page", "b"), other.all("page")]
    assert 1 == caplog.text.count("entries of the cache that another machine has written are not used")
    other.write("page", "a", {"x": 2})
    assert {"x": 2, "key": "a"} == other.read("page", "a")


def test_a_slot_keeps_the_latest_entries(store):
    for number in range(KEPT + 3):
        store.write("page", str(number), {"ran": number})
        os.utime(entry(store, key=str(number)), (number, number))
    store.write("page", "last", {"ran": 99})
    kept = {file.stem for file in (store.folder / "page").iterdir()}
    assert {"last", *(str(number) for number in range(4, KEPT + 3))} == kept


def test_pruning_drops_unused_entries_and_temporary_files_of_killed_builds(store):
    store.write("page", "old", {})
    store.write("page", "new", {})
    store.write("gone", "old", {})
    (store.folder / "page" / "x.1.2.tmp").write_text("half")
    for slot in ("page", "gone"):
        os.utime(entry(store, slot, "old"), (time.time() - 10 * DAY,) * 2)
    before = store.size()
    dropped = store.prune(5)
    assert (3, 3) == (before.entries, dropped.entries)
    assert Size(1, entry(store, key="new").stat().st_size) == store.size()
    assert not (store.folder / "gone").exists()


def test_an_entry_that_is_read_counts_as_used(store):
    store.write("page", "a", {})
    os.utime(entry(store), (0, 0))
    store.read("page", "a")
    assert 0 == store.prune(5).entries


def test_a_full_disk_gives_one_warning_and_leaves_no_partial_file(store, caplog, monkeypatch):
    def full(self, data):
        with self.open("wb") as file:
            file.write(data[:5])
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    store.write("page", "kept", {"x": 1})
    monkeypatch.setattr(Path, "write_bytes", full)
    store.write("page", "a", {})
    store.write("page", "b", {})
    assert 1 == caplog.text.count("results cannot be cached, so the next build runs their pages again")
    assert ["kept.json"] == [file.name for file in (store.folder / "page").iterdir()]
    assert {"x": 1, "key": "kept"} == store.read("page", "kept")


def test_threads_that_cannot_write_to_the_cache_log_it_once(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "cache")

    class Slow(logging.Handler):
        """A handler that leaves the other threads the time to reach the same warning."""

        def emit(self, record):  # noqa: ARG002 - the signature of logging
            time.sleep(0.05)

    slow = Slow()
    log = logging.getLogger("convref.weave.cache.store")
    log.addHandler(slow)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda key: store.write("page", str(key), {}), range(8)))
    finally:
        log.removeHandler(slow)
    assert 1 == caplog.text.count("results cannot be cached")


def test_a_cache_that_cannot_be_created_gives_a_warning(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    Store(tmp_path / "file" / "cache").write("page", "a", {})
    assert "results cannot be cached" in caplog.text
    assert Store(tmp_path / "file" / "cache").read("page", "a") is None


@pytest.mark.skipif(sys.platform == "win32", reason="a folder's permissions")
def test_a_read_only_cache_is_read_and_not_changed():
    folder = Path(tempfile.mkdtemp())  # not pytest's, into which nobody else may look
    store = Store(folder / "cache")
    store.write("page", "a", {"x": 1})
    code = (
        "import os, sys; from pathlib import Path; from convref.weave.cache.store import Store\n"
        "os.getuid() == 0 and os.setuid(65534)  # root may write everywhere\n"
        "store = Store(Path(sys.argv[1])); print(store.read('page', 'a')); store.write('page', 'b', {})"
    )
    folder.chmod(0o755)
    for path in (store.folder, store.folder / "page"):
        path.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", code, str(store.folder)], text=True, capture_output=True, check=True
    )
    assert "{'key': 'a', 'x': 1}\n" == done.stdout
    assert "results cannot be cached" in done.stderr
    for path in (store.folder, store.folder / "page"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def _write_and_read(folder, number):
    store = Store(Path(folder))
    for turn in range(50):
        store.write("page", "shared", {"text": f"{number} {turn} " * 500})
        body = store.read("page", "shared")
        assert body is not None
        assert len(set(body["text"].split())) <= 2


def test_builds_that_write_the_same_entry_at_once_read_whole_ones(store):
    context = multiprocessing.get_context("spawn")
    some = [context.Process(target=_write_and_read, args=(str(store.folder), n)) for n in range(2)]
    for each in some:
        each.start()
    for each in some:
        each.join()
    assert [0, 0] == [each.exitcode for each in some]


def test_a_build_killed_while_writing_leaves_whole_entries_or_none(store, caplog):
    code = (
        "import sys; from pathlib import Path; from convref.weave.cache.store import Store\n"
        "store = Store(Path(sys.argv[1])); print('ready', flush=True)\n"
        "while True: store.write('page', 'a', {'text': 'x' * 500_000})"
    )
    for turn in range(5):
        writer = subprocess.Popen([sys.executable, "-c", code, str(store.folder)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.01 + 0.007 * turn)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        body = store.read("page", "a")
        assert body is None or len(body["text"]) == 500_000
    assert "" == caplog.text


def test_a_negative_age_is_refused(store):
    with pytest.raises(ArgumentError, match=r"prune: days \(=-3\) must not be negative"):
        store.prune(-3)


def test_a_folder_whose_path_is_too_long_has_no_entries(tmp_path):
    assert [] == list(Store(tmp_path / ("a" * 5000)).all("slot"))
