"""Count the modules that `from_torch` reads correctly, of timm, torchvision and the tests.

Each description is compared with its module: its parameters, the multiply-accumulates that torch's own
counter reports, the shapes of all outputs and, for small modules, the values of a run on NumPy arrays. The
table has for each collection the number of modules in each of four classes:

    right     everything is equal
    wrong     something differs, or the reader itself reports that it would differ
    refused   an error that names the operation or the argument, and the rule
    obscure   any other exception, or an error that does not contain these

and the seconds that reading takes in a process that has imported everything before. Modules that are not
right are listed below the table. The result of the last run is in `reading.md` next to this file; `python
benchmarks/reading.py` writes it. Of timm, torchvision and segmentation_models_pytorch, those that are
installed are read.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import itertools
import json
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from torchvision_models import library

from convref import analyze
from convref.errors import ConvrefError
from convref.torch import from_torch

RESULT = Path(__file__).with_name("reading.md")
LARGEST = 60_000_000
"""The maximum number of parameters of a model that is read."""
VERIFIED_MACS = 2_000_000
"""The maximum number of multiply-accumulates of a model whose NumPy run is compared, too."""
SLOW = 10.0
KINDS = ("right", "wrong", "refused", "obscure")


class Model(NamedTuple):
    """A module to read.

    Attributes:
        name: its name in the list of results.
        make: creates the module.
        shape: the shape of its input, or a tuple of shapes, without the batch.
    """

    name: str
    make: Callable[[], torch.nn.Module]
    shape: tuple[Any, ...]


class Result(NamedTuple):
    """The result of reading a module.

    Attributes:
        name: the module's name.
        kind: one of `KINDS`.
        seconds: the time that reading took.
        message: the error or the difference; empty if the module was read correctly.
    """

    name: str
    kind: str
    seconds: float
    message: str = ""


def timm_models(per_family: int) -> Iterator[Model]:
    """Yield the first models of every family of timm, with their own input sizes.

    The first model of each family comes before the second of any.
    """
    import timm

    families = [timm.list_models(module=family) for family in timm.list_modules()]
    for row in itertools.islice(itertools.zip_longest(*families), per_family):
        for name in filter(None, row):
            made = timm.models.get_pretrained_cfg(name)
            shape = (3, 224, 224) if made is None else tuple(made.input_size)
            yield Model(name, partial(timm.create_model, name, pretrained=False), shape)


def torchvision_models() -> Iterator[Model]:
    """Yield the classification, segmentation and video models of torchvision."""
    models = library()
    for group, shape in (
        (models, (3, 224, 224)),
        (models.segmentation, (3, 128, 128)),
        (models.video, (3, 8, 112, 112)),
    ):
        for name in models.list_models(module=group):
            size = (3, 16, 224, 224) if name.startswith(("mvit", "swin3d")) else shape
            size = (3, 299, 299) if name == "inception_v3" else size
            size = (3, 14, 224, 224) if name == "s3d" else size
            arguments = {"weights": None} | ({"weights_backbone": None} if "segm" in group.__name__ else {})
            yield Model(name, partial(models.get_model, name, **arguments), size)


def segmentation_models() -> Iterator[Model]:
    """Yield a model of every architecture of segmentation_models_pytorch."""
    import segmentation_models_pytorch as smp

    for name in sorted(smp.MODEL_ARCHITECTURES_MAPPING):
        encoder = (
            "mit_b0" if name == "segformer" else "tu-vit_tiny_patch16_224" if name == "dpt" else "resnet34"
        )
        more = {"dynamic_img_size": True} if name == "dpt" else {}
        yield Model(
            name,
            partial(smp.create_model, name, encoder_name=encoder, encoder_weights=None, classes=3, **more),
            {"dpt": (3, 224, 224), "pan": (3, 256, 256)}.get(name, (3, 128, 128)),
        )


def cases() -> Iterator[Model]:
    """Yield the small networks that the tests read."""
    from read_networks import NETWORKS

    for name, network in NETWORKS.items():
        yield Model(name, partial(getattr, network, "module"), network.shape)


class Log:
    """The results of a run, appended to a file of JSON lines, from which an interrupted run goes on.

    Args:
        path: the file; None to keep nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._found: dict[tuple[str, str], Result | None] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                collection, name, result = json.loads(line)
                self._found[collection, name] = None if result is None else Result(*result)

    def read(self, collection: str, model: Model) -> Result | None:
        """Return the result for a model: the file's, or a new one, which is appended to the file."""
        key = collection, model.name
        if key not in self._found:
            self._found[key] = result = read(model)
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([*key, result]) + "\n")
        return self._found[key]


def read(model: Model) -> Result | None:
    """Read a model and compare it; return None if it is too large or cannot be built here."""
    try:
        with contextlib.suppress(Exception), torch.device("meta"):  # not all can be made there
            if _parameters(model.make()) > LARGEST:
                return None
        module = model.make().eval()
    except Exception:  # noqa: BLE001 - another package's code
        return None
    if _parameters(module) > LARGEST:
        return None
    start = time.perf_counter()
    try:
        net = from_torch(module, model.shape)
        seconds = time.perf_counter() - start
        message = differs(module, net, model.shape)
    except ConvrefError as error:
        return Result(model.name, _kind_of(str(error)), time.perf_counter() - start, str(error))
    except Exception as error:  # noqa: BLE001 - that is what is measured
        return Result(model.name, "obscure", time.perf_counter() - start, f"{type(error).__name__}: {error}")
    return Result(model.name, "wrong" if message else "right", seconds, message)


def _parameters(module: torch.nn.Module) -> int:
    return sum(each.numel() for each in module.parameters())


def _kind_of(message: str) -> str:
    """Return the class of an error of convref from its message: wrong, refused or obscure."""
    if "bug of convref" in message or "differs from the module" in message or "were read" in message:
        return "wrong"
    return (
        "refused"
        if "cannot read " in message or " (=" in message or "does not take" in message
        else "obscure"
    )


def differs(module: torch.nn.Module, net: Any, shape: Any) -> str:
    """Return a sentence about how a description differs from its module; "" if it does not."""
    report = analyze(net, shape)
    parameters = _parameters(module)
    if report.params != parameters:
        return f"{parameters} parameters, but {report.params} were read"
    macs = counted(module, shape)
    if macs is not None and macs != report.macs:
        return f"{macs} multiply-accumulates, but {report.macs} were read"
    if report.macs <= VERIFIED_MACS:
        from_torch(module, shape, verify=True)
    return ""


def counted(module: torch.nn.Module, shape: Any) -> int | None:
    """Return the multiply-accumulates of one input by torch's counter; None if it cannot run the module."""
    if any(isinstance(each, (torch.nn.RNNBase, torch.nn.Embedding)) for each in module.modules()):
        return None  # the counter ignores recurrent layers, and an embedding needs indices as its input
    shapes = shape if isinstance(shape[0], tuple) else (shape,)
    dtype = next((each.dtype for each in module.parameters()), torch.float32)
    for device in ("meta", "cpu"):  # tensors that are plain attributes do not move to the meta device
        with contextlib.suppress(Exception):  # another package's code, run in a way that it may not support
            on_device = copy.deepcopy(module).to(device) if device == "meta" else module
            return _counted(on_device, [torch.randn(1, *each).to(device, dtype) for each in shapes])
    return None


def _counted(module: torch.nn.Module, inputs: list[torch.Tensor]) -> int:
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:  # the counter does not know all fused kernels of attention
        with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
            module(*inputs)
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    return counter.get_total_flops() // 2


def table(results: dict[str, list[Result]], per_family: int) -> str:
    """Return the results as Markdown.

    Args:
        results: the results by collection.
        per_family: the maximum number of models of each family of timm that were read.
    """
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    lines = [
        "# Modules that `from_torch` reads",
        "",
        f"Written by `python benchmarks/reading.py --per-family {per_family}` ({versions}).",
        f"At most {per_family} models of each family of timm were read, none above {LARGEST:,} parameters.",
        "Seconds are wall-clock time of one thread.",
        "",
        "| Collection | Models | Right | Wrong | Refused | Obscure | Median seconds | Most seconds |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, found in results.items():
        counts = " | ".join(str(sum(each.kind == kind for each in found)) for kind in KINDS)
        times = [each.seconds for each in found] or [0.0]
        lines.append(
            f"| {name} | {len(found)} | {counts} | {statistics.median(times):.2f} | {max(times):.1f} |"
        )
    rest = [(name, each) for name, found in results.items() for each in found if each.kind != "right"]
    if rest:
        lines += ["", "What is not right:", ""]
        lines += [
            f"- {name}, {each.name}: {each.kind}. {_without_folders(each.message)}" for name, each in rest
        ]
    return "\n".join(lines) + "\n"


def _without_folders(message: str) -> str:
    """Return an error on one line, with file names in place of paths, which differ between machines."""
    words = message.split()
    return " ".join(word.rpartition("/")[2] if word.startswith("/") else word for word in words)


def main() -> None:
    """Read the installed collections, print the table, and write it to `reading.md`."""
    parser = argparse.ArgumentParser(description="count the modules that from_torch reads correctly")
    parser.add_argument(
        "--per-family", type=int, default=3, help="the maximum number of models of each timm family"
    )
    parser.add_argument("--only", choices=("cases", "torchvision", "segmentation", "timm"), action="append")
    parser.add_argument(
        "--log", type=Path, help="a file that gets each result, and whose results are not computed again"
    )
    parser.add_argument("--strict", action="store_true", help="fail if a module is read wrong, or obscurely")
    given = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    with contextlib.suppress(ImportError):
        library()  # timm and others import torchvision, of which a build may lack operators
    collections: dict[str, tuple[str, Callable[[], Iterator[Model]]]] = {
        "cases": ("small networks", cases),
        "torchvision": ("torchvision", torchvision_models),
        "segmentation": ("segmentation_models_pytorch", segmentation_models),
        "timm": ("timm", lambda: timm_models(given.per_family)),
    }
    results: dict[str, list[Result]] = {}
    log = Log(given.log)
    for key, (name, models) in collections.items():
        if given.only and key not in given.only:
            continue
        with contextlib.suppress(ImportError):
            results[name] = []
            for model in models():
                result = log.read(name, model)
                if result is not None:
                    results[name].append(result)
                    sys.stderr.write(f"{name}: {result.name}: {result.kind}, {result.seconds:.2f} s\n")
    text = table({name: found for name, found in results.items() if found}, given.per_family)
    sys.stdout.write(text)
    if not given.only:
        RESULT.write_text(text, encoding="utf-8")
    if given.strict and any(
        each.kind in {"wrong", "obscure"} for found in results.values() for each in found
    ):
        sys.exit("a module was read wrong, or its error does not say what and where")


if __name__ == "__main__":
    main()
