"""The catalog is complete: each operator and each network has tests and pages, and no page lacks a row."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision_models

import convref.torch
from convref import architectures, catalog, functional, init
from convref.architectures.registry import FAMILIES
from convref.catalog import Operator
from convref.errors import UnknownNameError

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "zh")
OF_NO_FAMILY = ("compare", "history")
ROWS = list(catalog.operators().values())
each_operator = pytest.mark.parametrize("operator", ROWS, ids=[row.key for row in ROWS])


def pages(folder: str, lang: str) -> set[str]:
    return {path.stem for path in (ROOT / "docs" / lang / folder).glob("*.md")} - {"index"}


def navigation(folder: str) -> list[str]:
    """The pages of a folder that mkdocs.yml has in its navigation, in order, without its index."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    found = re.findall(rf"^ +- {folder}/(\w+)\.md$", text, re.MULTILINE)
    return [each for each in found if each != "index"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_operators_and_their_pages_are_the_same_set(lang: str) -> None:
    hint = (
        f"an operator has a row in convref/catalog/rows and a page in docs/{lang}/operators, named as its key"
    )
    assert set(catalog.operators()) == pages("operators", lang), hint


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_family_of_networks_has_a_page_and_two_pages_are_about_all(lang: str) -> None:
    hint = f"each key of FAMILIES in the registry of networks has a page in docs/{lang}/architectures"
    assert {*FAMILIES, *OF_NO_FAMILY} == pages("architectures", lang), hint


def test_the_navigation_lists_the_families_in_the_order_of_the_registry() -> None:
    hint = "nav in mkdocs.yml lists the pages of the families in the order of FAMILIES"
    assert [*FAMILIES, *OF_NO_FAMILY] == navigation("architectures"), hint


@pytest.mark.parametrize("name", architectures.names())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_network_is_built_on_the_page_of_its_family(name: str, lang: str) -> None:
    page = ROOT / "docs" / lang / "architectures" / f"{architectures.find(name).family}.md"
    assert page.is_file(), f"the family of {name!r} has no page: write {page.relative_to(ROOT)}"
    assert f'"{name}"' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted({*architectures.names()} - {*torchvision_models.NAMES}))
def test_a_network_that_torchvision_lacks_is_named_in_a_test_file(name: str) -> None:
    tests = {path.name: path for path in (ROOT / "tests" / "architectures").glob("test_*.py")}
    of_all = {"test_agreement.py", "test_registry.py"}
    named = [key for key, path in tests.items() if f'"{name}"' in path.read_text("utf-8")]
    assert set(named) - of_all, f"a file of tests/architectures must test {name!r}, against published figures"


@each_operator
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_has_the_title_of_its_operator(operator: Operator, lang: str) -> None:
    page = ROOT / "docs" / lang / "operators" / f"{operator.key}.md"
    assert f"# {operator.title[lang]}" == page.read_text(encoding="utf-8").splitlines()[0]


@each_operator
def test_a_page_shows_the_code_and_the_uses_of_its_operator(operator: Operator) -> None:
    page = (ROOT / "docs" / "en" / "operators" / f"{operator.key}.md").read_text(encoding="utf-8")
    assert f'convref_docs.code("{operator.key}")' in page
    assert f'convref_docs.used_in("{operator.key}")' in page


def test_the_navigation_lists_every_operator() -> None:
    assert set(catalog.operators()) == set(navigation("operators")), "nav in mkdocs.yml lists every operator"


@each_operator
def test_the_test_files_of_an_operator_exist(operator: Operator) -> None:
    assert operator.tests, f"the catalog's row of {operator.key} must name its test files"
    assert [] == [path for path in operator.tests if not (ROOT / path).is_file()]


@each_operator
def test_numpy_and_torch_agree_on_the_example(operator: Operator) -> None:
    layer = operator.layer
    params = init(layer, seed=1, dtype=np.float64)
    x = np.random.default_rng(2).standard_normal((2, *operator.input_shape))
    with torch.no_grad():
        expected = convref.torch.build(layer, params)(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(functional.run(layer, params, x), expected, rtol=1e-9, atol=1e-9)


@each_operator
@pytest.mark.parametrize("form", ["description", "numpy", "torch"])
def test_a_snippet_runs_and_its_comments_are_the_results(operator: Operator, form: str) -> None:
    snippet = operator.snippet(form)
    names: dict[str, object] = {}
    exec(snippet, names)  # noqa: S102 - the page's own code
    calls = re.findall(r"^(\S.*?)(?:  # (.*)|((?:\n# .*)+))$", snippet, re.MULTILINE)
    assert calls
    for call, behind, below in calls:
        assert eval(behind or below.replace("\n# ", "\n").strip(), {"torch": torch}) == eval(call, names)


@each_operator
def test_the_module_of_the_torch_snippet_has_the_parameters_of_the_description(operator: Operator) -> None:
    names: dict[str, torch.nn.Module] = {}
    exec(operator.snippet("torch"), names)  # noqa: S102 - the page's own code
    state = {name: tuple(value.shape) for name, value in names["module"].state_dict().items()}
    own = operator.layer.parameters() | operator.layer.buffers()
    assert own == {name: shape for name, shape in state.items() if not name.endswith("num_batches_tracked")}


def test_an_unknown_operator_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match="unknown operator 'transposed'; the nearest is 'transposed_conv'"
    ):
        catalog.find("transposed")


def test_an_unknown_form_of_a_snippet_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="unknown form 'jax'; there are: description, numpy, torch"):
        catalog.find("conv2d").snippet("jax")
