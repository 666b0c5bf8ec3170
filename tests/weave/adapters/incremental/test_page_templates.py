from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from convref.weave.adapters.incremental import page_templates
from convref.weave.adapters.incremental.page_templates import PageTemplates

TEMPLATE = "{{ page.content }} of {{ config.site_name }}, {{ nav | length }}, {{ given }}"


class Site:
    """A site of two pages in the theme Material, and its templates."""

    def __init__(self, root, text=""):
        (root / "theme").mkdir()
        (root / "theme" / "part.html").write_text(text)
        self.config = MkDocsConfig()
        theme = {"name": "material", "custom_dir": str(root / "theme")}
        self.config.load_dict({"site_name": "T", "docs_dir": str(root), "theme": theme})
        assert [] == self.config.validate()[0]
        self.kept = PageTemplates(frozenset())
        self.contents = {"index.md": "One", "a.md": "Two"}
        self.filters = {}

    def build(self, **given):
        """Return the pages of a build, and how many of them the templates made."""
        files = Files([File(name, "docs", "site", use_directory_urls=True) for name in self.contents])
        for file in files:
            page = Page(None, file, self.config)
            page.markdown, page.content, page.meta = "", self.contents[file.src_uri], {}
            page.toc = get_toc([])
        nav = get_navigation(files, self.config)
        env = Environment(loader=DictLoader({"main.html": TEMPLATE}), autoescape=True)
        env.filters.update(self.filters)
        self.kept.install(env)
        before = self.kept.total
        made = {}
        for file in files:
            context = {"page": file.page, "config": self.config, "nav": nav, "pages": list(files), **given}
            made[file.src_uri] = env.get_template("main.html").render(context)
        return made, self.kept.total - before


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_a_page_is_made_again_only_if_something_that_its_template_reads_has_changed(site):
    first, made = site.build(given=1)
    assert ({"index.md": "One of T, 2, 1", "a.md": "Two of T, 2, 1"}, 2) == (first, made)
    assert (first, 0) == site.build(given=1)
    site.contents["a.md"] = "Three"
    assert ({**first, "a.md": "Three of T, 2, 1"}, 1) == site.build(given=1)
    assert 2 == site.build(given=2)[1]
    site.config.site_name = "U"
    assert ({"index.md": "One of U, 2, 2", "a.md": "Three of U, 2, 2"}, 2) == site.build(given=2)


def test_a_page_added_to_the_navigation_makes_all_pages_again(site):
    site.build(given=1)
    site.contents["b.md"] = "New"
    assert 3 == site.build(given=1)[1]


def test_a_change_of_the_site_s_own_templates_makes_all_pages_again(site, tmp_path):
    site.build(given=1)
    (tmp_path / "theme" / "part.html").write_text("another text")
    assert 2 == site.build(given=1)[1]


def test_templates_that_get_an_unknown_object_make_their_page_in_every_build(site):
    site.build(given=1)
    assert "One of T, 2, &lt;object" in site.build(given=object())[0]["index.md"]
    assert "One of T, 2, &lt;object" in site.build(given=object())[0]["index.md"]
    assert 0 == site.build(given=1)[1]


def test_a_filter_from_elsewhere_makes_all_pages_in_every_build(site):
    site.filters["own"] = lambda text: text
    assert [0, 0] == [site.build(given=1)[1] for _ in range(2)]
    assert "One of T, 2, 1" == site.build(given=1)[0]["index.md"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ page.content }} {{ page.toc }} {{ 'all pages' }} {{ nav_item.title }}", False),
        ("{{ config.plugins.i18n.extra_alternate }}", False),
        ("{{ nav_item.content }}", True),
        ("{% for each in pages %}{% endfor %}", True),
        ("{{ config.plugins.tags }}", True),
        ("{{ build_date_utc }}", True),
        ("{{ ] }}", True),
    ],
)
def test_templates_are_searched_for_what_is_not_compared(text, expected):
    assert expected == page_templates._reads_elsewhere(Environment(autoescape=True), text)


def test_a_theme_that_is_not_known_makes_all_pages_in_every_build(tmp_path):
    config = SimpleNamespace(theme=SimpleNamespace(name="own", dirs=[str(Path(tmp_path))]))
    assert not page_templates._can_be_kept(Environment(autoescape=True), config)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[4] / "docs" / "theme").rglob("*.html")), ids=lambda path: path.stem
)
def test_the_templates_of_the_projects_own_site_keep_its_pages(path):
    assert not page_templates._reads_elsewhere(Environment(autoescape=True), path.read_text("utf-8"))
