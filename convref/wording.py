"""Build phrases of messages: a count with its noun, and a list of names similar to a misspelt one."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def is_among(name: object, known: Collection[str]) -> bool:
    """Return whether a value is a string and one of the known names; it may be unhashable, such as a list.

    Example:
        >>> is_among("same", ["same", "valid"]), is_among([], {"same": 1})
        (True, False)
    """
    return isinstance(name, str) and name in known


def nearest(name: object, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known names that are similar to a name, the most similar first.

    Names that differ from it only in case and punctuation come before all others.

    Example:
        >>> nearest("VGG-16", ["vgg13", "vgg16", "resnet50"])
        ('vgg16', 'vgg13')
    """
    import difflib  # imported late, since only errors need it

    lower = {each.lower(): each for each in known}
    same = (each for each in lower.values() if _plain(each) == _plain(name))
    near = (lower[each] for each in difflib.get_close_matches(str(name).lower(), lower))
    return tuple(dict.fromkeys((*same, *near)))


def nearest_text(near: Iterable[str]) -> str:
    """Return the clause "the nearest are …" for an error message, or an empty string if there are no names.

    Example:
        >>> nearest_text(["vgg16", "vgg13"])
        "the nearest are 'vgg16', 'vgg13'"
    """
    names = [repr(each) for each in near]
    return f"the nearest {'is' if len(names) == 1 else 'are'} {', '.join(names)}" if names else ""


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun, in the singular for 1 and in the plural otherwise.

    `one` is the singular. `many` is the plural; by default, the singular with an s.

    Example:
        >>> counted(1, "page"), counted(2, "page"), counted(0, "entry", "entries")
        ('1 page', '2 pages', '0 entries')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def _plain(name: object) -> str:
    return "".join(letter for letter in str(name).lower() if letter.isalnum())
