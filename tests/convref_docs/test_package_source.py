"""Source code of the package is shown without docstrings, under the path of its file."""

import convref_docs
from convref_docs.package_source import source


def test_sources_of_one_file_share_a_block_titled_with_its_path() -> None:
    shown = convref_docs.sources("convref.nn:Conv2d", "convref.nn:Linear.output_shape")._repr_markdown_()
    assert shown.startswith(
        '```python title="convref/nn/conv.py"\nclass Conv2d(Convolution):\n    rank = 2\n```\n'
    )
    assert '```python title="convref/nn/linear.py"\ndef output_shape(' in shown


def test_a_comment_for_the_linter_is_left_out() -> None:
    assert "noqa" not in source("convref.catalog.snippets:evaluate")
