import re

import pytest

from convref_docs import benchmarks
from convref_docs.paths import DOCS


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_has_a_table_of_each_section_of_the_report(lang: str) -> None:
    text = (DOCS / lang / "reference/benchmarks.md").read_text("utf-8")
    found = {each["section"] for script in benchmarks.scripts().values() for each in script["figures"]}
    assert found == set(re.findall(r'^benchmarks\.table\("(\w+)"\)$', text, re.MULTILINE))
