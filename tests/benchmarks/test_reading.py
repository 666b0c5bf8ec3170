"""The benchmark of the reader classifies each module, and goes on where it was interrupted."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from read_networks import Written, conv
from torch import nn

ROOT = Path(__file__).parents[2]
IMAGE = (3, 8, 8)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("reading")


def of_random_numbers() -> nn.Module:
    return Written(lambda m, x: m.c(x) * torch.rand(1), c=conv())


@pytest.mark.parametrize(("make", "kind"), [(conv, "right"), (of_random_numbers, "refused")])
def test_a_module_is_read_or_refused(reading: ModuleType, make: Callable[[], nn.Module], kind: str) -> None:
    result = reading.read(reading.Model("name", make, IMAGE))
    assert ("name", kind) == (result.name, result.kind)


def test_a_module_that_cannot_be_made_or_is_too_large_has_no_result(
    reading: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reading.read(reading.Model("name", lambda: nn.Linear(-1, 2), (3,))) is None
    monkeypatch.setattr(reading, "LARGEST", 83)
    assert reading.read(reading.Model("name", conv, IMAGE)) is None


def test_results_in_a_log_are_not_computed_again(
    reading: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log, model = tmp_path / "log.jsonl", reading.Model("name", conv, IMAGE)
    first = reading.Log(log).read("cases", model)
    assert reading.Log(log).read("cases", model._replace(name="other", make=lambda: nn.Linear(-1, 2))) is None

    def fail(_model: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(reading, "read", fail)
    again = reading.Log(log)
    assert [first, None] == [again.read("cases", each) for each in (model, model._replace(name="other"))]
