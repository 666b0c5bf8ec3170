"""Import Python modules and files, and create the networks that they define."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from convref.errors import ArgumentError, ConvrefError
from convref.networks.stand_in import is_module, pass_refusal
from convref.nn import Layer
from convref.nn.given import remedy

OWN_PACKAGE = __name__.partition(".")[0]
FORM = "package.module:attribute or path/to/file.py:attribute"
"""The forms of a name of a network that is not registered, for messages."""


def module_of(called: str, source: str) -> ModuleType:
    """Import a module by its dotted name, or run a Python file as a module.

    Raises:
        ArgumentError: the import or the run fails. If the module's code was run, the message names the line
            at which it failed.
    """
    is_file = source.endswith(".py")
    try:
        return _from_file(Path(source)) if is_file else importlib.import_module(source)
    except Exception as error:  # a foreign module may raise anything
        pass_refusal(error)
        line = _own_line(error, Path(source).stem if is_file else source)
        rule = f"cannot be imported; {line}: {type(error).__name__}: {first_line(error)}"
        unknown = f"must be {FORM}; {error}"
        raise ArgumentError(f"network (={called}) {rule if line else unknown}") from error


def _from_file(path: Path) -> ModuleType:
    """Run a Python file as a module with the file's name; it can import other files in its folder."""
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


def made(called: str, module: ModuleType, attribute: str) -> object:
    """Return the network in an attribute of a module.

    If the attribute is a class or a function, it is called to create the network. The arguments are those in
    the name, such as 10 in `nets.py:Net(10)`; without parentheses, there are no arguments.

    Args:
        called: the whole name as the caller gave it, which errors quote.
        module: the module with the attribute.
        attribute: the part of the name after the colon, such as `Net(10)`.

    Raises:
        ArgumentError: there is no such attribute, the call fails, or the result is not a network.
    """
    names, given = parsed_call(called, attribute)
    try:
        found = _checked(called, functools.reduce(getattr, names, module))
    except AttributeError as error:
        raise ArgumentError(f"network (={called}) must be {FORM}; {error}") from error
    if isinstance(found, Layer) or is_module(type(found)):
        if given is not None:
            raise ArgumentError(
                f"network (={called}) takes no arguments, since it is a network already, "
                "not a class or function that makes one"
            )
        return found
    arguments, options = given or ((), {})
    try:
        made = found(*arguments, **options)
    except ConvrefError:
        raise
    except Exception as error:  # foreign code may raise anything
        pass_refusal(error)
        line = _own_line(error, module.__name__)
        at = f" at {line}" if line else ""
        missing = given is None and isinstance(error, TypeError)
        also = f"; arguments are given as {called}(…)" if missing else ""
        rule = f"cannot be made{at}: {type(error).__name__}: {first_line(error)}{also}"
        raise ArgumentError(f"network (={called}) {rule}") from error
    return _checked(called, made)


def _checked(called: str, found: Any) -> Any:
    """Check that an object is a network, or a class or function that may create one, and return it.

    Raises:
        ArgumentError: the object is something else, such as an array, a state_dict or a number.
    """
    if isinstance(found, Layer) or is_module(type(found)):
        return found
    if isinstance(found, type):
        if issubclass(found, Layer) or is_module(found):
            return found
    elif callable(found):
        return found
    hint = remedy(found)
    if isinstance(found, dict) and found and all(isinstance(key, str) for key in found):
        hint = "a state_dict has weights, but not the code that computes with them"
    rule = f"must be a description or a torch.nn.Module, not a {type(found).__name__}"
    raise ArgumentError(f"network (={called}) {rule}; {hint}")


def parsed_call(called: str, attribute: str) -> tuple[list[str], tuple[list[Any], dict[str, Any]] | None]:
    """Parse a call such as `nets.Net(10, width=0.5)`.

    Args:
        called: the whole name of the network as the caller gave it, which the error quotes.
        attribute: the text to parse.

    Returns:
        The names, here `["nets", "Net"]`, and the arguments, here `([10], {"width": 0.5})`. The arguments are
        None if the text has no parentheses.

    Raises:
        ArgumentError: the text is neither a dotted name nor a call, or an argument is not a literal.
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
    """Return "file:line" of the line at which importing or calling a module failed.

    Only lines in the module's package count, not those of libraries that it calls. Return an empty string if
    no such line was run, for example because the module does not exist.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    package, line, trace = module.partition(".")[0], "", error.__traceback__
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] == package != OWN_PACKAGE:
            line = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return line


def first_line(error: Exception) -> str:
    """Return the first line of an error's message; for a syntax error, without its file and line."""
    return error.msg if isinstance(error, SyntaxError) else str(error).strip().partition("\n")[0]
