"""The rows of the reference: from an operator's key to its description, its code, its tests and its pages.

One word opens every room: the key `transposed_conv` is the name of the pages operators/transposed_conv.md in
every language, and its row names an example of it, the sources that compute it, the files that test it, and
says which networks use it.

    catalog.find("conv2d").code()        its description, NumPy run and PyTorch module, as three tabs
    catalog.find("conv2d").used_in()     the registered networks that use it, linked
    catalog.published({key: report})     published figures beside computed ones, with verdicts
    catalog.overview()                   all networks in one sortable table, with its data as CSV and JSON
    catalog.sources("module:name")       the package's source, for a page
    catalog.listing("convref.nn", "conv")    public names with a line each, and their entries
"""

from __future__ import annotations

from convref.catalog.evidence import published as published
from convref.catalog.evidence import sources as sources
from convref.catalog.listing import Listing as Listing
from convref.catalog.listing import listing as listing
from convref.catalog.operator import Operator as Operator
from convref.catalog.overview import Sortable as Sortable
from convref.catalog.overview import overview as overview
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
    """The rows by key, in the order of the reference.

    Example:
        >>> operators()["conv2d"].title["zh"]
        '二维卷积'
    """
    return {row.key: row for family in _FAMILIES for row in family.ROWS}


def find(key: str) -> Operator:
    """The row of an operator.

    Raises:
        UnknownNameError: there is no such operator; the error names the nearest.

    Example:
        >>> find("conv2d").layer
        Conv2d(3, 8, 3, stride=2, padding=1)
    """
    rows = operators()
    if key not in rows:
        raise UnknownNameError("operator", key, rows)
    return rows[key]
