"""The languages, paths and links of a MkDocs site; the languages are those of mkdocs-static-i18n, if used."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

from convref.weave.site.build import Source


class Site:
    """The languages and paths of a site, read from its MkDocs configuration.

    Args:
        config: MkDocs' configuration.
        body: a function that removes the metadata block from a page's text, as MkDocs does.
    """

    def __init__(self, config: Any, body: Callable[[str], str]) -> None:
        self.body = body
        self.url = config.site_url or ""
        self.texts: dict[Path, str] = {}  # of files, as they were before any page ran
        self.icons = _icons(config)
        self.snippet_bases = _snippet_bases(config)
        self.docs = Path(config.docs_dir)
        self.folder = Path(config.site_dir)
        self.root = str(Path(config.config_file_path).parent) if config.config_file_path else str(Path.cwd())
        self.i18n: Any = config.plugins.get("i18n")
        folders = self.i18n is not None and self.i18n.config.docs_structure == "folder"
        self.folders = folders
        language = config.theme.get("language") or str(config.theme.locale or "en")
        self.languages: tuple[str, ...] = (str(language),)
        if self.i18n is not None:
            # The default language comes first: its pages are at the root of the site.
            known = [lang for lang in self.i18n.config.languages if lang.build]
            self.languages = tuple(lang.locale for lang in sorted(known, key=lambda lang: not lang.default))

    def current_language(self, default: str) -> str:
        """Return the language that is being built; `default` if the site has no mkdocs-static-i18n."""
        return (self.i18n.current_language if self.i18n is not None else None) or default

    def key_and_language(self, file: Any) -> tuple[str, str]:
        """Return a page's key and its language; the key is a path that is the same for all its translations.

        For example, the key of `zh/nets/vgg.md` and of `nets/vgg.zh.md` is `nets/vgg.md`.
        """
        path = self.relative_path(file)
        if self.folders and path.parts[0] in self.languages:
            return str(PurePosixPath(*path.parts[1:])), path.parts[0]
        if self.i18n is not None and not self.folders:
            lang = path.stem.rpartition(".")[2] if "." in path.stem else ""
            if lang in self.languages:
                return str(path.with_name(path.stem.removesuffix(f".{lang}") + path.suffix)), lang
        return str(path), self.languages[0]

    def translations(self, key: str, lang: str) -> Iterator[tuple[str, Source]]:
        """Read the translations of a page from disk, and yield the language and source of each.

        Args:
            key: the page's key.
            lang: the language of the page itself, which is not yielded.
        """
        for other in self.languages:
            if other == lang or self.i18n is None:
                continue
            page = PurePosixPath(key)
            default = other == self.languages[0]
            suffixed = page if default else page.with_name(f"{page.stem}.{other}{page.suffix}")
            path = self.docs / other / page if self.folders else self.docs / suffixed
            if path.is_file():
                text = self._read(path)
                yield other, self._source(path, text, self.body(text))

    def source(self, file: Any, markdown: str) -> Source:
        """Return a page's Markdown as a `Source`, with the line of the file on which the Markdown begins."""
        path = self._path(file) or self.docs / file.src_uri
        return self._source(path, self.text(file), markdown)

    def text(self, file: Any) -> str:
        """Return the content of a file as it was when it was first read, even if it has changed since."""
        path = self._path(file)
        return str(file.content_string) if path is None else self._read(path)

    def _read(self, path: Path) -> str:
        if path not in self.texts:
            self.texts[path] = path.read_text(encoding="utf-8-sig", errors="strict")
        return self.texts[path]

    def _source(self, path: Path, text: str, markdown: str) -> Source:
        # MkDocs has cut the metadata off. If another plugin has changed the text, its lines are unknown.
        skipped = text.removesuffix(markdown)
        first = skipped.count("\n") + 1 if skipped != text else 1
        return Source(os.path.relpath(path, self.root), markdown, first)

    def relative_path(self, file: Any) -> PurePosixPath:
        """Return a file's path relative to the directory of pages."""
        path = self._path(file)
        if path and path.is_relative_to(self.docs):
            return PurePosixPath(path.relative_to(self.docs).as_posix())
        return PurePosixPath(file.src_uri)

    def _path(self, file: Any) -> Path | None:
        """Return the path of the file that the author wrote; for notebooks, MkDocs reads another file."""
        path = getattr(file, "source", None) or file.abs_src_path
        return Path(path) if path else None

    def page_uri(self, file: Any, config: Any) -> str:
        """Return the path of a notebook's page in the built site, for the language that is being built."""
        key, language = self.key_and_language(file)
        return self._uri(key, self.current_language(language), config.use_directory_urls)

    def translate(self, page: Any, file: Any, at: Callable[[str], Any]) -> None:
        """Register a notebook's page and its translations with mkdocs-static-i18n.

        Without this, mkdocs-static-i18n would not treat the Python file as a page.

        Args:
            page: the page.
            file: the Python file, to which mkdocs-static-i18n has assigned a language.
            at: a function that creates a page file of the same notebook for another path in the site.
        """
        if self.i18n is None:
            return
        key, language = self.key_and_language(page)
        for name in ("locale", "localization", "norm_src_uri"):
            setattr(page, name, getattr(file, name))
        page.locale_alternate_of = self.current_language(language)
        written = {language, *(lang for lang, _ in self.translations(key, language))}
        replaces_missing = self.i18n.config.fallback_to_default and self.languages[0] in written
        page.alternates = {
            lang: at(self._uri(key, lang, page.use_directory_urls))
            for lang in self.languages
            if lang in written or replaces_missing
        }
        self.i18n.i18n_files_per_language[page.locale_alternate_of].append(page)

    def address(self, target: str, file: Any, files: Any) -> str:
        """Return the absolute URL of a linked page.

        The result is "" if there is no such page, or if the site's URL is not configured.

        Args:
            target: the target of the link, relative to the page that contains the link.
            file: MkDocs' file of the page that contains the link.
            files: MkDocs' list of files.
        """
        path, mark, anchor = target.partition("#")
        uri = posixpath.normpath(posixpath.join(posixpath.dirname(file.src_uri), path))
        found = files.get_file_from_path(uri)
        return f"{urljoin(self.url, found.url)}{mark}{anchor}" if found and self.url else ""

    def _uri(self, key: str, lang: str, directory_urls: bool) -> str:
        path = PurePosixPath("" if lang == self.languages[0] else lang) / key
        if directory_urls and path.stem != "index":
            return str(path.with_suffix("") / "index.html")
        return str(path.with_suffix(".html"))


def _icons(config: Any) -> str:
    """Return the directory of the icons of Material for MkDocs; "" if the site has another theme."""
    folders = (Path(each, ".icons") for each in config.theme.dirs)
    return next((str(each) for each in folders if (each / "material").is_dir()), "")


def _snippet_bases(config: Any) -> list[str] | None:
    """Return the directories in which pymdownx.snippets looks for files; None if the site does not use it."""
    if "pymdownx.snippets" not in config.markdown_extensions:
        return None
    given = (config.mdx_configs.get("pymdownx.snippets") or {}).get("base_path", ["."])
    return [given] if isinstance(given, str) else [str(each) for each in given]
