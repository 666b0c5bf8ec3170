"""The errors for code that the stand-in for PyTorch does not support, or that PyTorch itself refuses."""

from __future__ import annotations

from convref.assembly.refusals import Refusal


class NotFollowed(Refusal, AttributeError):  # noqa: N818 - as `Refusal`
    """Raised if a user's code uses a part of PyTorch that the stand-in for it does not support.

    It is an AttributeError too, so that `hasattr` returns False for a name that the stand-in does not have.
    """


class TorchRefuses(Refusal, RuntimeError, ValueError):  # noqa: N818 - as `Refusal`
    """Raised if torch would raise an error too, for example for operands whose shapes do not fit."""
