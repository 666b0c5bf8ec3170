"""Notebooks with their results: the file that Jupyter opens, and the parts of the page of a site."""

import json

import nbformat
import pytest

from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
from convref.weave.site.build import Build, Source

VALUE = """\
# %%
class Both:
    def _repr_lang_(self, lang):
        return {"en": "**hello**", "zh": "**你好**"}[lang]


Both()
"""


@pytest.fixture(scope="module")
def engine():
    with Engine(Settings(timeout=20), ["en", "zh"]) as engine:
        yield engine


def made(engine, text, lang="en"):
    return Build(engine).notebook("x.py", Source("x.py", text), lang)


def opened(text):
    """Parse a notebook as Jupyter does, and validate it."""
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return notebook


def outputs(engine, text, lang="en"):
    (cell,) = opened(made(engine, text, lang).ipynb()).cells
    return cell.outputs


def test_the_outputs_of_a_cell_are_what_it_printed_and_its_last_value(engine):
    printed, value = outputs(engine, "# %%\nprint('a *b*')\n6 * 7\n")
    assert ("stream", "stdout", "a *b*\n") == (printed.output_type, printed.name, printed.text)
    assert ("execute_result", {"text/plain": "42"}, 1) == (
        value.output_type,
        value.data,
        value.execution_count,
    )


@pytest.mark.parametrize(("lang", "shown"), [("en", "**hello**"), ("zh", "**你好**")])
def test_a_value_has_the_form_of_the_notebook_s_language(engine, lang, shown):
    (value,) = outputs(engine, VALUE, lang)
    assert shown == value.data["text/markdown"]
    assert {"text/markdown", "text/plain"} == set(value.data)


def test_figures_captions_and_html_are_separate_outputs(engine):
    text = '# %% alt="rises" caption="A line."\nfrom matplotlib import pyplot as plt\nplt.plot([0, 1]);\n'
    figure, caption = outputs(engine, text)
    assert ("display_data", "rises") == (figure.output_type, figure.data["text/plain"])
    assert figure.data["image/svg+xml"].startswith("<svg")
    assert "A line." == caption.data["text/markdown"]
    (value,) = outputs(engine, "# %%\nclass H:\n    def _repr_html_(self): return '<b>h</b>'\nH()\n")
    assert "<b>h</b>" == value.data["text/html"]


@pytest.mark.parametrize("options", ["", ' raises="ZeroDivisionError"'])
def test_an_error_is_an_output_whether_it_was_expected_or_not(engine, options):
    (error,) = outputs(engine, f"# %%{options}\n\n1 / 0\n")
    assert ("error", "ZeroDivisionError", "division by zero") == (
        error.output_type, error.ename, error.evalue
    )  # fmt: skip
    assert '  File "x.py", line 3, in <module>' in error.traceback


def test_long_output_is_cut_with_a_note():
    with Engine(Settings(output_limit=10), ["en"]) as engine:
        (printed,) = outputs(engine, "# %%\nprint('x' * 30)\n")
    assert "xxxxxxxxxx\nThe output is cut here; 21 bytes more are not shown.\n" == printed.text


def test_text_contains_computed_values_and_anchors_for_jupyter(engine):
    text = "# %% [markdown]\n# ## All of `{python} x` {#all}\n#\n# $`{python} x`^2$\n\n# %%\nx = 3\n"
    notebook = opened(made(engine, text).ipynb())
    assert '<a id="all"></a>\n\n## All of 3\n\n$3^2$' == notebook.cells[0].source
    assert "x = 3" == notebook.cells[1].source


def test_links_to_other_pages_lead_to_the_published_site_or_become_text(engine):
    text = "# %% [markdown]\n# [a](../b.md#c), [d](https://e.org), [f](#g), ![h](i.png), `x[0](y)`\n"
    notebook = made(engine, text)
    rest = "[d](https://e.org), [f](#g), ![h](i.png), `x[0](y)`"
    found = [
        opened(notebook.ipynb(*given)).cells[0].source
        for given in [(), (lambda target: f"https://x.org/{target[3:]}",), (lambda _: "",)]
    ]
    assert [f"[a](../b.md#c), {rest}", f"[a](https://x.org/b.md#c), {rest}", f"a, {rest}"] == found


def test_cells_that_are_not_run_and_raw_cells_are_kept(engine):
    notebook = opened(made(engine, '# %% exec="off"\nx = \n# %% [raw]\n# as it is\n').ipynb())
    assert [("code", "x = "), ("raw", "as it is")] == [
        (each.cell_type, each.source) for each in notebook.cells
    ]
    assert (None, []) == (notebook.cells[0].execution_count, notebook.cells[0].outputs)


def test_the_skeleton_has_placeholders_for_everything_but_plain_text(engine):
    text = "# %% [markdown]\n# *Text*, $x$\n\n# %%\nprint('<b>')\n1\n\n" + VALUE
    notebook = made(engine, text)
    placeholders = [each.placeholder for each in notebook.cells]
    first, second, third = opened(notebook.skeleton).cells
    assert (placeholders[0], "") == (first.source, placeholders[1])
    assert ["<b>\n", {"text/plain": "1"}] == [second.outputs[0].text, second.outputs[1].data]
    assert {"text/html": placeholders[2], "text/plain": placeholders[2]} == third.outputs[0].data


def test_the_html_of_the_page_replaces_the_placeholders_in_that_of_the_skeleton(engine):
    notebook = made(engine, "# ---\n# title: T\n# ---\n# %% [markdown]\n# *Text*[^1]\n\n" + VALUE)
    first, second = (each.placeholder for each in notebook.cells)
    assert f"---\ntitle: T\n---\n*Text*[^1]\n\n{first}\n\n**hello**\n\n{second}\n\n" == notebook.markdown
    page = f"<p><em>Text</em></p>\n<p>{first}</p>\n<p>hello</p>\n<p>{second}</p>\n<p>A footnote.</p>"
    skeleton = f"<div><p>{first}</p></div><div>{second}</div>"
    expected = "<div><p><em>Text</em></p></div><div><p>hello</p></div>\n<p>A footnote.</p>"
    assert expected == notebook.joined(skeleton, page)


def test_a_failure_is_reported_with_its_line_and_shown_in_the_page(engine):
    notebook = made(engine, "# %% [markdown]\n# text\n\n# %%\nprint('before')\n1 / 0\n")
    assert ["x.py:6: run: ZeroDivisionError: division by zero"] == [
        str(each) for each in notebook.diagnostics
    ]
    assert "ZeroDivisionError" in notebook.fragments.finish(notebook.markdown).html
    assert "before\n" == opened(notebook.skeleton).cells[1].outputs[0].text


def test_a_file_that_cannot_be_parsed_gives_a_notebook_with_the_error(engine):
    notebook = made(engine, "x = 1\n")
    assert ["x.py:1: page: a notebook must have cells, each of which begins with a line `# %%`"] == list(
        map(str, notebook.diagnostics)
    )
    assert "```python\nx = 1\n```" in opened(notebook.ipynb()).cells[0].source


def test_two_runs_give_the_same_bytes():
    texts = []
    for _ in range(2):
        with Engine(Settings(), ["en"]) as engine:
            notebook = made(engine, "# %% [markdown]\n# `{python} x`\n" + VALUE + "# %%\nx = {3, 1}\nx\n")
            texts.append(notebook.ipynb() + notebook.skeleton + notebook.markdown)
    assert texts[0] == texts[1]
    assert 4 == json.loads(texts[0].partition("\n}\n")[0] + "}")["nbformat"]
