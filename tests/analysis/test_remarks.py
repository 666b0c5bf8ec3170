"""Tables note what does not reach the output, what evaluation does not use, and what is not counted."""

from convref import analyze
from convref.nn import Call, Conv2d, Graph, Layer, N, Operation, Parameter, ReLU, Sequential, Value

SHAPE = (3, 8, 8)
MACS = 4 * 3 * 64


def forked(*lost: str) -> Layer:
    """A convolution, beside others whose results are thrown away."""
    calls = [Call(name, "input") for name in (*lost, "kept")]
    return Graph(calls, **{name: Conv2d(3, 4, 1) for name in (*lost, "kept")})


def test_a_branch_that_leads_nowhere_is_counted_and_noted_in_both_languages() -> None:
    report = analyze(forked("lost"), SHAPE)
    assert (2 * 16, 2 * MACS, ("lost",)) == (report.params, report.macs, report.unreached)
    assert "Does not reach the output, but is computed and counted: lost." == report.table().note
    assert "不影响输出，但仍会执行并计入：lost。" == report.table(lang="zh").note


def test_more_than_four_names_are_counted_and_not_listed() -> None:
    note = analyze(forked(*"abcdef"), SHAPE).table().note
    assert "counted: a, b, c, d and 2 more." in note


def test_what_leads_to_an_auxiliary_output_is_reached() -> None:
    calls = (Call("aux", "input"), Call("act", "aux"), Call("kept", "input"))
    net = Graph(calls, "kept", {"side": "act"}, aux=Conv2d(3, 4, 1), act=ReLU(), kept=Conv2d(3, 4, 1))
    assert () == analyze(net, SHAPE).unreached


def test_layers_and_parameters_that_no_call_uses_are_noted() -> None:
    unused = {"head": Conv2d(4, 2, 1), "gamma": Parameter((5,))}
    net = Graph((Call("conv", "input"),), "", {}, ("input",), tuple(unused), conv=Conv2d(3, 4, 1), **unused)
    report = analyze(net, SHAPE)
    assert (16 + 10 + 5, MACS) == (report.params, report.macs)
    assert "Not used in evaluation, with parameters that are counted: head, gamma." == report.table().note


def test_an_operation_that_is_not_known_is_noted_with_its_line() -> None:
    bessel = Operation("i0", (Value(0),), ((N, *SHAPE),), ((N, *SHAPE),), line="/home/me/mixer.py:31")
    report = analyze(Graph((Call("i0", "input"),), i0=bessel), SHAPE)
    assert (0, ("i0 (mixer.py:31)",)) == (report.macs, report.uncounted)
    assert "Not counted, since the operation is not known here: i0 (mixer.py:31)." == report.table().note


def test_notes_are_below_tables_of_parameters_or_operations_alone() -> None:
    report = analyze(forked("lost"), SHAPE)
    assert "" == report.table("name", "output").note
    assert "" == analyze(Sequential(Conv2d(3, 4, 1), ReLU()), SHAPE).table().note


def test_a_layer_whose_result_is_used_once_and_thrown_away_once_is_not_noted() -> None:
    calls = (Call("conv", "input", name="lost"), Call("conv", "input", name="kept"))
    assert () == analyze(Graph(calls, conv=Conv2d(3, 4, 1)), SHAPE).unreached
