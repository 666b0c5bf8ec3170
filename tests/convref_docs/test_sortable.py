"""The table over all networks says by what each cell is sorted, and its links hold its data."""

import csv
import json
import re
from base64 import b64decode
from pathlib import Path

import convref_docs
from convref import architectures
from convref.analysis import MEASURES, Table
from convref_docs import Sortable

TABLE = Table(
    tuple(MEASURES[key].column for key in ("name", "input", "macs", "receptive_field")),
    (("small", (3, 8), 20, None), ("large", (3, 16), 1000, (5, 5))),
)


def linked(page: str) -> dict[str, str]:
    found = re.findall(r'download="([\w.]+)" href="data:[\w/]+;base64,([^"]+)"', page)
    return {name: b64decode(data).decode() for name, data in found}


def test_a_number_is_sorted_as_a_number_and_a_shape_by_its_elements() -> None:
    page = Sortable(Table(TABLE.columns[:3], tuple(row[:3] for row in TABLE.rows)), "x")._repr_html_()
    assert ["24", "20", "48", "1000"] == re.findall(r'data-value="(\w*)"', page)


def test_the_links_hold_the_table_as_csv_and_json() -> None:
    table = Table(TABLE.columns[:3], tuple(row[:3] for row in TABLE.rows), lang="zh")
    files = linked(Sortable(table, "nets")._repr_html_())
    assert {"nets.csv": table.to_csv(), "nets.json": table.to_json()} == files


def test_every_network_has_a_row_and_its_data_too() -> None:
    page = convref_docs.overview()._repr_lang_("zh")
    assert page is not None
    files = linked(page._repr_html_())
    names = list(architectures.names())
    assert names == [row[0] for row in csv.reader(files["networks.csv"].splitlines()[1:])]
    assert names == [row["name"] for row in json.loads(files["networks.json"])["rows"]]
    assert page._repr_html_().startswith("<table data-sortable><thead><tr><th>网络</th>")


def test_a_global_receptive_field_is_shown_as_all_and_sorted_last() -> None:
    overview = convref_docs.overview()
    (at,) = [at for at, column in enumerate(overview.table.columns) if column.key == "receptive_field"]
    fields = {row[0]: row[at] for row in overview.table.rows}
    assert None is fields["se_resnet50"]
    assert (427, 427) == fields["resnet50"]
    assert ' data-value="">all</td>' in overview._repr_html_()


def test_a_name_is_linked_to_the_page_of_its_family_if_that_exists(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "architectures"
    folder.mkdir(parents=True)
    (folder / "vgg.md").write_text("# VGG\n")
    page = convref_docs.overview(tmp_path)._repr_html_()
    assert '<td><a href="../vgg/">vgg16</a></td>' in page
    assert "<td>alexnet</td>" in page


def test_an_unknown_language_has_no_form() -> None:
    assert None is Sortable(TABLE, "x")._repr_lang_("fr")
