"""Build the site with Zensical in place of MkDocs: `make site HOST=zensical`.

The code in the pages is run by `convref weave`, and Zensical converts the plain Markdown that it writes. The
configuration of Zensical is computed from mkdocs.yml. Zensical has one language per project, so each language
is a project: the site of the default language, and in its folder `zh` that of the other.

Zensical does not run the hooks of MkDocs. This module replaces most of them: it writes the summaries that
pages show of other pages, the links along the reading order, and the files of data. The scripts and packages
for blocks that readers can run, and for the playground, are in the site of the default language; the other
languages use them, too. The search is that of Zensical. The pages as Markdown with `llms.txt` are missing.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Final

from mkdocs.utils.yaml import yaml_load

from convref.weave.browser.browser import FOLDER
from convref.weave.browser.offline import SERVICE_WORKER
from convref.weave.site.export import ExportReport, export_pages
from convref_docs import calculators, checked, playground, reading_order
from convref_docs.contents import refresh
from convref_docs.data_files import write_data_files
from convref_docs.paths import DOCS, ROOT
from convref_docs.unbroken import unbroken
from convref_docs.unindented import unindented

WORK: Final = ROOT / ".cache" / "zensical"
"""The folder of the projects, which contains all that Zensical reads and writes."""

KEPT: Final = ("autorefs", "mkdocstrings")
"""The plugins in mkdocs.yml that Zensical knows, too."""

_BLOCK: Final = re.compile(r'<p>(<div class="convref-try"[^>]*></div>)</p>')
_OWN_SEARCH: Final = "assets/search.js"
_ASSETS: Final = re.compile(rf"\.\./\.\./assets/(?!{PurePath(FOLDER).name}/)")
"""The links to files in `assets`, except those to the engine's own files, which `export_pages` computes."""

_NOTEBOOK_LINK = re.compile(r"(\]\((?:[\w./-]*/)?\w+)\.py(?=[)#])")
_ARTICLE = re.compile(r'(<article class="md-content__inner md-typeset">)(.*?)(</article>)', re.DOTALL)
_ALTERNATE = re.compile(r'(<link rel="alternate " href=")[^"]*("\s+hreflang="(\w+)")')


def configurations(file: Path = ROOT / "mkdocs.yml") -> dict[str, dict[str, Any]]:
    """Return the configuration of Zensical for each language.

    Args:
        file: the configuration of MkDocs.
    """
    with file.open("rb") as source:
        config = yaml_load(source)
    plugins: dict[str, Any] = {
        name: options
        for each in config["plugins"]
        for name, options in (each.items() if isinstance(each, dict) else [(each, {})])
    }
    # Zensical looks for the extensions of griffe, which are files, in the folder of the project.
    options = plugins["mkdocstrings"]["handlers"]["python"]["options"]
    options["extensions"] = [str(file.parent / each) for each in options["extensions"]]
    languages = plugins["i18n"]["languages"]
    return {each["locale"]: _configuration(config, plugins, languages, each) for each in languages}


def _configuration(
    config: Mapping[str, Any],
    plugins: Mapping[str, Any],
    languages: list[dict[str, Any]],
    language: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the configuration for one language.

    Args:
        config: the configuration of MkDocs.
        plugins: the options of its plugins by name.
        languages: the languages of the plugin `i18n`.
        language: the language's own entry in them.
    """
    lang, is_default = language["locale"], language.get("default", False)
    shared = "assets" if is_default else "../assets"  # the other languages use the files of the default one

    def asset(path: str) -> str:
        return path.replace("assets", shared, 1)

    theme = {
        **config["theme"],
        "variant": "classic",  # the look of Material for MkDocs
        "language": lang,
        "custom_dir": "theme",
        "logo": asset(config["theme"]["logo"]),
        "favicon": asset(config["theme"]["favicon"]),
        "palette": _palette(config["theme"]["palette"], language.get("theme", {}).get("palette", [])),
    }
    extra = {
        **config["extra"],
        "assets": shared,
        "alternate": [
            {"name": each["name"], "lang": each["locale"], "root": root, "link": root or "."}
            for each in languages
            for root in [_root(language, each)]
        ],
    }
    scripts = [each for each in config["extra_javascript"] if each["path"] != _OWN_SEARCH]
    url = str(config["site_url"])
    return {
        "site_name": config["site_name"],
        **({"site_url": url if is_default else f"{url}{lang}/"} if url else {}),
        "site_description": language.get("site_description", config["site_description"]),
        "copyright": _of_zensical(language.get("copyright", config["copyright"])),
        "docs_dir": f"pages/{lang}",
        "site_dir": "site" if is_default else f"site/{lang}",
        "nav": _navigation(config["nav"], language.get("nav_translations", {})),
        "theme": theme,
        "extra": extra,
        "extra_css": [asset(each) for each in config["extra_css"]],
        "extra_javascript": [{**each, "path": asset(each["path"])} for each in scripts],
        "markdown_extensions": config["markdown_extensions"],
        "plugins": ["search", *({name: plugins[name]} for name in KEPT)],
        "validation": config["validation"],
    }


def _root(here: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    """Return the address of a language's site, relative to that of another; empty for the same language."""
    if here is there:
        return ""
    return "../" * (not here.get("default")) + f"{there['locale']}/" * (not there.get("default"))


def _palette(palette: list[dict[str, Any]], translated: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the colour schemes, with the names of their buttons in the language of the site."""
    if not translated:
        return palette
    return [
        {**each, "toggle": {**each["toggle"], **other["toggle"]}}
        for each, other in zip(palette, translated, strict=True)
    ]


def _of_zensical(copyright_line: str) -> str:
    """Return the copyright line with name and address of Zensical in place of Material for MkDocs."""
    return copyright_line.replace("https://squidfunk.github.io/mkdocs-material/", "https://zensical.org/").replace(
        "Material for MkDocs", "Zensical"
    )  # fmt: skip


def _navigation(entry: Any, translations: Mapping[str, str]) -> Any:
    """Return an entry of the navigation with translated titles, and with `.md` in place of `.py`."""
    if isinstance(entry, str):
        return re.sub(r"\.py$", ".md", entry)
    if isinstance(entry, list):
        return [_navigation(each, translations) for each in entry]
    return {translations.get(title, title): _navigation(each, translations) for title, each in entry.items()}


def weave(root: Path, woven: Path) -> ExportReport:
    """Run the pages and write them as Markdown, with links to scripts that fit the site.

    Args:
        root: the directory of pages.
        woven: the directory into which the Markdown is written.
    """
    default = next(lang for lang, config in configurations().items() if config["site_dir"] == "site")

    def in_site(path: PurePath) -> PurePath:
        # The pages of the default language are not in a folder of it.
        return path.relative_to(default) if path.is_relative_to(default) else path

    return export_pages(root, woven, in_site=in_site)


def write_projects(woven: Path, work: Path = WORK) -> None:
    """Write the projects of Zensical.

    Args:
        woven: the pages of all languages, as `convref weave` wrote them.
        work: the folder of the projects.
    """
    shutil.rmtree(work / "theme", ignore_errors=True)
    hidden = shutil.ignore_patterns(
        "*.py", "__pycache__", "search.html"
    )  # hooks, and the field of our search
    shutil.copytree(DOCS / "theme", work / "theme", ignore=hidden)
    for lang, config in configurations().items():
        pages = work / str(config["docs_dir"])
        shutil.rmtree(pages, ignore_errors=True)
        shutil.copytree(woven / lang, pages)
        is_default = config["extra"]["assets"] == "assets"
        shared = None if is_default else shutil.ignore_patterns(PurePath(FOLDER).name)
        shutil.copytree(woven / "assets", pages / "assets", ignore=shared)
        if is_default and (woven / SERVICE_WORKER).is_file():
            shutil.copyfile(woven / SERVICE_WORKER, pages / SERVICE_WORKER)
        for file in pages.rglob("*.md"):
            text = _NOTEBOOK_LINK.sub(r"\1.md", file.read_text("utf-8"))
            # `assets` lies beside the folders of the languages there, and in them here.
            file.write_text(_ASSETS.sub("../assets/", text), "utf-8")
        (work / f"{lang}.yml").write_text(json.dumps(config, ensure_ascii=False, indent=2), "utf-8")


def finish(site: Path, lang: str, roots: Mapping[str, str]) -> None:
    """Add to a language's built site what the hooks of MkDocs add.

    Args:
        site: the folder of the language's site.
        lang: its language.
        roots: the addresses of all languages' sites, relative to this one, by language.
    """
    inside = {site / root for root in roots.values() if root and not root.startswith("..")}
    for file in sorted(site.rglob("index.html")):
        if inside & set(file.parents):
            continue  # the site of another language
        path = file.parent.relative_to(site).as_posix()
        url, up = ("", "./") if path == "." else (f"{path}/", "../" * (path.count("/") + 1))
        page = file.read_text("utf-8")
        article = _ARTICLE.search(page)
        if article is not None:
            links = reading_order.links(path, lang)
            page = f"{page[: article.end(2)]}{links}{page[article.start(3) :]}"
        # Zensical takes an element in a list or a tab for text, and puts it into a paragraph.
        page = _BLOCK.sub(r"\1", page)
        page = _ALTERNATE.sub(lambda link: f"{link[1]}{up}{roots[link[3]]}{url}{link[2]}", page)  # noqa: B023
        file.write_text(unbroken(unindented(write_data_files(page, file.parent))), "utf-8")


def convert(work: Path = WORK) -> bool:
    """Let Zensical build the projects, and finish their pages.

    Args:
        work: the folder of the projects.

    Returns:
        True if Zensical has reported no error.
    """
    # A process for each language, since Zensical keeps the configuration in a global variable. The default
    # language comes first, because Zensical empties the folder of the site.
    for lang in configurations():
        command = [sys.executable, "-m", "zensical", "build", "--strict", "-f", str(work / f"{lang}.yml")]
        if subprocess.run(command, check=False).returncode:  # noqa: S603 (the interpreter that runs this)
            return False
    for lang, config in configurations().items():
        roots = {each["lang"]: each["root"] for each in config["extra"]["alternate"]}
        finish(work / config["site_dir"], lang, roots)
    return True


def build(target: Path) -> int:
    """Build the site.

    Args:
        target: the folder of the built site, which is replaced.

    Returns:
        0, or 1 if a page has an error or Zensical reports one.
    """
    refresh()
    checked.refresh()
    woven = WORK / "woven"
    shutil.rmtree(WORK, ignore_errors=True)
    if playground.is_installed():  # before the export, whose service worker keeps the file
        playground.write_package(woven / FOLDER / "packages")
    report = weave(DOCS.relative_to(Path.cwd()), woven)
    for each in report.errors:
        sys.stderr.write(f"{each}\n")
    if report.errors:
        return 1
    write_projects(woven)
    if not convert():
        return 1
    site = WORK / "site"
    calculators.write_files(site)
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(site, target)
    return 0


if __name__ == "__main__":
    sys.exit(build(Path.cwd() / "site"))
