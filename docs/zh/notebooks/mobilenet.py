# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 从一个卷积到 MobileNet
#
# MobileNet 本是由 3 × 3 卷积组成的普通网络，只是除第一个以外，把每个卷积换成两个更省的。这个笔记本一步步把它搭出来，每一步都看一看代价：从一层开始，到整个网络，再到不同宽度和分辨率的变体，最后是第二版的基本模块。想自己运行，先按[首页](../index.md#run)的说明安装本库。
#
# ## 一个卷积 {#one}
#
# 取网络中间的一层：

# %%
import numpy as np

from convref import analyze, architectures, draw, functional
from convref.nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Identity,
    Linear,
    ReLU,
    ReLU6,
    Sequential,
    Sum,
)

shape = (128, 28, 28)
standard = Conv2d(128, 256, 3, padding=1, bias=False)
report = analyze(standard, shape)
report.params, report.macs

# %% [markdown]
# 设输入通道数为 $C$，输出通道数为 $O$，卷积核大小为 $k$，输出为 $m \times m$，则它有 $O C k^2$ 个权重，每个权重在每个输出位置用一次：
#
# $$ 256 \times 128 \times 3^2 = 294912, \qquad 294912 \times 28 \times 28 = 231211008 $$
#
# ## 两件事，分给两层 {#split}
#
# 这一层同时做了两件事：看一个邻域，并混合通道。*逐通道*卷积只做前一件，每个通道一个卷积核；*逐点*卷积只做后一件，卷积核只有一个位置。用 NumPy 数组上的循环写出来：


# %%
def depthwise(x, kernels):
    """Filter each channel of x (C, H, W) with its own kernel (C, 3, 3), padded by one."""
    padded = np.pad(x, [(0, 0), (1, 1), (1, 1)])
    channels, height, width = x.shape
    y = np.zeros_like(x)
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                y[c, i, j] = np.sum(padded[c, i : i + 3, j : j + 3] * kernels[c])
    return y


def pointwise(x, weight):
    """Mix the channels of x (C, H, W) with weight (O, C), separately at each position."""
    return np.einsum("oc,chw->ohw", weight, x)


rng = np.random.default_rng(0)
x = rng.standard_normal((4, 6, 6))
kernels, mixing = rng.standard_normal((4, 3, 3)), rng.standard_normal((8, 4))
y = pointwise(depthwise(x, kernels), mixing)
y.shape

# %% [markdown]
# 两者合起来就是一个标准卷积，不过是特殊的一种：从通道 $c$ 到通道 $o$ 的卷积核，等于 $c$ 的空间卷积核乘上一个数。

# %%
composed = np.einsum("oc,cuv->ocuv", mixing, kernels)
np.allclose(functional.conv2d(x[np.newaxis], composed, padding=1)[0], y)

# %% [markdown]
# 所以这一对卷积的表达能力不如标准卷积，代价也更小。用它代替上面那一层：


# %%
def separable(in_channels, out_channels, stride=1):
    return Sequential(
        depthwise=Conv2d(
            in_channels, in_channels, 3, stride, padding=1, groups=in_channels, bias=False
        ),
        pointwise=Conv2d(in_channels, out_channels, 1, bias=False),
    )


pair = analyze(separable(128, 256), shape)
pair.table("name", "params", "macs")

# %% [markdown]
# 剩下的比例是 $1 / O + 1 / k^2$，权重和运算相同：

# %%
pair.macs / report.macs, 1 / 256 + 1 / 9

# %% [markdown]
# ## 整个网络 {#network}
#
# 网络就是一串这样的层。每一行给出输出通道数和步幅，步幅为二时尺寸减半。每个卷积后面接批归一化和 ReLU。

# %%
BODY = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *[(512, 1)] * 5,
    (1024, 2),
    (1024, 1),
]


def activated(conv):
    return Sequential(conv, BatchNorm2d(conv.out_channels), ReLU())


def standard_block(before, after, stride):
    return activated(Conv2d(before, after, 3, stride, padding=1, bias=False))


def separable_block(before, after, stride):
    layers = separable(before, after, stride)
    return Sequential(*(activated(child.layer) for child in layers.children))


def network(block, width=1.0):
    channels = round(32 * width)
    layers = [activated(Conv2d(3, channels, 3, 2, padding=1, bias=False))]
    for out_channels, stride in BODY:
        after = round(out_channels * width)
        layers.append(block(channels, after, stride))
        channels = after
    return Sequential(*layers, AdaptiveAvgPool2d(1), Flatten(), Linear(channels, 1000))


image = (3, 224, 224)
plain, mobile = (
    analyze(network(standard_block), image),
    analyze(network(separable_block), image),
)
for name, each in (("standard", plain), ("separable", mobile)):
    print(f"{name:<10} {each.params:>12,} {each.macs:>14,}")

# %% [markdown]
# 后一个正是 MobileNet，参数一个不差：

# %%
published = analyze(architectures.build("mobilenet_v1"), image)
(mobile.params, mobile.macs), (published.params, published.macs)

# %% [markdown]
# 标准卷积的网络，参数是它的 `{python} f"{plain.params / mobile.params:.1f}"` 倍，运算是它的 `{python} f"{plain.macs / mobile.macs:.1f}"` 倍。据[论文](https://arxiv.org/abs/1704.04861)报告，标准卷积的网络在 ImageNet 上的准确率大约只高一个百分点。
#
# ## 运算现在集中在哪里 {#shares}


# %%
def kind(row):
    if isinstance(row.layer, Linear):
        return "fully connected"
    return (
        "depthwise"
        if row.layer.groups > 1
        else "pointwise"
        if row.layer.kernel_size == (1, 1)
        else "standard"
    )


shares = {}
for row in mobile.rows:
    if row.macs:
        shares[kind(row)] = shares.get(kind(row), 0) + row.macs / mobile.macs
for name, share in shares.items():
    print(f"{name:<16} {share:.1%}")

# %% [markdown]
# 运算几乎全在逐点卷积里，而逐点卷积就是矩阵乘法，连 [im2col](../algorithms/im2col.md) 都不需要。只有空间卷积核能看到邻域，它们的代价却已几乎可以忽略。
#
# ## 宽度与分辨率 {#width}
#
# 用两个数就能从同一个列表得到更小的网络。*宽度乘子*缩放所有的通道数。逐点卷积的权重和运算与两个通道数之积成正比，因此按乘子的平方缩小。图像的*分辨率*按平方影响运算，而不影响权重。

# %%
print("width  resolution  parameters   operations")
for width in (1.0, 0.75, 0.5, 0.25):
    for side in (224, 160):
        each = analyze(network(separable_block, width), (3, side, side))
        print(f"{width:<6} {side:<11} {each.params:>10,} {each.macs:>12,}")

# %% figure caption="每条线是一种宽度，每个点是一种分辨率。坐标轴都是对数刻度。"
draw.lines(
    {
        f"{width:g}": [
            (side, analyze(network(separable_block, width), (3, side, side)).macs)
            for side in (96, 128, 160, 192, 224)
        ]
        for width in (1.0, 0.5, 0.25)
    },
    {"en": "Resolution", "zh": "分辨率"},
    {"en": "Operations", "zh": "运算次数"},
    log="xy",
)

# %% [markdown]
# ## 第二版：把瓶颈翻过来 {#inverted}
#
# 运算大多在逐点卷积里，其代价又是两个通道数之积。因此 MobileNetV2 让模块之间的特征图保持很窄；在模块内部先扩展到六倍，用便宜的逐通道卷积对众多通道滤波，再缩窄回来，此时不接激活函数。两个窄端由捷径连接相连。


# %%
def inverted(before, after, stride, expansion=6):
    hidden = before * expansion
    body = Sequential(
        Conv2d(before, hidden, 1, bias=False),
        BatchNorm2d(hidden),
        ReLU6(),
        Conv2d(hidden, hidden, 3, stride, padding=1, groups=hidden, bias=False),
        BatchNorm2d(hidden),
        ReLU6(),
        Conv2d(hidden, after, 1, bias=False),
        BatchNorm2d(after),
    )
    return Sum(body, Identity()) if stride == 1 and before == after else body


block = analyze(inverted(64, 64, 1), (64, 14, 14))
wide = analyze(separable_block(384, 384, 1), (384, 14, 14))
[(each.params, each.macs) for each in (block, wide)]

# %% [markdown]
# 这个模块滤波的通道数，与旁边的可分离层一样多，运算却只有约三分之一：

# %%
round(block.macs / wide.macs, 3)

# %% [markdown]
# 模块之间只需保留窄的特征图：

# %%
64 * 14 * 14, 384 * 14 * 14

# %% [markdown]
# 连同分类器在内，MobileNetV2 的运算大约是第一版的一半：

# %%
second = analyze(architectures.build("mobilenet_v2"), image)
second.params, second.macs, round(second.macs / mobile.macs, 3)

# %% [markdown]
# ## 试一试 {#try}
#
# - 去掉中间五个相同的模块，每个模块的代价是多少？
# - 把宽层的逐点卷积换成分组卷积，后面接通道混洗，就像 [ShuffleNet](../architectures/shufflenet.md) 那样。运算还剩多少？
# - 给 `inverted` 换一个扩展倍数，到多少时代价与可分离层相同？
#
# [MobileNet](../architectures/mobilenet.md) 一页有论文公布的数字，[深度可分离卷积](../operators/depthwise_separable_conv.md)一页解释这一对卷积做不到什么。
