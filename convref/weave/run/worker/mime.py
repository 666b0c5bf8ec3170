"""Render a value for pages, as a dict from media type to text.

A value that is shown differently in each language has one dict for each language. The methods that notebooks
use are called on the value, in this order: `_repr_mimebundle_`, `_repr_markdown_`, `_repr_html_`,
`_repr_svg_`, `_repr_png_`, `_repr_jpeg_` and `_repr_latex_`. matplotlib's figures are drawn as SVG. Every
value is also rendered as plain text, by `str` for use in a sentence and by `repr` for use elsewhere.

**A value that is shown differently in each language** defines another method::

    def _repr_lang_(self, lang: str) -> str | dict[str, str] | object | None

It is called once for every language of the site ("en", "zh"), and returns the form that this language's page
shows: a string (Markdown), a dictionary from media types to texts, or any object that has one of the methods
above. If it returns None, the page shows the form that all languages share. The class need not import
anything from convref.

Example:
    >>> class Greeting:
    ...     def _repr_lang_(self, lang):
    ...         return {"en": "**hello**", "zh": "**你好**"}.get(lang)
    >>> forms(Greeting(), ["en", "zh"])["zh"]
    {'text/markdown': '**你好**'}
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from convref.weave.page.outcomes import SHARED, STR, Bundle, Forms

_HOOKS = {
    "_repr_markdown_": "text/markdown",
    "_repr_html_": "text/html",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
}


def forms(value: object, languages: Iterable[str]) -> Forms:
    """Return the forms of a value, as a dict from language to a dict from media type to text.

    The form under the key "" is for all languages; a language is a key only if it has a different form.

    Args:
        value: any object; exceptions that its methods raise are not caught.
        languages: the languages of the site.
    """
    found: Forms = {SHARED: {**_bundle(value), "text/plain": _exact(repr(value)), STR: _exact(str(value))}}
    hook = _hook(value, "_repr_lang_")
    for lang in languages if hook else ():
        form = hook(lang)
        if form is None:
            continue
        if isinstance(form, str):
            found[lang] = {"text/markdown": _exact(form)}
        elif isinstance(form, dict):
            found[lang] = texts(form)
        else:
            found[lang] = _bundle(form) or {"text/plain": _exact(repr(form)), STR: _exact(str(form))}
    return found


def _hook(value: object, name: str) -> Any:
    """Return the method `name` of a value, or None if it has none.

    The result is also None for a class, because its methods need an instance.
    """
    return None if isinstance(value, type) else getattr(value, name, None)


def _bundle(value: object) -> Bundle:
    figure = _matplotlib_figure(value)
    if figure is not None:
        from convref.weave.run.worker.matplotlib_svg import draw

        return {"image/svg+xml": draw(figure)}
    hook = _hook(value, "_repr_mimebundle_")
    if hook:
        given = hook(include=None, exclude=None)
        data = given[0] if isinstance(given, tuple) else given
        if data:
            return texts(data)
    found: dict[str, object] = {}
    for name, media in _HOOKS.items():
        hook = _hook(value, name)
        form = hook() if hook else None
        if form is not None:
            found[media] = form[0] if isinstance(form, tuple) else form
    return texts(found)


def texts(data: Mapping[str, object]) -> Bundle:
    """Convert the values of a dict, whose keys are media types, to strings; bytes are encoded in base64."""
    return {
        _exact(str(media)): base64.b64encode(form).decode() if isinstance(form, bytes) else _exact(str(form))
        for media, form in data.items()
    }


def _exact(text: str) -> str:
    """Return a text as a plain `str`.

    Page code may return an instance of a subclass of `str`, whose `__len__` could return a wrong length.
    """
    return str.__str__(text)


def _matplotlib_figure(value: object) -> Any:
    module = sys.modules.get("matplotlib.figure")
    return value if module and isinstance(value, module.Figure) else None
