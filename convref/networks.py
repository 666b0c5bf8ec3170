"""Look up networks by name: registered ones, and descriptions and PyTorch modules defined elsewhere.

    vgg16                          a registered network, which has a default input shape
    package.module:net             a description, a torch.nn.Module, or a class or function that makes one
    path/to/nets.py:Net(10)        the same, in a file; the arguments are passed to the class or function
    timm:convnext_tiny             a model of the library timm, if installed; likewise torchvision:resnet50

A name may end in `@` and the shape of the input without the batch: `package.module:net@3,32,32`. A network
with several inputs takes several shapes, each after an `@`: `@3,32,32@1,32,32`.

Where PyTorch is not installed, code that imports it runs against `convref.standin`.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from convref.architectures import Architecture, build, find
from convref.errors import ArgumentError, ConvrefError, UnknownNameError
from convref.nn import Layer, Shape
from convref.nn.given import described, is_torch_module, remedy

STAND_IN = ("convref.standin.module", "Module")
OWN_PACKAGE = __name__.partition(".")[0]
FORM = "package.module:attribute or path/to/file.py:attribute"
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
"""The clause of the error for files that are often given instead of a network, by the file's ending."""


def network(
    name: str, input_shape: Shape | tuple[Shape, ...] | None = None, *, without_torch: bool | None = None
) -> tuple[Layer, Any]:
    """Return the description of the network that a name refers to, and the shape of its input.

    Args:
        name: a name in one of the forms that the module's docstring lists.
        input_shape: the shape of the input, or a tuple of shapes for several inputs; it overrides the shape
            in the name.
        without_torch: whether code that imports PyTorch runs against `convref.standin`; by default where
            PyTorch is not installed.

    Returns:
        A pair (description, shape of the input); for a network with several inputs, the second is a tuple of
        shapes. Shapes are without the batch.

    Raises:
        ArgumentError: there is no such module, file or attribute; the attribute is not a network; PyTorch
            code cannot be converted to a description; or neither the name, `input_shape` nor the network
            gives a shape of the input.
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
    with _stand_in(called) if without_torch else contextlib.nullcontext():
        net = _made(called, _module(called, source), attribute)
        shape = _known(called, shape)
        return _description(net, shape), shape


def _known(called: str, shape: Any) -> Any:
    """Return the shape of the input.

    Raises:
        ArgumentError: it was not given.
    """
    if shape is None:
        raise ArgumentError(
            f"network (={called}) needs the shape of its input without the batch: {called}@3,224,224"
        )
    return shape


def shape_of(text: str) -> Shape:
    """Parse a shape written as `3,224,224` or `3x224x224` into a tuple of integers.

    Raises:
        ArgumentError: the text is not a shape.

    Example:
        >>> shape_of("3x224x224")
        (3, 224, 224)
    """
    try:
        return tuple(int(word) for word in text.lower().replace("x", ",").replace("×", ",").split(","))
    except ValueError:
        raise ArgumentError(f"shape (={text!r}) must be integers such as 3,224,224") from None


def _parts(name: str) -> tuple[str, str | None]:
    """Split a name into the network (all before the `@`) and the text of its shapes, None without an `@`."""
    found = WHOLE.fullmatch(name)
    if found is None:
        raise ArgumentError(f"network (={name}) must be NAME@C,H,W; a parenthesis is not closed")
    return found["called"], found["shapes"]


def _shapes_of(text: str) -> Any:
    shapes = tuple(map(shape_of, text.split("@")))
    return shapes if len(shapes) > 1 else shapes[0]


def _check_file(called: str) -> None:
    """Check a name that is the path of a file: it must be a Python file, followed by `:attribute`.

    Raises:
        ArgumentError: the file is not a Python file but, for example, a file of weights; or the name has no
            `:attribute`, which selects something that the file defines.
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


# PyTorch code without PyTorch


@contextlib.contextmanager
def _stand_in(called: str) -> Iterator[None]:
    """Let code that imports PyTorch run against the stand-in in the `with` block.

    Raises:
        ArgumentError: the code uses something that the stand-in does not follow.
    """
    from convref.assembly.refusals import Refusal, where
    from convref.standin import installed

    try:
        with installed():
            yield
    except Refusal as refusal:
        rule = f"cannot be read without PyTorch: {where(refusal)}: {refusal.rule}"
        raise ArgumentError(f"network (={called}) {rule}") from refusal


def _pass_refusal(error: Exception) -> None:
    """Raise an error again if the stand-in raised it, which names the line itself."""
    from convref.assembly.refusals import Refusal

    if isinstance(error, Refusal):
        raise error


def _is_stand_in(kind: type) -> bool:
    """Return whether a class is a module of the stand-in, without importing it."""
    return any((each.__module__, each.__name__) == STAND_IN for each in kind.__mro__)


def _is_module(kind: type) -> bool:
    return is_torch_module(kind) or _is_stand_in(kind)


def _description(net: Any, shape: Any) -> Layer:
    if not _is_stand_in(type(net)):
        return described(net, shape)
    from convref.standin.description import description

    return description(net, shape)


# Modules and files


def _module(called: str, source: str) -> ModuleType:
    """Import a module by its dotted name, or run a Python file as a module.

    Raises:
        ArgumentError: the import or the run fails; the message has the line of the module's code at which it
            failed, if any of it was run.
    """
    is_file = source.endswith(".py")
    try:
        return _from_file(Path(source)) if is_file else importlib.import_module(source)
    except Exception as error:  # a foreign module may raise anything
        _pass_refusal(error)
        line = _own_line(error, Path(source).stem if is_file else source)
        rule = f"cannot be imported; {line}: {type(error).__name__}: {_message(error)}"
        unknown = f"must be {FORM}; {error}"
        raise ArgumentError(f"network (={called}) {rule if line else unknown}") from error


def _from_file(path: Path) -> ModuleType:
    """Run a Python file as a module that has the file's name and can import the files in its folder."""
    name, folder = path.stem, str(path.parent.resolve())
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    made = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = made  # dataclasses look for their module there
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(made)
    except BaseException:
        sys.modules.pop(name)
        if before is not None:
            sys.modules[name] = before
        raise
    return made


def _made(called: str, module: ModuleType, attribute: str) -> object:
    """Return the network that a module's attribute holds, or the one that it makes if it can be called.

    If the attribute is a class or a function, it is called with the arguments that the name gives, such
    as `(10)` in `nets.py:Net(10)`, or with none.

    Args:
        called: the name as the caller gave it, for messages.
        module: the module that has the attribute.
        attribute: the text after the colon of the name, such as `Net(10)`.

    Raises:
        ArgumentError: there is no such attribute, the call fails, or the result is not a network.
    """
    names, given = _call(called, attribute)
    try:
        found = _checked(called, functools.reduce(getattr, names, module))
    except AttributeError as error:
        raise ArgumentError(f"network (={called}) must be {FORM}; {error}") from error
    if isinstance(found, Layer) or _is_module(type(found)):
        if given is not None:
            raise ArgumentError(
                f"network (={called}) takes no arguments, since it is a network "
                "already, not a class or function that makes one"
            )
        return found
    arguments, options = given or ((), {})
    try:
        made = found(*arguments, **options)
    except ConvrefError:
        raise
    except Exception as error:  # foreign code may raise anything
        _pass_refusal(error)
        line = _own_line(error, module.__name__)
        at = f" at {line}" if line else ""
        missing = given is None and isinstance(error, TypeError)
        also = f"; arguments are given as {called}(…)" if missing else ""
        rule = f"cannot be made{at}: {type(error).__name__}: {_message(error)}{also}"
        raise ArgumentError(f"network (={called}) {rule}") from error
    return _checked(called, made)


def _checked(called: str, found: Any) -> Any:
    """Check that an object is a network, or a class or function that may make one, and return it.

    Raises:
        ArgumentError: the object is something else, such as an array, a state_dict or a number.
    """
    if isinstance(found, Layer) or _is_module(type(found)):
        return found
    if isinstance(found, type):
        if issubclass(found, Layer) or _is_module(found):
            return found
    elif callable(found):
        return found
    hint = remedy(found)
    if isinstance(found, dict) and found and all(isinstance(key, str) for key in found):
        hint = "a state_dict has weights, but not the code that computes with them"
    rule = f"must be a description or a torch.nn.Module, not a {type(found).__name__}"
    raise ArgumentError(f"network (={called}) {rule}; {hint}")


def _call(called: str, attribute: str) -> tuple[list[str], tuple[list[Any], dict[str, Any]] | None]:
    """Parse `nets.Net(10, width=0.5)` into the names, `["nets", "Net"]`, and the arguments of the call.

    The arguments are a pair: a list of the positional ones and a dict of those by keyword. They are None if
    the text has no parentheses.

    Raises:
        ArgumentError: the text is neither a dotted name nor a call of one, or an argument is not a literal.
    """
    rule = f"network (={called}) must be {FORM}, with arguments that are literals: make(10, width=0.5)"
    try:
        tree = ast.parse(attribute, mode="eval").body
        if not isinstance(tree, ast.Call):
            return ast.unparse(tree).split("."), None
        given = [ast.literal_eval(each) for each in tree.args]
        named = {each.arg: ast.literal_eval(each.value) for each in tree.keywords if each.arg}
        return ast.unparse(tree.func).split("."), (given, named)
    except (SyntaxError, ValueError) as error:
        raise ArgumentError(rule) from error


def _own_line(error: Exception, module: str) -> str:
    """Return "file:line" of the line in the module's own package at which importing or calling it failed.

    Return an empty string if no line of that package was run, for example because there is no such
    module.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    package, line, trace = module.partition(".")[0], "", error.__traceback__
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] == package != OWN_PACKAGE:
            line = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return line


def _message(error: Exception) -> str:
    return error.msg if isinstance(error, SyntaxError) else str(error).strip().partition("\n")[0]


# Libraries of models


def _timm(called: str, attribute: str) -> tuple[object, Shape | None]:
    """Return a model of timm with untrained weights, and its default input shape, None if unknown."""
    timm: Any = _library(called, "timm")
    (name, options) = _model(called, attribute)
    try:
        made = timm.create_model(name, pretrained=False, **options)
    except Exception as error:  # foreign code may raise anything
        near = timm.list_models(f"{name[:6]}*")[:3] if name else []
        also = f"; similar names are {', '.join(near)}" if near else ""
        raise ArgumentError(f"network (={called}) cannot be made: {_message(error)}{also}") from error
    usual = getattr(made, "pretrained_cfg", None) or {}
    shape = usual.get("input_size")
    return made, tuple(shape) if shape else None


def _torchvision(called: str, attribute: str) -> tuple[object, Shape | None]:
    """Return a model of torchvision with untrained weights, and its default input shape.

    That is the shape that the published weights of the model take, or None if torchvision does not give
    it.
    """
    models: Any = _library(called, "torchvision.models")
    name, options = _model(called, attribute)
    if name not in models.list_models():
        raise UnknownNameError("model of torchvision", name, models.list_models())
    if name in models.list_models(module=models.segmentation):
        options = {"weights_backbone": None, **options}
    try:
        made = models.get_model(name, **{"weights": None, **options})
    except Exception as error:  # foreign code may raise anything
        raise ArgumentError(f"network (={called}) cannot be made: {_message(error)}") from error
    transforms = getattr(getattr(models.get_model_weights(name), "DEFAULT", None), "transforms", None)
    size = getattr(transforms, "keywords", {}).get("crop_size")
    return made, (3, size, size) if isinstance(size, int) else None


def _model(called: str, attribute: str) -> tuple[str, dict[str, Any]]:
    """Split `name(key=value)` into the name of a library's model and the dict of its keyword arguments.

    The name is not parsed as Python, because names of timm's models may have dots.
    """
    name, bracket, rest = attribute.partition("(")
    _, given = _call(called, f"model{bracket}{rest}")
    if given is not None and given[0]:
        raise ArgumentError(f"network (={called}) takes arguments by name, such as (num_classes=10)")
    return name, given[1] if given is not None else {}


def _library(called: str, name: str) -> ModuleType:
    package = name.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        raise ArgumentError(f"network (={called}) needs the package {package}: pip install {package}")
    try:
        return importlib.import_module(name)
    except Exception as error:  # a broken installation may raise anything
        rule = f"cannot be imported: {type(error).__name__}: {_message(error)}"
        raise ArgumentError(f"network (={called}) needs {package}, which {rule}") from error


LIBRARIES = {"timm": _timm, "torchvision": _torchvision}
