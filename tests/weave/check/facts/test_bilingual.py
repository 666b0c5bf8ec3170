"""A page and its translation state the same numbers, names, formulas and code."""

import pytest

from convref.weave.check.facts import bilingual
from convref.weave.check.facts.terms import Term, Terms
from convref.weave.page.tree import read_tree

POOLING = Term("max pooling", frozenset({"max pooling", "最大池化"}), "max pooling", "operators")
AVERAGE = Term("average pooling", frozenset({"average pooling", "平均池化"}), "average pooling", "operators")
TRAINING = Term("training", frozenset({"training", "训练"}), "training", "cost")
TERMS = Terms((POOLING, AVERAGE, TRAINING))


def found(tmp_path, english, chinese, terms=TERMS, fatal=True):
    for language, text in (("en", english), ("zh", chinese)):
        (tmp_path / language).mkdir(exist_ok=True)
        (tmp_path / language / "x.md").write_text(text, "utf-8")
    tree = read_tree(tmp_path)
    return [
        (each.path.rpartition("/")[0][-2:], each.line, each.message.partition(": ")[2])
        for page in tree.pages
        for each in bilingual.check(page, tree, terms, fatal=fatal)
    ]


def places(tmp_path, english, chinese):
    return [(language, line) for language, line, _ in found(tmp_path, english, chinese)]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Three layers.", "三层。"),
        ("Twenty-four of them, half as many.", "二十四个，只有一半。"),
        ("An eighth of it; three quarters of the rest.", "占八分之一；其余的四分之三。"),
        ("Two or three layers.", "两三层。"),
        ("In 2014 it had 138,357,544.", "2014 年有 138357544 个。"),
        ("Both sides are doubled.", "两侧都加倍。"),
        ("They are divided by four.", "这两个都减到四分之一。"),
        ("A 2-D max pooling.", "二维最大池化（2-D max pooling）。"),
        ("A tenth more.", "多出一成。"),
        ("It is one of them.", "它也在其中。"),
        ("ReLU follows each MAC.", "每个 MAC 之后是 ReLU。"),
        ("Of the GPUs, VGG-16 needs more.", "VGG-16 需要更多 GPU。"),
        ("$C = 512$ and $G$, again $G$: $3 \\text{ of } 4$", "$C=512$ 和 $G$：$3 \\text{ 个 } 4$"),
        ("`padding` is `{python} n + 1`", "`{python} n+1` 是 `padding`"),
        ("Max pooling, then max pooling.", "先做最大池化。"),
        ("It comes first.", "最大池化在前。"),
        ("Max pooling in training.", "最大池化。"),
        ("It is max pooling, unlike the other.", "它是最大池化，不像平均池化。"),
        ("Max pooling, and again.", "最大池化，再是训练。"),
        ("Two of them.", "两个。"),
        ("Each of the two.", "二者都是。"),
        ("Both.", "两个都是。"),
        ("a\n\n[b](https://a.b/1)", "甲\n\n[乙](https://a.b/2)"),
        (
            "# A {#x}\n\n1. a\n2. b\n\n| 1 | a |\n|---|---|\n",
            "# 甲 {#y}\n\n1. 甲\n2. 乙\n\n| 1 | 甲 |\n|---|---|\n",
        ),
    ],
)
def test_languages_that_state_the_same_agree(tmp_path, english, chinese):
    assert [] == found(tmp_path, english, chinese)


@pytest.mark.parametrize(
    ("english", "chinese", "message"),
    [
        ("Three layers.", "四层。", "四 (4) is not at {}:1; Three (3) at {}:1 is missing here"),
        ("a\n\nIn 2012.", "甲\n\n2019 年。", "2019 is not at {}:3; 2012 at {}:3 is missing here"),
        ("Half of it.", "三分之二。", "三分之二 (2/3) is not at {}:1; Half (1/2) at {}:1 is missing here"),
        ("3 × 3 and 1 × 1.", "3 × 3 和 1 × 3。", "3 is not at {}:1; 1 at {}:1 is missing here"),
        ("ResNet-50 here.", "VGG-50 在此。", "VGG-50 is not at {}:1; ResNet-50 at {}:1 is missing here"),
        ("It uses a sigmoid.", "它用 softmax。", "softmax is not at {}:1"),
        ("$C = 512$", "$C = 256$", "$C = 256$ is not at {}:1; $C = 512$ at {}:1 is missing here"),
        ("with $G$", "取 $H$", "$H$ is not at {}:1; $G$ at {}:1 is missing here"),
        ("see `stride`", "见 `padding`", "`padding` is not at {}:1; `stride` at {}:1 is missing here"),
        ("max pooling", "平均池化", "average pooling is not at {}:1; max pooling at {}:1 is missing here"),
        (
            "Max pooling. Max pooling.",
            "最大池化。平均池化。",
            "average pooling is not at {}:1; max pooling at {}:1 is missing here",
        ),
        ("Two layers.", "层。", "Two (2) at {}:1 is missing here"),
        ("The first step.", "第二步。", "第二 (2) is not at {}:1"),
    ],
)
def test_a_fact_that_differs_is_reported_with_both_lines(tmp_path, english, chinese, message):
    other = (tmp_path / "en/x.md").as_posix()
    reported = [text for *_, text in found(tmp_path, english, chinese)]
    assert [message.replace("{}", other)] == reported


def test_a_paragraph_is_compared_with_its_counterpart_and_not_with_another(tmp_path):
    english, chinese = "Three layers.\n\nFour blocks.\n\nFive.", "四层。\n\n三块。\n\n五。"
    assert [("zh", 1), ("zh", 3)] == places(tmp_path, english, chinese)


def test_items_rows_footnotes_and_captions_are_paragraphs(tmp_path):
    page = '- {}\n- {}\n\n| {} | x |\n|---|---|\n\n[^1]: {}\n\n```py caption="{}"\n```\n'
    english = page.format("three", "four", "five", "six", "seven")
    chinese = page.format("三", "四", "五", "六", "七")
    assert [] == found(tmp_path, english, chinese)
    for line, right in zip((1, 2, 4, 7, 9), "三四五六七", strict=True):
        assert [("zh", line)] == places(tmp_path, english, chinese.replace(right, "二"))


def test_where_paragraphs_differ_in_number_they_are_compared_together(tmp_path):
    english, chinese = "# A\n\nThree.\n\nFour.\n\n# B\n\nFive.", "# 甲\n\n三和四。\n\n# 乙\n\n五。"
    assert [] == found(tmp_path, english, chinese)
    assert [("zh", 3)] == places(tmp_path, english, chinese.replace("四", "六"))


def test_texts_by_language_in_code_are_compared(tmp_path):
    page = '```py exec="on"\na = 1\nb = {{"en": "First two layers", "zh": "前{}层"}}\n```\n'
    assert [] == found(tmp_path, page.format("两"), page.format("两"))
    assert [("en", 3)] == places(tmp_path, page.format("三"), page.format("三"))


def test_blocks_of_markdown_are_compared_like_the_page(tmp_path):
    page = "````md exec\n{}\n````\n"
    assert [] == found(tmp_path, page.format("three"), page.format("三"))
    assert [("zh", 2)] == places(tmp_path, page.format("three"), page.format("四"))


def test_languages_with_one_alphabet_agree_in_digits_and_names(tmp_path):
    for language, text in (("en", "In 2014 VGG had three layers."), ("de", "VGG hatte 2015 drei Schichten.")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "x.md").write_text(text, "utf-8")
    tree = read_tree(tmp_path)
    (diagnostic,) = [d for page in tree.pages for d in bilingual.check(page, tree, Terms(), fatal=False)]
    assert (False, "fact") == (diagnostic.fatal, diagnostic.kind)
    assert "2015 is not at" in diagnostic.message


def test_a_page_without_a_counterpart_and_a_tree_of_one_language_have_nothing_to_compare(tmp_path):
    (tmp_path / "x.md").write_text("three", "utf-8")
    tree = read_tree(tmp_path)
    assert [] == [d for page in tree.pages for d in bilingual.check(page, tree, Terms(), fatal=True)]


NEEDED = Term(
    "inference", frozenset({"inference", "推理"}), "inference", "modes", frozenset({"infer", "推断"}), True
)


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        ("At inference it is off.", "推理时关闭。", []),
        ("When we infer, it is off.", "推理时关闭。", []),
        ("At inference it is off.", "推断时关闭。", []),
        ("It is then off.", "推理时关闭。", [("zh", 1, "inference is not at")]),
        ("At inference it is off.", "这时关闭。", [("zh", 1, "inference at")]),
    ],
)
def test_a_required_term_or_one_of_its_forms_is_in_both_languages(tmp_path, english, chinese, expected):
    messages = found(tmp_path, english, chinese, Terms((NEEDED,)))
    assert expected == [(language, line, text.split(" /")[0]) for language, line, text in messages]


def test_two_terms_of_which_each_side_has_another_once_more_are_exchanged(tmp_path):
    english = "Max pooling, average pooling, then max pooling and average pooling again."
    chinese = "先最大池化和平均池化，再最大池化和最大池化。"
    assert [("zh", 1)] == places(tmp_path, english, chinese)


def test_a_term_that_one_side_repeats_more_than_once_is_no_exchange(tmp_path):
    english = "Max pooling, average pooling."
    chinese = "最大池化、最大池化、最大池化、平均池化。"
    assert [] == places(tmp_path, english, chinese)
