# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 自己的网络：从模块到改进
#
# 你用 PyTorch 写了一个网络。它有多少参数、多少次运算？哪一层占得最多？一个输出能看到图像的多大范围？训练需要多少内存？这个笔记本读入一个小模块，检验读到的内容，找出最贵的一层，再把它换掉。想自己运行，先按[首页](../index.md#run)的说明安装本库。
#
# ## 模块 {#module}
#
# 一个处理正方形图像（宽度 $n = 64$）的网络，用平常的写法：两个卷积、一个残差块、以函数形式调用的池化，最后是分类器：

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
# 形状是一张图像的形状，不含批次。`analyze` 用不带数值的张量把模块运行一遍，并记录 PyTorch 做了什么；因此 `F.max_pool2d` 这样的函数也占一行，“类型”列是作用相同的层。
#
# ## 手算检验 {#check}
#
# 第一层的每个卷积核有 $3 \times 5 \times 5 = 75$ 个权重和一个偏置。步幅 $s = 2$，所以输出沿每个轴有 $64 / 2 = 32$ 个位置。convref 的统计减去手算的结果，应当是零：

# %%
kernels, positions = 32, 32 * 32
stem = report.rows[1]
stem.params - kernels * (75 + 1), stem.cost.macs - kernels * 75 * positions

# %% [markdown]
# 整份描述也可以检验。设 `verify=True` 时，convref 在 NumPy 中用随机输入运行它，并与模块的输出比较。下面用模块自己的参数，把同样的事手动做一遍：

# %%
description = from_torch(net, shape)
state = {name: tensor.numpy() for name, tensor in net.state_dict().items()}
images = torch.randn(2, *shape)
with torch.inference_mode():
    expected = net(images).numpy()
bool(np.allclose(functional.run(description, state, images.numpy()), expected, atol=1e-4))

# %% [markdown]
# ## 代价在哪里 {#cost}
#
# 列两张表：参数最多的层，乘加次数最多的层：

# %%
layers = [row for row in report.rows if row.params]
by_params = sorted(layers, key=lambda row: -row.params)
by_macs = sorted(layers, key=lambda row: -row.cost.macs)
[row.name for row in by_params[:3]], [row.name for row in by_macs[:3]]

# %% [markdown]
# 两张表都以残差块中的两个卷积开头。它们各有 $128 \times 128 \times 3 \times 3 = 147456$ 个权重。图中可以看到它们的位置：

# %%
draw.network(net, shape)

# %% [markdown]
# ## 换掉它 {#replace}
#
# [深度可分离卷积](../operators/depthwise_separable_conv.md)先对每个通道单独滤波，再用逐点卷积混合通道。`compare` 把两个网络放进同一张表：


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
# 残差块的参数降到约八分之一，整个网络的参数降到一半以下：现在参数最多的是分类器。网络看到的范围没有变，因为可分离卷积的窗口大小相同：

# %%
report.receptive_field == lighter.receptive_field, report.receptive_field

# %% [markdown]
# ## 训练需要多少内存 {#training}
#
# 训练时，PyTorch 要保留反向传播需要的值。用 Adam 时，每个参数还有一个梯度和两个矩。以 MiB 为单位，批量为 $B = 64$ 张图像：

# %%
for name, module in (("standard", net), ("separable", light)):
    memory = analyze(module, shape, batch=64).training_memory("adam")
    print(f"{name:10}", round(memory.total / 2**20, 1), "MiB")

# %% [markdown]
# 较轻的网络参数更少，训练时占用的内存反而更多：它的块有两倍的层，每层的输入都要保留。参数、运算和内存是三个不同的问题。哪些模块能读、哪些不能，见[自己的网络](../your_network.md)；想不安装就试一试，可以用[计算器](../calculators.md)和[试验场](../playground.md)。
