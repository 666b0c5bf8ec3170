"""The counting rules of the tools, one module per tool; importing the package registers them.

`INLINED` has the tools with hooks on modules, which count an inlined layer otherwise than a module: by the
tool's name, a function from the layer's step to the operations that the tool reports.
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
