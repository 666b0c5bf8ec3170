"""`Module`: the base class of networks and their parts, as `torch.nn.Module`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from typing import Any

from convref.standin.attributes import Attributes
from convref.standin.dtypes import NAMES, DType
from convref.standin.tape import active
from convref.standin.tensor import Tensor, refused

UNREGISTERED = (
    "it is in a plain list or dict, in which torch finds neither modules nor their parameters; "
    "use torch.nn.ModuleList or ModuleDict"
)


class Module(Attributes):
    """A network or a part of one, with parameters, buffers, submodules and a method `forward`."""

    training: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            raise TypeError(
                f"{type(self).__name__}.__init__() takes 1 positional argument but more were given"
            )
        super().__init__()
        store = self.__dict__.__setitem__
        store("_forward_hooks", OrderedDict())
        store("_forward_pre_hooks", OrderedDict())
        store("training", True)

    # Walks

    def children(self) -> Iterator[Module]:
        """Yield the direct submodules: those of this module, but not those inside them."""
        return (module for _, module in self.named_children())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield (name, module) for each direct submodule."""
        seen: set[int] = set()
        for name, module in self._modules.items():
            if module is not None and id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def modules(self) -> Iterator[Module]:
        """Yield this module and all submodules at any depth."""
        return (module for _, module in self.named_modules())

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Yield (path, module) for this module, with the path `prefix`, and all submodules at any depth."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                path = f"{prefix}.{name}" if prefix else name
                yield from module.named_modules(memo, path, remove_duplicate)

    def _named(self, kind: str, prefix: str, *, recurse: bool, once: bool) -> Iterator[tuple[str, Tensor]]:
        seen: set[int] = set()
        inside = self.named_modules(prefix=prefix, remove_duplicate=once) if recurse else [(prefix, self)]
        for path, module in inside:
            for name, tensor in module.__dict__[kind].items():
                if tensor is not None and not (once and id(tensor) in seen):
                    seen.add(id(tensor))
                    yield f"{path}.{name}" if path else name, tensor

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Yield (path, parameter) for each parameter.

        A shared parameter has several paths. Only the first one is used, unless `remove_duplicate` is False.
        """
        return self._named("_parameters", prefix, recurse=recurse, once=remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Tensor]:
        """Yield the parameters, each one once."""
        return (each for _, each in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Yield (path, buffer) for each buffer.

        A shared buffer has several paths. Only the first one is used, unless `remove_duplicate` is False.
        """
        return self._named("_buffers", prefix, recurse=recurse, once=remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Yield the buffers, each one once."""
        return (each for _, each in self.named_buffers(recurse=recurse))

    def state_dict(self, *args: Any, **options: Any) -> dict[str, Tensor]:  # noqa: ARG002 - torch's signature
        """Return a dict from path to tensor, with all parameters and persistent buffers."""
        found: dict[str, Tensor] = OrderedDict()
        for path, module in self.named_modules(remove_duplicate=False):
            held = {**module.__dict__["_parameters"], **module.__dict__["_buffers"]}
            for name, tensor in held.items():
                if tensor is not None and name not in module.__dict__["_non_persistent_buffers_set"]:
                    found[f"{path}.{name}" if path else name] = tensor
        return found

    def load_state_dict(self, state_dict: Any, strict: bool = True, assign: bool = False) -> None:
        """Do nothing: the module's tensors have no elements that could be replaced."""

    def get_submodule(self, target: str) -> Module:
        """Return the submodule at a path such as "layer1.0.conv"."""
        module = self
        for name in filter(None, target.split(".")):
            module = getattr(module, name)
        return module

    def get_parameter(self, target: str) -> Any:
        """Return the parameter at a path."""
        return self._held("_parameters", target, "parameter")

    def get_buffer(self, target: str) -> Any:
        """Return the buffer at a path."""
        return self._held("_buffers", target, "buffer")

    def _held(self, kind: str, target: str, word: str) -> Any:
        path, _, name = target.rpartition(".")
        held = self.get_submodule(path).__dict__[kind]
        if name not in held:
            raise AttributeError(f"{name!r} is not a {word} of the module; its {word}s are {sorted(held)}")
        return held[name]

    def apply(self, fn: Callable[[Module], Any]) -> Module:
        """Call `fn` with each submodule and then with this module, and return this module."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    # Modes, devices, dtypes

    def train(self, mode: bool = True) -> Module:
        """Set training or evaluation mode for this module and all submodules, and return this module."""
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Module:
        """Set evaluation mode, and return the module."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Set whether training changes the parameters, and return the module."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Do nothing: no gradients are computed."""

    def to(self, *args: Any, **options: Any) -> Module:
        """Convert float parameters and buffers to a dtype, if one is given, and return the module."""
        dtypes = [each for each in (*args, options.get("dtype")) if isinstance(each, DType)]
        for tensor in (*self.parameters(), *self.buffers()) if dtypes else ():
            if tensor.dtype.is_floating_point:
                tensor.dtype = dtypes[-1]
        return self

    def cuda(self, device: Any = None) -> Module:  # noqa: ARG002 - torch's signature
        """Return the module: nothing is computed, so devices make no difference."""
        return self

    def cpu(self) -> Module:
        """Return the module: nothing is computed, so devices make no difference."""
        return self

    def half(self) -> Module:
        """Set the dtype float16, and return the module."""
        return self.to(NAMES["half"])

    def float(self) -> Module:
        """Set the dtype float32, and return the module."""
        return self.to(NAMES["float"])

    def double(self) -> Module:
        """Set the dtype float64, and return the module."""
        return self.to(NAMES["double"])

    # Calls

    def register_forward_hook(self, hook: Callable[..., Any], **options: Any) -> Handle:
        """Add a function that is called after `forward`, with the module, its inputs and its output."""
        return Handle(self._forward_hooks, hook, options)

    def register_forward_pre_hook(self, hook: Callable[..., Any], **options: Any) -> Handle:
        """Add a function that is called before `forward`, with the module and its inputs."""
        return Handle(self._forward_pre_hooks, hook, options)

    def forward(self, *inputs: Any) -> Any:
        """Compute the output; a subclass defines it."""
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function'
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call `forward`, and the module's hooks before and after it."""
        tape = active()
        path = None if tape is None else tape.paths.get(id(self))
        if tape is not None and path is None:
            raise refused(type(self).__name__, UNREGISTERED)
        with nullcontext() if tape is None or path is None else tape.inside(path):
            for hook in self._forward_pre_hooks.values():
                found = hook(self, args)
                if found is not None:
                    args = found if isinstance(found, tuple) else (found,)
            result = self.forward(*args, **kwargs)
            for hook in self._forward_hooks.values():
                found = hook(self, args, result)
                result = result if found is None else found
        return result

    def extra_repr(self) -> str:
        """Return the text for the module's arguments in `repr`; a subclass may override it."""
        return ""

    def __repr__(self) -> str:
        lines = [
            f"({name}): {str(module).replace(chr(10), chr(10) + '  ')}"
            for name, module in self._modules.items()
        ]
        inner = "".join(f"\n  {line}" for line in lines) + ("\n" if lines else "")
        return f"{type(self).__name__}({self.extra_repr()}{inner})"


class Handle:
    """The object that is returned when a hook is added, and that can remove the hook again."""

    def __init__(
        self, hooks: OrderedDict[int, Any], hook: Callable[..., Any], options: Mapping[str, Any]
    ) -> None:
        if any(options.values()):
            raise refused(
                "register_forward_hook", f"its options {sorted(options)} are not supported without PyTorch"
            )
        self._hooks, self._key = hooks, max(hooks, default=-1) + 1
        hooks[self._key] = hook

    def remove(self) -> None:
        """Remove the hook."""
        self._hooks.pop(self._key, None)
