"""Translations of the messages that the code of a network usually leads to, from English to Chinese.

Each rule is a pair: a regular expression for the English message, and a template for the Chinese one, whose
fields refer to the groups of the expression. For a group `a`, `{a}` is its text, `{a_noun}` the Chinese noun
for it in `NOUNS`, `{a_kind}` the word for it in `KINDS`, `{a_rule}` its translation as a message, and
`{a_names}` the list of the names in quotes in it.
"""

from __future__ import annotations

from typing import Final

from convref.weave.browser.translation import NOUNS as PYTHON_NOUNS
from convref.weave.browser.translation import PYTHON

NOUNS: Final = {
    "channel": "通道数",
    "row": "行数",
    "column": "列数",
    "height": "高度",
    "width": "宽度",
    "depth": "深度",
    "length": "长度",
    "first": "第一维",
    "second": "第二维",
    "third": "第三维",
    "fourth": "第四维",
    "last": "最后一维",
    **PYTHON_NOUNS,
}
OF_INPUT: Final = r"the (?P<n>\d+) (?P<noun>channel|row|column)s? of the input"
ARGUMENTS: Final = (
    (r"must be at least (?P<n>.+)", "至少应为 {n}"),
    (r"must be at most (?P<n>[\d.]+)", "最多为 {n}"),
    (r"must be an integer", "必须是整数"),
    (r"must be a number", "必须是数"),
    (r"must be a positive integer", "必须是正整数"),
    (r"must be a tuple of integers", "必须是整数的元组"),
    (r"must be an integer or a tuple of (?P<n>\d+) integers", "必须是整数，或由 {n} 个整数组成的元组"),
    (rf"must equal {OF_INPUT}", "必须等于输入的{noun_noun} {n}"),
    (rf"must be 1 or equal {OF_INPUT}", "必须是 1，或输入的{noun_noun} {n}"),
    (rf"must divide {OF_INPUT}", "必须整除输入的{noun_noun} {n}"),
    (rf"squared must divide {OF_INPUT}", "的平方必须整除输入的{noun_noun} {n}"),
    (r"must divide the input's sizes (?P<a>.+)", "必须整除输入的尺寸 {a}"),
    (r"must be divisible by (?P<a>.+)", "必须能被 {a} 整除"),
    (r"must be at most half of (?P<a>.+)", "最多为 {a} 的一半"),
    (
        r"must be at most (?P<a>.+) for an input of (?P<noun>\w+) (?P<b>\d+)",
        "最多为 {a}，因为输入的{noun_noun}是 {b}",
    ),
    (r"must be at most (?P<a>.+)", "最多为 {a}"),
    (r"must be less than (?P<a>.+)", "必须小于 {a}"),
    (r"must be smaller than the larger of stride and dilation", "必须小于 stride 与 dilation 中较大的一个"),
    (r"must be one of (?P<a>.+)", "必须是这些之一：{a}"),
    (r"must be 'same', 'valid' or integers", "必须是 'same'、'valid' 或整数"),
    (r"must be (?P<a>'[^']+') or (?P<b>'[^']+')", "必须是 {a} 或 {b}"),
    (r"must be (?P<a>'[^']+'), (?P<b>'[^']+') or (?P<c>'[^']+')", "必须是 {a}、{b} 或 {c}"),
    (r"must be a probability from 0 to 1", "必须是 0 到 1 之间的概率"),
    (
        r"must be an axis of the input (?P<a>\(.*\)); axis 0 is the batch",
        "必须是输入 {a} 的一个轴；第 0 轴是批量",
    ),
    (r"must be an integer other than 0; axis 0 is the batch", "必须是 0 以外的整数；第 0 轴是批量"),
    (r"must be from (?P<a>-?\d+) to (?P<b>-?\d+)", "必须在 {a} 到 {b} 之间"),
    (r"must equal the last size of the input's shape (?P<a>\([^)]*\))", "必须等于输入形状 {a} 的最后一维"),
    (
        r"must equal the last size of the input's shape (?P<a>\([^)]*\)); perhaps a Flatten is missing",
        "必须等于输入形状 {a} 的最后一维；它前面可能缺一个 Flatten",
    ),
    (r"must equal the last sizes of the input's shape (?P<a>\([^)]*\))", "必须等于输入形状 {a} 的最后几维"),
    (r"can only be used with stride 1, not (?P<a>.+)", "只能在步幅为 1 时使用，这里的步幅是 {a}"),
    (r"must be odd.*", "必须是奇数"),
    (r"must not be 0: .*", "不能为 0，因为公式要除以它"),
    (r"must be True, because every layer.*", "必须是 True：每一层的第 0 轴总是批量"),
    (r"must be False: a layer has one output.*", "必须是 False：一层只有一个输出"),
    (r"must be a layer(?:; .*)?", "必须是一层网络"),
    (r"must be a positive number or a tuple of positive numbers", "必须是正数，或正数的元组"),
    (
        r"must consist of positive integers, channels first, without the batch: \(C, H, W\)",
        "必须由正整数组成，通道在前，不含批量维：(C, H, W)",
    ),
    (
        r"spans (?P<n>\d+) elements?, more than the (?P<noun>\w+) of the input, (?P<a>\d+)",
        "跨越 {n} 个元素，超过输入的{noun_noun} {a}",
    ),
    (
        (
            r"spans (?P<n>\d+) elements?, more than the (?P<noun>\w+) of the input, "
            r"(?P<a>\d+) \((?P<b>\d+) with padding\)"
        ),
        "跨越 {n} 个元素，超过输入的{noun_noun} {a}（连填充为 {b}）",
    ),
    (r"with dilation (?P<a>\(.*?\)|\d+) (?P<rule>spans .+)", "在膨胀率 {a} 下{rule_rule}"),
    (
        r"crops the output to the sizes (?P<a>\(.*\)) for an input of shape (?P<b>\(.*?\)); .*",
        "会把输入 {b} 的输出裁成 {a}；每个尺寸至少应为 1",
    ),
    (r"crops the input of shape (?P<a>\(.*\)) to an empty one", "会把形状为 {a} 的输入裁空"),
)
"""The rules that follow an argument and its value."""

SHAPES: Final = (
    (
        r"(?P<a>\w+) takes an input of shape (?P<b>\(.*?\)), but got (?P<c>\(.*?\))",
        "{a} 的输入形状应为 {b}，实际为 {c}",
    ),
    (
        (
            r"(?P<a>\w+) takes an input of shape (?P<b>\(.*?\)), but got (?P<c>\(.*?\)); "
            r"shapes are given without the batch"
        ),
        "{a} 的输入形状应为 {b}，实际为 {c}；形状不含批量维",
    ),
    (
        r"(?P<a>\w+) takes an input with channels and (?P<b>.+) spatial (?:axis|axes), but got (?P<c>\(.*\))",
        "{a} 的输入应有通道和空间维，实际为 {c}",
    ),
    (
        r"(?P<a>\w+) must join values of equal sizes \(or of size 1\), not (?P<b>.+)",
        "{a} 的各分支尺寸必须相同（或为 1），实际为 {b}",
    ),
    (
        r"branches must give shapes that differ only in the (?P<noun>\w+) size, not (?P<a>.+)",
        "各分支的形状只能在{noun_noun}上不同，实际为 {a}",
    ),
    (r"(?P<a>\w+): needs at least one (?:child|branch)", "{a}：至少需要一层"),
    (r"needs at least one (?:child|branch)", "至少需要一层"),
    (r"(?P<a>\w+) takes one input, not (?P<b>\d+)", "{a} 只接受一个输入，这里有 {b} 个"),
    (r"convref\.nn has no (?P<a>'[^']*')", "convref.nn 中没有 {a}"),
    (r"unknown (?P<a>\w+) (?P<b>'[^']*')", "没有名为 {b} 的{a_kind}"),
)
"""Further messages of convref about arguments and shapes."""

FOLLOWING: Final = (
    (r"cannot run the module's forward: (?P<rule>.+)", "无法跟踪 forward：{rule_rule}"),
    (r"cannot read the forward: (?P<rule>.+)", "无法跟踪 forward：{rule_rule}"),
    (r"cannot read (?P<n>\d+) operations: (?P<rule>.+)", "有 {n} 个操作无法跟踪：{rule_rule}"),
    (r"cannot read (?P<a>[\w.]+) in (?P<b>[\w.]+): (?P<rule>.+)", "无法跟踪 {b} 中的 {a}：{rule_rule}"),
    (r"cannot read (?P<a>[\w.]+): (?P<rule>.+)", "无法跟踪 {a}：{rule_rule}"),
    (
        r"it is not supported without PyTorch(?:: a description ends with the network's output)?",
        "没有 PyTorch 时不支持它",
    ),
    (
        r"an assignment to a part of a tensor is not supported without PyTorch",
        "没有 PyTorch 时不支持给张量的一部分赋值",
    ),
    (r"a change of elements in place is not supported without PyTorch", "没有 PyTorch 时不支持原地修改元素"),
    (
        r"a call with more than one argument is not supported without PyTorch",
        "没有 PyTorch 时只支持用一个参数调用它",
    ),
    (r"(?P<a>.+?),? (?:which )?(?:is|are) not supported without PyTorch", "没有 PyTorch 时不支持：{a}"),
    (
        r"a branch, a loop, an index or a number depends on values in a tensor, .+",
        "分支、循环、下标或某个数取决于张量中的值，而网络描述对所有输入都相同，只能取决于形状",
    ),
    (
        r"the forward uses a tensor that the module does not hold; .+",
        "forward 用到了模块没有登记的张量；请把它设为参数、用 register_buffer 登记，或在 forward 中创建",
    ),
    (
        r"it is in a plain list or dict, .+",
        "它在普通的列表或字典里，torch 看不到其中的模块；请用 torch.nn.ModuleList 或 ModuleDict",
    ),
    (
        r"it applies dropout in evaluation mode; .+",
        "它在评估模式下也做 dropout；请传入 training=self.training",
    ),
    (r"it draws random numbers in evaluation mode", "它在评估模式下产生随机数"),
    (r"it takes a part of the batch, .+", "它只取批量的一部分，而网络描述对所有样本一视同仁"),
    (
        r"it normalizes with the statistics of the batch in evaluation mode; .+",
        "它在评估模式下用批量的统计量做归一化；请传入 training=self.training",
    ),
    (r"it needs an input with a batch axis", "输入需要有批量维"),
    (
        r"the forward changes a parameter or a buffer, .+",
        "forward 修改了参数或缓冲区，网络描述中不能有这样的操作",
    ),
    (
        r"what the forward does depends on the number of samples in the batch",
        "forward 的做法取决于批量中的样本数",
    ),
    (r"(?:a|the) .+ depends on the number of samples.*", "有的数取决于批量中的样本数"),
    (r"a size is not a multiple of the batch size plus a constant", "有的尺寸把批量维与别的维混在了一起"),
    (
        r"a tensor of shape (?P<a>\(.*?\)) has (?P<n>\d+) elements and cannot be viewed as (?P<b>\(.*\))",
        "形状为 {a} 的张量有 {n} 个元素，不能看作 {b}",
    ),
    (
        (
            r"a tensor of shape (?P<a>\(.*?\)) that is not contiguous in memory cannot be viewed as .+ "
            r"without a copy"
        ),
        "形状为 {a} 的张量在内存中不连续，不能用 view；请改用 .reshape(…)，或先 .contiguous()",
    ),
    (
        r"the shapes (?P<a>\(.*?\)) and (?P<b>\(.*?\)) differ along another axis than (?P<n>-?\d+)",
        "形状 {a} 与 {b} 在第 {n} 轴以外也不同",
    ),
    (
        r"the shapes (?P<a>\(.*?\)) and (?P<b>\(.*?\)) cannot be broadcast: .+ axis (?P<n>-?\d+) differ",
        "形状 {a} 与 {b} 不能广播：第 {n} 轴的大小不同",
    ),
    (r"all tensors must have the same shape, not (?P<a>\(.*?\)) and (?P<b>\(.*?\))", "形状 {a} 与 {b} 不同"),
    (
        r"(?P<a>\(.*?\)) and (?P<b>\(.*?\)) cannot be multiplied: (?P<c>\d+) is not (?P<d>\d+)",
        "{a} 与 {b} 不能相乘：{c} 不等于 {d}",
    ),
    (
        r"an input of shape (?P<a>\(.*?\)) does not fit a weight of shape (?P<b>\(.*?\)), which must .+",
        "形状为 {a} 的输入与形状为 {b} 的权重不相容：权重应有两个维，其最后一维应等于输入的最后一维",
    ),
    (
        r"the input must have 3 axes, the last one of size (?P<a>\w+ \(=.*?\)), but its shape is (?P<b>.+)",
        "输入应有 3 个维，最后一维应等于 {a}，而它的形状是 {b}",
    ),
    (r"only one size may be -1, not (?P<a>\(.*\))", "只能有一个尺寸为 -1，这里是 {a}"),
    (r"it must return a tensor, or tensors in .+", "forward 必须返回张量，或由张量组成的元组、列表、字典"),
    (
        (
            r"the module's forward takes (?P<a>.+), so input_shape must have one shape for each of them, .+; "
            r"it has (?P<n>\d+)"
        ),
        "forward 的输入是 {a}，每个都要有形状，而这里只给了 {n} 个",
    ),
    (r'Module \[(?P<a>.+)\] is missing the required "forward" function', "模块 {a} 没有定义 forward"),
    (r"index (?P<a>-?\d+) is out of range for an axis of size (?P<b>\d+)", "下标 {a} 超出了长度为 {b} 的轴"),
    (r"convref does not know this operation", "convref 不认识这个操作"),
    (r"(?P<a>\w+): the input must be a Tensor, not an? (?P<b>\w+)", "{a} 的输入必须是张量，而不是 {b}"),
    (r"(?P<a>.+)\(\): argument 'input' must be Tensor, not (?P<b>\w+)", "{a}() 的输入必须是张量，而不是 {b}"),
)
"""Refusals of the stand-in for PyTorch."""

HINTS: Final = (
    (r"the nearest (?:is|are) (?P<a>.+)", "最接近的是 {a}"),
    (r"`convref list` and .+ give all (?P<n>\d+)", "architectures.names() 列出全部 {n} 个"),
    (r"there are: (?P<a>.+)", "可用的有 {a}"),
    (r"use \.reshape\(…\), or call \.contiguous\(\) before", ""),
    (r"use (?P<a>.+)", "请用 {a}"),
    (r"give a padded tensor", "请给出填充后的张量"),
)
"""Clauses that follow a message after a semicolon."""
KINDS: Final = {"architecture": "网络", "dtype": "数据类型", "convention": "统计方式"}
BATCH: Final = ((r"(?P<a>.+) \(in a batch of (?P<n>\d+)\)", "{a_rule}（批量大小为 {n} 时）"),)
"""A message with the size of the batch with which it arose."""
RULES: Final = (*BATCH, *PYTHON, *SHAPES, *FOLLOWING, *HINTS, *ARGUMENTS)
"""All of them; the first that fits is used."""
