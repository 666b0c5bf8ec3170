"""The calculators give what convref gives, and refuse what is wrong beside its field."""

from __future__ import annotations

import gzip
import json
import random
from ast import literal_eval
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from convref import analyze, architectures, functional
from convref.analysis import Column, Table, arithmetic_intensity
from convref.analysis.units import ratio_text
from convref.errors import ConvrefError
from convref.nn import Conv2d, Layer, Shape
from convref_docs import calculators, playground

if TYPE_CHECKING:
    from built_site import Site, Visit

PAGE = {"en": "calculators/", "zh": "zh/calculators/"}
SQUARE = ("asymmetric", "flattened")
MEASURE = """async ([root, settings]) => {
    const { code, totals } = await import(root + "assets/calculators/arithmetic.js");
    return settings.map((setting) => {
        try {
            const { output, params, macs, activations, intensity } = totals(setting);
            const counts = [params, macs, activations].map(String);
            return { output, counts, intensity, code: code(setting).convref };
        } catch (error) {
            if (!error.rule) throw error;
            return { refused: error.rule };
        }
    });
}"""
FIELDS = """async ([root, stacks]) => {
    const { fields } = await import(root + "assets/calculators/arithmetic.js");
    return stacks.map(({ size, layers }) => {
        try { return fields(size, layers); } catch (error) {
            if (!error.rule) throw error;
            return null;
        }
    });
}"""


@pytest.fixture(scope="module")
def asked(opening: Callable[..., AbstractContextManager[Visit]], site: Site) -> Iterator[Callable[..., Any]]:
    """Call a function of the calculators' script in the browser."""
    with opening("") as visit:
        yield lambda script, given: visit.page.evaluate(script, [site.url, given])


def pair(draw: random.Random, least: int, most: int) -> list[int]:
    first = draw.randint(least, most)
    return [first, first if draw.random() < 0.7 else draw.randint(least, most)]


def setting(draw: random.Random) -> dict[str, Any]:
    groups = draw.choice([1, 1, 2, 3, 4])
    channels = [groups * draw.randint(1, 8) + (draw.random() < 0.1) for _ in range(2)]
    return {
        "kind": draw.choice(calculators.CONVOLUTIONS),
        "size": pair(draw, 1, 40),
        "inputs": channels[0],
        "outputs": channels[1],
        "kernel": pair(draw, 1, 7),
        "stride": pair(draw, 1, 4),
        "padding": "same" if draw.random() < 0.15 else pair(draw, 0, 3),
        "output_padding": pair(draw, 0, 2),
        "dilation": pair(draw, 1, 3),
        "groups": groups,
        "bias": draw.random() < 0.7,
    }


def texts(given: dict[str, Any]) -> dict[str, str]:
    """The setting as it is typed."""

    def text(value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "x".join(map(str, value)) if isinstance(value, list) else str(value)

    return {name: text(value) for name, value in given.items()}


def described(given: dict[str, Any]) -> tuple[Layer, Shape] | None:
    """The layer of a setting and its input shape; None if convref refuses it, or the calculator must."""
    uneven = given["kernel"][0] != given["kernel"][1] or given["padding"][0] != given["padding"][1]
    if given["padding"] == "same" and given["kind"] not in {"standard", "depthwise", "separable"}:
        return None
    if given["kind"] in SQUARE and uneven:
        return None
    try:
        layer, shape = calculators.layer(texts(given)), calculators.shape(texts(given))
        layer.output_shape(shape)
    except ConvrefError:
        return None
    return layer, shape


def test_drawn_convolutions_are_measured_and_refused_as_convref_does(asked: Callable[..., Any]) -> None:
    draw = random.Random(0)  # noqa: S311 (drawn test cases)
    settings = [setting(draw) for _ in range(600)]
    measured = 0
    for given, found in zip(settings, asked(MEASURE, settings), strict=True):
        expected = described(given)
        assert (expected is None) == ("refused" in found), given
        if expected is None:
            continue
        measured += 1
        report = analyze(*expected)
        written = report.activations - report.rows[0].activations
        assert list(report.output_shape) == found["output"], given
        assert [str(each) for each in (report.params, report.macs, written)] == found["counts"], given
        assert arithmetic_intensity(*expected) == pytest.approx(found["intensity"])
    assert measured > 300


def test_the_code_that_is_shown_gives_the_numbers_that_are_shown(asked: Callable[..., Any]) -> None:
    draw = random.Random(1)  # noqa: S311 (drawn test cases)
    settings = [each for each in (setting(draw) for _ in range(200)) if described(each)]
    for found in asked(MEASURE, settings):
        *imports, call = found["code"].split("\n")
        names: dict[str, Any] = {}
        exec("\n".join(imports), names)  # noqa: S102 (what the page shows to readers)
        report = eval(call.removesuffix(".table()"), names)
        assert [list(report.output_shape), str(report.params), str(report.macs)] == [
            found["output"],
            *found["counts"][:2],
        ]


def test_drawn_stacks_have_the_fields_that_convref_computes(asked: Callable[..., Any]) -> None:
    draw = random.Random(2)  # noqa: S311 (drawn test cases)
    names = ("kernel", "stride", "padding", "dilation")
    stacks: list[dict[str, Any]] = []
    for _ in range(400):
        layers = [
            {"kind": draw.choice(["conv", "pool"])}
            | dict(
                zip(
                    names,
                    [draw.randint(1, 5), draw.randint(1, 3), draw.randint(0, 2), draw.randint(1, 2)],
                    strict=True,
                )
            )
            for _ in range(draw.randint(1, 6))
        ]
        stacks.append({"size": draw.randint(1, 90), "layers": layers})
    answered = 0
    for given, found in zip(stacks, asked(FIELDS, stacks), strict=True):
        lines = [" ".join(str(each[name]) for name in ("kind", *names)) for each in given["layers"]]
        try:
            rows = analyze(calculators.stack(lines), (1, given["size"], given["size"])).rows[1:]
        except ConvrefError:
            assert found is None, given
            continue
        answered += 1
        expected = [
            {"size": row.output[-1], "field": field.size, "stride": field.stride, "start": field.start}
            for row in rows
            for field in row.fields[-1:]
        ]
        assert expected == found, given
    assert answered > 150


def test_the_data_of_every_network_is_what_convref_computes(site: Site) -> None:
    folder = site.folder / "calculators"
    known = {row[0]: row for row in json.loads((folder / "networks.json").read_text("utf-8"))}
    assert set(architectures.names()) == set(known)
    for name in architectures.names():
        report = analyze(architectures.build(name), architectures.find(name).input_shape)
        steps = json.loads((folder / f"networks/{name}.json").read_text("utf-8"))
        assert [report.params, report.macs, report.activations] == known[name][3:6]
        numbers = {argument: literal_eval(value) for argument, value in known[name][7].items()}
        assert architectures.build(name) == architectures.build(name, **numbers)
        assert [report.params, report.macs, report.activations] == [
            sum(step[column] for step in steps) for column in (3, 4, 5)
        ]


FILTERS = """async ([root, kernels]) => {
    const filters = await import(root + "assets/calculators/filters.js");
    const { PRESETS, filtered, kernelOf, picture, response } = filters;
    const image = picture(16);
    const found = kernels.map(({ weights, divisor }) => {
        const kernel = kernelOf(weights, divisor);
        return { response: response(kernel, 9), filtered: filtered(image, kernel) };
    });
    return { image, found, presets: PRESETS };
}"""


def test_drawn_kernels_have_the_response_of_numpy_and_filter_as_convref_does(
    asked: Callable[..., Any],
) -> None:
    draw = np.random.default_rng(3)
    kernels = []
    for _ in range(200):
        side = int(draw.choice([3, 5]))
        weights = draw.integers(-40, 40, (side, side)) / draw.choice([1, 4, 10])
        kernels.append({"weights": weights.ravel().tolist(), "divisor": float(draw.choice([-2, 1, 3, 16]))})
    answered = asked(FILTERS, kernels)
    image = np.array(answered["image"])
    assert (0 <= image).all()
    assert (image <= 1).all()
    for given, found in zip(kernels, answered["found"], strict=True):
        side = round(len(given["weights"]) ** 0.5)
        kernel = np.reshape(given["weights"], (side, side)) / given["divisor"]
        reach = side // 2
        spectrum = np.abs(np.fft.fftshift(np.fft.fft2(kernel, (8, 8))))  # frequencies -1/2, -3/8, … 3/8
        # The frequency 1/2, which the script adds at the end of each axis, is the same wave as -1/2.
        np.testing.assert_allclose(
            found["response"], np.pad(spectrum, ((0, 1), (0, 1)), mode="wrap"), atol=1e-9
        )
        padded = np.pad(image, reach, mode="reflect")[np.newaxis, np.newaxis]
        expected = functional.conv2d(padded, kernel[np.newaxis, np.newaxis])[0, 0]
        np.testing.assert_allclose(found["filtered"], expected, atol=1e-9)
    presets = {name: (tuple(each["weights"]), each["divisor"]) for name, each in answered["presets"].items()}
    assert presets == calculators.KERNELS


@pytest.mark.parametrize("lang", list(PAGE))
def test_a_kernel_is_edited_and_its_response_and_picture_follow(
    visit: Callable[..., Visit], lang: str
) -> None:
    opened = visit(PAGE[lang])
    place = calculator(opened.page, "frequency")
    assert "1.000" == result(place, "sum")
    assert "0.000" == result(place, "both")
    assert 3 == place.locator("svg polyline").count()
    pixels = "canvas => canvas.toDataURL()"
    after = place.locator("[data-map=after] canvas")
    before = after.evaluate(pixels)
    middle = place.locator("[data-field=weight-4]")
    middle.fill("20")
    assert "2.000" == result(place, "sum")
    assert before != after.evaluate(pixels)
    assert "" == place.locator("[data-field=preset]").input_value()
    for field, wrong in (("weight-4", "x"), ("divisor", "0"), ("weight-0", "1e9"), ("weight-8", "")):
        control = place.locator(f"[data-field={field}]")
        right = control.input_value()
        control.fill(wrong)
        expect(control).to_have_attribute("aria-invalid", "true")
        control.fill(right)
        expect(control).not_to_have_attribute("aria-invalid", "true")
    place.locator("[data-field=side]").select_option("5")
    assert 25 == place.locator(".convref-calculator__weights input").count()
    assert "2.000" == result(place, "sum")
    place.locator("[data-field=preset]").select_option("laplace")
    assert 9 == place.locator(".convref-calculator__weights input").count()
    assert "8.000" == result(place, "both")
    assert [] == opened.trouble


def test_a_link_opens_the_frequency_calculator_with_its_kernel(visit: Callable[..., Visit]) -> None:
    page = visit(PAGE["en"] + "?divisor=4&weights=0_0_0_1_2_1_0_0_0").page
    place = calculator(page, "frequency")
    assert ["1.000", "0.000", "1.000", "0.000"] == place.locator("dd").all_text_contents()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    place.locator("[data-field=divisor]").fill("8")
    place.get_by_role("button", name="Copy link").click()
    expect(place.get_by_role("button", name="Link copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "?" not in copied  # what is behind "#" is not sent to a server
    place = calculator(visit(copied.partition("/convref/")[2]).page, "frequency")
    assert "0.500" == result(place, "sum")
    place.locator("[data-field=divisor]").fill("1/3")
    assert "12.000" == result(place, "sum")


def calculator(page: Page, kind: str) -> Locator:
    """A calculator that has been scrolled to and answers."""
    place = page.locator(f".convref-calculator[data-kind={kind}]")
    place.scroll_into_view_if_needed()
    page.locator(f".convref-calculator[data-kind={kind}][data-ready]").wait_for()
    return place


def result(place: Locator, name: str) -> str:
    return place.locator(f"dd[data-result={name}]").text_content() or ""


@pytest.mark.parametrize("lang", list(PAGE))
def test_what_is_typed_is_answered_and_what_is_wrong_is_told_beside_its_field(
    visit: Callable[..., Visit], lang: str
) -> None:
    opened = visit(PAGE[lang])
    place = calculator(opened.page, "convolution")
    assert "128 × 56 × 56" == result(place, "output")
    place.locator("[data-field=kind]").select_option("depthwise")
    place.locator("[data-field=size]").fill("28x14")
    place.locator("[data-field=stride]").fill("2")
    assert "64 × 14 × 7" == result(place, "output")
    assert "640" == result(place, "params")
    assert "1/64" in result(place, "standard")
    for field, wrong in (
        ("kernel", "99"),
        ("size", "letters"),
        ("size", "0"),
        ("inputs", "1e9"),
        ("stride", ""),
    ):
        control = place.locator(f"[data-field={field}]")
        right = control.input_value()
        control.fill(wrong)
        expect(control).to_have_attribute("aria-invalid", "true")
        message = opened.page.locator(f"#{control.get_attribute('aria-describedby')}")
        assert message.text_content()
        control.fill(right)
        expect(control).not_to_have_attribute("aria-invalid", "true")
        assert not message.text_content()
    assert [] == opened.trouble


def test_the_arrow_keys_choose_the_output_whose_inputs_are_filled(visit: Callable[..., Visit]) -> None:
    page = visit(PAGE["en"]).page
    place = calculator(page, "convolution")
    live = place.locator("[aria-live]")
    output = place.locator("svg[tabindex]")
    output.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
    assert "Output (0, 0) reads 4 inputs and 5 positions of padding." == live.text_content()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert "Output (1, 1) reads 9 inputs." == live.text_content()
    assert 9 == place.locator("svg:not([tabindex]) .convref-calculator__on").count()


def test_an_address_opens_a_calculator_with_its_numbers(visit: Callable[..., Visit]) -> None:
    page = visit(PAGE["en"] + "?convolution=kind:separable,size:28x14,kernel:5,padding:2").page
    place = calculator(page, "convolution")
    assert "separable" == place.locator("[data-field=kind]").input_value()
    assert "128 × 28 × 14" == result(place, "output")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    place.get_by_role("button", name="Copy link").click()
    expect(place.get_by_role("button", name="Link copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "kind%3Aseparable" in copied
    shared = visit(copied.partition("/convref/")[2]).page
    assert "128 × 28 × 14" == result(calculator(shared, "convolution"), "output")


@pytest.mark.parametrize("sign", ["#", "?"])  # older links have a question mark
def test_a_link_opens_the_page_at_the_calculator_that_it_is_about(
    visit: Callable[..., Visit], sign: str
) -> None:
    opened = visit(f"{PAGE['en']}{sign}network=first:resnet18,batch:8")
    place = opened.page.locator(".convref-calculator[data-kind=networks]")
    expect(place.locator("[data-total=params] td")).to_have_text(["11,689,512"])
    expect(opened.page.locator("h2#networks")).to_be_in_viewport()
    assert "8" == place.locator("[data-field=batch]").input_value()
    assert [] == opened.trouble


@pytest.mark.parametrize(
    "state",
    [
        "convolution=kind:%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E,size:%3Cb%3E",
        "convolution=kind:__proto__,constructor:1,kernel:9999999999999999999999",
        "layers=conv-1-1-1.%3Cscript%3E&field=network:%2e%2e%2fx,size:-1",
        "network=first:__proto__,batch:%22%3E%3Ci%3E",
        "weights=%3Cimg%3E_1_2_3_4_5_6_7_8&divisor=constructor",
    ],
)
def test_a_hostile_address_does_nothing(visit: Callable[..., Visit], state: str) -> None:
    opened = visit(f"{PAGE['en']}?{state}")
    for kind in calculators.KINDS:
        opened.page.locator(f".convref-calculator[data-kind={kind}]").scroll_into_view_if_needed()
    opened.page.locator(".convref-calculator[data-kind=networks] form").wait_for()
    assert 0 == opened.page.locator(".convref-calculator :is(img, script, b, i)").count()
    assert [] == opened.trouble


def test_layers_are_added_and_removed_and_a_network_takes_their_place(visit: Callable[..., Visit]) -> None:
    opened = visit(PAGE["en"])
    place = calculator(opened.page, "receptive_field")
    fields = place.locator("td[data-result=field]")
    expect(fields).to_have_text(["3", "5", "6", "10", "14", "16"])
    place.get_by_role("button", name="Add a layer").click()
    expect(fields).to_have_count(7)
    place.get_by_role("button", name="Remove layer 1").click()
    expect(fields).to_have_text(["3", "4", "8", "12", "14", "18"])
    expect(place.get_by_role("button", name="Remove layer 1")).to_be_focused()
    for number in range(6, 0, -1):
        place.get_by_role("button", name=f"Remove layer {number}").press("Enter")
    expect(place.locator("tbody")).to_have_text("There are no layers.")
    expect(place.get_by_role("button", name="Add a layer")).to_be_focused()
    for _ in range(2):
        place.get_by_role("button", name="Add a layer").press("Enter")
    place.locator("[data-field=kind-1]").select_option("pool")
    place.locator("[data-field=kernel-1]").fill("2")
    place.locator("[data-field=padding-1]").fill("2")
    expect(place.locator("[data-field=padding-1]")).to_have_attribute("aria-invalid", "true")
    place.locator("[data-field=network]").select_option("vgg16")
    expect(place).to_have_attribute("data-ready", "vgg16")
    report = analyze(architectures.build("vgg16"), (3, 224, 224))
    expected = next(str(row.fields[0].size) for row in reversed(report.rows) if row.type == "MaxPool2d")
    assert expected in fields.all_text_contents()
    assert [] == opened.trouble


def test_networks_are_sorted_filtered_folded_and_put_side_by_side(visit: Callable[..., Visit]) -> None:
    opened = visit(PAGE["en"])
    place = calculator(opened.page, "networks")
    total = place.locator("[data-total=params] td")
    assert ["25,557,032"] == total.all_text_contents()
    place.locator("[data-field=second]").select_option("vgg16")
    expect(total).to_have_text(["25,557,032", "138,357,544"])
    place.locator("[data-field=batch]").fill("8")
    macs = 8 * analyze(architectures.build("vgg16"), (3, 224, 224)).macs
    expect(place.locator("[data-total=macs] td").nth(1)).to_have_text(f"{macs:,}")
    place.locator("[data-field=second]").select_option("")
    place.locator("[data-field=fold]").select_option("")
    rows = place.locator("table[data-sortable] tbody tr")
    report = analyze(architectures.build("resnet50"), (3, 224, 224))
    expect(rows).to_have_count(len(report.rows))
    place.locator("[data-field=filter]").fill("conv2d")
    expect(rows).to_have_count(sum(row.type == "Conv2d" for row in report.rows))
    place.get_by_role("button", name="MACs").press("Enter")
    expect(place.get_by_role("button", name="MACs")).to_be_focused()
    first = rows.first.locator("td").nth(3)
    expect(first).to_have_text(f"{max(row.macs for row in report.rows):,}")
    with opened.page.expect_download() as waiting:
        place.get_by_role("link", name="Download as CSV").click()
    text = Path(waiting.value.path()).read_text("utf-8")
    assert text.startswith("\ufeff")  # by which spreadsheets know that it is UTF-8
    lines = text[1:].splitlines()
    assert "Layer,Type,Output,Parameters,MACs,Activations" == lines[0]
    assert sum(row.type == "Conv2d" for row in report.rows) == len(lines) - 1
    place.locator("[data-field=filter]").fill("nothing such")
    expect(place.locator("table[data-sortable] tbody")).to_have_text("no layer matches")
    assert [] == opened.trouble


def test_cells_of_csv_are_quoted_as_by_python(asked: Callable[..., Any]) -> None:
    columns = tuple(Column(key, {"en": title}) for key, title in (("a", "A, b"), ("b", 'C "d"'), ("c", "E")))
    rows = (("plain", (64, 112, 112), 3), ('a "word", two', (), 0), ("two\nlines", (5,), 7))
    script = """async ([root, table]) => (await import(root + "assets/calculators/csv.js")).csv(...table)"""
    assert Table(columns, rows).to_csv() == asked(script, [["A, b", 'C "d"', "E"], rows])


@pytest.mark.parametrize("lang", list(PAGE))
def test_the_csv_of_a_network_is_that_of_its_report(visit: Callable[..., Visit], lang: str) -> None:
    opened = visit(PAGE[lang])
    place = calculator(opened.page, "networks")
    place.locator("[data-field=fold]").select_option("")
    link = place.locator("a[download='layers.csv']")

    def downloaded() -> str:
        with opened.page.expect_download() as waiting:
            link.click()
        return Path(waiting.value.path()).read_bytes().decode("utf-8-sig")

    tables = {
        name: analyze(architectures.build(name), (3, 224, 224)).table(lang=lang, full=True).to_csv()
        for name in ("resnet50", "vgg16")
    }
    expect(place.locator("table[data-sortable] tbody tr")).to_have_count(tables["resnet50"].count("\n") - 1)
    assert tables["resnet50"] == downloaded()
    place.locator("[data-field=second]").select_option("vgg16")
    expect(place).to_have_attribute("data-ready", "resnet50 vgg16")
    head = tables["vgg16"].splitlines()[0]
    rows = [f"{name},{line}" for name, table in tables.items() for line in table.splitlines()[1:]]
    assert [f"{ {'en': 'Network', 'zh': '网络'}[lang] },{head}", *rows] == downloaded().splitlines()
    assert [] == opened.trouble


@pytest.mark.skipif(not playground.is_installed(), reason="npm has not installed the runtime")
@pytest.mark.parametrize("lang", list(PAGE))
def test_a_network_opens_in_the_playground_with_its_input_and_its_arguments(
    visit: Callable[..., Visit], lang: str
) -> None:
    opened = visit(PAGE[lang])
    place = calculator(opened.page, "networks")
    place.locator("[data-field=first]").select_option("mobilenet_v2")
    place.locator("[data-field=second]").select_option("inception_v3")
    place.locator("[data-field=batch]").fill("8")
    place.locator("[data-field=dtype]").select_option("float16")
    links = place.locator("a[href*='playground/#']")
    expect(links).to_have_count(2)
    expect(links.nth(1)).to_contain_text("inception_v3")
    links.first.click()
    editor = opened.page.locator(".convref-calculator[data-kind=playground]")
    editor.scroll_into_view_if_needed()
    code = 'architectures.build("mobilenet_v2", num_classes=1000, width_mult=1.0)\n'
    expect(editor.locator("textarea")).to_have_value(code)
    fields = {"shape": "3, 224, 224", "batch": "8", "dtype": "float16"}
    assert fields == {name: editor.locator(f"[data-field={name}]").input_value() for name in fields}
    assert ("/zh/" in opened.page.url) == (lang == "zh")
    assert [] == opened.trouble


@pytest.mark.parametrize("lang", list(PAGE))
def test_without_a_script_the_page_shows_the_tables_of_the_build(site: Site, lang: str) -> None:
    page = (site.folder / PAGE[lang] / "index.html").read_text("utf-8")
    report = analyze(calculators.layer({}), calculators.shape({}))
    assert f"{report.macs:,}" in page
    assert calculators.NO_SCRIPT[lang] in page


OPERATORS = (
    *("conv2d", "group_conv", "depthwise_conv", "depthwise_separable_conv", "asymmetric_conv"),
    *("flattened_conv", "dilated_conv", "deformable_conv", "transposed_conv"),
)


@pytest.mark.parametrize("name", OPERATORS)
def test_the_calculator_of_an_operator_s_page_begins_with_the_example_of_the_page(
    visit: Callable[..., Visit], name: str
) -> None:
    opened = visit(f"operators/{name}/")
    place = calculator(opened.page, "convolution")
    glance = opened.page.locator(".convref-glance")
    terms = dict(
        zip(glance.locator("dt").all_inner_texts(), glance.locator("dd").all_inner_texts(), strict=True)
    )
    assert terms["Parameters"].startswith(result(place, "params") or "nothing")
    assert terms["Multiply-accumulates (MACs)"].startswith(result(place, "macs") or "nothing")
    assert [] == opened.trouble


def test_a_ratio_is_written_as_a_fraction_and_a_decimal_beside_the_standard_layer(
    visit: Callable[..., Visit],
) -> None:
    opened = visit(PAGE["en"] + "?convolution=kind:depthwise,inputs:128,bias:no")
    place = calculator(opened.page, "convolution")
    standard = analyze(Conv2d(128, 128, 3, padding=1, bias=False), (128, 56, 56))
    assert f"{standard.params:,} parameters, {standard.macs:,} MACs" == result(place, "reference")
    assert "0.0078 (1/128) of the parameters, 0.0078 (1/128) of the MACs" == result(place, "standard")
    place.locator("[data-field=kind]").select_option("deformable")
    assert "times the parameters" in (result(place, "standard") or "")


RATIO = """async ([root, pairs]) => {
    const { ratio } = await import(root + "assets/calculators/form.js");
    return pairs.map(([part, whole]) => ratio(BigInt(part), BigInt(whole)));
}"""


def test_ratios_have_the_digits_that_pages_write(asked: Callable[..., Any]) -> None:
    draw = random.Random(2)  # noqa: S311 (drawn test cases)
    pairs = [(1, 128), (1, 65536), (49, 3), (1, 1), (25, 24), (96, 100), (0, 5)]
    pairs += [(draw.randint(1, 10**6), draw.randint(1, 10**4)) for _ in range(200)]
    found = asked(RATIO, pairs)
    assert "0.0078 (1/128)" == found[0]
    assert "1 / 65,536" == found[1]
    for (part, whole), text in zip(pairs, found, strict=True):
        value = part / whole
        expected = ratio_text(value) if value < 0.95 else f"{value:.3g}" if value < 10 else f"{value:.0f}"
        assert expected == text.partition(" (")[0], (part, whole)


@pytest.mark.parametrize("lang", list(PAGE))
def test_the_names_of_totals_do_not_cover_the_values_on_a_phone(
    visit: Callable[..., Visit], lang: str
) -> None:
    page = visit(PAGE[lang] + "#network=first:resnet18,second:vgg16", width=360).page
    place = calculator(page, "networks")
    expect(place.locator("[data-total=params] td")).to_have_count(2)
    rows = place.locator("tr[data-total]").evaluate_all("""rows => rows.map((row) => {
        const range = document.createRange();
        range.selectNodeContents(row.cells[0]);
        return range.getBoundingClientRect().right - row.cells[1].getBoundingClientRect().left;
    })""")
    assert max(rows) <= 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("lang", list(PAGE))
def test_the_longest_kind_fits_into_its_list(visit: Callable[..., Visit], lang: str, width: int) -> None:
    place = calculator(visit(PAGE[lang], width=width).page, "convolution")
    room = place.locator("[data-field=kind]").evaluate("""select => {
        const style = getComputedStyle(select);
        const pen = document.createElement("canvas").getContext("2d");
        pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const longest = Math.max(...[...select.options].map((each) => pen.measureText(each.text).width));
        const arrow = 20;
        const sides = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight) + arrow;
        return select.clientWidth - sides - longest;
    }""")
    assert room >= 0


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("calculators/", ["playground/"]),
        ("playground/", ["calculators/", "your_network/"]),
        ("your_network/", ["playground/"]),
        ("", ["playground/", "calculators/"]),
    ],
)
@pytest.mark.parametrize("root", ["", "zh/"])
def test_the_pages_to_try_things_on_link_to_one_another(
    visit: Callable[..., Visit], site: Site, root: str, start: str, ends: list[str]
) -> None:
    page = visit(root + start).page
    links = page.locator("article a[href]").evaluate_all("all => all.map((each) => each.href.split('#')[0])")
    assert {site.url + root + end for end in ends} <= set(links)


def test_calculators_are_light(site: Site) -> None:
    scripts = [site.folder / "assets/calculators.js", *(site.folder / "assets/calculators").glob("*.js")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= 60_000
