"""Parse the info string of a fence: its language and options.

The forms are those of pymdownx.superfences: ``python exec="on" source="above"``,
``{.python #id .class exec="on"}`` and ``python {#id .class exec="on"}``. An option without a value has the
value "on". Values may be in double quotes, in single quotes or without quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from convref.wording import nearest, nearest_text

OFF = frozenset({"0", "no", "off", "false"})

OWN = frozenset(
    {
        "exec", "source", "result", "session", "id", "idprefix", "html", "tabs", "updatetoc", "width",
        "cache", "workdir", "returncode", "figure", "alt", "caption", "raises", "icons", "stderr", "try",
        "install", "height", "version", "theme", "assets",
    }
)  # fmt: skip
"""The options of a block that is run, by the build or in a browser. The last three are markdown-exec's, for
files of other hosts; they have no effect."""

HOSTS = frozenset({"class", "dir", "hl_lines", "lang", "linenums", "style", "title", "title_mode"})
"""Other options of fences: those of pymdownx.superfences, and attributes of HTML."""

CHOICES = {
    "source": ("above", "below", "block", "material-block", "tabbed-left", "tabbed-right", "console", "off"),
    "icons": ("auto", "basic", "none"),
    "stderr": ("show", "log", "hide"),
}
"""The options whose value must be one of a few words, or empty. If `off` is one of these words, the words in
`OFF` are accepted too."""

_WHOLE = re.compile(r"\s*[+-]?\d+\s*")
_LANGUAGE = re.compile(r"\.?(?P<language>[\w#.+-]+)(?=[ \t]|\{|$)")
_OPTION = re.compile(
    r"""[ \t]*(?:
        (?P<key>[A-Za-z][\w:-]*)(?:=(?:"(?P<double>[^"\r\n]*)"|'(?P<single>[^'\r\n]*)'|(?P<bare>[^\s"'{}]+)))?
      | \#(?P<id>[\w:-]+)
      | \.(?P<cls>[\w:+#-]+)
    )(?=[ \t]|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class FenceOptions(Mapping[str, str]):
    """The options of a fence, as a mapping in the order in which they are written.

    If an option is repeated, its last value is used.
    """

    items_: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _values(self) -> dict[str, str]:
        return dict(self.items_)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def on(self, key: str, default: bool = False) -> bool:
        """Return whether an option is switched on: its value is not 0, no, off or false, in any letter case.

        Args:
            key: the name of the option.
            default: the result if the fence does not have this option.
        """
        value = self._values.get(key)
        return default if value is None else value.strip().lower() not in OFF


def parse_info(info: str) -> tuple[str, FenceOptions] | None:
    r"""Return the language and the options in an info string; None if the string cannot be parsed.

    Example:
        >>> parse_info('python exec="on" title="a b"')
        ('python', FenceOptions(items_=(('exec', 'on'), ('title', 'a b'))))
        >>> parse_info('{.py #x exec=1}')[1]["id"]
        'x'
    """
    info, language = info.strip(), ""
    match = _LANGUAGE.match(info)
    if match:
        language, info = match["language"], info[match.end() :].strip()
    braced = info.startswith("{") and info.endswith("}")
    pairs = _pairs(info[1:-1].strip() if braced else info)
    if pairs is None:
        return None
    if braced and not language:
        language = next((value for key, value in pairs if key == "class"), "")
        pairs = [pair for pair in pairs if pair != ("class", language)]
    return language, FenceOptions(tuple(pairs))


def _pairs(text: str) -> list[tuple[str, str]] | None:
    pairs, position = [], 0
    while position < len(text):
        match = _OPTION.match(text, position)
        if not match:
            return None
        if match["id"]:
            pairs.append(("id", match["id"]))
        elif match["cls"]:
            pairs.append(("class", match["cls"]))
        else:
            given = [match[form] for form in ("double", "single", "bare") if match[form] is not None]
            pairs.append((match["key"], given[0] if given else "on"))
        position = match.end()
    return pairs


def language_of(info: str) -> str:
    """Return the language that an info string begins with, even if its options cannot be read."""
    match = _LANGUAGE.match(info.strip())
    return match["language"] if match else ""


def invalid_value(options: FenceOptions) -> str:
    """Return an error message about the first option whose value prevents running the block; "" if none does.

    Example:
        >>> invalid_value(FenceOptions((("exec", "on"), ("width", "wide"))))
        "width (='wide') must be a whole number"
    """
    for key in ("width", "returncode"):
        if not _WHOLE.fullmatch(options.get(key, "0")):
            return f"{key} (={options[key]!r}) must be a whole number"
    if options.get("cache", "") not in {"", "on", "off"}:
        return f"cache (={options['cache']!r}) must be off or on"
    return ""


def mistakes(options: FenceOptions) -> Iterator[str]:
    """Yield an error message for each unknown option, and each wrong value, of a block that is run.

    Example:
        >>> list(mistakes(FenceOptions((("exec", "on"), ("soruce", "above")))))
        ["unknown option 'soruce'; the nearest is 'source'"]
        >>> list(mistakes(FenceOptions((("exec", "on"), ("source", "abov")))))
        ["source (='abov') must be one of above, below, block, ...; the nearest is 'above'"]
    """
    for key, value in options.items():
        if key not in OWN | HOSTS and not key.startswith(("data-", "aria-")):
            rule, near = f"unknown option {key!r}", nearest(key, sorted(OWN | HOSTS))
        elif key in CHOICES and not _is_choice(value, CHOICES[key]):
            rule = f"{key} (={value!r}) must be one of {', '.join(CHOICES[key])}"
            near = nearest(value, CHOICES[key])
        else:
            continue
        yield "; ".join(filter(None, (rule, nearest_text(near))))


def _is_choice(value: str, words: tuple[str, ...]) -> bool:
    return not value or value in words or ("off" in words and value.strip().lower() in OFF)


def misspelt_exec(options: FenceOptions) -> str:
    """Return the name of an option that is probably a misspelt `exec`; "" if there is none.

    Example:
        >>> misspelt_exec(FenceOptions((("exce", "on"), ("title", "a"))))
        'exce'
    """
    if "exec" in options:
        return ""
    return next((key for key in options if key not in OWN | HOSTS and nearest(key, ["exec"])), "")
