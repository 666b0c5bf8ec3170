"""Find a network by its name.

A name has one of these forms:

    vgg16                          a registered network, which has a default input shape
    package.module:net             a description, a torch.nn.Module, or a class or function that creates one
    path/to/nets.py:Net(10)        the same, in a file; the arguments are passed to the class or function
    timm:convnext_tiny             a model of the library timm, if it is installed
    torchvision:resnet50           a model of the library torchvision, if it is installed

A name may end in `@` and the shape of the input without the batch: `package.module:net@3,32,32`. A network
with several inputs takes several shapes, each after an `@`: `@3,32,32@1,32,32`. The shape of one number per
sample is `scalar`: `@3,32,32@scalar`.

If PyTorch is not installed, code that imports it gets `convref.standin` in its place.

The files of this package:

    names       parses a name, and finds the network and its input shape
    modules     imports Python modules and files, and creates the networks that they define
    libraries   creates models of timm and torchvision
    stand_in    runs code that imports PyTorch without PyTorch
"""

from convref.networks.libraries import LIBRARIES as LIBRARIES
from convref.networks.names import network as network
from convref.networks.names import shape_of as shape_of
