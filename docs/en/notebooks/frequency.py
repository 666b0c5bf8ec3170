# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Filters in the frequency domain
#
# What does a kernel do to a picture? One answer is a table of its weights. A better one is its frequency response, which shows the patterns that it passes, weakens or removes. This notebook makes a
# picture, filters it in both domains, checks that the results agree, and ends with two effects that the frequency domain explains: ringing and aliasing. To run it yourself, install the
# library, see the [first page](../index.md#run).
#
# ## A picture with all frequencies {#picture}
#
# A *zone plate* is a pattern of rings that become finer towards the border, so each distance from the middle shows one frequency:

# %% alt="Rings that become finer towards the border" caption="The zone plate: slow changes in the middle, almost the fastest that the grid can show in the corners."
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
# Its spectrum is a transform away. `fftshift` puts the frequency zero into the middle. The spectrum is spread over all frequencies, as intended:

# %% alt="The spectrum of the zone plate, spread over the whole plane"
spectrum = np.fft.fft2(picture)
strength = np.log1p(np.abs(np.fft.fftshift(spectrum)))
show(strength, limits=(0, strength.max()))

# %% [markdown]
# Squares may be summed in either domain (Parseval):

# %%
bool(np.isclose((picture**2).sum(), (np.abs(spectrum) ** 2).sum() / picture.size))

# %% [markdown]
# ## Four kernels and their responses {#responses}
#
# The response of a kernel is its spectrum, after padding with zeros to the size of the picture. The kernel is moved so that its middle is at the origin; otherwise the filter would shift the picture.


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
# The two numbers are the gain for a constant picture and for a chessboard. The mean and the binomial kernel pass constants unchanged: they are *low-pass* filters. The mean keeps a
# part of the chessboard; the binomial kernel removes it. Laplace and Sobel remove constants. Along one axis:

# %% figure caption="Gain along a row of the spectrum, from constant to alternating. The mean filter does not fall to zero at the right end."
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
# ## The same filter in both domains {#same}
#
# By the convolution theorem, filtering is a product of spectra. A transform treats the picture as periodic, so the convolution must be padded with the opposite border:


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

# %% alt="The zone plate filtered by mean, binomial, Laplace and Sobel kernel" caption="From left to right: mean, binomial, Laplace, Sobel. Where rings are gone, the gain is zero; rings behind such a gap have changed their sign."
filtered = [by_windows(picture, kernel) for kernel in kernels.values()]
show(*(each / np.abs(each).max() for each in filtered))

# %% [markdown]
# The zone plate makes responses visible: the picture fades where the gain is small. The Sobel kernel keeps only what changes from left to right, so rings vanish above and below the middle.
#
# ## An ideal filter rings {#ringing}
#
# In the frequency domain any gain can be chosen, even an abrupt one: pass everything up to a limit and nothing beyond. The result on an edge shows the price:

# %% alt="A square, its ideal low-pass with ripples, and its binomial low-pass without"
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
# The abrupt filter leaves ripples on both sides of the edges and values outside the range of the input. Its kernel is a wave that decays slowly, and as large as the picture. The binomial kernel has
# a smooth gain and is small. Its weights are positive and add up to one, so it cannot overshoot:

# %%
[round(float(value), 3) for value in (ideal.min(), ideal.max(), smooth.min(), smooth.max())]

# %% [markdown]
# ## Stride two folds the spectrum {#aliasing}
#
# A stride of two keeps one of every two positions. Frequencies above a quarter of a period per pixel no longer fit and appear as others: they are *aliased*. On the zone plate this makes rings where there are none.
# A low-pass filter before the stride removes them first:

# %% alt="The zone plate at half the size, with false rings on the left and almost none on the right" caption="Half the size. Left: one of every two pixels, with false rings in the corners and at the borders. Right: with a binomial filter before."
plain = picture[::2, ::2]
guarded = by_windows(picture, kernels["binomial"])[::2, ::2]
show(plain, guarded)

# %% [markdown]
# How much of a chessboard, which has the highest frequency of all, ends up in the result?

# %%
chessboard = (-1.0) ** (x + y)
kept = (chessboard[::2, ::2], by_windows(chessboard, kernels["binomial"])[::2, ::2])
[round(float(np.abs(each).mean()), 9) for each in kept]

# %% [markdown]
# Without the filter the chessboard becomes a constant of full strength. Networks reduce their feature maps with strides and max pooling and do the same, which is one reason why their outputs change when the input
# moves by a single pixel. [Zhang's remedy](https://arxiv.org/abs/1904.11486) is such a filter before each stride.
#
# ## To try {#try}
#
# - Give `by_windows` padding with zeros instead. Where do the two domains differ, and why only there?
# - Replace the abrupt limit by a smooth one, and watch the ripples.
# - Apply the binomial kernel twice before a stride of four. Is once enough?
#
# The page on [frequency](../concepts/frequency.md) has the theory, the page on [FFT convolution](../algorithms/fft.md) the cost.
