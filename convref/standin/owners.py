"""`Owners`: finds the module to which the parameters of a recorded layer belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convref.assembly.nodes import Leaf
from convref.nn import Layer


class Owners:
    """The modules of a network, as the owners of its parameters and buffers.

    Args:
        held: a dict from the `id` of each parameter, buffer and other tensor of the network to its `Leaf`.
    """

    def __init__(self, held: Mapping[int, Leaf]) -> None:
        self.held = dict(held)
        self._layers: dict[str, Layer] = {}

    def path_of(self, tensors: Mapping[str, Any]) -> str | bool | None:
        """Return the path of the module that has all given tensors under their given names.

        Args:
            tensors: a dict from name to tensor, or to None for a missing one, which is ignored.

        Returns:
            The path; None if all tensors are missing, and False if no single module has all of them.
        """
        owners: set[str] = set()
        for name, tensor in tensors.items():
            if tensor is None:
                continue
            leaf = self.held.get(id(tensor))
            owner = None if leaf is None else leaf.owner(name)
            if owner is None:
                return False
            owners.add(owner)
        return owners.pop() if len(owners) == 1 else (None if not owners else False)

    def accept(self, owner: str | bool | None, layer: Layer) -> bool:
        """Return True if a call of the module at the path `owner` can be recorded as `layer`.

        It cannot if an earlier call of the module was recorded as a different layer. If `owner` is not a
        path, because the layer has no parameters, return True.
        """
        return not isinstance(owner, str) or self._layers.setdefault(owner, layer) == layer
