# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Training small convolutional networks, in NumPy
#
# How well do separable and low-rank kernels do when they are trained, and how many parameters do they need for it? This notebook trains LeNet-5 and smaller networks on the handwritten
# digits that come with scikit-learn. Forward and backward pass are written out in NumPy, so nothing is hidden. It takes seconds on a processor. To run it yourself, install the library, see the
# [first page](../index.md#run), and scikit-learn.
#
# ## The digits {#data}

# %% alt="Eight small handwritten digits in one row" caption="The first eight digits of the training set."
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
# There are `{python} f"{len(images):,}"` images of 8 × 8 pixels, of which `{python} TEST` are kept for the test.
#
# ## A convolution, forward and backward {#convolution}
#
# Forward, the windows of the padded input become columns, and one product with the weights gives all outputs ([im2col](../algorithms/im2col.md)). Let $W$ be the weights as a matrix,
# $X$ the columns of an image and $Y = W X$ its output. Given the gradient $\partial Y$ of the loss with respect to the output, the chain rule gives
#
# $$ \partial W = \partial Y \, X^\top, \qquad \partial X = W^\top \, \partial Y $$
#
# The second one is the gradient of columns. Each input value occurs in several of them, so its gradient is the sum over all (col2im):


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
# The other layers are short. Max pooling sends the gradient to the largest value of each window, ReLU to the values above zero:


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
# ### Is the gradient right? {#check}
#
# Differences answer that: change a weight a little, and compare the change of a loss with what the gradient predicts. In single precision a few digits can be expected:


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
# ## Networks {#networks}
#
# LeNet-5 keeps its numbers of channels here, with kernels of three instead of five, since the digits are smaller than those it was made for. Beside it are networks with two convolutions and
# a single fully connected layer. In the separable and the low-rank one the second convolution is replaced. A classifier on the pixels shows what can be had without any convolution:


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
# The same networks as descriptions give the same numbers of parameters, and the operations:


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
# ## Training {#training}
#
# The loss is the cross entropy of a softmax, whose gradient with respect to the scores is simply the probabilities minus one at the right class. The optimizer is gradient descent with momentum:


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
# Each network is trained from two seeds, since differences between single runs are partly chance:

# %%
SEEDS = (0, 1)
trained = {name: [train(build, seed) for seed in SEEDS] for name, build in NETWORKS.items()}
results = {name: [accuracy(layers) for layers in runs] for name, runs in trained.items()}
print("network      parameters  operations  accuracy")
for name, found in results.items():
    shown = ", ".join(f"{each:.1%}" for each in found)
    print(f"{name:<12} {reports[name].params:>10,} {reports[name].macs:>11,}  {shown}")

# %% figure caption="Mean accuracy on the test images against parameters, which are on a logarithmic axis."
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
# All networks with convolutions are close together, and all are better than the classifier on pixels. LeNet-5 has by far the most parameters, nearly all of them in its fully connected
# layers. Differences of less than one percent are a handful of the test images, and the order of the networks may change with the seed.
#
# ## Rank after training {#rank}
#
# The low-rank network learnt its factors from the start. A trained standard network can also be factorized afterwards: the weights of its second convolution, as a matrix of (input channel, row) by
# (output channel, column), are a sum of products by [singular value decomposition](../concepts/factorization.md), of which the first $r$ are kept. Each $r$ is a network with a column and a row kernel:


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

# %% figure caption="Accuracy after factorization, without further training, against the rank that is kept."
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
# With the full rank nothing changes. Half of it loses next to nothing, and very low ranks lose much: this network was not trained to have a low rank. The network that was trained with its
# factors does better at the same rank.
#
# ## To try {#try}
#
# - Give `low_rank` other ranks. At which one does it fall behind?
# - Train the factorized network for one more epoch. How much comes back?
# - Leave out all activation functions. Which accuracy is left, and why is it not that of the pixels?
#
# The table of replacements is on the page about [choosing](../concepts/choosing.md).
