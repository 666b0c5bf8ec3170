"""Keep track of tensors that share memory, and of their values after every in-place write.

A recording numbers the values that tensors have, and a value never changes. So after an in-place write, all
tensors that share the written memory need new values. They get them lazily, when they are read next:

- Tensors that share memory have one `Storage`. Its *base* is the tensor for which the memory was allocated.
  Its *version* is the number of writes so far, so a tensor with an older version needs a new value.
- A view stores the operation that made it from another tensor, its *parent*. If the memory was written
  through another tensor, this operation is recorded again, on the parent's new value.
- If a view was written, a *scatter* node is recorded. It copies the base's old value and puts the view's new
  value into the copy, which is the base's new value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from convref.assembly.nodes import Event, Leaf, Meta, Node, Ref, replaced
from convref.assembly.refusals import Refusal
from convref.torch.reader.lines import user_line

MOST_LITERALS = 1 << 16
"""The largest number of elements of a tensor that the forward uses, but that is not part of the module."""
MADE_PARAMETER = (
    "the forward makes a parameter, which the module does not hold; if it does so at its first call only, "
    "call the module once and then pass it"
)


@dataclass(eq=False)
class Storage:
    """Memory that one tensor or several use.

    Attributes:
        version: the number of writes to the memory so far.
        pending: the last write to a view, if the base does not have a new value for it yet; otherwise empty.
            The elements are triples (view, value of its parent before the write, parent): the first one for
            the view that was written, the next one for its parent, and so on up to the base.
    """

    version: int = 0
    pending: list[tuple[Record, int, Record]] = field(default_factory=list)


@dataclass(eq=False)
class Record:
    """A tensor of the run, and the number of its latest known value.

    Attributes:
        tensor: the tensor. This reference keeps it alive, so that no other tensor gets the same `id`.
        storage: the memory that it uses.
        meta: its shape, strides and dtype when it was made.
        value: the number of its value when the memory had the version `version`.
        version: the version of `storage` to which `value` belongs. If `storage` has a higher version, the
            value is outdated.
        parent: the record of the tensor of which this one is a view; None for a base.
        link: the operation that made the view from its parent, and the view's index among the outputs of this
            operation; None if the tensor has all elements of its parent, unchanged.
    """

    tensor: torch.Tensor
    storage: Storage
    meta: Meta
    value: int
    version: int = 0
    parent: Record | None = None
    link: tuple[Node, int] | None = None


class Memory:
    """The tensors of a run, with their values after all writes, and the operations that made them.

    Args:
        leaves, twins, training, lines: see `Tape`.
    """

    def __init__(
        self, leaves: Mapping[int, Leaf], twins: Mapping[int, torch.Tensor], *, training: bool, lines: bool
    ) -> None:
        self.nodes: list[Node] = []
        self.values: list[Meta] = []
        self.literals: dict[int, torch.Tensor] = {}
        self.scopes = [""]
        self.refusals: list[Refusal] = []
        self.changes: list[tuple[Leaf, Refusal]] = []
        self._open: list[Event] = []
        self._leaves, self._twins, self._training = leaves, dict(twins), training
        self._records: dict[int, Record] = {}
        self._storages: dict[int, Storage] = {}
        self._kept: list[torch.Tensor] = []
        self._held: dict[int, Leaf] = {}
        self._lines = lines

    def _line(self) -> str:
        return user_line() if self._lines else ""

    def refusal(self, what: str, rule: str) -> Refusal:
        """Return the error for an operation that cannot be recorded, and add it to the list `refusals`.

        The list keeps the error, because the module's forward may catch the exception.
        """
        self.refusals.append(Refusal(what, rule, self.scopes[-1], self._line()))
        return self.refusals[-1]

    def _same(self, tensor: torch.Tensor, source: Record) -> None:
        """Add a record for a tensor that has the same elements as `source`.

        The tensor is a copy of it, or shares its memory.
        """
        value = self._present(source)
        if self._storages.get(memory_of(tensor)) is None:
            self._base(tensor, value)
        elif id(tensor) not in self._records:
            self._keep(Record(tensor, source.storage, meta_of(tensor), value, source.storage.version, source))

    # Values of tensors

    def _present(self, record: Record) -> int:
        """Return the number of the value that a tensor has after all writes so far.

        If its last value is outdated, the operations that give the new value are recorded first.
        """
        storage = record.storage
        if record.version != storage.version and storage.pending:
            self._flush(storage)
        if record.version != storage.version:
            assert record.parent is not None  # noqa: S101 - a base has the newest value after a flush
            record.value = self._again(record, self._present(record.parent))
            record.version = storage.version
        return record.value

    def _again(self, record: Record, parent: int) -> int:
        """Record the operation that made a view again, and return the number of the view's new value.

        Args:
            record: the view.
            parent: the number of its parent's new value, to which the operation is applied.
        """
        if record.link is None:
            return parent
        node, index = record.link
        first = node.inputs[0]
        args = replaced(node.args, lambda each: Ref(parent) if each == Ref(first) else each)
        outputs = tuple([self._number(self.values[value]) for value in node.outputs])
        self.nodes.append(Node(node.name, args, node.kwargs, outputs, node.scope, node.line, None, node.call))
        return outputs[index]

    def _write(self, record: Record, value: int) -> None:
        """Record that a tensor was written in place and now has the value numbered `value`.

        All tensors that share its memory get new values when they are read next. If the module holds one of
        them, it is added to `changes`.
        """
        storage = record.storage
        self._note_change(storage)
        if storage.pending and storage.pending[0][0] is not record:
            self._flush(storage)
        if not storage.pending:
            each = record
            while each.parent is not None:
                storage.pending.append((each, self._present(each.parent), each.parent))
                each = each.parent
        storage.version += 1
        record.value, record.version = value, storage.version

    def _note_change(self, storage: Storage) -> None:
        """Add the tensor whose memory is written to `changes`, if the module holds it."""
        leaf = self._held.get(id(storage))
        if leaf is None or self._training or any(each is leaf for each, _ in self.changes):
            return
        rule = f"the forward changes {leaf.path}, so another call could give a different result"
        self.changes.append((leaf, Refusal("", rule, self.scopes[-1], self._line())))

    def set_data(self, tensor: torch.Tensor, other: torch.Tensor) -> None:
        """Record that a tensor gets the memory of another one, as `tensor.data = other` does.

        A tensor of the original module stays as it is; that of the copy changes.
        """
        old, new = self._record(tensor), self._record(other)
        self._note_change(old.storage)
        for key in [key for key, each in self._records.items() if each is old]:
            self._records[key] = new
        old.tensor.data = new.tensor

    def held(self) -> list[Leaf]:
        """Return the tensors that the module holds."""
        return list({id(leaf): leaf for leaf in self._leaves.values()}.values())

    def twin_of(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return the tensor of the copy for one of the module; both are the same if there is no copy."""
        return self._twins.get(id(tensor), tensor)

    def _flush(self, storage: Storage) -> None:
        """Record the nodes (`scatter`) that copy the last write to a view into the tensors that contain it.

        These are the view's parent, the parent of the parent and so on, up to the base, which is no view.
        """
        chain, storage.pending = storage.pending, []
        value = chain[0][0].value
        for view, before, parent in chain:
            value = self._scattered(view, before, value)
            parent.value, parent.version = value, storage.version

    def _scattered(self, view: Record, before: int, value: int) -> int:
        """Record a scatter node for a write to a view, and return the number of its parent's new value.

        Args:
            view: the view that was written.
            before: the number of the parent's value before the write.
            value: the number of the view's value after the write.
        """
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
        """Return a record for a tensor that no recorded operation made.

        It must be one of these: a parameter, buffer or other tensor of the module, which is recorded as
        `leaf`; a tensor that the forward made from plain numbers, which is recorded as `tensor`; or a second
        Python object for the memory of a known tensor.

        Raises:
            Refusal: the tensor is none of these.
        """
        leaf = self._leaves.get(id(tensor))
        storage = self._storages.get(memory_of(tensor)) if tensor.is_meta else None
        if storage is not None and leaf is None:
            known = self._alias(tensor, storage)
            if isinstance(tensor, torch.nn.Parameter) and not self._depends(known.value):
                raise self.refusal("", MADE_PARAMETER)
            return known
        twin = tensor
        if not tensor.is_meta:
            self._check_literal(tensor, leaf)
            twin = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
        elif leaf is None:
            raise self.refusal("", "it uses a tensor on the meta device that does not belong to the module")
        value = self._number(meta_of(twin))
        line = self._line() if leaf is None else ""
        if leaf is None:
            self.literals[value] = tensor.detach().clone()
        name = "tensor" if leaf is None else "leaf"
        self.nodes.append(Node(name, (), {}, (value,), self.scopes[-1], line, leaf))
        record = self._base(twin, value)
        if leaf is not None:
            self._held[id(record.storage)] = leaf
        return record

    def _depends(self, value: int) -> bool:
        """Return True if a value is computed from an input, or from a parameter or buffer of the module."""
        makers = {each: node for node in self.nodes for each in node.outputs}
        left, seen = [value], set()
        while left:
            node = makers[left.pop()]
            if node.name in {"input", "leaf"}:
                return True
            left += [each for each in node.inputs if each not in seen]
            seen.update(node.inputs)
        return False

    def _check_literal(self, tensor: torch.Tensor, leaf: Leaf | None) -> None:
        if leaf is None and isinstance(tensor, torch.nn.Parameter):
            raise self.refusal("", "it uses a parameter that does not belong to the module")
        if leaf is None and tensor.numel() > MOST_LITERALS:
            rule = f"it uses a tensor of {tensor.numel()} elements that the module does not hold; "
            raise self.refusal("", rule + "add it to the module with register_buffer")

    def _alias(self, tensor: torch.Tensor, storage: Storage) -> Record:
        """Return a record for a tensor that no operation made, but that uses the memory of a known tensor.

        The new record has the value of the known tensor with the same elements.

        Raises:
            Refusal: no known tensor has the same shape, strides and offset in this memory.
        """
        where = (meta_of(tensor), tensor.storage_offset())
        for each in list(self._records.values()):
            if each.storage is storage and (each.meta, each.tensor.storage_offset()) == where:
                return Record(tensor, storage, each.meta, self._present(each), storage.version, each)
        raise self.refusal("", "it uses a view of a tensor, but no torch operation made this view")

    def _base(self, tensor: torch.Tensor, value: int) -> Record:
        storage = self._storages[memory_of(tensor)] = Storage()
        return self._keep(Record(tensor, storage, meta_of(tensor), value))

    def _view(self, tensor: torch.Tensor, parent: Record, node: Node, index: int) -> None:
        link, version = (node, index), parent.storage.version
        self._keep(
            Record(tensor, parent.storage, meta_of(tensor), node.outputs[index], version, parent, link)
        )

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
        outputs = tuple([self._number(meta_of(each)) for each in made])
        called = next((event.name for event in reversed(self._open) if not event.is_module), "")
        self.nodes.append(
            Node(name, args, kwargs, outputs, self.scopes[-1], self._line(), None, call, called)
        )
        return self.nodes[-1]

    def _number(self, meta: Meta) -> int:
        self.values.append(meta)
        return len(self.values) - 1


def memory_of(tensor: torch.Tensor) -> int:
    """Return a number that identifies a tensor's memory; tensors that share memory have the same number."""
    return int(tensor.untyped_storage()._cdata)  # noqa: SLF001 - torch's own test of shared memory


def meta_of(tensor: torch.Tensor) -> Meta:
    """Return the shape, the strides and the dtype of a tensor."""
    return Meta(tuple(tensor.shape), tuple(tensor.stride()), tensor.dtype)
