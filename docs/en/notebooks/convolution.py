# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # One convolution, three ways
#
# A convolution can be written as loops, as one matrix product, or as a call of a library. This notebook does all
# three on a feature map small enough to follow by hand, and checks that they give the same numbers. To run it yourself,
# install the library, see the [first page](../index.md#run).
#
# ## The layer {#layer}
#
# A feature map with `{python} x.shape[0]` channels of `{python} x.shape[1]` × `{python} x.shape[2]` values goes into
# `{python} len(weight)` kernels. The numbers are random: what they are does not matter here.

# %%
import numpy as np

from convref import analyze, draw, functional
from convref.nn import Conv2d, Sequential

layer = Conv2d(3, 4, kernel_size=3, stride=2, padding=1, bias=False)
rng = np.random.default_rng(0)
x = rng.standard_normal((3, 7, 7))
weight = rng.standard_normal((4, 3, 3, 3))

# %% figure caption="A is the second window of the second row, B the one to its right. Windows move by the stride; the dashed frame is padding, filled with zeros."
draw.window(layer, x.shape, output=(1, 1))

# %% [markdown]
# Before anything is computed, its size and cost are known. With input size $n$, kernel size $k$, padding $p$ and
# stride $s$, each side of the output has
#
# $$ n_\text{out} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1 $$
#
# values, here
#
# $$ \left\lfloor \frac{7 + 2 \times 1 - 3}{2} \right\rfloor + 1 = 4 $$
#
# There is a kernel for every pair of an output and an input channel, and each of its weights is used once
# at every position of the output:
#
# $$ 4 \times 3 \times 3^2 = 108, \qquad 108 \times 4 \times 4 = 1728 $$
#
# The description of the layer gives the same without any array:

# %%
report = analyze(Sequential(conv=layer), x.shape)
report.table("name", "output", "params", "macs")

# %% [markdown]
# ## Four loops {#loops}
#
# The definition says what to add up for output channel $o$ at row $i$ and column $j$:
#
# $$ y_{o,i,j} = \sum_{c=0}^{C-1} \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} w_{o,c,u,v} \; x_{c,\, s i + u - p,\, s j + v - p} $$
#
# Each index on the left is a loop, and so is $c$; the sums over the window are left to NumPy.


# %%
def four_loops(x, weight, stride, padding):
    padded = np.pad(x, [(0, 0), (padding, padding), (padding, padding)])
    out_channels, in_channels, height, width = weight.shape
    rows = (padded.shape[1] - height) // stride + 1
    columns = (padded.shape[2] - width) // stride + 1
    y = np.zeros((out_channels, rows, columns))
    for o in range(out_channels):
        for i in range(rows):
            for j in range(columns):
                for c in range(in_channels):
                    top, left = i * stride, j * stride
                    window = padded[c, top : top + height, left : left + width]
                    y[o, i, j] += np.sum(window * weight[o, c])
    return y


y = four_loops(x, weight, stride=2, padding=1)
print(y.shape)
y[0].round(2)

# %% [markdown]
# ## One matrix product {#product}
#
# All that a window covers, through all channels, can be laid out as one column of a matrix. Each kernel becomes a
# row that is as long. The product of rows and columns is then the whole convolution:
#
# $$ Y = W X, \qquad W \in \mathbb{R}^{O \times C k^2}, \qquad X \in \mathbb{R}^{C k^2 \times n_\text{out}^2} $$
#
# Making the columns is called im2col. Nothing is multiplied yet. On an input of 4 × 4 whose elements are numbered:

# %%
draw.im2col_steps(Conv2d(1, 1, 3), (1, 4, 4))

# %% [markdown]
# In NumPy the windows are a view of the input; only the last line copies them:


# %%
def im2col(x, kernel_size, stride, padding):
    padded = np.pad(x, [(0, 0), (padding, padding), (padding, padding)])
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, (kernel_size, kernel_size), axis=(1, 2)
    )
    windows = windows[:, ::stride, ::stride]
    return windows.transpose(0, 3, 4, 1, 2).reshape(-1, windows.shape[1] * windows.shape[2])


columns = im2col(x, kernel_size=3, stride=2, padding=1)
rows = weight.reshape(len(weight), -1)
rows.shape, columns.shape

# %%
by_product = (rows @ columns).reshape(y.shape)
np.allclose(by_product, y)

# %% [markdown]
# The product does the same `{python} f"{rows.size * columns.shape[1]:,}"` multiplications as the loops, but in one
# call of a tuned routine. The price is memory, since neighbouring windows overlap and
# each repeats what it covers:
#
# | Array | Values |
# | --- | ---: |
# | the feature map | `{python} x.size` |
# | its columns | `{python} columns.size` |
# | the output | `{python} y.size` |
#
# Windows that do not overlap repeat nothing. With a kernel of one position and $s = 1$, the feature map itself is the columns:
# a [pointwise convolution](../operators/pointwise_conv.md) is a matrix product as it stands.
#
# ## A library's call {#library}
#
# `functional.conv2d` takes the arguments of `torch.nn.functional.conv2d`, with the batch as the first axis:

# %%
by_library = functional.conv2d(x[np.newaxis], weight, stride=2, padding=1)[0]
np.allclose(by_library, y)

# %% [markdown]
# Inside, a library chooses among several ways to compute the same thing; loops and columns (im2col) are two of them.
# `algorithms.conv` lets you choose. All agree but for rounding:

# %%
from convref import algorithms

image = rng.standard_normal((1, 3, 32, 32))
dense = functional.conv2d(image, weight, padding=1)
for method in algorithms.METHODS:
    result = algorithms.conv(image, weight, padding=1, method=method)
    print(f"{method:<9} {np.allclose(result, dense)}")

# %% [markdown]
# What was said at the beginning holds:
#
# ```pycon
# >>> y.shape == layer.output_shape(x.shape)
# True
# >>> report.macs == rows.size * columns.shape[1]
# True
# ```
#
# ## To try {#try}
#
# - Give the loops a dilation. Which lines change?
# - Give them groups, so that each output channel sees but a part of the input channels.
# - Set $s = 1$, and predict the number of columns before you run the cell.
#
# The page on [2-D convolution](../operators/conv2d.md) says what each argument costs.
