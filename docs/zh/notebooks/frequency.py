# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 频域中的滤波器
#
# 一个卷积核对图像做了什么？可以列出它的权重，但更好的回答是它的频率响应：哪些花纹通过，哪些减弱，哪些被去除。这个笔记本先造一幅图像，在两个域中分别滤波，验证结果一致，最后展示两个可以由频域解释的现象：振铃与混叠。想自己运行，先按[首页](../index.md#run)的说明安装本库。
#
# ## 含有所有频率的图像 {#picture}
#
# *波带片*（zone plate）是越靠近边缘越细的同心环，离中心的每个距离对应一个频率：

# %% alt="越靠近边缘越细的同心环" caption="波带片：中心变化缓慢，四角接近网格所能表示的最快变化。"
import matplotlib.pyplot as plt
import numpy as np

from convref import draw, functional

size = 64
axis = np.arange(size) - size // 2
y, x = np.meshgrid(axis, axis, indexing="ij")
radius = x**2 + y**2
picture = np.cos(np.pi * radius / (1.5 * size))


def show(*pictures, limits=(-1, 1)):
    """Show pictures side by side."""
    figure, axes = plt.subplots(
        1, len(pictures), figsize=(2.2 * len(pictures), 2.2), squeeze=False
    )
    for axis, each in zip(axes[0], pictures, strict=True):
        axis.imshow(each, cmap="gray", vmin=limits[0], vmax=limits[1], interpolation="none")
        axis.axis("off")
    figure.tight_layout()
    return figure


show(picture)

# %% [markdown]
# 做一次变换就得到它的频谱，`fftshift` 把零频移到中心。频谱果然散布在所有频率上：

# %% alt="波带片的频谱，散布在整个平面上"
spectrum = np.fft.fft2(picture)
strength = np.log1p(np.abs(np.fft.fftshift(spectrum)))
show(strength, limits=(0, strength.max()))

# %% [markdown]
# 平方和在两个域中都可以计算（Parseval 定理）：

# %%
bool(np.isclose((picture**2).sum(), (np.abs(spectrum) ** 2).sum() / picture.size))

# %% [markdown]
# ## 四个卷积核和它们的响应 {#responses}
#
# 把卷积核补零到图像的大小，它的频谱就是响应。卷积核要移到中心位于原点，否则滤波会使图像平移。


# %%
def outer(values):
    return np.outer(values, values)


kernels = {
    "mean": outer(np.ones(3) / 3),
    "binomial": outer(np.array([1, 4, 6, 4, 1]) / 16),
    "Laplace": np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "Sobel": np.outer([1, 2, 1], [-1, 0, 1]) / 8,
}


def response(kernel):
    """Return the frequency response of a kernel of odd size, for a cross-correlation."""
    padded = np.zeros((size, size))
    padded[: len(kernel), : len(kernel)] = kernel
    reach = len(kernel) // 2
    return np.conj(np.fft.fft2(np.roll(padded, (-reach, -reach), axis=(0, 1))))


responses = {name: response(kernel) for name, kernel in kernels.items()}


def gain(each, row, column):
    return float(abs(each[row, column]))


for name, each in responses.items():
    print(f"{name:<9} {gain(each, 0, 0):.3f}  {gain(each, size // 2, size // 2):.3f}")

# %% [markdown]
# 两个数分别是对常数图像和对棋盘格的增益。均值和二项式卷积核让常数原样通过，是*低通*滤波器；均值还留下一部分棋盘格，二项式则完全去除。Laplace 和 Sobel 去除常数。沿一个方向看：

# %% figure caption="沿频谱的一行，从常数到逐像素交替的增益。均值滤波在右端并没有降到零。"
draw.lines(
    {
        name: [(at / size, float(abs(each[0, at]))) for at in range(0, size // 2 + 1, 4)]
        for name, each in responses.items()
    },
    {"en": "Frequency (periods per pixel)", "zh": "频率（每像素周期数）"},
    {"en": "Gain", "zh": "增益"},
    names={
        "mean": {"en": "mean", "zh": "均值"},
        "binomial": {"en": "binomial", "zh": "二项式"},
        "Laplace": {"en": "Laplace", "zh": "Laplace"},
        "Sobel": {"en": "Sobel, across", "zh": "Sobel（横向）"},
    },
)

# %% [markdown]
# ## 两个域中的同一个滤波器 {#same}
#
# 按卷积定理，滤波就是频谱相乘。变换把图像看作周期的，所以做卷积时要用对侧的边缘来填充：


# %%
def by_spectra(image, kernel):
    return np.fft.ifft2(np.fft.fft2(image) * response(kernel)).real


def by_windows(image, kernel):
    reach = len(kernel) // 2
    padded = np.pad(image, reach, mode="wrap")
    return functional.conv2d(
        padded[np.newaxis, np.newaxis], kernel[np.newaxis, np.newaxis]
    )[0, 0]


[
    bool(np.allclose(by_spectra(picture, kernel), by_windows(picture, kernel)))
    for kernel in kernels.values()
]

# %% alt="用均值、二项式、Laplace 和 Sobel 卷积核滤波后的波带片" caption="从左到右：均值、二项式、Laplace、Sobel。环消失的地方增益为零，越过这样的空隙，环的符号就反了。"
filtered = [by_windows(picture, kernel) for kernel in kernels.values()]
show(*(each / np.abs(each).max() for each in filtered))

# %% [markdown]
# 波带片让响应一目了然：增益小的地方，图像变淡。Sobel 卷积核只保留左右方向的变化，所以中心上方和下方的环消失了。
#
# ## 理想滤波器会振铃 {#ringing}
#
# 在频域里可以任意选择增益，甚至可以突变：某个界限以内全部通过，以外全部去除。看看边缘处的结果，就能看出代价：

# %% alt="一个方块，理想低通后带波纹，二项式低通后没有波纹"
square = np.zeros((size, size))
square[size // 3 : 2 * size // 3, size // 3 : 2 * size // 3] = 1
frequency = np.fft.fftfreq(size)
distance = np.hypot(*np.meshgrid(frequency, frequency, indexing="ij"))
ideal = np.fft.ifft2(np.fft.fft2(square) * (distance < 0.12)).real
smooth = square
for _ in range(3):
    smooth = by_windows(smooth, kernels["binomial"])
show(square, ideal, smooth, limits=(-0.2, 1.2))

# %% [markdown]
# 突变的滤波器在边缘两侧留下波纹，还出现超出输入范围的值。它的卷积核是缓慢衰减的波，与图像一样大。二项式卷积核的增益是平滑的，卷积核也小；它的权重都是正数，总和为一，所以不会过冲：

# %%
[round(float(value), 3) for value in (ideal.min(), ideal.max(), smooth.min(), smooth.max())]

# %% [markdown]
# ## 步幅为二会折叠频谱 {#aliasing}
#
# 步幅为二时，每两个位置只留一个。每像素超过四分之一周期的频率再也容纳不下，会变成别的频率，这就是*混叠*。在波带片上，混叠会凭空造出环来。先做低通滤波，就能事先去除它们：

# %% alt="缩小一半的波带片，左边有假环，右边几乎没有" caption="缩小一半。左：每两个像素取一个，四角和边缘出现假环。右：先做二项式滤波。"
plain = picture[::2, ::2]
guarded = by_windows(picture, kernels["binomial"])[::2, ::2]
show(plain, guarded)

# %% [markdown]
# 棋盘格的频率最高，它有多少会留在结果里？

# %%
chessboard = (-1.0) ** (x + y)
kept = (chessboard[::2, ::2], by_windows(chessboard, kernels["binomial"])[::2, ::2])
[round(float(np.abs(each).mean()), 9) for each in kept]

# %% [markdown]
# 不滤波时，棋盘格变成了强度不减的常数。网络用步幅和最大池化缩小特征图，情形相同；输入只移动一个像素，输出就会变化，这是原因之一。[Zhang 的补救办法](https://arxiv.org/abs/1904.11486)就是在每次缩小之前做这样的滤波。
#
# ## 试一试 {#try}
#
# - 把 `by_windows` 的填充改为补零。两个域的结果在哪里不同？为什么只在那里？
# - 把突变的界限改得平滑，看看波纹如何变化。
# - 步幅为四时，先用两次二项式卷积核。只用一次够吗？
#
# 理论见[卷积与频率](../concepts/frequency.md)，代价见 [FFT 卷积](../algorithms/fft.md)。
