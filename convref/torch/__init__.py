"""Convert descriptions to PyTorch modules, and PyTorch modules to descriptions.

Only this package imports torch.
"""

from convref.torch.build import build as build
from convref.torch.reader.reader import from_torch as from_torch
from convref.torch.reader.state import parameters_of as parameters_of
