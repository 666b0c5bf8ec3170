# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From a convolution to MobileNet
#
# MobileNet is an ordinary network of 3 × 3 convolutions in which every convolution except the first is replaced by two cheaper ones. This notebook builds it step by step and looks
# at the cost after each step: from one layer, through the whole network, to its variants of width and resolution and to the block of its second version. To run it yourself, install the
# library, see the [first page](../index.md#run).
#
# ## One convolution {#one}
#
# Take a layer in the middle of a network:

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
# With $C$ input channels, $O$ output channels, kernel size $k$ and $m \times m$ outputs, it has $O C k^2$ weights, and each is used at every output position:
#
# $$ 256 \times 128 \times 3^2 = 294912, \qquad 294912 \times 28 \times 28 = 231211008 $$
#
# ## Two jobs, two layers {#split}
#
# The layer does two things at once: it looks at a neighbourhood, and it mixes channels. A *depthwise* convolution does only the first, with one kernel per channel. A *pointwise* convolution does only the
# second, with kernels of a single position. As loops over NumPy arrays:


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
# Together they are one standard convolution, but of a special kind. The kernel from channel $c$ to channel $o$ is the spatial kernel of $c$, times a number:

# %%
composed = np.einsum("oc,cuv->ocuv", mixing, kernels)
np.allclose(functional.conv2d(x[np.newaxis], composed, padding=1)[0], y)

# %% [markdown]
# So such a pair can do less than a standard convolution, and costs less. Here is the pair in place of the layer above:


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
# The share that is left is $1 / O + 1 / k^2$, the same for weights and operations:

# %%
pair.macs / report.macs, 1 / 256 + 1 / 9

# %% [markdown]
# ## The whole network {#network}
#
# A network is a list of such layers. Each row gives output channels and stride; a stride of two reduces the size to half. Behind every convolution come batch normalization and ReLU.

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
# The second one is MobileNet, to the last parameter:

# %%
published = analyze(architectures.build("mobilenet_v1"), image)
(mobile.params, mobile.macs), (published.params, published.macs)

# %% [markdown]
# The network with standard convolutions has `{python} f"{plain.params / mobile.params:.1f}"` times as many parameters and takes `{python} f"{plain.macs / mobile.macs:.1f}"` times as many operations. The [paper](https://arxiv.org/abs/1704.04861)
# reports that on ImageNet it is about one percent more accurate.
#
# ## Where the operations are now {#shares}


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
# Almost all operations are in pointwise convolutions, which are matrix products and need no [im2col](../algorithms/im2col.md). The spatial kernels, the only layers that see a neighbourhood,
# have become nearly free.
#
# ## Width and resolution {#width}
#
# Two numbers make smaller networks out of the same list. The *width multiplier* scales all channels. Weights and operations of pointwise layers are a product of two numbers of channels,
# so they shrink with its square. The *resolution* of the image changes the operations with its square, and no weights.

# %%
print("width  resolution  parameters   operations")
for width in (1.0, 0.75, 0.5, 0.25):
    for side in (224, 160):
        each = analyze(network(separable_block, width), (3, side, side))
        print(f"{width:<6} {side:<11} {each.params:>10,} {each.macs:>12,}")

# %% figure caption="Each line is a width, each point a resolution. The axes are logarithmic."
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
# ## The second version: turn the bottleneck inside out {#inverted}
#
# Pointwise convolutions take most of the operations, and their cost is a product of two numbers of channels. MobileNetV2 keeps the feature maps between the blocks narrow. Inside a block it widens them to six times as many channels, filters
# the many channels with a cheap depthwise convolution, and narrows them again without an activation function. The narrow ends are connected by a shortcut.


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
# The block filters as many channels as the separable layer beside it, for about a third of the operations:

# %%
round(block.macs / wide.macs, 3)

# %% [markdown]
# Between the blocks only the narrow feature map has to be kept:

# %%
64 * 14 * 14, 384 * 14 * 14

# %% [markdown]
# With the classifier included, MobileNetV2 takes about half of the operations of the first version:

# %%
second = analyze(architectures.build("mobilenet_v2"), image)
second.params, second.macs, round(second.macs / mobile.macs, 3)

# %% [markdown]
# ## To try {#try}
#
# - Leave out the five equal blocks in the middle. How much does each of them cost?
# - Replace the pointwise convolutions of the wide layers by grouped ones with a shuffle behind them, as [ShuffleNet](../architectures/shufflenet.md) does. What is left of the operations?
# - Give `inverted` another expansion. At which one does it cost as much as the separable layer?
#
# The page on [MobileNet](../architectures/mobilenet.md) has the published figures, the page on [depthwise separable convolution](../operators/depthwise_separable_conv.md) explains what the pair cannot do.
