"""Find the sizes that depend on the batch size, by comparing recordings with different batch sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convref.assembly.nodes import Event, Node, Ref
from convref.assembly.recording import Recording
from convref.assembly.refusals import Unreadable
from convref.nn.sizes import FullShape, Size, sized

MIXED = "a size is not a multiple of the batch size plus a constant"


class BatchDependent(Unreadable):
    """Raised if the operations of a module depend on the batch size, other than by their sizes.

    Args:
        node: the operation that differs between the recordings; None if it is not one operation.
        rule: the message, which says what differs between the recordings.
    """

    def __init__(self, node: Node | None, rule: str) -> None:
        super().__init__(rule)
        self.node = node


class Sizes:
    """Two recordings of one module with different batch sizes.

    Their operations correspond one to one. A size that differs between them depends on the batch size; the
    two values determine how, as in `4 * N + 1` with the batch size N.

    Args:
        one, other: the recordings.
        batches: their batch sizes.

    Attributes:
        is_mixed: whether a size such as `4 * N + 1` was found, with a constant that is not zero.

    Raises:
        BatchDependent: the recordings differ in more than sizes.
    """

    def __init__(self, one: Recording, other: Recording, batches: tuple[int, int]) -> None:
        self._one, self.other, self.batches = one, other, batches
        self.is_mixed = False
        if len(one.nodes) != len(other.nodes):
            node = next(
                (mine for mine, its in zip(one.nodes, other.nodes, strict=False) if mine.name != its.name),
                None,
            )
            raise BatchDependent(node, "what the forward does depends on the number of samples in the batch")
        self._twin_of: dict[int, Node | Event] = {}
        for mine, its in zip(one.nodes, other.nodes, strict=True):
            if mine.name != its.name or mine.outputs != its.outputs or _path(mine) != _path(its):
                raise BatchDependent(
                    mine, "what the forward does depends on the number of samples in the batch"
                )
            self._same_numbers(mine, (mine.args, mine.kwargs), (its.args, its.kwargs))
            self._twin_of[id(mine)] = its
        self._pair(one.events, other.events)
        if one.literals.keys() != other.literals.keys() or not all(
            each.equal(other.literals[value]) for value, each in one.literals.items()
        ):
            raise BatchDependent(None, "a tensor of numbers depends on the number of samples in the batch")

    def _same_numbers(self, node: Node, one: Any, other: Any) -> None:
        """Check that the arguments of an operation are equal in both recordings.

        Integers may differ, because they may be sizes.
        """
        if isinstance(one, dict):
            one, other = list(one.values()), list(other.values())
        if isinstance(one, (list, tuple)) and not isinstance(one, Ref):
            if len(one) != len(other):
                raise BatchDependent(
                    node, "the number of arguments depends on the number of samples in the batch"
                )
            for pair in zip(one, other, strict=True):
                self._same_numbers(node, *pair)
        elif type(one) is not type(other) or (type(one) is not int and not _same(one, other)):
            raise BatchDependent(node, f"a number ({one!r}) depends on the number of samples in the batch")

    def is_fixed(self, source: Node | Event) -> bool:
        """Return True if an operation or a function has the same arguments in both recordings."""
        other = self._twin_of[id(source)]
        return (source.args, source.kwargs) == (other.args, other.kwargs)

    def twin(self, event: Event) -> Event:
        """Return the call in the second recording that corresponds to a call in the first one."""
        found = self._twin_of[id(event)]
        assert isinstance(found, Event)  # noqa: S101 - calls have calls as twins
        return found

    def _pair(self, mine: Sequence[Event], its: Sequence[Event]) -> None:
        for one, other in zip(mine, its, strict=True):
            self._twin_of[id(one)] = other
            self._pair(one.inner, other.inner)

    def shape(self, value: int) -> FullShape:
        """Return the shape of a value with its batch axis.

        A size that depends on the batch size N is a `Size` object, a formula such as `4 * N`.
        """
        pair = (self._one.values[value].shape, self.other.values[value].shape)
        if len(pair[0]) != len(pair[1]):
            raise BatchDependent(None, "a tensor has more or fewer axes for another batch size")
        return tuple([self._size(*sizes) for sizes in zip(*pair, strict=True)])

    def arguments(self, source: Node | Event, args: Any, kwargs: Any) -> tuple[Any, Any]:
        """Return the arguments of an operation, with a `Size` for each one that depends on the batch size.

        Args:
            source: the operation or the call in the first recording.
            args: its positional arguments.
            kwargs: its keyword arguments.
        """
        other = self._twin_of[id(source)]
        if isinstance(source, Event) and isinstance(other, Event):
            from convref.assembly.calls import bound

            its_args, its_kwargs = bound(other)
        else:
            its_args, its_kwargs = other.args, other.kwargs
        return self._merged(args, its_args), self._merged(kwargs, its_kwargs)

    def _merged(self, one: Any, other: Any) -> Any:
        if isinstance(one, Ref) or isinstance(other, Ref):
            if one != other:
                raise BatchDependent(None, "an operation uses other tensors for another batch size")
            return one
        if isinstance(one, (list, tuple)):
            if len(one) != len(other):
                raise BatchDependent(None, "the number of arguments depends on the number of samples")
            return tuple([self._merged(*pair) for pair in zip(one, other, strict=True)])
        if isinstance(one, dict):
            return {key: self._merged(each, other[key]) for key, each in one.items()}
        if type(one) is int and type(other) is int:
            return self._size(one, other)
        return one

    def _size(self, one: int, other: int) -> int | Size:
        size = sized(one, other, self.batches)
        if size is None:
            raise BatchDependent(None, MIXED)
        if isinstance(size, Size) and size.fixed:
            self.is_mixed = True
        return size

    def check(self, third: Recording, batch: int) -> None:
        """Check every size against a recording with a third batch size.

        Two batch sizes always fit some size such as `4 * N + 1`; a third one shows whether it is right.

        Args:
            third: the third recording.
            batch: its batch size.

        Raises:
            BatchDependent: a size of the third recording differs from the expected one.
        """
        from convref.nn.sizes import at

        if len(third.nodes) != len(self._one.nodes):
            raise BatchDependent(None, "what the forward does depends on the number of samples in the batch")
        for node in self._one.nodes:
            for value in node.outputs:
                if at(self.shape(value), batch) != third.values[value].shape:
                    raise BatchDependent(node, MIXED)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (one != one and other != other)  # noqa: PLR0124 - nan equals nan here


def _path(node: Node) -> str:
    return node.leaf.path if node.leaf is not None else ""
