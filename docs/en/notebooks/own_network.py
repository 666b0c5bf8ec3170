# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A network of your own, from the module to a better one
#
# You have written a network in PyTorch. How many parameters and operations does it have, which layer has most of them, how much of the image does an output see, and what does training need? This notebook reads a small module, checks what was read, finds its most expensive layer and replaces it. To run it yourself, install the library, see the [first page](../index.md#run).
#
# ## The module {#module}
#
# A network for square images of width $n = 64$, as one writes it: two convolutions, a residual block, pooling called as a function, and a classifier:

# %%
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convref import analyze, compare, draw, functional
from convref.torch import from_torch


class Residual(nn.Module):
    def __init__(self, channels, conv):
        super().__init__()
        self.conv1 = conv(channels)
        self.conv2 = conv(channels)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.norm(self.conv1(x)))
        return F.relu(x + self.conv2(y))


def standard(channels):
    return nn.Conv2d(channels, channels, 3, padding=1)


class Net(nn.Module):
    def __init__(self, conv=standard):
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 5, stride=2, padding=2)
        self.widen = nn.Conv2d(32, 128, 3, padding=1)
        self.block = Residual(128, conv)
        self.fc = nn.Linear(128 * 8 * 8, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.stem(x)), 2)
        x = F.max_pool2d(self.block(F.relu(self.widen(x))), 2)
        return self.fc(x.flatten(1))


torch.manual_seed(0)
net = Net().eval()
shape = (3, 64, 64)
report = analyze(net, shape)
report.table("name", "type", "output", "params", "share", "macs")

# %% [markdown]
# The shape is that of one image, without the batch. `analyze` runs the module once on tensors without numbers and records what PyTorch does, so a function such as `F.max_pool2d` is a row, too. The type column shows the layer that does the same.
#
# ## Check by hand {#check}
#
# Each kernel of the first layer has $3 \times 5 \times 5 = 75$ weights and a bias. The layer has stride $s = 2$, so its output has $64 / 2 = 32$ positions along each axis. What convref counts, less what these numbers give, is zero:

# %%
kernels, positions = 32, 32 * 32
stem = report.rows[1]
stem.params - kernels * (75 + 1), stem.cost.macs - kernels * 75 * positions

# %% [markdown]
# The whole description can be checked as well. With `verify=True` convref runs it in NumPy on a random input and compares the output with that of the module. Here the same is done by hand, with the module's own parameters:

# %%
description = from_torch(net, shape)
state = {name: tensor.numpy() for name, tensor in net.state_dict().items()}
images = torch.randn(2, *shape)
with torch.inference_mode():
    expected = net(images).numpy()
bool(np.allclose(functional.run(description, state, images.numpy()), expected, atol=1e-4))

# %% [markdown]
# ## Where the cost is {#cost}
#
# Two lists, the layers with the most parameters and those with the most multiply-accumulates (MACs):

# %%
layers = [row for row in report.rows if row.params]
by_params = sorted(layers, key=lambda row: -row.params)
by_macs = sorted(layers, key=lambda row: -row.cost.macs)
[row.name for row in by_params[:3]], [row.name for row in by_macs[:3]]

# %% [markdown]
# Both lists begin with the two convolutions of the block. Each of them has $128 \times 128 \times 3 \times 3 = 147456$ weights. The drawing shows where they are:

# %%
draw.network(net, shape)

# %% [markdown]
# ## Replace it {#replace}
#
# A [depthwise separable convolution](../operators/depthwise_separable_conv.md) filters each channel by itself and then mixes the channels with a pointwise convolution. `compare` puts both networks into one table:


# %%
def separable(channels):
    depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
    return nn.Sequential(depthwise, nn.Conv2d(channels, channels, 1))


light = Net(separable).eval()
compare(standard=(net, shape), separable=(light, shape))

# %%
lighter = analyze(light, shape)
round(report.params / lighter.params, 2), round(report.macs / lighter.macs, 2)

# %% [markdown]
# The parameters of a block fall to about an eighth, those of the network to less than a half: now the classifier has most of them. What the network sees did not change, since a separable convolution has the same window:

# %%
report.receptive_field == lighter.receptive_field, report.receptive_field

# %% [markdown]
# ## What training needs {#training}
#
# For training, PyTorch keeps the values that the backward pass needs. With Adam, each parameter further has a gradient and two moments. In MiB, for a batch of $B = 64$ images:

# %%
for name, module in (("standard", net), ("separable", light)):
    memory = analyze(module, shape, batch=64).training_memory("adam")
    print(f"{name:10}", round(memory.total / 2**20, 1), "MiB")

# %% [markdown]
# The lighter network needs more memory for training, although it has fewer parameters: its blocks have twice as many layers, and the input of each is kept. Parameters, operations and memory are three different questions. The page [Your own network](../your_network.md) lists what is read and what is refused; on [the calculators](../calculators.md) and in [the playground](../playground.md) you can try more without installing anything.
