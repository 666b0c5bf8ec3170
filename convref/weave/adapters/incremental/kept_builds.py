"""Everything that the plugin keeps from build to build of `mkdocs serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convref.weave.adapters.incremental.conversions import Conversions
from convref.weave.adapters.incremental.templates import CompiledTemplates
from convref.weave.adapters.mkdocs_build import FORMULA_EXTENSIONS
from convref.weave.cache.memory import Memory

if TYPE_CHECKING:
    from jinja2 import Environment


class KeptBuilds:
    """What former builds of a site made, for the next one."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.conversions = Conversions(FORMULA_EXTENSIONS)
        self._templates: dict[str, CompiledTemplates] = {}

    def finish_pages(self, env: Environment, language: str) -> None:
        """End the conversion of the pages of one language; the theme's templates are next.

        Args:
            env: the environment of the theme's templates.
            language: the language that is being built.
        """
        self.conversions.finish()
        if env.bytecode_cache is None:
            env.bytecode_cache = self._templates.setdefault(language, CompiledTemplates())
