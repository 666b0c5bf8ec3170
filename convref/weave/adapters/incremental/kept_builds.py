"""Hold all results that a build of `mkdocs serve` keeps for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convref.weave.adapters.incremental.conversions import Conversions
from convref.weave.adapters.incremental.page_templates import PageTemplates
from convref.weave.adapters.incremental.templates import CompiledTemplates
from convref.weave.adapters.mkdocs_build import FORMULA_EXTENSIONS
from convref.weave.cache.memory import Memory

if TYPE_CHECKING:
    from jinja2 import Environment


class KeptBuilds:
    """The results of earlier builds of a site that the next build can reuse."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.conversions = Conversions(FORMULA_EXTENSIONS)
        self.pages: dict[str, PageTemplates] = {}  # by language
        self._templates: dict[str, CompiledTemplates] = {}

    def finish_pages(self, env: Environment, language: str) -> None:
        """End the conversion of the pages of one language; called before the theme's templates are rendered.

        Args:
            env: the environment of the theme's templates.
            language: the language that is being built.
        """
        self.conversions.finish()
        if env.bytecode_cache is None:
            env.bytecode_cache = self._templates.setdefault(language, CompiledTemplates())
        self.pages.setdefault(language, PageTemplates(FORMULA_EXTENSIONS)).install(env)
