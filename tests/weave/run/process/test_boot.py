"""The script with which new interpreters begin."""

import sys
from pathlib import Path

import pytest
from cached_site import block, run, shown

from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_pages_import_from_where_the_build_does_and_have_their_own_path_as_command_line(start):
    with Engine(Settings(start=start)) as engine:
        (outcome,) = run(engine, block("import sys; sys.argv, sys.path"))
    assert repr(([str(Path("docs/x.md").resolve())], sys.path)) == shown(outcome)
