import pytest

from convref.weave.adapters.incremental.kept_results import KeptResults


@pytest.fixture
def kept():
    """Return the results of an earlier process, for the pages a and b."""
    results = KeptResults[int]()
    results.take({"b": 2, "a": 1})
    return results


def test_results_that_were_all_reused_have_not_changed(kept):
    assert kept.has_changed  # neither page has been built yet
    assert [1, 2] == [kept.get("a"), kept.get("b")]
    assert not kept.has_changed
    assert 0 == kept.total


def test_a_page_that_is_not_in_the_site_any_more_is_a_change_and_is_not_passed_on(kept):
    assert 2 == kept.get("b")
    assert kept.has_changed
    assert {"b": 2} == kept.built()


def test_a_computed_result_is_a_change_and_replaces_the_former_one(kept):
    kept.get("a")
    kept.get("b")
    kept.replace("a", 3)
    assert kept.has_changed
    assert 1 == kept.total
    assert ["a", "b"] == list(kept.built())
    assert 3 == kept.get("a")


def test_a_result_that_must_not_be_reused_removes_the_former_one(kept):
    kept.get("a")
    kept.replace("a", None)
    assert kept.get("a") is None
    assert 1 == kept.total
    assert {} == kept.built()
    assert [2] == kept.values()
