"""Find the facts in the prose of a page: digits, number words, years, names of networks, terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mutants.candidate import Candidate, Choice

_NUMERAL: Final = re.compile(r"(?<![\w.-])\d[\d,]*(?:\.\d+)?(?![\w])")
_YEAR: Final = re.compile(r"(?<![\w.,-])(?:19|20)\d\d(?![\d]|[.,]\d)")
_DIGITS: Final = "0123456789"

_SECOND: Final = re.compile(r"\b(?:one|a|per|every|each)\s+second(?=\s+of\b)")  # of time

# Each row: the value, the words in English, the words in Chinese. A mutant has the words of another row of
# the same table.
# A value, and its forms in English and in Chinese.
_Row = tuple[int | str, tuple[str, ...], tuple[str, ...]]
_COUNTS: Final[tuple[_Row, ...]] = (
    (1, ("one",), ("一",)),
    (2, ("two",), ("两", "二")),
    (3, ("three",), ("三",)),
    (4, ("four",), ("四",)),
    (5, ("five",), ("五",)),
    (6, ("six",), ("六",)),
    (7, ("seven",), ("七",)),
    (8, ("eight",), ("八",)),
    (9, ("nine",), ("九",)),
    (10, ("ten",), ("十",)),
)
_ORDINALS: Final = (
    ("1st", ("first",), ("第一",)),
    ("2nd", ("second",), ("第二",)),
    ("3rd", ("third",), ("第三",)),
    ("4th", ("fourth",), ("第四",)),
    ("5th", ("fifth",), ("第五",)),
)
_PARTS: Final = (
    ("1/2", ("half",), ("一半",)),
    ("1/3", ("a third", "one third"), ("三分之一",)),
    ("1/4", ("a quarter", "one quarter"), ("四分之一",)),
    ("2/3", ("two thirds",), ("三分之二",)),
    ("3/4", ("three quarters",), ("四分之三",)),
)
_TIMES: Final = (
    ("x2", ("twice",), ("两倍",)),
    ("x3", ("three times",), ("三倍",)),
    ("x4", ("four times",), ("四倍",)),
)
_TABLES: Final[tuple[tuple[_Row, ...], ...]] = (_TIMES, _PARTS, _ORDINALS, _COUNTS)
# In "one of them", "this one" and 一样 the word counts nothing.
_PRONOUN: Final = re.compile(
    r"(?:\b(?:the|this|that|which|each|every|no|any|another|other|only|last|next|right|first|new|old|"
    r"second|third|original|larger|smaller|same|and|as|from|than|to|at|by|into|after|like|is|was|of)\s+)one\b"
    r"|\bone(?=\s+(?:of|would|can|could|may|might|must|should|that|who|whose|in|is|has|does|needs|wants|"
    r"knows|gets|sees|reads|takes|uses|by|more|for|after|with|from|after|to|or|at)\b|['’.,;:)])",
    re.IGNORECASE,
)
_NOT_A_COUNT: Final = re.compile(
    "[每另这同任某那唯统逐之第十百千万首随专]一|一(?=[样般起致定些旦直切律方度味面边并共经贯同种类下会时眼看再二是])"
    "|十分|二者|二进|二次|二项|三角|四舍五入|万一|千万|其一|单一|唯一|之[一二三]|[一二三四五六七八九十]分之"
    "|[一二三四五六七八九十]+(?=[一二三四五六七八九十百千万])|(?<=[二三四五六七八九十百千])[一二三四五六七八九十]"
)

FAMILIES: Final = (
    "AlexNet", "VGG", "GoogLeNet", "ResNet", "ResNeXt", "DenseNet", "SENet", "SqueezeNet", "Xception",
    "MobileNet", "ShuffleNet", "MobileFaceNet", "EfficientNet", "ConvNeXt", "LeNet", "DeepLab", "WaveNet",
    "Inception", "U-Net", "NASNet",
)  # fmt: skip
_NETWORK: Final = re.compile(
    rf"(?<![A-Za-z])(?P<family>{'|'.join(sorted(FAMILIES, key=len, reverse=True))})"
    r"(?P<version>-\d+|[ -]?v\d(?![\d.])|[ -]B\d)?(?![A-Za-z\d-])"
)
_VERSIONS: Final = MappingProxyType(
    {
        "-": {"VGG": (11, 13, 16, 19), "ResNet": (18, 34, 50, 101, 152), "DenseNet": (121, 161, 169, 201)},
        "v": {"Inception": (1, 2, 3, 4), "MobileNet": (1, 2, 3), "ShuffleNet": (1, 2), "DeepLab": (1, 2, 3)},
    }
)
# Terms of one group can be confused; each is the English form and the Chinese one.
_GROUPS: Final = (
    (("max pooling", "最大池化"), ("average pooling", "平均池化")),
    (("parameters", "参数"), ("operations", "运算"), ("activations", "激活值")),
    (("height", "高"), ("width", "宽")),
    (("rows", "行"), ("columns", "列")),
    (("input channels", "输入通道"), ("output channels", "输出通道")),
    (("stride", "步幅"), ("padding", "填充"), ("dilation", "膨胀率")),
    (("depthwise convolution", "深度卷积"), ("pointwise convolution", "逐点卷积"),
     ("grouped convolution", "分组卷积"), ("transposed convolution", "转置卷积")),
    (("batch normalization", "批量归一化"), ("layer normalization", "层归一化")),
    (("training", "训练"), ("inference", "推理")),
    (("forward", "前向"), ("backward", "反向")),
)  # fmt: skip


def find(text: str, language: str) -> Iterator[Candidate]:
    """Yield the facts in a text in which everything but prose is masked."""
    yield from _numerals(text)
    yield from _years(text)
    yield from _words(text, language)
    yield from _networks(text)
    yield from _terms(text, language)


def changed_digits(digits: str) -> Iterator[tuple[str, str]]:
    """Yield each value that results from changing one digit of a numeral, and the numeral with it."""
    for index, digit in enumerate(digits):
        for other in _DIGITS if digit in _DIGITS else "":
            if other != digit and not (index == 0 and other == "0" and len(digits) > 1):
                text = digits[:index] + other + digits[index + 1 :]
                yield text.replace(",", ""), text


def _numerals(text: str) -> Iterator[Candidate]:
    for match in _NUMERAL.finditer(text):
        digits = match[0].rstrip(",")
        if not _YEAR.fullmatch(digits):
            choices = tuple(Choice(*each) for each in changed_digits(digits))
            end = match.start() + len(digits)
            yield Candidate("digits in text", match.start(), end, digits.replace(",", ""), choices)


def _years(text: str) -> Iterator[Candidate]:
    for match in _YEAR.finditer(text):
        years = [int(match[0]) + step for step in (-3, -2, -1, 1, 2, 3)]
        choices = tuple(Choice(year, str(year)) for year in years)
        yield Candidate("years", *match.span(), int(match[0]), choices)


def _words(text: str, language: str) -> Iterator[Candidate]:
    def forms_of(row: _Row) -> tuple[str, ...]:
        return row[1] if language == "en" else row[2]

    ignored = _PRONOUN if language == "en" else _NOT_A_COUNT
    taken = {offset for match in _SECOND.finditer(text) for offset in range(*match.span())}
    for table in _TABLES:
        if table is _COUNTS:
            taken.update(offset for match in ignored.finditer(text) for offset in range(*match.span()))
        forms = {form: row for row in table for form in forms_of(row)}
        longest = sorted(forms, key=len, reverse=True)
        edges = (r"\b", r"\b(?!-)") if language == "en" else ("", "")
        pattern = re.compile(rf"{edges[0]}(?:{'|'.join(longest)}){edges[1]}", re.IGNORECASE)
        for match in pattern.finditer(text):
            span = set(range(*match.span()))
            # "Three times" is in the first table, so that "three" there is not found again.
            if taken & span:
                continue
            taken |= span
            row = forms[match[0].lower()]
            near = [
                each for each in table if each is not row and abs(table.index(each) - table.index(row)) < 3
            ]
            choices = (Choice(each[0], _cased(forms_of(each)[0], match[0])) for each in near)
            yield Candidate("number words", *match.span(), row[0], tuple(choices))


def _cased(word: str, model: str) -> str:
    return word.capitalize() if model[0].isupper() else word


def _networks(text: str) -> Iterator[Candidate]:
    for match in _NETWORK.finditer(text):
        family, version = match["family"], match["version"] or ""
        sign = "v" if "v" in version else version[:1]
        number = version.lstrip(" -vB")
        versions: Sequence[int] = _VERSIONS.get(sign, {}).get(family, ())
        prefix = version[: len(version) - len(number)]
        others = [f"{family}{prefix}{each}" for each in versions if str(each) != number]
        others += [each for each in FAMILIES if each != family][:8] if not version else []
        value = _name(match[0])
        choices = tuple(Choice(_name(each), each) for each in others)
        if choices:
            yield Candidate("names", *match.span(), value, choices)


def _name(text: str) -> str:
    return text.lower().replace(" ", "").replace("-", "")


def _terms(text: str, language: str) -> Iterator[Candidate]:
    column = 0 if language == "en" else 1
    forms: Mapping[str, Sequence[tuple[str, str]]] = {
        pair[column]: group for group in _GROUPS for pair in group
    }
    edges = (r"(?<![\w-])", r"(?![\w-])") if language == "en" else ("", "")
    longest = "|".join(sorted(forms, key=len, reverse=True))
    # In Chinese, a character such as 高 is a word of its own only beside punctuation or 和.
    alone = r"(?<=[和与、，（的])[高宽行列](?=[和与、，。）])|" if language != "en" else ""
    pattern = re.compile(alone + rf"{edges[0]}(?:{longest}){edges[1]}", re.IGNORECASE)
    for match in pattern.finditer(text):
        word = match[0].lower()
        if (
            language != "en"
            and len(word) == 1
            and not re.fullmatch(
                r"[和与、，（的].[和与、，。）]", text[max(match.start() - 1, 0) : match.end() + 1]
            )
        ):
            continue
        group = forms[word]
        value = next(pair[0] for pair in group if pair[column] == word)
        others = [pair for pair in group if pair[column] != word]
        choices = tuple(Choice(pair[0], _cased(pair[column], match[0])) for pair in others)
        yield Candidate("terms", *match.span(), value, choices)
