"""LeNet-5: convolution, subsampling and fully connected layers, trained end to end in 1998.

Source: LeCun, Bottou, Bengio and Haffner, 1998, Gradient-based learning applied to document recognition,
figure 2.
"""

from __future__ import annotations

from convref.nn import AvgPool2d, Conv2d, Flatten, Layer, Linear, Sequential, Tanh


def lenet5(num_classes: int = 10) -> Layer:
    """Build LeNet-5 in its common form, which is simpler than that of the paper.

    Here layer C3 reads all six feature maps of layer S2, pools have no parameters, and the output is a linear
    layer. In the paper, C3 reads selected subsets of the feature maps (table 1), every pool has a coefficient
    and a bias, and the output units are radial basis functions.
    """
    return Sequential(
        c1=Conv2d(1, 6, 5),
        tanh1=Tanh(),
        s2=AvgPool2d(2),
        c3=Conv2d(6, 16, 5),
        tanh3=Tanh(),
        s4=AvgPool2d(2),
        c5=Conv2d(16, 120, 5),
        tanh5=Tanh(),
        flatten=Flatten(),
        f6=Linear(120, 84),
        tanh6=Tanh(),
        output=Linear(84, num_classes),
    )
