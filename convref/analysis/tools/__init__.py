"""The counting rules of the tools, one module per tool; importing the package registers them."""

from convref.analysis.tools import fvcore as fvcore
from convref.analysis.tools import ptflops as ptflops
from convref.analysis.tools import thop as thop
from convref.analysis.tools import torchinfo as torchinfo
from convref.analysis.tools import torchvision as torchvision
