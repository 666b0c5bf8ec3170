"""`Tape`: a recorder to which torch's dispatcher passes every operation of a run.

After an in-place write, all tensors that share the written memory get new values (see `memory`). So `y += z`,
`out=` and assignments to slices need no rules of their own.

`TorchDispatchMode`, and the parts of torch's operator schemas that are used here, are not a stable API of
torch; tests check the behaviour that this module needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from convref.assembly.nodes import Event, Leaf, Ref, refs, replaced
from convref.assembly.refusals import Failure
from convref.torch.reader.memory import Memory, Record, memory_of
from convref.torch.reader.signatures import Signature, signature

SAME = frozenset({"alias", "detach", "lift_fresh", "lift_fresh_copy", "clone", "contiguous", "_to_copy"})
"""Operations that return the elements of their input unchanged, if the dtype is the same."""
FROM_VALUES = frozenset({"_local_scalar_dense", "equal", "is_nonzero"})
REFUSED = {
    "resize": "it changes a tensor's size in place",
    "set.source_Tensor": "it replaces the memory of a tensor",
    "_pack_padded_sequence": "from_torch does not support packed sequences; pass a padded tensor",
    "_nested_tensor_from_tensor_list": "from_torch does not support nested tensors; pass a padded tensor",
}
QUANTIZED = "from_torch does not support quantized operations; pass the module from before its quantization"
VALUES = (
    "a branch, a loop, an index or a number depends on values in a tensor, but a description does the same "
    "for all inputs; such choices may depend on shapes only"
)


class Tape(Memory, TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A dispatch mode that records all operations that run while it is active.

    Args:
        leaves: a dict from the `id` of each tensor, both of the original module and of its copy, to its
            `Leaf`. The copy is run, not the original.
        twins: a dict from the `id` of each tensor of the original to the corresponding tensor of the copy,
            which is on the meta device.
        training: whether the forward may write to parameters and buffers, as batch norm does in training.
        lines: whether to record the line of the user's code for each operation, which takes time.
    """

    def __init__(
        self,
        leaves: Mapping[int, Leaf],
        twins: Mapping[int, torch.Tensor],
        *,
        training: bool = False,
        lines: bool = True,
    ) -> None:
        TorchDispatchMode.__init__(self)  # type: ignore[no-untyped-call]
        Memory.__init__(self, leaves, twins, training=training, lines=lines)
        self.events: list[Event] = []
        self.reads_shapes = False
        self.failure: Failure | None = None
        self._passing = False

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Return False; torch would otherwise import its compiler, which takes a second."""
        return False

    # What a recording asks for

    def input(self, tensor: torch.Tensor) -> int:
        """Record a tensor as an input of the module, and return the number of its value."""
        node = self._add_node("input", (), {}, [tensor])
        self._base(tensor, node.outputs[0])
        return node.outputs[0]

    @contextmanager
    def event(self, what: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[Event]:
        """Record everything that runs in the `with` block as one call of a module or a function.

        Args:
            what: the module or the function.
            name: the module's path, or the function's name.
            args: the positional arguments of the call.
            kwargs: its keyword arguments.
        """
        taken, named = self.template(args), self.template(kwargs)
        event = Event(what, name, len(self.nodes), taken, named, self.scopes[-1], self._line())
        event.is_module = isinstance(what, torch.nn.Module)
        (self._open[-1].inner if self._open else self.events).append(event)
        self._open.append(event)
        if event.is_module:
            self.scopes.append(name)
        yield event  # after an exception the stacks keep their entries, from which the error names the module
        self._open.pop()
        if event.is_module:
            self.scopes.pop()
        event.end = len(self.nodes)

    @property
    def current(self) -> Event | None:
        """The innermost call that is running; None outside of all calls."""
        return self._open[-1] if self._open else None

    def template(self, given: Any) -> Any:
        """Return arguments or a result with each tensor replaced by a `Ref` to the tensor's current value."""
        return replaced(given, lambda each: Ref(self.value(each)) if isinstance(each, torch.Tensor) else each)

    def value(self, tensor: torch.Tensor) -> int:
        """Return the number of a tensor's current value, by which recorded operations refer to the tensor."""
        return self._present(self._record(tensor))

    def passed(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return an alias of a tensor, and record it as a new value.

        This is for a module that returns its input. Its output and input must be different values, so that
        the recording shows which later operations use the module's output.
        """
        record = self._record(tensor)
        node = self._add_node("alias", (Ref(self._present(record)),), {}, [record.tensor])
        self._passing = True
        view: torch.Tensor = torch.ops.aten.alias.default(record.tensor)
        self._passing = False
        self._keep(Record(view, record.storage, record.meta, node.outputs[0], record.storage.version, record))
        return view

    def step(self, name: str, args: tuple[Any, ...], made: list[torch.Tensor]) -> None:
        """Record an operation without running it.

        Args:
            name: the operation's name.
            args: its arguments.
            made: tensors with the shapes that it would return.
        """
        node = self._add_node(name, self.template(args), {}, made)
        for tensor, value in zip(made, node.outputs, strict=True):
            self._base(tensor, value)

    def known(self, value: int) -> torch.Tensor | None:
        """Return a value as a tensor with data, if it is computed only from shapes and plain numbers.

        Return None if it depends on an input, on a parameter or on random numbers: it then has no data on the
        meta device.
        """
        if value in self.literals:
            return self.literals[value]
        node = next(each for each in reversed(self.nodes) if value in each.outputs)
        if node.call is None or torch.Tag.nondeterministic_seeded in node.call.tags:
            return None
        given = {each: self.known(each) for each in node.inputs}
        if any(each is None for each in given.values()):
            return None

        def numbers(each: Any) -> Any:
            if isinstance(each, Ref):
                return given[each.value]
            return torch.device("cpu") if isinstance(each, torch.device) else each

        with _without_modes():
            out = node.call(*replaced(node.args, numbers), **replaced(node.kwargs, numbers))
        made = list(out) if isinstance(out, (list, tuple)) else [out]
        self.literals |= dict(zip(node.outputs, made, strict=True))
        return self.literals[value]

    # What torch calls

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run an operation on the meta device, and record it."""
        if self._passing:
            return func(*args, **(kwargs or {}))
        known, named = signature(func), dict(kwargs or {})
        rule = QUANTIZED if func.namespace == "quantized" else REFUSED.get(known.name)
        if rule is not None:
            raise self.refusal(known.name, rule)
        taken: list[Record] = []

        def twin(each: Any) -> Any:
            if isinstance(each, torch.Tensor):
                taken.append(self._record(each))
                return taken[-1].tensor
            return each

        given, given_named = replaced(args, twin), replaced(named, twin)
        if named.get("device") is not None or (known.has_device and not taken):
            given_named["device"] = torch.device("meta")
        template, template_named = self.template(args), self.template(named)
        if known.is_dynamic or (known.name == "index.Tensor" and self._has_mask(template)):
            raise self.refusal(known.name, VALUES)
        if known.name in FROM_VALUES:
            return self._from_values(func, known, template)
        try:
            out = func(*given, **given_named)
        except Exception as error:
            shapes = [self.values[ref.value].shape for ref in refs((template, template_named))]
            self.failure = Failure(
                known.name, shapes, error, self.scopes[-1], self._line(), tuple(self._open)
            )
            raise
        if isinstance(out, (torch.Tensor, list, tuple)):
            made = [each for each in ([out] if isinstance(out, torch.Tensor) else out) if each is not None]
            self._note(known, template, template_named, made, taken, self._written_ones(known, args, named))
        return out

    def _has_mask(self, template: Any) -> bool:
        return any(self.values[ref.value].dtype == torch.bool for ref in refs(template[1:]))

    def _written_ones(self, known: Signature, args: tuple[Any, ...], named: dict[str, Any]) -> list[Record]:
        """Return the records (see `memory`) of the tensors to which an operation writes."""
        given = [
            args[place] if place < len(args) else named.get(name)  # a tensor, or None
            for place, name in known.written
        ]
        return [self._record(each) for each in given if each is not None]

    def _note(
        self,
        known: Signature,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        made: list[torch.Tensor],
        taken: list[Record],
        written: list[Record],
    ) -> None:
        """Record an operation that was run.

        Args:
            known: the signature of the operation.
            args: the positional arguments, each tensor replaced by a `Ref`.
            kwargs: the keyword arguments, each tensor replaced by a `Ref`.
            made: the tensors that the operation returned.
            taken: the records of the tensors that it received.
            written: the records of the tensors to which it wrote.
        """
        kwargs = {key: value for key, value in kwargs.items() if key not in known.outs}
        if known.moves:
            node = self._add_node(known.name, args, kwargs, made, known.call)
            self._view(made[0], taken[0], node, 0)
            return
        if known.name == "copy" and self.values[args[1].value][::2] == written[0].meta[::2]:
            self._write(written[0], args[1].value)
            return
        if known.name in SAME and not written and taken[0].meta.dtype == made[0].dtype:
            self._same(made[0], taken[0])
            return
        ids = {id(each.tensor) for each in written}
        fresh = [each for each in made if id(each) not in ids]
        node = self._add_node(
            known.name, args, kwargs, [*fresh, *(each.tensor for each in written)], known.call
        )
        node.is_random = known.is_random
        for index, tensor in enumerate(fresh):
            storage = self._storages.get(memory_of(tensor))
            parent = next((each for each in taken if each.storage is storage), None)
            if storage is None:
                self._base(tensor, node.outputs[index])
            elif parent is None:
                rule = "it returns a view of a tensor that is not among its arguments"
                raise self.refusal(known.name, rule)
            else:
                self._view(tensor, parent, node, index)
        for record, value in zip(written, node.outputs[len(fresh) :], strict=True):
            self._write(record, value)

    def _from_values(self, func: Any, known: Signature, args: tuple[Any, ...]) -> Any:
        """Return the result of an operation that reads a tensor's data, such as `Tensor.item`.

        Raises:
            Refusal: the tensor depends on an input or a parameter, so it has no data on the meta device.
        """
        numbers = {ref: self.known(ref.value) for ref in refs(args)}
        if any(each is None for each in numbers.values()):
            raise self.refusal(known.name, VALUES)
        with _without_modes():
            return func(*replaced(args, lambda each: numbers[each] if isinstance(each, Ref) else each))


def _without_modes() -> Any:
    return torch.utils._python_dispatch._disable_current_modes()  # noqa: SLF001 - torch has no public way
