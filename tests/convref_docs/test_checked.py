"""The page about the checks shows the numbers of the site by status, and the result of mutation testing."""

from pathlib import Path

import pytest

from convref_docs import checked
from convref_docs.mutants import Count, Result, Survivor

SURVIVORS = (
    Survivor("years", "one", "a.md:1", "in <2014>", "in <2015>"),
    Survivor("years", "both", "a.md:2", "b", "c"),
    Survivor("years", "both", "a.md:3", "d", "e"),
)


def result() -> Result:
    counts = [Count(kind, sides, 10, 4, 4) for kind in checked.KINDS for sides in ("one", "both")]
    years = [Count("years", "one", 10, 4, 3), Count("years", "both", 10, 4, 2)]
    return Result(4, 1, (*(each for each in counts if each.kind != "years"), *years), SURVIVORS)


def test_numbers_are_counted_by_status_on_all_pages(tmp_path: Path) -> None:
    (tmp_path / "published.toml").write_text('[a]\nsource = "b"\nc = "3 M"\n', "utf-8")
    (tmp_path / "a.md").write_text("`{python} 1`, $2 + 2 = 4$ and [3 M](published:a.c)\n", "utf-8")
    (tmp_path / "b.md").write_text("5 nets\n", "utf-8")
    found = checked.numbers(tmp_path, tmp_path / "kept")
    assert (2, {"computed": 1, "checked": 2, "cited": 1, "open": 1}, 5) == (
        found.pages,
        dict(found.by_status),
        found.total,
    )
    assert [
        ["由代码算出", "1"],
        ["在等式中验算", "2"],
        ["引自文献并核对", "1"],
        ["都不是", "1"],
        ["合计", "5"],
    ] == found.table().in_language("zh").texts()


def test_a_sum_is_kept_until_a_page_has_other_numbers(tmp_path: Path) -> None:
    docs, kept = tmp_path / "docs", tmp_path / "kept"
    docs.mkdir()
    for name in ("a", "b"):
        (docs / f"{name}.md").write_text("5 nets\n", "utf-8")
    checked.refresh(docs, kept)
    written = (kept / "sum.json").stat()
    (docs / "a.md").write_text("5 other nets\n", "utf-8")
    checked.refresh(docs, kept)
    assert 2 == checked.numbers(docs, kept).total
    assert written == (kept / "sum.json").stat()
    (docs / "a.md").write_text("5 nets and 6 layers\n", "utf-8")
    assert 2 == checked.numbers(docs, kept).total
    checked.refresh(docs, kept)
    assert 3 == checked.numbers(docs, kept).total


@pytest.mark.parametrize("content", ["no JSON", "[]", "{}"])
def test_numbers_are_counted_again_if_what_was_kept_cannot_be_read(tmp_path: Path, content: str) -> None:
    docs, kept = tmp_path / "docs", tmp_path / "kept"
    docs.mkdir()
    (docs / "a.md").write_text("5 nets\n", "utf-8")
    checked.refresh(docs, kept)
    for name in ("pages", "sum"):
        (kept / f"{name}.json").write_text(content, "utf-8")
    assert 1 == checked.numbers(docs, kept).total
    checked.refresh(docs, kept)
    assert 1 == checked.numbers(docs, kept).total
    assert (kept / "sum.json").read_text("utf-8") != content


def test_numbers_are_counted_where_the_counts_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("5 nets\n", "utf-8")
    (tmp_path / "file").touch()
    checked.refresh(tmp_path, tmp_path / "file" / "kept")
    assert 1 == checked.numbers(tmp_path, tmp_path / "file" / "kept").total


@pytest.mark.parametrize("broken", [b"```python\n1\n", b"\xff"])
def test_a_page_that_cannot_be_parsed_is_left_to_the_engine(tmp_path: Path, broken: bytes) -> None:
    docs, kept = tmp_path / "docs", tmp_path / "kept"
    docs.mkdir()
    (docs / "a.md").write_text("5 nets\n", "utf-8")
    (docs / "b.md").write_bytes(broken)
    checked.refresh(docs, kept)
    assert 1 == checked.numbers(docs, kept).total
    (docs / "b.md").write_text("6 layers\n", "utf-8")
    checked.refresh(docs, kept)
    assert 2 == checked.numbers(docs, kept).total


def test_the_table_has_a_row_for_each_kind_and_one_for_all_facts() -> None:
    texts = checked.mutation_table(result()).texts()
    assert ["years", "10", "75%", "50%"] in texts
    assert ["all facts", "110", "98%", "95%"] == texts[-1]
    assert ["年份", "10", "75%", "50%"] in checked.mutation_table(result()).in_language("zh").texts()


def test_survivors_are_listed_by_kind_and_escaped() -> None:
    one, both = (checked.survivors(sides, 1, result())._repr_lang_("zh") for sides in ("one", "both"))
    assert one is not None
    assert both is not None
    first = "<code>in &lt;2014&gt;</code> → <code>in &lt;2015&gt;</code>"
    assert f"<p>年份</p><ul><li>{first}</li></ul>" == one._repr_html_()
    assert "<p>年份</p><ul><li><code>b</code> → <code>c</code></li></ul>" == both._repr_html_()
    assert checked.survivors("one")._repr_lang_("de") is None
