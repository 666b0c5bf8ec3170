"""The errors for code that the stand-in for PyTorch does not support, or that PyTorch itself refuses."""

from __future__ import annotations

from convref.assembly.refusals import Refusal


class NotFollowed(Refusal, AttributeError):  # noqa: N818 - as `Refusal`
    """Raised where a user's code uses something of torch that the stand-in does not support.

    It is an AttributeError too, so that `hasattr` returns False for names that the stand-in lacks.
    """


class TorchRefuses(Refusal, RuntimeError, ValueError):  # noqa: N818 - as `Refusal`
    """Raised where torch would raise an error too, such as for shapes that do not fit."""
