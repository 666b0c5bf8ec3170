"""Hold all results that a build keeps for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from convref.weave.adapters.incremental.conversions import Conversions
from convref.weave.adapters.incremental.page_templates import PageTemplates
from convref.weave.adapters.incremental.templates import CompiledTemplates
from convref.weave.adapters.mkdocs_build import FORMULA_EXTENSIONS
from convref.weave.cache.memory import Memory

if TYPE_CHECKING:
    from jinja2 import Environment


class KeptBuilds:
    """The results of earlier builds of a site that the next build can reuse.

    Args:
        is_serving: whether the builds are those of `mkdocs serve`.
    """

    def __init__(self, is_serving: bool = True) -> None:
        self.memory = Memory()
        self.conversions = Conversions(FORMULA_EXTENSIONS, is_serving)
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

    def body(self) -> dict[str, Any]:
        """Return the results for the next process as JSON data, which `take` reads.

        The values in `memory` and the compiled templates are not among them.
        """
        return {
            "conversions": self.conversions.body(),
            "pages": {language: each.body() for language, each in self.pages.items()},
        }

    def take(self, body: Mapping[str, Any]) -> None:
        """Take the results that `body` of an earlier process has returned, in place of those kept so far."""
        self.conversions.take(body["conversions"])
        self.pages.clear()
        for language, each in body["pages"].items():
            self.pages[language] = PageTemplates(FORMULA_EXTENSIONS)
            self.pages[language].take(each)

    @property
    def size(self) -> int:
        """The number of characters of the HTML that is kept."""
        return self.conversions.size + sum(each.size for each in self.pages.values())

    @property
    def has_changed(self) -> bool:
        """Return whether the results differ from those that `take` has taken."""
        return self.conversions.has_changed or any(each.has_changed for each in self.pages.values())
