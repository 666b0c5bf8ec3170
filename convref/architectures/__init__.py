"""Descriptions of CNN architectures, one file per family, and a registry of their names."""

from convref.architectures.registry import Architecture as Architecture
from convref.architectures.registry import build as build
from convref.architectures.registry import find as find
from convref.architectures.registry import names as names
