"""Figures of the engine's tests are written by the tests and read by the page."""

from pathlib import Path

import pytest
from figures import record

from convref_docs import engine_tests


def test_figures_that_are_written_are_read_again_by_the_name_of_their_test(tmp_path: Path) -> None:
    for name in ("a", "b"):
        engine_tests.write(name, {"steps": 3}, tmp_path / "figures")
    assert {"a": {"steps": 3}, "b": {"steps": 3}} == engine_tests.read(tmp_path / "figures")


def test_a_test_records_its_figures_only_where_it_is_asked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_tests.write, "__defaults__", (tmp_path,))
    monkeypatch.delenv("CONVREF_FIGURES", raising=False)
    record("fuzzer", steps=3)
    assert {} == engine_tests.read(tmp_path)
    monkeypatch.setenv("CONVREF_FIGURES", "1")
    record("fuzzer", steps=3)
    assert ({"fuzzer"}, 3) == (
        set(engine_tests.read(tmp_path)),
        engine_tests.read(tmp_path)["fuzzer"]["steps"],
    )
