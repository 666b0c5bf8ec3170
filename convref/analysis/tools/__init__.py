"""What each counting tool reports for a step of a network, one module a tool; importing fills the rules."""

from convref.analysis.tools import fvcore as fvcore
from convref.analysis.tools import ptflops as ptflops
from convref.analysis.tools import thop as thop
from convref.analysis.tools import torchinfo as torchinfo
from convref.analysis.tools import torchvision as torchvision
