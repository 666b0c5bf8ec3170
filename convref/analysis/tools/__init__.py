"""The rules by which counting tools count operations, one module per tool.

Importing the package registers the rules. A rule is a function of a layer and its `Step` (with the shapes)
that returns the number of operations which the tool reports for the layer.

Some tools count the calls of modules. They treat a layer differently if it is *inlined*, that is, if it is
not a module but a function that the module around it calls. `INLINED` has, by the name of such a tool, a
function from the step of an inlined layer to the number of operations that the tool reports.
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
