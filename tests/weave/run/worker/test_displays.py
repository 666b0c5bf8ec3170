"""What a block displays is shown as in a notebook: in order, between what it prints."""

import pytest
from cached_site import block, run, shown

pytestmark = pytest.mark.usefixtures("results")
RICH = """
class Rich:
    def _repr_html_(self): return "<b>h</b>"
    def _repr_markdown_(self): return "*m*"
    def _repr_svg_(self): return "<svg></svg>"
    def _repr_png_(self): return b"png"
class Bundle:
    def _repr_mimebundle_(self, include=None, exclude=None): return {"text/html": "<i>x</i>"}
class Own:
    def _ipython_display_(self): display(Rich())
"""


def displayed(outcome):
    """Return each displayed object's offset in the output and its forms, without text."""
    plain = {"text/plain", "text/x-str"}
    return [
        (each.offset, {media: text for media, text in each.forms[""].items() if media not in plain})
        for each in outcome.displays
    ]


def test_displayed_objects_have_their_offset_in_the_output_in_characters(engines):
    code = "print('é')\ndisplay(1, 'a')\nprint('b')\ndisplay(2)"
    outcome = run(engines["fork"], block(code))[0]
    assert "é\nb\n" == outcome.output
    assert [(2, "1"), (2, "'a'"), (4, "2")] == [
        (each.offset, each.forms[""]["text/plain"]) for each in outcome.displays
    ]


def test_objects_are_displayed_in_all_their_forms(engines):
    outcome = run(engines["fork"], block(f"{RICH}\ndisplay(Rich(), Bundle(), Own())"))[0]
    rich = {
        "text/html": "<b>h</b>",
        "text/markdown": "*m*",
        "image/svg+xml": "<svg></svg>",
        "image/png": "cG5n",
    }
    assert [(0, rich), (0, {"text/html": "<i>x</i>"}), (0, rich)] == displayed(outcome)


def test_a_last_value_that_displays_itself_is_displayed(engines):
    outcome = run(engines["fork"], block(f"{RICH}\nOwn()"))[0]
    assert 1 == len(outcome.displays)
    assert {} == outcome.forms


@pytest.mark.parametrize(
    "code",
    [
        "from IPython.display import HTML, display\ndisplay(HTML('<b>h</b>'))",
        "import IPython.display as d\nd.display({'text/html': '<b>h</b>'}, raw=True)",
        "from IPython.display import publish_display_data\npublish_display_data({'text/html': '<b>h</b>'})",
        "from IPython.core import display_functions as f\nf.display({'text/html': '<b>h</b>'}, raw=True)",
    ],
)
@pytest.mark.parametrize("engine", ["fork", "spawn"])
def test_the_functions_of_ipython_display_too(engines, engine, code):
    first, second = run(
        engines[engine],
        block(code) + block(f"{code}\nfrom IPython.display import clear_output\nclear_output()"),
    )
    assert [(0, {"text/html": "<b>h</b>"})] == displayed(first) == displayed(second)
    assert ("", "") == (first.output, second.output)


def test_each_block_has_its_own_displays(engines):
    outcomes = run(engines["fork"], block("display(1)") + block("2") + block("raise ValueError(display(3))"))
    assert [1, 0, 1] == [len(each.displays) for each in outcomes]


def test_display_is_a_name_that_a_page_may_take(engines):
    assert "1" == shown(run(engines["fork"], block("display = 1\ndisplay"))[0])
    assert "False" == shown(run(engines["fork"], block("'display' in globals()"))[0])


PLOT = (
    "from io import StringIO\nfrom matplotlib import pyplot as plt\nfig, ax = plt.subplots(figsize=(1, 1))\n"
)


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("ax.plot([1, 2])", (1, 0, 0)),
        ("buffer = StringIO()\nplt.savefig(buffer, format='svg')\nprint(buffer.getvalue())", (0, 0, 0)),
        ("fig.savefig(StringIO(), format='svg')\nax.plot([1])", (0, 0, 0)),
        ("fig.savefig(StringIO(), format='svg')\nfig", (0, 0, 1)),
        ("fig.savefig(StringIO(), format='svg')\nplt.subplots()", (1, 0, 0)),
        ("plt.close()", (0, 0, 0)),
        ("plt.show()\nprint('after')", (0, 1, 0)),
        ("display(fig)\nplt.close()", (0, 1, 0)),
    ],
)
@pytest.mark.parametrize("engine", ["fork", "spawn"])
def test_a_figure_that_a_block_prints_saves_shows_or_closes_is_not_appended(engines, engine, code, counts):
    outcome = run(engines[engine], block(f"{PLOT}{code}"))[0]
    assert None is outcome.failure
    assert counts == (len(outcome.figures), len(outcome.displays), len(outcome.forms))


def test_a_saved_figure_does_not_hide_one_that_another_block_draws(engines):
    save = f"{PLOT}fig.savefig(StringIO(), format='svg')"
    assert [0, 1] == [len(each.figures) for each in run(engines["fork"], block(save) + block(PLOT))]
