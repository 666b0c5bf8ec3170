"""Check that the names and shapes of parameters are those that a description requires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from convref.errors import ArgumentError
from convref.nn.base import Layer
from convref.nn.given import check_net
from convref.nn.graph import aliases

WAY_OUT = (
    "a description does not contain layers that the module's forward() never uses; "
    "{name: params[name] for name in net.parameters() | net.buffers()} leaves their parameters out"
)
"""The advice in the error for parameters that the description does not have."""


class HasShape(Protocol):
    """A protocol for arrays and tensors: any object that has a `shape`."""

    @property
    def shape(self) -> Iterable[int]:
        """The size of each axis."""
        ...


def check_params(net: Layer, params: Mapping[str, HasShape]) -> None:
    """Check that parameters have exactly the names and shapes that a description requires.

    Raises:
        ArgumentError: `net` is not a description; `params` is not a mapping; or a parameter is missing, is
            unknown or has a wrong shape. The error names this parameter.
    """
    check_net(net)
    if not isinstance(params, Mapping):
        raise ArgumentError(f"params (a {type(params).__name__}) must be a dict from names to arrays")
    wanted = net.parameters() | net.buffers()
    missing = [name for name in wanted if name not in params]
    also = dict(aliases(net))
    unknown = [
        name
        for name in params
        if name not in wanted and name not in also and not name.endswith("num_batches_tracked")
    ]
    if missing or unknown:
        rule = (
            "params must have the names of the network's parameters; missing: "
            f"{_some(missing)}; unknown: {_some(unknown)}"
        )
        raise ArgumentError(rule if missing else f"{rule}; {WAY_OUT}")
    for name, shape in wanted.items():
        if tuple(params[name].shape) != shape:
            raise ArgumentError(
                f"params: {name} (of shape {tuple(params[name].shape)}) must have shape {shape}"
            )


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "none"
