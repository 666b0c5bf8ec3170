"""Reuse the compiled templates of the theme in later builds of `mkdocs serve`."""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """A cache of the compiled code of templates; code is reused while a template's text is unchanged.

    Each build has a new Jinja environment, and the environments of all builds of a language share this cache.
    """

    def __init__(self) -> None:
        self._code: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a template's cached code into Jinja's `bucket`, if the template has not changed."""
        checksum, code = self._code.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store a template's compiled code, which Jinja passes in `bucket`, in this cache."""
        if bucket.code is not None:
            self._code[bucket.key] = bucket.checksum, bucket.code
