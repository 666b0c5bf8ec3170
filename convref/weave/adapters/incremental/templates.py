"""Reuse the compiled templates of the theme in later builds of `mkdocs serve`."""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """The compiled code of templates, by the path and the text of the template.

    There is one Jinja environment per build; these environments differ only in the language.
    """

    def __init__(self) -> None:
        self._code: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the kept code of a template into the bucket, if its text has not changed."""
        checksum, code = self._code.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code in the bucket."""
        if bucket.code is not None:
            self._code[bucket.key] = bucket.checksum, bucket.code
