"""Every operation of an eager run, seen at torch's dispatcher, with every write made explicit.

Tensors that share memory share a `Storage`. It has a base, the tensor that it was made for, and versions: a
write makes a new one. A view knows the operation that made it from its parent, so that its value after a
write through another tensor is that operation done again on the new base. A write through a view makes the
new base when that is asked for: a *scatter*, which puts the view's new value into the old base.

So `y += z`, `out=`, assignments to slices and values kept in lists have their meaning without a rule for
each.

`TorchDispatchMode` and what is used of torch's schemas are not promised by torch; tests pin what is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from convref.torch.reader.held import Leaf
from convref.torch.reader.lines import user_line
from convref.torch.reader.nodes import Event, Meta, Node, Ref, refs, replaced
from convref.torch.reader.signatures import Signature, signature

SAME = frozenset({"alias", "detach", "lift_fresh", "lift_fresh_copy", "clone", "contiguous", "_to_copy"})
"""Operations whose result has the numbers of what they take, where the type stays."""
FROM_VALUES = frozenset({"_local_scalar_dense", "equal", "is_nonzero"})
REFUSED = {
    "resize": "it changes a tensor's size in place",
    "set.source_Tensor": "it gives a tensor another memory",
}
VALUES = (
    "a branch, a loop, an index or a number depends on values in a tensor, but a description does the same "
    "for all inputs; only what depends on shapes can be followed"
)
MOST_LITERALS = 1 << 16
"""The numbers that a tensor may have that is neither an input nor the module's."""


class Unreadable(Exception):  # noqa: N818 - it is caught where the module is known
    """Something has no description; the text says why."""


class Refusal(Unreadable):
    """An operation that cannot be recorded.

    Args:
        what: the operation's name; empty where it is not one operation.
        rule: why.
        scope, line: where it is called.
    """

    def __init__(self, what: str, rule: str, scope: str, line: str) -> None:
        super().__init__(rule)
        self.what, self.rule, self.scope, self.line = what, rule, scope, line


class Failure(NamedTuple):
    """An operation that does not take what arrives.

    Attributes:
        name: the operation.
        shapes: what arrived.
        error: what torch raised, which the forward may catch.
        scope, line: where it is called.
        calls: the modules and functions that it is in, the outermost first.
    """

    name: str
    shapes: list[tuple[int, ...]]
    error: Exception
    scope: str
    line: str
    calls: tuple[Event, ...]


@dataclass(eq=False)
class Storage:
    """Memory that tensors share.

    Attributes:
        version: how many writes there were.
        pending: of a write through a view that is not in the base yet, each view up to the base with the
            value that its parent had before, and that parent.
    """

    version: int = 0
    pending: list[tuple[Record, int, Record]] = field(default_factory=list)


@dataclass(eq=False)
class Record:
    """A tensor of the run.

    Attributes:
        tensor: kept, so that its `id` stays its own.
        storage: its memory.
        meta: its geometry when it was made.
        value: the number of its value at `version` of its storage.
        parent: the tensor that it is a view of, None for a base.
        link: the operation that makes it from its parent, and which of its outputs it is; None for an alias.
    """

    tensor: torch.Tensor
    storage: Storage
    meta: Meta
    value: int
    version: int = 0
    parent: Record | None = None
    link: tuple[Node, int] | None = None


class Tape(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Records what is run under it.

    Args:
        leaves: the tensors that a module holds, by `id`, those of its copy and of the original.
        twins: tensors without numbers of tensors that have them, by `id`.
        training: whether a forward may write to what its module holds, as norms do in training.
        lines: whether the user's lines are wanted.
    """

    def __init__(
        self,
        leaves: Mapping[int, Leaf],
        twins: Mapping[int, torch.Tensor],
        *,
        training: bool = False,
        lines: bool = True,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.nodes: list[Node] = []
        self.values: list[Meta] = []
        self.literals: dict[int, torch.Tensor] = {}
        self.events: list[Event] = []
        self.scopes = [""]
        self._open: list[Event] = []
        self._leaves, self._twins, self._training = leaves, dict(twins), training
        self._records: dict[int, Record] = {}
        self._storages: dict[int, Storage] = {}
        self._kept: list[torch.Tensor] = []
        self._held: dict[int, Leaf] = {}
        self.reads_shapes = False
        self.failure: Failure | None = None
        self.refusals: list[Refusal] = []
        self._passing = False
        self._lines = lines

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Leave out torch's compiler, whose import takes a second; nothing is compiled here."""
        return False

    # What a recording asks for

    def input(self, tensor: torch.Tensor) -> int:
        """Take a tensor as an input; give its value."""
        node = self._add_node("input", (), {}, [tensor])
        self._base(tensor, node.outputs[0])
        return node.outputs[0]

    @contextmanager
    def event(self, what: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[Event]:
        """Record a call of a module or a function."""
        taken, named = self.template(args), self.template(kwargs)
        event = Event(what, name, len(self.nodes), taken, named, self.scopes[-1], self._line())
        (self._open[-1].inner if self._open else self.events).append(event)
        self._open.append(event)
        if event.is_module:
            self.scopes.append(name)
        yield event  # where it raises, the stacks stay as they are: they say where
        self._open.pop()
        if event.is_module:
            self.scopes.pop()
        event.end = len(self.nodes)

    @property
    def current(self) -> Event | None:
        """The innermost call that has not ended."""
        return self._open[-1] if self._open else None

    def template(self, given: Any) -> Any:
        """Arguments with the present value of every tensor in its position."""
        return replaced(given, lambda each: Ref(self.value(each)) if isinstance(each, torch.Tensor) else each)

    def value(self, tensor: torch.Tensor) -> int:
        """The number of a tensor's present value."""
        return self._present(self._record(tensor))

    def passed(self, tensor: torch.Tensor) -> torch.Tensor:
        """The same memory as a tensor with a value of its own: what a module gives that returns its input."""
        record = self._record(tensor)
        node = self._add_node("alias", (Ref(self._present(record)),), {}, [record.tensor])
        self._passing = True
        view: torch.Tensor = torch.ops.aten.alias.default(record.tensor)
        self._passing = False
        self._keep(Record(view, record.storage, record.meta, node.outputs[0], record.storage.version, record))
        return view

    def step(self, name: str, args: tuple[Any, ...], made: list[torch.Tensor]) -> None:
        """Record an operation that is not run, with tensors of the geometry that it would give."""
        node = self._add_node(name, self.template(args), {}, made)
        for tensor, value in zip(made, node.outputs, strict=True):
            self._base(tensor, value)

    def known(self, value: int) -> torch.Tensor | None:
        """The numbers of a value that follows from shapes and literals alone; else None."""
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

    def _line(self) -> str:
        return user_line() if self._lines else ""

    def refusal(self, what: str, rule: str) -> Refusal:
        """The error for what cannot be recorded here; it is kept, since a forward may catch it."""
        self.refusals.append(Refusal(what, rule, self.scopes[-1], self._line()))
        return self.refusals[-1]

    # What torch calls

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run an operation without numbers, and record it."""
        if self._passing:
            return func(*args, **(kwargs or {}))
        known, named = signature(func), dict(kwargs or {})
        if known.name in REFUSED:
            raise self.refusal(known.name, REFUSED[known.name])
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
        if type(out) is torch.Tensor or isinstance(out, (list, tuple)):
            made = [each for each in ([out] if isinstance(out, torch.Tensor) else out) if each is not None]
            self._note(known, template, template_named, made, taken, self._written_ones(known, args, named))
        return out

    def _has_mask(self, template: Any) -> bool:
        return any(self.values[ref.value].dtype == torch.bool for ref in refs(template[1:]))

    def _written_ones(self, known: Signature, args: tuple[Any, ...], named: dict[str, Any]) -> list[Record]:
        """The tensors that an operation writes to."""
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
        """Record what an operation made, and what it wrote."""
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
            storage = self._storages.get(_memory(tensor))
            parent = next((each for each in taken if each.storage is storage), None)
            if storage is None:
                self._base(tensor, node.outputs[index])
            elif parent is None:
                raise self.refusal(known.name, "it gives a view of what it does not take")
            else:
                self._view(tensor, parent, node, index)
        for record, value in zip(written, node.outputs[len(fresh) :], strict=True):
            self._write(record, value)

    def _same(self, tensor: torch.Tensor, source: Record) -> None:
        """A tensor with the numbers of another: a copy, or the same memory."""
        value = self._present(source)
        if self._storages.get(_memory(tensor)) is None:
            self._base(tensor, value)
        elif id(tensor) not in self._records:
            self._keep(Record(tensor, source.storage, _meta(tensor), value, source.storage.version, source))

    # Values of tensors

    def _present(self, record: Record) -> int:
        """A tensor's value after all writes."""
        storage = record.storage
        if record.version != storage.version and storage.pending:
            self._flush(storage)
        if record.version != storage.version:
            assert record.parent is not None  # noqa: S101 - a base has the newest value after a flush
            record.value = self._again(record, self._present(record.parent))
            record.version = storage.version
        return record.value

    def _again(self, record: Record, parent: int) -> int:
        """A view's operation on its parent's new value."""
        if record.link is None:
            return parent
        node, index = record.link
        first = node.inputs[0]
        args = replaced(node.args, lambda each: Ref(parent) if each == Ref(first) else each)
        outputs = tuple([self._number(self.values[value]) for value in node.outputs])
        self.nodes.append(Node(node.name, args, node.kwargs, outputs, node.scope, node.line, None, node.call))
        return outputs[index]

    def _write(self, record: Record, value: int) -> None:
        """Let a tensor have a new value, which all see that share its memory."""
        storage = record.storage
        if id(storage) in self._held and not self._training:
            path = self._held[id(storage)].path
            raise self.refusal("", f"the forward changes {path}, so that no two calls need do the same")
        if storage.pending and storage.pending[0][0] is not record:
            self._flush(storage)
        if not storage.pending:
            each = record
            while each.parent is not None:
                storage.pending.append((each, self._present(each.parent), each.parent))
                each = each.parent
        storage.version += 1
        record.value, record.version = value, storage.version

    def _flush(self, storage: Storage) -> None:
        """Put what was written through a view into the base."""
        chain, storage.pending = storage.pending, []
        value = chain[0][0].value
        for view, before, parent in chain:
            value = self._scattered(view, before, value)
            parent.value, parent.version = value, storage.version

    def _scattered(self, view: Record, before: int, value: int) -> int:
        """The parent's value with a view's new value in it."""
        if view.link is None:
            return value
        node, index = view.link
        rest = [each for each in node.args if not isinstance(each, Ref)]
        args = (Ref(before), Ref(value), node.name, rest, node.kwargs, index)
        outputs = (self._number(self.values[before]),)
        self.nodes.append(Node("scatter", args, {}, outputs, self.scopes[-1], self._line()))
        return outputs[0]

    # Tensors that are new here

    def _record(self, tensor: torch.Tensor) -> Record:
        known = self._records.get(id(tensor))
        if known is None:
            twin = self._twins.get(id(tensor))
            known = self._adopted(tensor) if twin is None else self._record(twin)
            self._records[id(tensor)] = known
            self._kept.append(tensor)
        return known

    def _adopted(self, tensor: torch.Tensor) -> Record:
        """A tensor that no operation of this run made."""
        leaf = self._leaves.get(id(tensor))
        storage = self._storages.get(_memory(tensor)) if tensor.is_meta else None
        if storage is not None and leaf is None:
            return self._alias(tensor, storage)
        twin = tensor
        if not tensor.is_meta:
            self._check_literal(tensor, leaf)
            twin = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
        elif leaf is None:
            raise self.refusal("", "it takes a tensor without numbers that comes from outside the module")
        value = self._number(_meta(twin))
        line = self._line() if leaf is None else ""
        if leaf is None:
            self.literals[value] = tensor.detach().clone()
        name = "tensor" if leaf is None else "leaf"
        self.nodes.append(Node(name, (), {}, (value,), self.scopes[-1], line, leaf))
        record = self._base(twin, value)
        if leaf is not None:
            self._held[id(record.storage)] = leaf
        return record

    def _check_literal(self, tensor: torch.Tensor, leaf: Leaf | None) -> None:
        if leaf is None and isinstance(tensor, torch.nn.Parameter):
            raise self.refusal("", "it takes a parameter that is not the module's")
        if leaf is None and tensor.numel() > MOST_LITERALS:
            rule = f"it takes a tensor of {tensor.numel()} numbers that the module does not hold; "
            raise self.refusal("", rule + "register_buffer lets it be held")

    def _alias(self, tensor: torch.Tensor, storage: Storage) -> Record:
        """A tensor that shares memory without an operation."""
        where = (_meta(tensor), tensor.storage_offset())
        for each in list(self._records.values()):
            if each.storage is storage and (each.meta, each.tensor.storage_offset()) == where:
                return Record(tensor, storage, each.meta, self._present(each), storage.version, each)
        raise self.refusal("", "it takes a part of a tensor that no operation gives")

    def _base(self, tensor: torch.Tensor, value: int) -> Record:
        storage = self._storages[_memory(tensor)] = Storage()
        return self._keep(Record(tensor, storage, _meta(tensor), value))

    def _view(self, tensor: torch.Tensor, parent: Record, node: Node, index: int) -> None:
        link, version = (node, index), parent.storage.version
        self._keep(Record(tensor, parent.storage, _meta(tensor), node.outputs[index], version, parent, link))

    def _keep(self, record: Record) -> Record:
        self._records[id(record.tensor)] = record
        return record

    # Nodes

    def _add_node(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        made: list[torch.Tensor],
        call: Any = None,
    ) -> Node:
        outputs = tuple([self._number(_meta(each)) for each in made])
        called = next((event.name for event in reversed(self._open) if not event.is_module), "")
        self.nodes.append(
            Node(name, args, kwargs, outputs, self.scopes[-1], self._line(), None, call, called)
        )
        return self.nodes[-1]

    def _number(self, meta: Meta) -> int:
        self.values.append(meta)
        return len(self.values) - 1

    def _from_values(self, func: Any, known: Signature, args: tuple[Any, ...]) -> Any:
        """What depends on numbers: known where these come from shapes and literals alone."""
        numbers = {ref: self.known(ref.value) for ref in refs(args)}
        if any(each is None for each in numbers.values()):
            raise self.refusal(known.name, VALUES)
        with _without_modes():
            return func(*replaced(args, lambda each: numbers[each] if isinstance(each, Ref) else each))


def _memory(tensor: torch.Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)  # noqa: SLF001 - torch's own test of shared memory


def _meta(tensor: torch.Tensor) -> Meta:
    return Meta(tuple(tensor.shape), tuple(tensor.stride()), tensor.dtype)


def _without_modes() -> Any:
    return torch.utils._python_dispatch._disable_current_modes()  # noqa: SLF001 - torch has no public way
