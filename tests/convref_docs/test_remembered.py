"""A remembered function gives the function's results, and calls it again only for texts long not seen."""

from convref_docs.remembered import Remembered


def test_results_of_the_last_calls_are_not_computed_again() -> None:
    calls: list[str] = []

    def doubled(text: str) -> str:
        calls.append(text)
        return text * 2

    remembered = Remembered(doubled, kept=2)
    for text in ("a", "b", "a", "c", "a", "b", "\ud800"):  # c takes the place of b, which was used before a
        assert text * 2 == remembered(text)
    assert ["a", "b", "c", "b", "\ud800"] == calls
