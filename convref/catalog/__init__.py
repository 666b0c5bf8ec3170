"""The catalog of the operators that the reference site describes, one `Operator` each.

An operator has an example, references to the code that describes and computes it, and a predicate that tests
whether a network uses it. It is identified by its key, such as `transposed_conv`. The key is also the name of
the operator's page on the site, in every language, and of its test case.

    catalog.operators()                       all operators by key
    catalog.find("conv2d").layer              its example as a description
    catalog.find("conv2d").snippet("numpy")   a short program that runs the example
    catalog.find("conv2d").networks()         the registered networks that use it, by family
"""

from __future__ import annotations

from convref.catalog.operator import Operator as Operator
from convref.catalog.rows import (
    attention,
    blocks,
    channels,
    convolutions,
    elementwise,
    factored,
    norms,
    pooling,
    spatial,
    whole_map,
)
from convref.errors import UnknownNameError
from convref.wording import is_among

_FAMILIES = (
    whole_map,
    convolutions,
    channels,
    factored,
    spatial,
    pooling,
    norms,
    elementwise,
    attention,
    blocks,
)


def operators() -> dict[str, Operator]:
    """Return all operators as a dict from key to `Operator`, in the order in which the site lists them.

    Example:
        >>> operators()["conv2d"].title["zh"]
        '二维卷积'
    """
    return {row.key: row for family in _FAMILIES for row in family.ROWS}


def find(key: str) -> Operator:
    """Return the operator with this key.

    Raises:
        UnknownNameError: there is no such operator; the error lists the most similar keys.

    Example:
        >>> find("conv2d").layer
        Conv2d(3, 8, 3, stride=2, padding=1)
    """
    rows = operators()
    if not is_among(key, rows):
        raise UnknownNameError("operator", key, rows)
    return rows[key]
