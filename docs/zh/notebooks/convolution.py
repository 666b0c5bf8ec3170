# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 一个卷积，三种算法
#
# 同一个卷积可以写成循环，可以写成一次矩阵乘法，也可以只是调用一个库函数。这个笔记本用一张小到可以手算的特征图把三种写法都走一遍，并验证得到的数相同。想自己运行，先按[首页](../index.md#run)的说明安装本库。
#
# ## 这一层 {#layer}
#
# 输入特征图有 `{python} x.shape[0]` 个通道，每个通道是 `{python} x.shape[1]` × `{python} x.shape[2]` 个数；卷积核共 `{python} len(weight)` 组。这里的数都是随机的，具体是多少无关紧要。

# %%
import numpy as np

from convref import analyze, draw, functional
from convref.nn import Conv2d, Sequential

layer = Conv2d(3, 4, kernel_size=3, stride=2, padding=1, bias=False)
rng = np.random.default_rng(0)
x = rng.standard_normal((3, 7, 7))
weight = rng.standard_normal((4, 3, 3, 3))

# %% figure caption="A 是第二行的第二个窗口，B 是它右边的一个。窗口每次移动的格数就是步幅；虚线框是填充，补的是零。"
draw.window(layer, x.shape, output=(1, 1))

# %% [markdown]
# 还没开始算，输出的尺寸和计算量就已经知道了。设输入边长为 $n$，卷积核大小为 $k$，填充为 $p$，步幅为 $s$，则输出的边长是
#
# $$ n_\text{out} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1 $$
#
# 代入数字：
#
# $$ \left\lfloor \frac{7 + 2 \times 1 - 3}{2} \right\rfloor + 1 = 4 $$
#
# 每个输出通道对每个输入通道各有一个卷积核，其中的每个权重在每个输出位置用一次：
#
# $$ 4 \times 3 \times 3^2 = 108, \qquad 108 \times 4 \times 4 = 1728 $$
#
# 这一层的描述不用任何数组就能给出同样的结果：

# %%
report = analyze(Sequential(conv=layer), x.shape)
report.table("name", "output", "params", "macs")

# %% [markdown]
# ## 四重循环 {#loops}
#
# 按定义，第 $o$ 个输出通道在第 $i$ 行、第 $j$ 列的值是
#
# $$ y_{o,i,j} = \sum_{c=0}^{C-1} \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} w_{o,c,u,v} \; x_{c,\, s i + u - p,\, s j + v - p} $$
#
# 等号左边的每个下标对应一重循环，$c$ 也是一重；窗口之内的求和交给 NumPy。


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
# ## 一次矩阵乘法 {#product}
#
# 把窗口在所有通道里盖住的数排成矩阵的一列，再把每个输出通道的卷积核排成同样长的一行，行与列相乘，整个卷积就算完了：
#
# $$ Y = W X, \qquad W \in \mathbb{R}^{O \times C k^2}, \qquad X \in \mathbb{R}^{C k^2 \times n_\text{out}^2} $$
#
# 排出这些列的做法叫 im2col。到这一步为止，一次乘法也没有做。以元素编了号的 4 × 4 输入为例：

# %%
draw.im2col_steps(Conv2d(1, 1, 3), (1, 4, 4))

# %% [markdown]
# 在 NumPy 里，窗口只是输入的视图，最后一行才真正复制：


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
# 乘法次数与循环一样，都是 `{python} f"{rows.size * columns.shape[1]:,}"` 次，但现在只需调用一次经过优化的函数。代价是内存：相邻的窗口互相重叠，盖住的数就要重复存放。
#
# | 数组 | 数的个数 |
# | --- | ---: |
# | 特征图 | `{python} x.size` |
# | 排成的列 | `{python} columns.size` |
# | 输出 | `{python} y.size` |
#
# 窗口互不重叠，就没有重复；卷积核只有一格而 $s = 1$ 时，特征图本身就是这些列，所以[逐点卷积](../operators/pointwise_conv.md)本来就是一次矩阵乘法。
#
# ## 调用库函数 {#library}
#
# `functional.conv2d` 的参数与 `torch.nn.functional.conv2d` 相同，第一个轴是批次：

# %%
by_library = functional.conv2d(x[np.newaxis], weight, stride=2, padding=1)[0]
np.allclose(by_library, y)

# %% [markdown]
# 库的内部有好几种算法可选，循环和写成列（im2col）只是其中两种。`algorithms.conv` 允许自己指定用哪一种，结果除舍入误差外都相同：

# %%
from convref import algorithms

image = rng.standard_normal((1, 3, 32, 32))
dense = functional.conv2d(image, weight, padding=1)
for method in algorithms.METHODS:
    result = algorithms.conv(image, weight, padding=1, method=method)
    print(f"{method:<9} {np.allclose(result, dense)}")

# %% [markdown]
# 开头的预测得到了验证：
#
# ```pycon
# >>> y.shape == layer.output_shape(x.shape)
# True
# >>> report.macs == rows.size * columns.shape[1]
# True
# ```
#
# ## 试一试 {#try}
#
# - 给循环加上膨胀率，要改哪几行？
# - 再加上分组，让每个输出通道只看到一部分输入通道。
# - 改成 $s = 1$，运行之前先说出矩阵有多少列。
#
# 每个参数要付出什么代价，见[二维卷积](../operators/conv2d.md)。
