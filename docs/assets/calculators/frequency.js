// The frequency calculator: the weights of a small kernel, how strongly it passes each frequency, and what it does to a picture.

import { Refusal } from "./arithmetic.js";
import { PRESETS, amplitude, filtered, kernelOf, picture, response } from "./filters.js";
import { address, choice, decimal, element, labelled, linkButton, shape, state, tell, textbox } from "./form.js";
import { words } from "./words.js";

const SIDES = ["3", "5"];
const USUAL = "binomial";
const STEPS = 65; // frequencies in each direction
const PICTURE = 64; // pixels in each direction
const MOST = 10_000; // of a weight
const [WIDTH, HEIGHT, LEFT, BELOW] = [300, 150, 34, 18]; // of the curves
const RATIONAL = /^-?\d{1,5}(?:\.\d{1,6}|\/[1-9]\d{0,4})?$/;

class Frequency {
  constructor(place) {
    this.place = place;
    this.embedded = place.dataset.page !== undefined;
    const given = new URLSearchParams(place.dataset.state);
    const preset = PRESETS[given.get("kernel")] ?? PRESETS[USUAL];
    this.begin = (this.embedded ? null : fromAddress(state())) ?? { weights: preset.weights.map(String), divisor: String(preset.divisor) };
    this.picture = picture(PICTURE);
    this.build();
    this.fill(this.begin.weights, this.begin.divisor);
  }

  build() {
    const text = words.filter;
    this.preset = choice({ "": text.own, ...text.presets }, "");
    this.side = choice(Object.fromEntries(SIDES.map((side) => [side, `${side} × ${side}`])), SIDES[0]);
    this.divisor = textbox("1");
    this.grid = element("div", { class: "convref-calculator__weights", role: "group", "aria-label": text.weights });
    this.form = element(
      "form",
      {},
      element("div", { class: "convref-calculator__form" }, labelled("preset", text.preset, this.preset), labelled("side", text.side, this.side), labelled("divisor", text.divisor, this.divisor)),
      this.grid,
    );
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.preset.addEventListener("input", (event) => {
      event.stopPropagation();
      const chosen = PRESETS[this.preset.value];
      if (chosen) this.fill(chosen.weights.map(String), String(chosen.divisor));
    });
    this.side.addEventListener("input", (event) => {
      event.stopPropagation();
      this.resize(Number(this.side.value));
    });
    this.form.addEventListener("input", () => this.update());
    this.results = element("div", { class: "convref-calculator__results" });
    this.drawing = element("div", { class: "convref-calculator__drawing convref-calculator__maps" });
    this.canvases = Object.fromEntries(["response", "before", "after"].map((name) => [name, this.canvas(name)]));
    this.curves = element("figure", {});
    this.drawing.append(this.curves, ...Object.values(this.canvases).map(({ figure }) => figure));
    const page = this.embedded ? this.place.dataset.page : location.href;
    const bar = element("p", {}, linkButton(() => this.link(page)));
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", words.frequency);
    this.place.replaceChildren(this.form, this.results, this.drawing, bar);
  }

  canvas(name) {
    const side = name === "response" ? STEPS : PICTURE;
    const canvas = element("canvas", { width: side, height: side, role: "img", "aria-label": words.filter[name] });
    return { canvas, figure: element("figure", { "data-map": name }, canvas, element("figcaption", {}, words.filter[name])) };
  }

  // Show weights, row by row, in a grid of fields.
  fill(weights, divisor) {
    const side = Math.round(Math.sqrt(weights.length));
    this.side.value = String(side);
    this.divisor.value = divisor;
    this.fields = weights.map((weight) => textbox(weight));
    const name = (index) => words.filter.weight(Math.floor(index / side) + 1, (index % side) + 1);
    this.grid.style.setProperty("--side", side);
    this.grid.replaceChildren(...this.fields.map((field, index) => labelled(`weight-${index}`, name(index), field)));
    this.update();
  }

  // Keep the middle of the kernel: zeros are added around it, or its border is left out.
  resize(side) {
    const old = this.fields.map((field) => field.value);
    const from = Math.round(Math.sqrt(old.length));
    const shift = (from - side) / 2;
    const weights = Array.from({ length: side * side }, (_, index) => {
      const [row, column] = [Math.floor(index / side) + shift, (index % side) + shift];
      return row >= 0 && column >= 0 && row < from && column < from ? old[row * from + column] : "0";
    });
    this.fill(weights, this.divisor.value);
  }

  link(page) {
    return address(page, { divisor: this.divisor.value, weights: this.fields.map((field) => field.value).join("_") });
  }

  update() {
    try {
      const divisor = decimal("divisor", this.divisor.value, MOST);
      if (divisor === 0) throw new Refusal("divisor", "zero");
      const weights = this.fields.map((field, index) => decimal(`weight-${index}`, field.value, MOST));
      tell(this.form, null);
      delete this.place.dataset.wrong;
      this.preset.value = Object.keys(PRESETS).find((name) => PRESETS[name].divisor === divisor && PRESETS[name].weights.join() === weights.join()) ?? "";
      this.show(kernelOf(weights, divisor));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(this.form, error);
      this.place.dataset.wrong = "";
    }
  }

  show(kernel) {
    const text = words.filter;
    const found = { sum: amplitude(kernel, 0, 0), across: amplitude(kernel, 0, 0.5), down: amplitude(kernel, 0.5, 0), both: amplitude(kernel, 0.5, 0.5) };
    this.results.replaceChildren(element("dl", {}, ...Object.entries(found).flatMap(([name, value]) => [element("dt", {}, text.results[name]), element("dd", { "data-result": name }, value.toFixed(3))])));
    const amplitudes = response(kernel, STEPS);
    const most = Math.max(...amplitudes.flat(), 1e-9);
    paint(this.canvases.response.canvas, amplitudes, 0, most);
    paint(this.canvases.before.canvas, this.picture, 0, 1);
    const after = filtered(this.picture, kernel);
    const low = Math.min(...after.flat());
    const high = Math.max(...after.flat());
    // A filter that keeps the values between 0 and 1 is shown with the same greys as the picture.
    if (low >= -1e-9 && high <= 1 + 1e-9) paint(this.canvases.after.canvas, after, 0, 1);
    else paint(this.canvases.after.canvas, after, low, Math.max(high, low + 1e-9));
    this.draw(kernel);
    this.place.dataset.ready = "";
  }

  // Draw the response along three directions, from constant to alternating from pixel to pixel.
  draw(kernel) {
    const text = words.filter;
    const directions = { across: [0, 1], down: [1, 0], both: [1, 1] };
    const points = Array.from({ length: 49 }, (_, index) => index / 96);
    const values = Object.fromEntries(Object.entries(directions).map(([name, [y, x]]) => [name, points.map((f) => amplitude(kernel, y * f, x * f))]));
    const most = Math.max(...Object.values(values).flat(), 1e-9);
    const x = (f) => LEFT + 2 * f * (WIDTH - LEFT - 8);
    const y = (value) => HEIGHT - BELOW - (value / most) * (HEIGHT - BELOW - 8);
    const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": text.curves });
    const label = (at, text, anchor) => shape("text", { x: at[0], y: at[1], "text-anchor": anchor }, text);
    svg.append(
      shape("line", { x1: LEFT, x2: WIDTH - 8, y1: y(0), y2: y(0) }),
      shape("line", { x1: LEFT, x2: LEFT, y1: 8, y2: y(0) }),
      label([LEFT - 4, y(0)], "0", "end"),
      label([LEFT - 4, 16], most.toPrecision(2), "end"),
      label([LEFT, HEIGHT - 4], "0", "middle"),
      label([x(0.25), HEIGHT - 4], "1/4", "middle"),
      label([x(0.5), HEIGHT - 4], "1/2", "end"),
      ...Object.entries(values).map(([name, line]) =>
        shape("polyline", { class: `convref-calculator__curve convref-calculator__curve--${name}`, points: line.map((value, index) => `${x(points[index]).toFixed(1)},${y(value).toFixed(1)}`).join(" ") }, shape("title", {}, text.results[name])),
      ),
    );
    this.curves.replaceChildren(svg, element("figcaption", {}, text.curves));
  }
}

// Paint values as greys, from black for `low` to white for `high`.
function paint(canvas, values, low, high) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  values.flat().forEach((value, index) => {
    const grey = Math.round((255 * (value - low)) / (high - low));
    image.data.set([grey, grey, grey, 255], 4 * index);
  });
  context.putImageData(image, 0, 0);
}

// The kernel in an address, `#weights=0_1_0_1_-4_1_0_1_0&divisor=1`; null if there is none that can be read.
function fromAddress(given) {
  const weights = (given.get("weights") ?? "").slice(0, 400).split("_");
  const divisor = given.get("divisor") ?? "1";
  const readable = SIDES.some((side) => weights.length === side ** 2) && [...weights, divisor].every((each) => RATIONAL.test(each));
  return readable ? { weights, divisor } : null;
}

export function start(place) {
  new Frequency(place);
}
