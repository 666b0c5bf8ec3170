"""Find the network with a given name, and the shape of its input, which may be a part of the name."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import re
from pathlib import Path
from typing import Any

from convref.architectures import Architecture, build, find
from convref.errors import ArgumentError, UnknownNameError
from convref.networks.libraries import LIBRARIES
from convref.networks.modules import made, module_of
from convref.networks.stand_in import description_of, stand_in
from convref.nn import Layer, Shape
from convref.nn.given import described

WHOLE = re.compile(r"(?P<called>[^@(]*(?:\(.*\))?)(?:@(?P<shapes>.*))?", re.DOTALL)
_WEIGHTS = "holds weights, but not the code that computes with them; give the Python file of the module"
_OTHER = "is not a PyTorch network; give a torch.nn.Module or a description"
_GRAPH = "is an exported graph, which has no modules; give the module that it was exported from"
FILES = {
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".bin", ".safetensors", ".npz"), _WEIGHTS),
    **dict.fromkeys((".onnx", ".pt2", ".torchscript", ".mlmodel", ".engine"), _GRAPH),
    **dict.fromkeys((".h5", ".keras", ".pb", ".tflite", ".caffemodel", ".prototxt"), _OTHER),
    ".ipynb": "is a notebook; give a Python file with its code",
}
"""A dict from the ending of a file that contains no network to the text of the error for such a file."""


def network(
    name: str, input_shape: Shape | tuple[Shape, ...] | None = None, *, without_torch: bool | None = None
) -> tuple[Layer, Any]:
    """Return the description of the network with a given name, and the shape of its input.

    Args:
        name: a name in one of the forms that the docstring of `convref.networks` lists.
        input_shape: the shape of the input, or a tuple of shapes for several inputs. It overrides the shape
            in the name.
        without_torch: whether code that imports PyTorch gets `convref.standin` in its place; by default, only
            if PyTorch is not installed.

    Returns:
        A pair (description, shape of the input); for a network with several inputs, the second is a tuple of
        shapes. Shapes are without the batch.

    Raises:
        ArgumentError: there is no such module, file or attribute; the attribute is not a network; PyTorch
            code cannot be converted to a description; or the shape of the input is not given and the network
            has no default one.
        UnknownNameError: no network is registered under the name; the error lists the most similar names.

    Example:
        >>> network("alexnet@3,64,64")[1], network("alexnet")[1]
        ((3, 64, 64), (3, 224, 224))
    """
    if not isinstance(name, str):
        rule = "must be a name; pass a description by keyword: name=(description, input_shape)"  # type: ignore[unreachable]
        raise ArgumentError(f"network (=a {type(name).__name__}) {rule}")
    called, text = _parts(name)
    shape = input_shape or (_shapes_of(text) if text is not None else None)
    _check_file(called)
    if ":" not in called:
        entry = _registered(called)
        return build(called), shape or entry.input_shape
    source, _, attribute = called.partition("(")[0].rpartition(":")
    attribute += called[len(source) + 1 + len(attribute) :]
    if source in LIBRARIES:
        net, usual = LIBRARIES[source](called, attribute)
        shape = _known(called, shape or usual)
        return described(net, shape), shape
    if without_torch is None:
        without_torch = importlib.util.find_spec("torch") is None
    with stand_in(called) if without_torch else contextlib.nullcontext():
        net = made(called, module_of(called, source), attribute)
        shape = _known(called, shape)
        return description_of(net, shape), shape


def _known(called: str, shape: Any) -> Any:
    """Return the shape of the input of the network `called`.

    Raises:
        ArgumentError: the shape is None, because it was not given.
    """
    if shape is None:
        raise ArgumentError(
            f"network (={called}) needs the shape of its input without the batch: {called}@3,224,224"
        )
    return shape


def shape_of(text: str) -> Shape:
    """Parse a shape written as `3,224,224` or `3x224x224` into a tuple of integers.

    The shape of one number per sample, such as a label, is written as `scalar`.

    Raises:
        ArgumentError: the text is not a shape.

    Example:
        >>> shape_of("3x224x224"), shape_of("scalar")
        ((3, 224, 224), ())
    """
    if text == "scalar":
        return ()
    try:
        return tuple(int(word) for word in text.lower().replace("x", ",").replace("×", ",").split(","))
    except ValueError:
        raise ArgumentError(f"shape (={text!r}) must be integers such as 3,224,224") from None


def _parts(name: str) -> tuple[str, str | None]:
    """Split a name such as `nets.py:Net@3,32,32` into the network and the text of the shapes.

    The text is None if the name has no `@`.
    """
    found = WHOLE.fullmatch(name)
    if found is None:
        raise ArgumentError(f"network (={name}) must be NAME@C,H,W, but a parenthesis is not closed")
    return found["called"], found["shapes"]


def _shapes_of(text: str) -> Any:
    shapes = tuple(map(shape_of, text.split("@")))
    return shapes if len(shapes) > 1 else shapes[0]


def _check_file(called: str) -> None:
    """Check a name that may be the path of a file.

    The file must be a Python file, and `:attribute` must follow, the name of something that it defines.

    Raises:
        ArgumentError: the file is another one, such as a file of weights; or `:attribute` is missing.
    """
    name = called.partition("(")[0]
    path = Path(name.rpartition(":")[0] or name)
    suffix = path.suffix.lower()
    if suffix in FILES and (":" not in name or path.is_file()):
        raise ArgumentError(f"network (={called}) {FILES[suffix]}: path/to/file.py:net@3,224,224")
    if suffix == ".py" and ":" not in name:
        defined = _defined(path)
        rule = (
            "needs the name of a network that the file defines, "
            f"{name}:{defined[0] if defined else 'net'}@3,224,224"
        )
        also = f"; it defines {', '.join(defined)}" if defined else ""
        raise ArgumentError(f"network (={called}) {rule}{also}")


def _defined(path: Path) -> list[str]:
    """Return the public names that a Python file defines at its top level, without running the file."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return []
    names = []
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def _registered(name: str) -> Architecture:
    try:
        return find(name)
    except UnknownNameError as error:
        listing = f"{error.listing}; one of your own is package.module:attribute@C,H,W"
        raise UnknownNameError(error.kind, name, error.known, listing) from None
