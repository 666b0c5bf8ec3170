"""A lazy mapping computes each value once, when it is first needed."""

import pytest

from convref.weave.page.lazy import LazyMapping


def test_a_value_is_computed_once_and_only_if_it_is_needed() -> None:
    computed: list[int] = []

    def half(number: int) -> int | None:
        computed.append(number)
        return number // 2 if number % 2 == 0 else None

    halves = LazyMapping([4, 5, 6], half)
    assert [] == computed
    assert (3, 3) == (halves[6], halves[6])
    assert [6] == computed
    assert (2, [4, 6]) == (len(halves), list(halves))
    assert [4, 5, 6] == sorted(computed)


@pytest.mark.parametrize("key", [5, 8])
def test_a_key_without_a_value_is_not_in_the_mapping(key: int) -> None:
    found = LazyMapping([4, 5], {4: 2, 8: 4}.get)
    assert key not in found
    assert found.get(key) is None
    with pytest.raises(KeyError, match=str(key)):
        found[key]
