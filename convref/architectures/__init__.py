"""CNN architectures as descriptions, one file a family, and the registry of their names."""

from convref.architectures.registry import Architecture as Architecture
from convref.architectures.registry import build as build
from convref.architectures.registry import find as find
from convref.architectures.registry import names as names
