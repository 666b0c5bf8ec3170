"""Reuse, in later builds, the complete HTML pages that the theme's templates made.

A page is reused if everything that the templates can read is unchanged: the configuration, the navigation and
the page itself. A template could also read the content of other pages. The templates of Material for MkDocs
do not do this. A site's own templates are searched for names that would allow it. The templates make all
pages anew in every build if such a name is found, if the theme is not Material, or if the templates use
filters or functions of unknown packages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateError

from convref.errors import ArgumentError
from convref.weave.adapters.incremental.kept_results import KeptResults
from convref.weave.adapters.incremental.settings import described, fingerprint

if TYPE_CHECKING:
    from jinja2 import Environment

_THEMES: Final = frozenset({"material"})
_PACKAGES: Final = frozenset(
    {"_operator", "builtins", "gettext", "html", "jinja2", "markupsafe", "material", "mkdocs", "random"}
)  # fmt: skip
"""Packages whose filters and functions for templates depend only on their arguments."""

# Pages are not kept if templates read one of these names, which give
# access to all pages, the state of plugins and the time. The same applies if they read an attribute in
# `_OF_PAGES` from any object except `page`.
_ELSEWHERE: Final = frozenset({"build_date_utc", "now", "pages", "plugins", "update_date"})
_OF_PAGES: Final = frozenset({"content", "file", "markdown", "toc"})
_MOST: Final = (
    1000  # a site with this many templates in its own folders keeps no pages, because reading them takes long
)
# Options of MkDocs that templates do not read, or that `PageTemplates._site_key` compares in another form.
_SKIPPED: Final = frozenset(
    {"draft_docs", "exclude_docs", "hooks", "markdown_extensions", "mdx_configs", "not_in_nav", "plugins",
     "theme"}
)  # fmt: skip
# Attributes of a page, and names of a template's context, that are compared in another form or not at all.
_PAGE: Final = frozenset(
    {"active", "children", "content", "file", "links_to_anchors", "markdown", "meta", "next_page", "parent",
     "present_anchor_ids", "previous_page", "render", "toc", "update_date"}
)  # fmt: skip
_CONTEXT: Final = frozenset({"build_date_utc", "config", "nav", "page", "pages"})


class PageTemplates:
    """The HTML pages that the templates of a theme made, kept from build to build.

    Args:
        own: the names of convref's own Markdown extensions. Their options are not compared, because they
            differ from page to page.
    """

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own
        self._kept = KeptResults[tuple[str, bytes]]()  # a digest of what the page depends on, its HTML
        self._env: Any = None
        self._site: str | None = None
        self._is_safe: bool | None = None  # None until the templates of the build have been read

    @property
    def total(self) -> int:
        """The number of pages that templates have made so far; tests read it."""
        return self._kept.total

    def install(self, env: Environment) -> None:
        """Change a Jinja environment so that its templates return the kept HTML of unchanged pages.

        Args:
            env: the environment with the theme's templates, in the build of one language.
        """
        self._env, self._site, self._is_safe = env, None, None
        get_template = env.get_template

        def kept(name: Any, parent: Any = None, globals: Any = None) -> Any:  # noqa: A002 (the name is Jinja's)
            template = get_template(name, parent, globals)
            # With a parent, another template includes this one, so that it does not make a whole page.
            return template if parent is not None or globals is not None else _KeptTemplate(template, self)

        env.get_template = kept  # type: ignore[method-assign]

    def render(self, template: Any, context: Any) -> str:
        """Return the HTML of a page: the kept HTML if nothing has changed, else the output of the template.

        Args:
            template: the template.
            context: the variables that MkDocs passes to the template, such as `page`, `nav` and `config`.
        """
        page = context.get("page") if isinstance(context, Mapping) else None
        try:
            key = fingerprint(template.name, *self._key(page, context)) if page is not None else None
        except ArgumentError:  # the templates may read an object for which `described` has no description
            key = None
        if page is None or key is None:
            return str(template.render(context))
        slot = f"{page.file.src_uri} {page.file.dest_uri}"
        known = self._kept.get(slot)
        if known and known[0] == key:
            return known[1].decode("utf-8", "surrogatepass")
        output = str(template.render(context))
        self._kept.replace(slot, (key, output.encode("utf-8", "surrogatepass")))
        return output

    def body(self) -> dict[str, list[str]]:
        """Return the kept HTML of the pages that were built, as JSON data; `take` reads it."""
        return {
            slot: [key, html.decode("utf-8", "surrogatepass")]
            for slot, (key, html) in self._kept.built().items()
        }

    def take(self, body: Mapping[str, list[str]]) -> None:
        """Replace the kept HTML by that which `body` of an earlier process has returned."""
        self._kept.take(
            {slot: (key, html.encode("utf-8", "surrogatepass")) for slot, (key, html) in body.items()}
        )

    @property
    def size(self) -> int:
        """The number of bytes of the HTML that is kept."""
        return sum(len(html) for _, html in self._kept.values())

    @property
    def has_changed(self) -> bool:
        """Return whether a page was made, or is not in the site any more, since `take` was called."""
        return self._kept.has_changed

    def _key(self, page: Any, context: Mapping[str, Any]) -> Iterator[Any]:
        config = context["config"]
        if self._is_safe is None:
            self._is_safe = _can_be_kept(self._env, config)
        if not self._is_safe:
            raise ArgumentError(
                "the templates may read values whose changes are not detected, so no HTML page can be reused"
            )
        if self._site is None:
            self._site = fingerprint(*self._site_key(context["nav"], context["pages"], config))
        yield self._site
        yield described(
            config["extra"]
        )  # compared for each page, because mkdocs-static-i18n changes it from page to page
        yield described({name: value for name, value in context.items() if name not in _CONTEXT})
        yield page.content
        yield [_item(each) for each in page.toc]
        yield [described(each) for each in _about(page)]
        yield [_about(each) for each in (page.previous_page, page.next_page) if each is not None]
        yield [str(each.title) for each in page.ancestors]
        yield described({name: value for name, value in vars(page).items() if name not in _PAGE})
        file = page.file
        yield file.src_uri, file.dest_uri, file.inclusion.value, file.edit_uri
        alternates = getattr(file, "alternates", {})
        yield [(language, each.url) for language, each in alternates.items()]

    def _site_key(self, nav: Any, pages: Any, config: Any) -> Iterator[Any]:
        yield from (_nav_item(each) for each in nav)
        yield [_about(file.page) for file in pages if file.page is not None]
        yield described({name: value for name, value in config.items() if name not in _SKIPPED})
        options = {name: value for name, value in config.mdx_configs.items() if name not in self._own}
        yield described(options)
        yield described({name: getattr(each, "config", None) for name, each in config.plugins.items()})
        theme = {name: value for name, value in config.theme.items() if name != "locale"}
        yield str(config.theme.locale), described(theme), list(config.theme.dirs)
        yield [_stamps(folder) for folder in own_folders(config)]


class _KeptTemplate:
    """A template of the theme whose method `render` returns the kept HTML of a page if nothing has changed.

    All other attributes and methods are those of the original template.
    """

    def __init__(self, template: Any, kept: PageTemplates) -> None:
        self._template, self._kept = template, kept

    def render(self, *args: Any, **named: Any) -> str:
        if named or len(args) != 1:
            return str(self._template.render(*args, **named))
        return self._kept.render(self._template, args[0])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._template, name)


def _can_be_kept(env: Environment, config: Any) -> bool:
    """Return whether pages can be kept, because templates read only what `PageTemplates` compares.

    Args:
        env: the Jinja environment with the templates.
        config: the configuration of MkDocs.
    """
    functions = [*env.filters.values(), *env.tests.values(), *env.globals.values()]
    if config.theme.name not in _THEMES or not all(map(_is_known, functions)):
        return False
    texts = list(_templates(config))
    return len(texts) < _MOST and not any(_reads_elsewhere(env, text) for text in texts)


def _reads_elsewhere(env: Environment, text: str) -> bool:
    """Return whether a template may read more than the page, the navigation and the configuration.

    Args:
        env: the Jinja environment, which splits the text into tokens.
        text: the text of the template.
    """
    try:
        words = [word for _, kind, word in env.lex(text) if kind in {"name", "operator"}]
    except TemplateError:
        return True
    for position, word in enumerate(words):
        before, after = words[max(position - 2, 0) : position], words[position + 1 : position + 3]
        # `plugins.i18n` is allowed, because templates read from it only the languages in its options.
        if word in _ELSEWHERE and (word, after) != ("plugins", [".", "i18n"]):
            return True
        if word in _OF_PAGES and before[-1:] == ["."] and before != ["page", "."]:
            return True
    return False


def _is_known(value: Any) -> bool:
    module = getattr(value, "__module__", None) or type(value).__module__
    return module.partition(".")[0] in _PACKAGES


def own_folders(config: Any) -> list[str]:
    """Return the folders of templates that belong to the site, and not to an installed package."""
    return [each for each in config.theme.dirs if "site-packages" not in Path(each).parts]


def _templates(config: Any) -> Iterator[str]:
    for folder in own_folders(config):
        for path, _ in _stamps(folder)[:_MOST]:
            if path.endswith(".html"):
                yield Path(path).read_text("utf-8", errors="replace")


def _stamps(folder: str) -> list[tuple[str, tuple[int, int]]]:
    """Return (path, (time of change, size)) for each file in a folder and its subfolders."""
    found = []
    for root, _, names in os.walk(folder):
        for name in names:
            about = os.stat(os.path.join(root, name))  # noqa: PTH116, PTH118 (quicker than paths)
            found.append((os.path.join(root, name), (about.st_mtime_ns, about.st_size)))  # noqa: PTH118
    return sorted(found)


def _nav_item(item: Any) -> Any:
    """Return the values that templates read from an entry of the navigation and from the entries below it."""
    if item.is_page:
        return _about(item)
    children = [_nav_item(each) for each in item.children or ()]
    return type(item).__name__, str(item.title), getattr(item, "url", None), children


def _about(page: Any) -> tuple[Any, ...]:
    """Return the values of a page, such as its title, on which its HTML and that of its neighbors depend.

    The neighbors are the previous and the next page, to which templates link.
    """
    return (
        str(page.title), page.url, page.canonical_url, page.edit_url, page.is_homepage, page.is_index,
        repr(described(page.meta)),
    )  # fmt: skip


def _item(item: Any) -> Any:
    return item.title, item.id, item.level, [_item(each) for each in item.children]
