"""The registry of a site: the things that its pages describe by numbers, such as networks and their layers.

A site's option names the registry as `module:attribute`. The attribute is a `Registry`, or a function that
returns one. The facts about a thing are computed when a page first names it.

    def registry() -> Registry:
        return Registry(
            nouns={"layer": ("layer", "层"), "convolution": ("convolution", "卷积")},
            facts={"VGG-16": lambda: Facts(totals={"layer": {16}}, sizes={(3, 3)})},
            versions={"VGG": {"11", "13", "16", "19"}},
        )
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from convref.errors import ArgumentError


@dataclass(frozen=True)
class Facts:
    """The true numbers about a thing, such as a network.

    Attributes:
        totals: for each noun, the right numbers for the whole thing, as in "VGG-16 has 13 convolutions".
        parts: for each noun, further numbers that are right for a part, as in "the two convolutions of a
            block".
        sizes: the sizes of the thing's kernels, such as (3, 3).
    """

    totals: Mapping[str, Collection[int]] = field(default_factory=dict)
    parts: Mapping[str, Collection[int]] = field(default_factory=dict)
    sizes: Collection[tuple[int, ...]] = ()


@dataclass(frozen=True)
class Registry:
    """The things that pages describe, the nouns that pages count, and the versions that exist.

    Attributes:
        nouns: for each noun that can be counted, its words in all languages, in the singular.
        facts: for each thing, a function that returns its facts and is called only once. The key is the name
            as pages write it.
        sized: those keys of `nouns` that can have a kernel size, as in "a 3 × 3 convolution".
        oblong: all existing kernel sizes with two different numbers, such as (1, 7).
        pages: for each name, the pages that explain it, as paths without language and suffix:
            "operators/conv2d".
        versions: for each family, the versions that exist, such as "50" for ResNet-50 and "v2" for MobileNet
            V2.
        code_names: a function that returns further words for names in code spans. The words in the code of
            pages are known without it.
    """

    nouns: Mapping[str, Collection[str]] = field(default_factory=dict)
    facts: Mapping[str, Callable[[], Facts]] = field(default_factory=dict)
    sized: Collection[str] = ()
    oblong: Collection[tuple[int, ...]] = ()
    pages: Mapping[str, Collection[str]] = field(default_factory=dict)
    versions: Mapping[str, Collection[str]] = field(default_factory=dict)
    code_names: Callable[[], Collection[str]] = frozenset


def load(name: str) -> Registry:
    """Import the registry of a site.

    Args:
        name: the module and the attribute, as `module:attribute`.

    Raises:
        ArgumentError: there is no such module or attribute, or it is not a registry.

    Example:
        >>> load("convref.weave.check.facts.registry:Registry") == Registry()
        True
    """
    module, _, attribute = name.partition(":")
    rule = f"registry (={name!r}) must be module:attribute"
    try:
        found = getattr(importlib.import_module(module), attribute)
        registry = found if isinstance(found, Registry) else found()
    except Exception as error:  # code of the site, which may raise anything
        raise ArgumentError(f"{rule}. It cannot be imported: {type(error).__name__}: {error}") from error
    if not isinstance(registry, Registry):
        raise ArgumentError(f"{rule}. The attribute must be a Registry, or a function that returns one")
    return registry
