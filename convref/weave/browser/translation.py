"""Translations of the messages of Python's own exceptions, from English to Chinese.

Each rule is a pair: a regular expression for the English message, and a template for the Chinese one, whose
fields refer to the groups of the expression. For a group `a`, `{a}` is its text, `{a_noun}` the Chinese noun
for it, and `{a_names}` the list of the names in quotes in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

NOUNS: Final = {"list": "列表", "tuple": "元组", "string": "字符串"}
PYTHON: Final = (
    # Syntax
    (r"'(?P<a>.+)' was never closed", "“{a}”没有闭合"),
    (r"unmatched '(?P<a>.+)'", "“{a}”没有与之配对的括号"),
    (
        r"closing parenthesis '(?P<a>.)' does not match opening parenthesis '(?P<b>.)'.*",
        "右括号“{a}”与左括号“{b}”不配对",
    ),
    (r"invalid syntax", "语法错误"),
    (r"invalid syntax\. Perhaps you forgot a comma\?", "语法错误，可能漏了逗号"),
    (r"invalid syntax\. Maybe you meant '==' or ':=' instead of '='\?", "语法错误，“=”可能应为“==”或“:=”"),
    (
        r"cannot assign to (?P<a>.+?) here\. Maybe you meant '==' instead of '='\?",
        "不能给这里的表达式赋值，“=”可能应为“==”",
    ),
    (r"cannot assign to (?P<a>.+)", "不能给 {a} 赋值"),
    (r"expected '(?P<a>.+)'", "此处应有“{a}”"),
    (r"expected an indented block after (?P<a>.+) on line (?P<b>\d+)", "第 {b} 行之后应有缩进的代码块"),
    (r"unexpected indent", "多余的缩进"),
    (r"unindent does not match any outer indentation level", "缩进与外层的任何一级都不一致"),
    (r"inconsistent use of tabs and spaces in indentation", "缩进混用了制表符和空格"),
    (
        r"unterminated (?P<a>triple-quoted |f-)?string literal \(detected at line (?P<b>\d+)\)",
        "字符串没有结束",
    ),
    (r"invalid character '(?P<a>.)' \((?P<b>.+)\)", "无效的字符“{a}”（{b}），可能是中文标点"),
    (r"invalid non-printable character (?P<a>.+)", "有看不见的无效字符 {a}"),
    (
        r"positional argument follows keyword argument(?P<a> unpacking)?",
        "按名称给出的参数之后不能再有按位置的参数",
    ),
    (r"keyword argument repeated: (?P<a>.+)", "参数 {a} 给了两次"),
    (r"'(?P<a>return|yield|await|break|continue)' (?P<b>outside|not properly in) .+", "“{a}”不能出现在这里"),
    (r"invalid decimal literal", "数字的写法不对"),
    (r"Missing parentheses in call to '(?P<a>\w+)'.*", "调用 {a} 时缺少括号"),
    # Names, attributes, calls
    (r"name '(?P<a>.+)' is not defined", "名称 {a} 没有定义"),
    (
        r"cannot access local variable '(?P<a>.+)' where it is not associated with a value",
        "局部变量 {a} 还没有赋值",
    ),
    (r"'(?P<a>.+)' object has no attribute '(?P<b>[^']+)'", "{a} 对象没有属性 {b}"),
    (r"type object '(?P<a>.+)' has no attribute '(?P<b>[^']+)'", "类 {a} 没有属性 {b}"),
    (r"module '(?P<a>.+)' has no attribute '(?P<b>[^']+)'", "模块 {a} 中没有 {b}"),
    (
        r"cannot assign (?P<a>.+) before Module\.__init__\(\) call",
        "必须先调用 super().__init__()，再给模块的属性赋值",
    ),
    (
        r"(?P<a>\S+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (?P<b>.+)",
        "{a}() 缺少参数 {b_names}",
    ),
    (r"missing a required(?: \S+)? argument: '(?P<a>.+)'", "缺少参数 {a}"),
    (r"(?P<a>\S+)\(\) got an unexpected keyword argument '(?P<b>[^']+)'.*", "{a}() 没有参数 {b}"),
    (r"got an unexpected keyword argument '(?P<a>[^']+)'", "没有参数 {a}"),
    (r"(?P<a>\S+)\(\) got multiple values for argument '(?P<b>.+)'", "{a}() 的参数 {b} 给了两次"),
    (r"multiple values for argument '(?P<a>.+)'", "参数 {a} 给了两次"),
    (r"too many positional arguments", "参数太多"),
    (
        r"(?P<a>\S+)\(\) takes .+ positional arguments? but .+ given",
        "{a}() 的参数太多",
    ),
    (r"(?P<a>\S+)\(\) takes no arguments", "{a}() 不接受参数"),
    (
        r"unsupported operand type\(s\) for (?P<a>.+): '(?P<b>.+)' and '(?P<c>.+)'",
        "{b} 与 {c} 之间不能做 {a} 运算",
    ),
    (
        r"'(?P<a>.+)' not supported between instances of '(?P<b>.+)' and '(?P<c>.+)'",
        "{b} 与 {c} 不能用 {a} 比较",
    ),
    (r"'(?P<a>.+)' object is not callable", "{a} 对象不能调用"),
    (r"'(?P<a>.+)' object is not iterable", "{a} 对象不能遍历"),
    (r"cannot unpack non-iterable (?P<a>.+) object", "{a} 对象不能拆成多个值"),
    (r"'(?P<a>.+)' object is not (?:subscriptable|a mapping)", "{a} 对象不能用下标取值"),
    (r"'(?P<a>.+)' object does not support item assignment", "{a} 对象不能按下标赋值"),
    (r"(?P<a>list|tuple|string) index out of range", "{a_noun}的下标越界"),
    (
        r"not enough values to unpack \(expected (?P<a>.+), got (?P<b>\d+)\)",
        "要拆成 {a} 个值，实际只有 {b} 个",
    ),
    (r"too many values to unpack \(expected (?P<a>\d+).*\)", "要拆成 {a} 个值，实际更多"),
    (r"(?:integer )?(?:division or modulo|division|modulo)(?: by zero)?|float division by zero", "除数为零"),
    (r"No module named '(?P<a>.+)'", "没有名为 {a} 的模块"),
    (r"cannot import name '(?P<a>.+?)' from '(?P<b>.+?)'.*", "不能从 {b} 导入 {a}"),
    (r"object of type '(?P<a>.+)' has no len\(\)", "{a} 对象没有长度"),
    (r'can only concatenate (?P<a>\w+) \(not "(?P<b>\w+)"\) to \w+', "{a} 不能与 {b} 拼接"),
    (r"maximum recursion depth exceeded.*", "递归太深"),
    (r"invalid literal for int\(\) with base 10: (?P<a>.+)", "{a} 不是整数"),
)
"""Messages of Python, as regular expressions, with their translation."""


def translated(text: str) -> str | None:
    """Return the Chinese translation of a message of Python; None if its form is not known.

    Example:
        >>> translated("name 'x' is not defined")
        '名称 x 没有定义'
    """
    return by_rules(text, PYTHON, {"noun": lambda part: NOUNS.get(part, part)})


def by_rules(
    text: str, rules: Iterable[tuple[str, str]], forms: Mapping[str, Callable[[str], str]]
) -> str | None:
    """Return the translation of a message by the first rule that matches it; None if none does.

    Args:
        text: the message.
        rules: the rules, pairs of a regular expression and a template.
        forms: a dict from the ending of a field, such as "noun", to the function that makes the text of the
            field from the text of its group.
    """
    forms = {"names": _names, **forms}
    for pattern, template in rules:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found is not None:
            parts = {name: value or "" for name, value in found.groupdict().items()}
            derived = {
                f"{name}_{form}": make(part) for name, part in parts.items() for form, make in forms.items()
            }
            return template.format(**parts, **derived)
    return None


def _names(part: str) -> str:
    return "、".join(re.findall(r"'([^']+)'", part))
