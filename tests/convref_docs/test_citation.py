"""The citation on the site is the one of CITATION.cff, which agrees with the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from convref.errors import ArgumentError
from convref_docs.citation import citation
from convref_docs.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_citation_has_the_version_the_authors_and_the_license_of_the_package() -> None:
    assert PROJECT["version"] == citation().version
    assert tuple(author["name"] for author in PROJECT["authors"]) == citation().authors
    file = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (PROJECT["license"], "1.2.0") == (file["license"], file["cff-version"])


def test_a_person_s_name_is_put_together_from_its_two_fields(tmp_path: Path) -> None:
    file = tmp_path / "CITATION.cff"
    file.write_text(
        "title: 'a: b'\nversion: 1.0\nauthors:\n- {given-names: Ada, family-names: Lovelace}\n- name: We\n"
    )
    found = citation(file)
    assert "Ada Lovelace, We. a: b. Version 1.0." == found.text()
    assert (
        "@software{a,\n  author = {{Ada Lovelace} and {We}},\n  title = {{a: b}},\n  version = {1.0},\n}"
    ) == found.bibtex()


def test_a_file_without_a_version_is_rejected_with_the_name_of_the_field(tmp_path: Path) -> None:
    file = tmp_path / "CITATION.cff"
    file.write_text("title: a\nauthors:\n- name: We\n")
    with pytest.raises(ArgumentError, match="must have the fields version"):
        citation(file)
