"""Reuse the compiled templates of the theme in later builds of `mkdocs serve`."""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """A cache of the compiled code of templates, which is reused while the text of a template is unchanged.

    Each build has its own Jinja environment, and all of them use this cache. This is possible because these
    environments differ only in the language.
    """

    def __init__(self) -> None:
        self._code: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Set the bucket's code to the cached code of its template, if the template has not changed."""
        checksum, code = self._code.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the bucket's code in this cache."""
        if bucket.code is not None:
            self._code[bucket.key] = bucket.checksum, bucket.code
