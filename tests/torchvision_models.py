"""torchvision's models, also with a build of torch that lacks torchvision's compiled operators.

When torchvision is imported, it registers functions for its operators on meta tensors, which fails if the
operators are not declared. Declaring them is enough, because none of the models here calls them.
"""

from __future__ import annotations

import functools
import types
from typing import Any

import torch

OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
CLASSIFIERS = (
    *("alexnet", "googlenet", "inception_v3", "squeezenet1_0", "squeezenet1_1"),
    *(f"vgg{depth}{norm}" for norm in ("", "_bn") for depth in (11, 13, 16, 19)),
    *(f"resnet{depth}" for depth in (18, 34, 50, 101, 152)),
    *("wide_resnet50_2", "resnext50_32x4d", "resnext101_32x8d"),
    *(f"densenet{depth}" for depth in (121, 161, 169, 201)),
    *("mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large"),
    *(f"shufflenet_v2_x{width}" for width in ("0_5", "1_0", "1_5", "2_0")),
    *("efficientnet_b0", "convnext_tiny"),
)
SEGMENTERS = ("fcn_resnet50", "deeplabv3_resnet50")
NAMES = (*CLASSIFIERS, *SEGMENTERS)


@functools.cache
def library() -> types.ModuleType:
    """Return `torchvision.models`, imported after declaring the operators that the import requires."""
    declarations = torch.library.Library("torchvision", "FRAGMENT")
    for schema in OPERATORS:
        declarations.define(schema)
    import torchvision.models

    library.declarations = declarations  # type: ignore[attr-defined] # they last as long as their library
    models: types.ModuleType = torchvision.models
    return models


def build(name: str, device: str = "meta", **arguments: Any) -> torch.nn.Module:
    """Return a model of torchvision in evaluation mode, with the arguments that its weights require.

    Args:
        name: the name of the model.
        device: the device on which it is created; by default the meta device, which allocates no memory.
        **arguments: further arguments of the model.
    """
    given: dict[str, Any] = {"weights": None}
    if name in SEGMENTERS:
        given |= {"weights_backbone": None, "aux_loss": True, "num_classes": 21}
    if name in {"googlenet", "inception_v3"}:
        given |= {"init_weights": False, "aux_logits": name == "inception_v3"}
    with torch.device(device):
        module: torch.nn.Module = library().get_model(name, **given | arguments)
    return module.eval()
