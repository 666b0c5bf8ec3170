"""The guide for authors says everything that there is to set."""

from pathlib import Path

import pytest

from convref.weave.markdown.fence_options import OWN
from convref.weave.site.options import OPTIONS

DOCS = Path(__file__).resolve().parents[2] / "docs"
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def first_cells(language, anchor):
    """The names in the first column of the table under a heading."""
    text = (DOCS / language / "guide" / "options.md").read_text("utf-8")
    rows = text.partition(f"{{#{anchor}}}\n")[2].partition("\n## ")[0].split("\n")
    cells = [row.split("|")[1] for row in rows if row.startswith("| `")]
    return {name.strip(" `") for cell in cells for name in cell.replace("、", ",").split(",")}


@LANGUAGES
def test_the_guide_lists_the_options_of_the_plugin(language):
    hint = f"each field of SiteOptions has a row in docs/{language}/guide/options.md"
    assert set(OPTIONS) == first_cells(language, "options"), hint


@LANGUAGES
def test_the_guide_lists_the_options_of_blocks(language):
    assert OWN == first_cells(language, "block-options")
