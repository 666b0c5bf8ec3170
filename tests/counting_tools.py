"""Count the operations of a module with widely used counting tools."""

from __future__ import annotations

import logging
import warnings

import torch
import torchvision_models


def torchvision(model: torch.nn.Module, x: torch.Tensor) -> int:
    """Return the MACs as torchvision's documentation counts them: half the FLOPs of PyTorch's counter."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        model(x)
    return int(counter.get_total_flops()) // 2


def fvcore(model: torch.nn.Module, x: torch.Tensor) -> int:
    from fvcore.nn import FlopCountAnalysis

    logging.getLogger("fvcore").setLevel(logging.ERROR)
    counter = FlopCountAnalysis(model, x).unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return int(counter.total())


def ptflops(model: torch.nn.Module, x: torch.Tensor) -> int:
    torchvision_models.library()  # which ptflops imports if it is there
    from ptflops import get_model_complexity_info

    shape = tuple(x.shape[1:])
    macs, _ = get_model_complexity_info(model, shape, as_strings=False, print_per_layer_stat=False)
    return int(macs)


def thop(model: torch.nn.Module, x: torch.Tensor) -> int:
    import thop

    operations, _ = thop.profile(model, (x,), verbose=False)
    return int(operations)


def torchinfo(model: torch.nn.Module, x: torch.Tensor) -> int:
    import torchinfo

    return int(torchinfo.summary(model, input_data=x, verbose=0).total_mult_adds)


TOOLS = {
    "torchvision": torchvision,
    "fvcore": fvcore,
    "ptflops": ptflops,
    "thop": thop,
    "torchinfo": torchinfo,
}


@torch.no_grad()
def count(tool: str, model: torch.nn.Module, x: torch.Tensor) -> int:
    """Return the count of a tool; its warnings, such as those about deprecated functions, are ignored."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return TOOLS[tool](model.eval(), x)
