"""The registry of a site is loaded by its name."""

from __future__ import annotations

import pytest

from convref.errors import ArgumentError
from convref.weave.check.facts import registry
from convref.weave.check.facts.registry import Registry

HERE = Registry(versions={"VGG": {"16"}})


def made() -> Registry:
    return HERE


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> str:
    import sys

    monkeypatch.setitem(sys.modules, "a_site", sys.modules[__name__])
    return "a_site"


@pytest.mark.parametrize("attribute", ["HERE", "made"])
def test_a_registry_is_an_attribute_or_the_result_of_a_function(module: str, attribute: str) -> None:
    assert HERE == registry.load(f"{module}:{attribute}")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("no_such_module:a", "must be module:attribute. It cannot be imported: ModuleNotFoundError"),
        ("a_site:none", "It cannot be imported: AttributeError"),
        ("a_site", "It cannot be imported: AttributeError"),
        ("", "It cannot be imported: ValueError"),
        ("builtins:dict", "The attribute must be a Registry, or a function that returns one"),
    ],
)
@pytest.mark.usefixtures("module")
def test_what_is_no_registry_is_an_error(name: str, rule: str) -> None:
    with pytest.raises(ArgumentError, match=rule):
        registry.load(name)
