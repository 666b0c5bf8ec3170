# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 用 NumPy 训练小型卷积网络
#
# 可分离和低秩的卷积核训练起来效果如何？需要多少参数？这个笔记本在 scikit-learn 自带的手写数字上训练 LeNet-5 和几个更小的网络。前向和反向传播都用 NumPy 写出来，没有任何隐藏的步骤，在处理器上几秒就能跑完。想自己运行，先按[首页](../index.md#run)的说明安装本库，再安装 scikit-learn。
#
# ## 数据 {#data}

# %% alt="排成一行的八个很小的手写数字" caption="训练集中开头的八个数字。"
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from convref import analyze, draw, nn

digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.target))
images = (digits.images[order, np.newaxis] / digits.images.max()).astype(np.float32)
labels = digits.target[order]
TEST = 500
train_images, test_images = images[TEST:], images[:TEST]
train_labels, test_labels = labels[TEST:], labels[:TEST]

figure, axes = plt.subplots(1, 8, figsize=(6, 0.9))
for axis, image in zip(axes, train_images[:8, 0], strict=True):
    axis.imshow(image, cmap="gray_r", interpolation="none")
    axis.axis("off")
figure

# %% [markdown]
# 共有 `{python} f"{len(images):,}"` 幅 8 × 8 的图像，其中 `{python} TEST` 幅留作测试。
#
# ## 卷积的前向与反向 {#convolution}
#
# 前向传播时，填充后的输入中的窗口排成矩阵的列，与权重做一次乘法就得到全部输出（[im2col](../algorithms/im2col.md)）。设 $W$ 为写成矩阵的权重，$X$ 为一幅图像的各列，输出为 $Y = W X$。已知损失对输出的梯度 $\partial Y$，由链式法则得
#
# $$ \partial W = \partial Y \, X^\top, \qquad \partial X = W^\top \, \partial Y $$
#
# 后一个是各列的梯度。每个输入值出现在好几列里，它的梯度是各处之和（col2im）：


# %%
class Conv:
    """A convolution that keeps the size; `groups` is 1 or the number of channels."""

    def __init__(self, rng, in_channels, out_channels, kernel=(3, 3), *, groups=1):
        self.kernel, self.groups = kernel, groups
        fan = in_channels // groups * kernel[0] * kernel[1]
        self.weight = (rng.standard_normal((out_channels, fan)) * np.sqrt(2 / fan)).astype(
            np.float32
        )
        self.bias = np.zeros((out_channels, 1), np.float32)

    def forward(self, x):
        self.shape = x.shape
        n, c, h, w = x.shape
        (u, v), g = self.kernel, self.groups
        padded = np.pad(x, [(0, 0), (0, 0), (u // 2, u // 2), (v // 2, v // 2)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.kernel, axis=(2, 3))
        self.columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(
            n, g, c // g * u * v, h * w
        )
        y = self.weight.reshape(g, -1, self.weight.shape[1]) @ self.columns
        return (y.reshape(n, -1, h * w) + self.bias).reshape(n, -1, h, w)

    def backward(self, dy):
        n, c, h, w = self.shape
        (u, v), g = self.kernel, self.groups
        dy = dy.reshape(n, g, -1, h * w)
        self.d_weight = (
            (dy @ self.columns.swapaxes(2, 3)).sum(axis=0).reshape(self.weight.shape)
        )
        self.d_bias = dy.sum(axis=(0, 3)).reshape(-1, 1)
        columns = self.weight.reshape(g, -1, self.weight.shape[1]).transpose(0, 2, 1) @ dy
        columns = columns.reshape(n, c, u, v, h, w)
        padded = np.zeros((n, c, h + u - 1, w + v - 1), np.float32)
        for i in range(u):
            for j in range(v):
                padded[:, :, i : i + h, j : j + w] += columns[:, :, i, j]
        return padded[:, :, u // 2 : u // 2 + h, v // 2 : v // 2 + w]


# %% [markdown]
# 其他的层都很短。最大池化把梯度传给每个窗口中最大的数，ReLU 传给大于零的数：


# %%
class Relu:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dy):
        return dy * self.mask


class Pool:
    """Max pooling of two by two: the maximum of the four quarters of the positions."""

    def forward(self, x):
        self.shape, self.quarters = (
            x.shape,
            [x[:, :, i::2, j::2] for i in range(2) for j in range(2)],
        )
        a, b, c, d = self.quarters
        self.best = np.maximum(np.maximum(a, b), np.maximum(c, d))
        return self.best

    def backward(self, dy):
        dx = np.zeros(self.shape, np.float32)
        for index, quarter in enumerate(self.quarters):
            dx[:, :, index // 2 :: 2, index % 2 :: 2] = dy * (quarter == self.best)
        return dx


class Dense:
    """A fully connected layer; it flattens feature maps."""

    def __init__(self, rng, inputs, outputs):
        self.weight = (rng.standard_normal((outputs, inputs)) * np.sqrt(2 / inputs)).astype(
            np.float32
        )
        self.bias = np.zeros(outputs, np.float32)

    def forward(self, x):
        self.shape, self.x = x.shape, x.reshape(len(x), -1)
        return self.x @ self.weight.T + self.bias

    def backward(self, dy):
        self.d_weight, self.d_bias = dy.T @ self.x, dy.sum(axis=0)
        return (dy @ self.weight).reshape(self.shape)


# %% [markdown]
# ### 梯度对不对 {#check}
#
# 用差分来验证：把一个权重改变一点，看损失的变化是否与梯度预测的一致。单精度下可以期望有几位相符：


# %%
def deviation(layer, x, step=1e-2):
    """Return the largest difference of gradient and difference quotient for some weights."""
    rng = np.random.default_rng(1)
    target = rng.standard_normal(layer.forward(x).shape).astype(np.float32)
    layer.backward(target)
    gradient, worst = layer.d_weight.copy(), 0.0
    for at in zip(*(rng.integers(0, size, 20) for size in layer.weight.shape), strict=True):
        losses = []
        for sign in (1, -1):
            layer.weight[at] += sign * step
            losses.append(float((layer.forward(x).astype(np.float64) * target).sum()))
            layer.weight[at] -= sign * step
        worst = max(
            worst,
            abs((losses[0] - losses[1]) / (2 * step) - gradient[at])
            / np.abs(gradient).max(),
        )
    return worst


rng = np.random.default_rng(0)
x = rng.standard_normal((5, 4, 8, 8)).astype(np.float32)
[
    bool(deviation(layer, x) < 1e-3)
    for layer in (Conv(rng, 4, 6), Conv(rng, 4, 4, groups=4), Dense(rng, 256, 10))
]

# %% [markdown]
# ## 网络 {#networks}
#
# 这里的 LeNet-5 保留原来的通道数，但卷积核由五改为三，因为这些数字比它当初处理的小。与它比较的网络都有两个卷积、一个全连接层，其中可分离和低秩的网络换掉了后一个卷积。直接在像素上分类，则显示完全不用卷积能达到什么水平：


# %%
def lenet(rng):
    body = [Conv(rng, 1, 6), Relu(), Pool(), Conv(rng, 6, 16), Relu(), Pool()]
    return [
        *body,
        Dense(rng, 64, 120),
        Relu(),
        Dense(rng, 120, 84),
        Relu(),
        Dense(rng, 84, 10),
    ]


def two_convolutions(rng, *second):
    return [Conv(rng, 1, 16), Relu(), Pool(), *second, Relu(), Pool(), Dense(rng, 128, 10)]


def standard(rng):
    return two_convolutions(rng, Conv(rng, 16, 32))


def separable(rng):
    return two_convolutions(rng, Conv(rng, 16, 16, groups=16), Conv(rng, 16, 32, (1, 1)))


def low_rank(rng, rank=8):
    return two_convolutions(rng, Conv(rng, 16, rank, (3, 1)), Conv(rng, rank, 32, (1, 3)))


def pixels(rng):
    return [Dense(rng, 64, 10)]


NETWORKS = {
    "LeNet-5": lenet,
    "standard": standard,
    "separable": separable,
    "low-rank": low_rank,
    "pixels": pixels,
}


def parameters(layers):
    return sum(
        layer.weight.size + layer.bias.size for layer in layers if hasattr(layer, "weight")
    )


for name, build in NETWORKS.items():
    print(f"{name:<10} {parameters(build(np.random.default_rng(0))):>7,}")

# %% [markdown]
# 同样的网络写成描述，得到同样的参数量，还有运算次数：


# %%
def described(layers):
    """Return the layers as a description that can be analyzed."""
    found = []
    for layer in layers:
        if isinstance(layer, Conv):
            (u, v), g = layer.kernel, layer.groups
            inputs = layer.weight.shape[1] // (u * v) * g
            found.append(
                nn.Conv2d(
                    inputs, len(layer.weight), (u, v), padding=(u // 2, v // 2), groups=g
                )
            )
        elif isinstance(layer, Dense):
            if not any(isinstance(each, nn.Flatten) for each in found):
                found.append(nn.Flatten())
            found.append(nn.Linear(layer.weight.shape[1], len(layer.weight)))
        else:
            found.append(nn.ReLU() if isinstance(layer, Relu) else nn.MaxPool2d(2))
    return nn.Sequential(*found)


reports = {
    name: analyze(described(build(np.random.default_rng(0))), (1, 8, 8))
    for name, build in NETWORKS.items()
}
for name, report in reports.items():
    print(f"{name:<10} {report.params:>7,} {report.macs:>7,}")

# %% [markdown]
# ## 训练 {#training}
#
# 损失函数是 softmax 的交叉熵，它对得分的梯度就是概率，再在正确类别处减一。优化方法是带动量的梯度下降：


# %%
def forward(layers, x):
    for layer in layers:
        x = layer.forward(x)
    return x


def accuracy(layers):
    return float((forward(layers, test_images).argmax(axis=1) == test_labels).mean())


def train(build, seed, *, epochs=8, batch=32, rate=0.05, momentum=0.9):
    rng = np.random.default_rng(seed)
    layers = build(rng)
    learnt = [
        (layer, name)
        for layer in layers
        if hasattr(layer, "weight")
        for name in ("weight", "bias")
    ]
    speeds = [np.zeros_like(getattr(layer, name)) for layer, name in learnt]
    for epoch in range(epochs):
        step = rate * (1 - epoch / epochs)  # falls to zero
        order = rng.permutation(len(train_images))
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            scores = forward(layers, train_images[chosen])
            gradient = np.exp(scores - scores.max(axis=1, keepdims=True))
            gradient /= gradient.sum(axis=1, keepdims=True)
            gradient[np.arange(len(chosen)), train_labels[chosen]] -= 1
            gradient /= len(chosen)
            for layer in reversed(layers):
                gradient = layer.backward(gradient)
            for (layer, name), speed in zip(learnt, speeds, strict=True):
                speed[...] = momentum * speed - step * getattr(layer, f"d_{name}")
                getattr(layer, name)[...] += speed
    return layers


# %% [markdown]
# 每个网络用两个随机种子各训练一次，因为单次运行之间的差异有一部分是偶然的：

# %%
SEEDS = (0, 1)
trained = {name: [train(build, seed) for seed in SEEDS] for name, build in NETWORKS.items()}
results = {name: [accuracy(layers) for layers in runs] for name, runs in trained.items()}
print("network      parameters  operations  accuracy")
for name, found in results.items():
    shown = ", ".join(f"{each:.1%}" for each in found)
    print(f"{name:<12} {reports[name].params:>10,} {reports[name].macs:>11,}  {shown}")

# %% figure caption="测试图像上的平均准确率与参数量（对数坐标）。"
draw.lines(
    {
        name: [(reports[name].params, 100 * float(np.mean(found)))]
        for name, found in results.items()
    },
    {"en": "Parameters", "zh": "参数量"},
    {"en": "Accuracy (%)", "zh": "准确率（%）"},
    log="x",
    names={
        "standard": {"en": "standard", "zh": "标准卷积"},
        "separable": {"en": "separable", "zh": "可分离"},
        "low-rank": {"en": "low-rank", "zh": "低秩"},
        "pixels": {"en": "pixels", "zh": "像素"},
    },
)

# %% [markdown]
# 带卷积的网络彼此相近，都好于直接在像素上分类。LeNet-5 的参数多得多，几乎全在全连接层里。不到一个百分点的差别只相当于几幅测试图像，换个种子，名次就可能改变。
#
# ## 训练之后再看秩 {#rank}
#
# 低秩网络从一开始就学习各个因子。训练好的标准网络也可以事后分解：把后一个卷积的权重写成矩阵，以（输入通道，行）为行、（输出通道，列）为列，由[奇异值分解](../concepts/factorization.md)得到若干乘积之和，只保留前 $r$ 个。每个 $r$ 都对应一个由列卷积核和行卷积核组成的网络：


# %%
def truncated(layers, rank):
    """Return the layers with the second convolution replaced by one of a given rank."""
    conv = layers[3]
    matrix = conv.weight.reshape(32, 16, 3, 3).transpose(1, 2, 0, 3).reshape(48, 96)
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    column, row = (Conv(rng, 16, rank, (3, 1)), Conv(rng, rank, 32, (1, 3)))
    column.weight[...] = (left[:, :rank] * values[:rank]).T
    row.weight[...] = right[:rank].reshape(rank, 32, 3).transpose(1, 0, 2).reshape(32, -1)
    row.bias[...] = conv.bias
    return [*layers[:3], column, row, *layers[4:]]


layers = trained["standard"][0]
ranks = (1, 2, 4, 6, 8, 12, 16, 24, 48)
kept = [(rank, accuracy(truncated(layers, rank))) for rank in ranks]
kept[-1][1], results["standard"][0]

# %% figure caption="分解之后、不再训练时的准确率与保留的秩。"
draw.lines(
    {
        "svd": [(rank, 100 * value) for rank, value in kept],
        "whole": [(rank, 100 * results["standard"][0]) for rank in ranks],
    },
    {"en": "Rank", "zh": "秩"},
    {"en": "Accuracy (%)", "zh": "准确率（%）"},
    names={
        "svd": {"en": "factorized", "zh": "分解之后"},
        "whole": {"en": "whole kernel", "zh": "完整卷积核"},
    },
)

# %% [markdown]
# 秩取满时结果不变。保留一半几乎没有损失，秩很低时则损失很大：这个网络在训练时并没有要求低秩。同样的秩，从一开始就按因子训练的网络更好。
#
# ## 试一试 {#try}
#
# - 给 `low_rank` 换别的秩，到多少时开始落后？
# - 把分解后的网络再训练一轮，能恢复多少？
# - 去掉所有激活函数，准确率还剩多少？为什么与直接在像素上分类不一样？
#
# 各种替换的总表见[如何选择](../concepts/choosing.md)。
