"""The rules by which counting tools count operations, one module per tool.

Importing the package registers the rules. A rule is a function that takes a layer and its `Step`, which has
the shapes, and returns the number of operations that the tool reports for the layer.

Some tools count the calls of modules. They count a layer differently if it is *inlined*, that is, if it is
not a module but a function that the module around it calls. `INLINED` is a dict from the name of such a tool
to a function. This function takes the step of an inlined layer and returns the number of operations that the
tool reports.
"""

from collections.abc import Callable, Mapping

from convref.analysis.tools import fvcore as fvcore
from convref.analysis.tools import ptflops as ptflops
from convref.analysis.tools import thop as thop
from convref.analysis.tools import torchinfo as torchinfo
from convref.analysis.tools import torchvision as torchvision
from convref.nn import Step

INLINED: Mapping[str, Callable[[Step], int]] = {
    "ptflops": ptflops.inlined,
    "thop": thop.inlined,
    "torchinfo": torchinfo.inlined,
}
