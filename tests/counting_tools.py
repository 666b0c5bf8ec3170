"""What widely used counting tools report for a module, each run for itself."""

from __future__ import annotations

import logging
import warnings

import torch
import torchvision_models


def torchvision(model: torch.nn.Module, x: torch.Tensor) -> int:
    """As torchvision's references count: PyTorch's own counter, an operation for two of its."""
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
    """What the tool reports; tools warn of their own age and of what they trace, which is no concern here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return TOOLS[tool](model.eval(), x)
