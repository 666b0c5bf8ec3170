"""WaveNet: gated causal convolutions with doubling dilations, whose skip connections are summed.

Source: van den Oord et al., 2016, WaveNet: a generative model for raw audio, figure 4. The paper gives the
dilations but not the channels; the default channels are common in implementations. In the figure, one 1 × 1
convolution after the gates feeds both the shortcut and the skip connection. Here, as in common
implementations, each of the two has its own convolution, so that their channels may differ.
"""

from __future__ import annotations

from convref.nn import (
    Call,
    Conv1d,
    Graph,
    Identity,
    Layer,
    Product,
    ReLU,
    Sequential,
    Sigmoid,
    Sum,
    Tanh,
    ZeroPad1d,
    inline,
)


def wavenet(
    levels: int = 256,
    layers: int = 10,
    stacks: int = 3,
    residual_channels: int = 32,
    skip_channels: int = 256,
) -> Layer:
    """Build WaveNet, which gives a score to each possible value of the next audio sample.

    Its input is the previous samples as one-hot vectors, (levels, length).

    Args:
        levels: the number of values that a quantized sample can have.
        layers: the number of layers of a stack; their dilations are 1, 2, 4 and so on.
        stacks: the number of stacks.
        residual_channels: the channels between layers, and of the gated convolutions.
        skip_channels: the channels of the skip connections.
    """
    # Equal layers are one object, which takes less time.
    units = [_gated(residual_channels, 2**index) for index in range(layers)]
    to_skip = Conv1d(residual_channels, skip_channels, 1)
    to_residual = Conv1d(residual_channels, residual_channels, 1)
    join = Sum(Identity(), Identity())
    parts: dict[str, Layer] = {"causal": _causal(levels, residual_channels)}
    calls = [Call("causal", "input")]
    count, before, skips = layers * stacks, "causal", ""
    for index in range(count):
        names = ("gated", "skip", "total", "residual", "sum")
        path = f"stack{index // layers}.{index % layers}"
        gated, skip, total, residual, sum_ = (f"{path}.{name}" for name in names)
        parts[gated] = units[index % layers]
        parts[skip] = to_skip
        calls += [Call(gated, before), Call(skip, gated)]
        if index:
            parts[total] = join
            calls.append(Call(total, (skips, skip)))
        skips = total if index else skip
        if index < count - 1:  # of the last layer, only the skip connection is used
            parts[residual] = to_residual
            parts[sum_] = join
            calls += [Call(residual, gated), Call(sum_, (residual, before))]
            before = sum_
    calls.append(Call("head", skips))
    return Graph(calls, **parts, head=_head(skip_channels, levels))


def _causal(in_channels: int, out_channels: int) -> Layer:
    """Return a causal convolution: it is padded only at the start, so that no output reads a later sample."""
    return Sequential(pad=ZeroPad1d((1, 0)), conv=Conv1d(in_channels, out_channels, 2))


def _gated(channels: int, dilation: int) -> Layer:
    """Return the gated unit of equation 2: tanh of one causal convolution, times the sigmoid of another."""
    conv = Conv1d(channels, channels, 2, dilation=dilation)
    product = Product(
        filter=Sequential(conv=conv, tanh=Tanh()), gate=Sequential(conv=conv, sigmoid=Sigmoid())
    )
    return Sequential(pad=ZeroPad1d((dilation, 0)), product=inline(product))


def _head(in_channels: int, num_classes: int) -> Layer:
    """Return the layers after the sum of the skip connections."""
    return Sequential(
        relu1=ReLU(),
        conv1=Conv1d(in_channels, in_channels, 1),
        relu2=ReLU(),
        conv2=Conv1d(in_channels, num_classes, 1),
    )
