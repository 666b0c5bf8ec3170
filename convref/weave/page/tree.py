"""A tree of pages: all pages below a directory, with their languages and translations.

Pages are the Markdown files, and those Python files that match the site's patterns for notebooks.

A site with several languages has a subdirectory for each (`en`, `zh`, `pt-BR`), with all pages in that
language. The site's configuration may name the languages. If it does not, and two or more subdirectories have
the code of a language as their name, these are the languages. Otherwise the tree has one language, whose name
is "". Directories whose names begin with a dot or an underscore are skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from convref.errors import PageError
from convref.weave.markdown import document
from convref.weave.markdown.document import Document
from convref.weave.markdown.fences import DEFAULT_RULES, FenceRules
from convref.weave.page import percent, references
from convref.weave.page.diagnostic import Diagnostic, unexpected_error
from convref.weave.page.lazy import LazyMapping

_REGION: Final = re.compile(r"[-_](?:[A-Z]{2}|[A-Z][a-z]{3})$")
# ISO 639-1. Folders are also called api, css, img or js, which are not languages.
_CODES: Final = (
    " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de"
    " dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id"
    " ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu"
    " lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu"
    " rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr"
    " ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
)


@dataclass(frozen=True)
class Page:
    """A parsed page in one language.

    Args:
        file: the path of the file.
        language: the name of the language's directory; "" in a tree with one language.
        name: the path relative to the language's directory, with slashes; it is equal for all translations.
        document: the parsed page.
    """

    file: Path
    language: str
    name: str
    document: Document


@dataclass(frozen=True)
class Tree:
    """All pages below a directory. A file is read and parsed only when its page is first needed.

    So checking a single page reads only this page, its translations, and the pages to which it links.

    Args:
        root: the directory.
        languages: the languages, each of which has a subdirectory; empty if the tree has one language.
        files: the files of the pages, sorted.
        parsed: a mapping from file to its page, or to a diagnostic if the file cannot be parsed.
        option_faults: the diagnostics for wrong options of the site.
    """

    root: Path
    languages: tuple[str, ...]
    files: tuple[Path, ...]
    parsed: Mapping[Path, Page | Diagnostic]
    option_faults: tuple[Diagnostic, ...] = ()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages, sorted by path."""
        return tuple(self.by_file.values())

    @cached_property
    def faults(self) -> tuple[Diagnostic, ...]:
        """The diagnostics for files that cannot be parsed, and for wrong options of the site."""
        return (*self.option_faults, *self._faults_in(self.files))

    @cached_property
    def by_name(self) -> Mapping[str, Mapping[str, Page]]:
        """All pages, as a dict from the name of a page to a dict from language to page."""

        def versions(name: str) -> Mapping[str, Page] | None:
            found = (self.by_file.get(file) for file in self._files_by_name[name])
            return {page.language: page for page in found if page} or None

        return LazyMapping(self._files_by_name, versions)

    @cached_property
    def by_file(self) -> Mapping[Path, Page]:
        """All pages, as a dict from file to page."""

        def page_in(file: Path) -> Page | None:
            found = self.parsed[file]
            return found if isinstance(found, Page) else None

        return LazyMapping(self.files, page_in)

    @cached_property
    def anchors(self) -> Mapping[Path, frozenset[str]]:
        """The anchors to which links can point, as a dict from the file of a page to its anchors."""

        def anchors_in(file: Path) -> frozenset[str] | None:
            page = self.by_file.get(file)
            return references.anchors(page.document) if page else None

        return LazyMapping(self.files, anchors_in)

    @cached_property
    def _files_by_name(self) -> Mapping[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for file in self.files:
            found.setdefault(self._name(file), []).append(file)
        return found

    @cached_property
    def _texts(self) -> Mapping[Path, str]:
        return LazyMapping(self.files, _text_for_search)

    def containing(self, text: str) -> Iterator[Page]:
        """Yield the pages whose files contain a text. The other files are read, but are not parsed."""
        for file, content in self._texts.items():
            page = self.by_file.get(file) if text in content else None
            if page:
                yield page

    def with_pages(self, pages: Iterable[Page]) -> Self:
        """Return a copy of this tree in which the given pages replace those with the same files."""
        changed = {page.file: page for page in pages}

        def parsed(file: Path) -> Page | Diagnostic:
            return changed.get(file) or self.parsed[file]

        tree = replace(self, parsed=LazyMapping(self.files, parsed))
        # Finding the anchors of all pages takes longer than checking one page.
        anchors = {file: references.anchors(page.document) for file, page in changed.items()}
        texts = {file: page.document.text for file, page in changed.items()}
        tree.__dict__["_files_by_name"] = self._files_by_name
        tree.__dict__["anchors"] = LazyMapping(
            self.files, lambda file: anchors[file] if file in anchors else self.anchors.get(file)
        )
        tree.__dict__["_texts"] = LazyMapping(
            self.files, lambda file: texts[file] if file in texts else self._texts[file]
        )
        return tree

    def chosen(self, paths: Iterable[Path] | None) -> tuple[tuple[Page, ...], tuple[Diagnostic, ...]]:
        """Return some pages in all their languages, or all pages if `paths` is None.

        Args:
            paths: the files of pages. A directory selects all pages below it.

        Returns:
            The pages, and the diagnostics from parsing them.

        Raises:
            PageError: a path is neither a page of this tree nor a directory with pages.
        """
        if paths is None:
            return self.pages, self.faults
        names = dict.fromkeys(name for path in paths for name in self._names(path))
        pages = [page for name in names for page in self.by_name.get(name, {}).values()]
        return tuple(pages), tuple(
            self._faults_in(file for name in names for file in self._files_by_name[name])
        )

    def _faults_in(self, files: Iterable[Path]) -> Iterator[Diagnostic]:
        found = (self.parsed[file] for file in files)
        return (each for each in found if isinstance(each, Diagnostic))

    def _names(self, path: Path) -> list[str]:
        """Return the names of the page with this path, or of the pages in the directory with this path."""
        if path.is_dir():
            folder = path.resolve()
            files = [file for file in self.files if file.is_relative_to(folder)]
            rule = f"must contain pages of {self.root.as_posix()}"
        else:
            files = self._files_by_name.get(self._name(path), [])
            rule = f"must be one of the pages under {self.root.as_posix()}"
        if not files:
            kinds = "a Markdown file, or a notebook by the site's patterns"
            raise PageError(str(path), 0, f"{rule}: {kinds}")
        return [self._name(file) for file in files]

    def _name(self, file: Path) -> str:
        return language_and_name(self.root, file, self.languages)[1]


def read_tree(
    root: Path,
    notebooks: Sequence[str] = (),
    rules: FenceRules = DEFAULT_RULES,
    languages: Sequence[str] | None = None,
) -> Tree:
    """Return the tree of all pages below a directory.

    In messages, the paths of pages begin with `root` as the caller wrote it, for example as a relative path.

    Args:
        root: the directory.
        notebooks: the site's patterns for Python files that are notebooks.
        rules: the site's rules for running fences.
        languages: the languages that the site's configuration names; None if there is no configuration.

    Raises:
        PageError: there is no such directory.
    """
    if not root.is_dir():
        raise PageError(str(root), 0, "must be an existing directory of pages")
    found_languages = languages_of(root, languages)
    files = sorted(page_files(root, notebooks, found_languages))
    faults = (
        Diagnostic(root.as_posix(), 0, "page", rule)
        for rule in unmatched_patterns(root, files, notebooks, found_languages)
    )
    written = {file.resolve(): file for file in files}

    def parsed(file: Path) -> Page | Diagnostic:
        path = path_in_messages(root, file)
        try:
            document = parse_file(written[file], path, rules)
        except PageError as error:
            return Diagnostic.of_error(error)
        except Exception as error:  # noqa: BLE001 (one page must not end the check of all)
            return Diagnostic.of_error(unexpected_error(path, error, "parsed"))
        return Page(file, *language_and_name(root, file, found_languages), document)

    return Tree(root, found_languages, tuple(written), LazyMapping(written, parsed), tuple(faults))


def _text_for_search(file: Path) -> str:
    """Return the text of a file, for searching words in it; "" if the file has been deleted."""
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def parse_file(file: Path, path: str, rules: FenceRules = DEFAULT_RULES) -> Document:
    """Parse a file that is a Markdown page or a notebook.

    Args:
        file: the file.
        path: the path of the file as messages show it.
        rules: the site's rules for running fences.

    Raises:
        PageError: the file is not UTF-8, or cannot be parsed.
    """
    text = read_text(file)
    if file.suffix == percent.SUFFIX:
        return percent.parse(text, path, rules)
    return document.parse(text, path, rules=rules)


def languages_of(root: Path, named: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the languages that have a subdirectory in `root`: first English, then the others by name.

    Args:
        root: the directory of pages.
        named: the languages that the site's configuration names; None if there is no configuration.
    """
    folders = sorted(each.name for each in root.iterdir() if each.is_dir())
    if named is None:
        found = [name for name in folders if f" {_REGION.sub('', name)} " in _CODES]
        found = found if len(found) > 1 else []
    else:
        found = [name for name in folders if name in named]
    return tuple(sorted(found, key=lambda name: name != "en"))


def page_files(root: Path, notebooks: Sequence[str] = (), languages: Sequence[str] = ()) -> Iterator[Path]:
    """Iterate over the Markdown files and the notebooks below a directory; see `is_notebook`."""
    for directory, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith((".", "_")))
        for name in sorted(names):
            file = Path(directory, name)
            if name.endswith(".md") or is_notebook(file.relative_to(root).as_posix(), notebooks, languages):
                yield file


def is_notebook(path: str, patterns: Sequence[str], languages: Sequence[str] = ()) -> bool:
    """Return whether a file is a notebook according to the site's patterns.

    Args:
        path: the file's path relative to the directory of pages, with slashes.
        patterns: the site's patterns for notebooks. `*` matches any text including slashes. A pattern may
            leave out the directory of the language, and then applies to all languages.
        languages: the languages that have a directory each.

    Example:
        >>> is_notebook("en/notebooks/vgg.py", ["notebooks/*"], ["en", "zh"])
        True
    """
    first, _, rest = path.partition("/")
    names = [path, rest] if first in languages else [path]
    return path.endswith(percent.SUFFIX) and any(
        fnmatchcase(name, each) for name in names for each in patterns
    )


def unmatched_patterns(
    root: Path, found: Iterable[Path], patterns: Sequence[str], languages: Sequence[str]
) -> Iterator[str]:
    """Yield an error message for each pattern for notebooks that matches no file.

    Args:
        root: the directory of pages.
        found: the pages below it.
        patterns: the site's patterns for notebooks.
        languages: the languages that have a directory each.
    """
    names = [file.relative_to(root).as_posix() for file in found]
    for each in patterns:
        if not any(is_notebook(name, [each], languages) for name in names):
            yield f"notebooks (={each!r}) matches no file ending in {percent.SUFFIX}"


def relative_path(root: Path, file: Path) -> str:
    """Return a file's path relative to the directory of pages, with slashes."""
    return file.resolve().relative_to(root.resolve()).as_posix()


def language_and_name(root: Path, file: Path, languages: tuple[str, ...]) -> tuple[str, str]:
    """Return the language of a file and the name of its page; see `Page`. The language may be ""."""
    parts = relative_path(root, file).split("/")
    if parts[0] in languages:
        return parts[0], "/".join(parts[1:])
    return "", "/".join(parts)


def path_in_messages(root: Path, file: Path) -> str:
    """Return the path of a file for messages; it begins with `root` as the user wrote it."""
    return (root / relative_path(root, file)).as_posix()


def read_text(file: Path) -> str:
    """Return the text of a page, keeping its line ends.

    Raises:
        PageError: the file cannot be read, or is not UTF-8.
    """
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise PageError(file.as_posix(), 0, f"the page cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PageError(file.as_posix(), 0, f"the page must be UTF-8: {error}") from error
