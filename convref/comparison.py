"""`compare`: registered networks side by side."""

from __future__ import annotations

from convref import architectures
from convref.analysis import Table, analyze, side_by_side


def compare(*names: str, columns: tuple[str, ...] = (), lang: str = "en") -> Table:
    """One table over networks, each at the input that it was made for.

    Args:
        names: of registered networks.
        columns: which, by key, from `convref.analysis.MEASURES`.
        lang: the language outside of pages; a page shows its own.

    Raises:
        UnknownNameError: there is no such network, column or language; the error names the nearest.

    Example:
        >>> print(compare("alexnet", "vgg16", columns=("name", "params", "macs")))
        | Network | Parameters | MACs |
        | --- | ---: | ---: |
        | alexnet | 61,100,840 | 714,188,480 |
        | vgg16 | 138,357,544 | 15,470,264,320 |
        <BLANKLINE>
    """
    reports = {
        name: analyze(architectures.build(name), architectures.find(name).input_shape) for name in names
    }
    return side_by_side(reports, *columns, lang=lang)
