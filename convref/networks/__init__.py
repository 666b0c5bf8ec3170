"""Look up networks by name: registered ones, and descriptions and PyTorch modules defined elsewhere.

    vgg16                          a registered network, which has a default input shape
    package.module:net             a description, a torch.nn.Module, or a class or function that makes one
    path/to/nets.py:Net(10)        the same, in a file; the arguments are passed to the class or function
    timm:convnext_tiny             a model of the library timm, if installed; likewise torchvision:resnet50

A name may end in `@` and the shape of the input without the batch: `package.module:net@3,32,32`. A network
with several inputs takes several shapes, each after an `@`: `@3,32,32@1,32,32`.

Where PyTorch is not installed, code that imports it runs against `convref.standin`.

The files of this package:

    names       the forms of a name: registered networks, shapes after `@`, files that are no networks
    modules     networks in modules and files of Python, which are imported and called
    libraries   models of timm and torchvision
    stand_in    code that imports PyTorch where PyTorch is not installed
"""

from convref.networks.libraries import LIBRARIES as LIBRARIES
from convref.networks.names import network as network
from convref.networks.names import shape_of as shape_of
