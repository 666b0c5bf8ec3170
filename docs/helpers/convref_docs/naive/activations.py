"""Activation functions of one number, and softmax of several numbers, shown on the page about them."""

import math


def relu(x):
    """Return x, or zero if x is negative."""
    return max(0.0, x)


def relu6(x):
    """Return x, limited to the range from 0 to 6."""
    return min(max(0.0, x), 6.0)


def prelu(x, slope):
    """Return x, or a multiple of x if x is negative; the slope is learnt."""
    return x if x > 0 else slope * x


def sigmoid(x):
    """Return the logistic function of x, a number between 0 and 1."""
    return 1 / (1 + math.exp(-x))


def tanh(x):
    """Return the hyperbolic tangent of x, a number between -1 and 1."""
    up, down = math.exp(x), math.exp(-x)
    return (up - down) / (up + down)


def silu(x):
    """Return x times its sigmoid; also called swish."""
    return x / (1 + math.exp(-x))


def hardswish(x):
    """Return x times a ramp that rises from 0 to 1."""
    return x * min(max(0.0, x + 3), 6.0) / 6


def gelu(x):
    """Return x times the probability that a normal random number is below x."""
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


def softmax(scores):
    """Return positive numbers that sum to 1; a larger score gives a larger number."""
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]  # no overflow
    return [power / sum(powers) for power in powers]
