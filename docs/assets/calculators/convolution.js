// The convolution calculator: shape, parameters, cost and code of one convolution, and a drawing of what an output reads.

import { KINDS, Refusal, code, outputSize, seen, totals } from "./arithmetic.js";
import { address, bytes, choice, element, fromAddress, grouped, joined, labelled, linkButton, pair, ratio, shape, tell, textbox, whole } from "./form.js";
import { words } from "./words.js";

const PAIRS = { size: [1, 100_000], kernel: [1, 1000], stride: [1, 1000], padding: [0, 1000], output_padding: [0, 1000], dilation: [1, 1000] };
const WHOLE = { inputs: [1, 1_000_000], outputs: [1, 1_000_000], groups: [1, 1_000_000] };
const USUAL = { kind: "standard", size: "56", inputs: "64", outputs: "128", kernel: "3", stride: "1", padding: "1", output_padding: "0", dilation: "1", groups: "1", bias: "yes" };
const NAMES = Object.keys(USUAL);
const CELLS = 14; // of the drawn input, in each direction
const CELL = 16;

// The fields of a kind of convolution, besides the kind itself.
const fieldsOf = (kind) => ["size", "inputs", ...KINDS[kind].fields];

// Read a setting from texts; raises Refusal for the first that is wrong.
export function read(texts) {
  const setting = { kind: texts.kind, bias: texts.bias === "yes" };
  for (const name of fieldsOf(texts.kind)) {
    if (name in WHOLE) setting[name] = whole(name, texts[name], ...WHOLE[name]);
    else if (name === "padding" && texts[name].trim().toLowerCase() === "same") setting.padding = "same";
    else if (name in PAIRS) setting[name] = pair(name, texts[name], ...PAIRS[name]);
  }
  return { stride: [1, 1], dilation: [1, 1], output_padding: [0, 0], groups: 1, outputs: setting.inputs, ...setting };
}

function compared(part, whole, what) {
  const { less, equal, more } = words.compared;
  return part === whole ? equal(words.counted[what]) : (part < whole ? less : more)(ratio(part, whole), words.counted[what]);
}

class Convolution {
  constructor(place) {
    this.place = place;
    this.embedded = place.dataset.page !== undefined; // on a page about something else
    const given = Object.fromEntries(new URLSearchParams(place.dataset.state));
    this.texts = { ...USUAL, ...given, ...(this.embedded ? {} : fromAddress("convolution", NAMES)) };
    if (!Object.hasOwn(KINDS, this.texts.kind)) this.texts.kind = USUAL.kind;
    this.chosen = null; // the output whose inputs are shown; at first the middle one
    this.build();
    this.update();
  }

  build() {
    this.controls = {};
    this.form = element("form", { class: "convref-calculator__form" });
    for (const name of NAMES) {
      const control =
        name === "kind"
          ? choice(words.kinds, this.texts.kind)
          : name === "bias"
            ? element("input", { type: "checkbox", checked: this.texts.bias === "yes" })
            : textbox(this.texts[name]);
      this.controls[name] = control;
      this.form.append(labelled(name, name === "kind" ? words.kind : words.fields[name], control));
    }
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => this.update());
    this.results = element("div", { class: "convref-calculator__results" });
    this.live = element("p", { class: "convref-calculator__live", "aria-live": "polite" });
    this.drawing = element("figure", { class: "convref-calculator__drawing" });
    this.code = element("div");
    const hint = element("p", { class: "convref-calculator__hint" }, words.hint);
    const page = this.embedded ? this.place.dataset.page : location.href;
    this.bar = element("p", {}, linkButton(() => address(page, { convolution: joined(this.state()) })));
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", words.convolution);
    this.place.replaceChildren(this.form, hint, this.results, this.drawing, this.live, this.code, this.bar);
  }

  state() {
    const names = ["kind", ...fieldsOf(this.texts.kind)];
    return Object.fromEntries(names.filter((name) => this.texts[name] !== USUAL[name]).map((name) => [name, this.texts[name].replaceAll(",", "x")]));
  }

  update() {
    for (const [name, control] of Object.entries(this.controls)) this.texts[name] = name === "bias" ? (control.checked ? "yes" : "no") : control.value;
    const used = ["kind", ...fieldsOf(this.texts.kind)];
    for (const [name, control] of Object.entries(this.controls)) control.parentElement.hidden = !used.includes(name);
    try {
      const setting = read(this.texts);
      const found = totals(setting);
      tell(this.form, null);
      this.results.replaceChildren(this.table(found));
      this.showCode(setting);
      this.draw(setting);
      this.place.dataset.ready = "";
      delete this.place.dataset.wrong;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(this.form, error);
      this.place.dataset.wrong = "";
    }
  }

  table(found) {
    const names = words.results;
    const rows = [
      ["output", found.output.join(" × ")],
      ["params", grouped(found.params)],
      ["macs", grouped(found.macs)],
      ["activations", grouped(found.activations)],
      ["memory", bytes(4n * found.activations)],
      ["intensity", found.intensity.toFixed(1)],
    ];
    if (found.standard) {
      const { params, macs } = found.standard;
      rows.push(["reference", words.counts(grouped(params), grouped(macs))]);
      rows.push(["standard", words.versus(compared(found.params, params, "params"), compared(found.macs, macs, "macs"))]);
    }
    return element("dl", {}, ...rows.flatMap(([name, text]) => [element("dt", {}, names[name]), element("dd", { "data-result": name }, text)]));
  }

  showCode(setting) {
    const { torch, convref } = code(setting);
    const block = (name, text) => element("div", {}, element("p", {}, name), element("pre", {}, element("code", { "data-code": name }, text)));
    this.code.replaceChildren(block(words.code.torch, torch), block(words.code.convref, convref));
  }

  // Draw the same convolution for an input small enough, and let the reader choose an output.
  draw(setting) {
    const reach = [0, 1].map((axis) => setting.dilation[axis] * (setting.kernel[axis] - 1) + 1);
    const most = setting.kind === "transposed" ? CELLS / 2 : CELLS - 4;
    const size = setting.size.map((each, axis) => Math.min(each, Math.max(most, setting.kind === "transposed" ? 1 : reach[axis])));
    const layers = KINDS[setting.kind].layers(setting);
    const output = size.map((each, axis) => layers.reduce((now, layer) => outputSize(layer, now, axis), each));
    if ([...size, ...output].some((each) => each > 3 * CELLS)) {
      this.drawing.replaceChildren(element("figcaption", {}, words.undrawn));
      this.live.textContent = "";
      return;
    }
    this.chosen = output.map((each, axis) => Math.min(this.chosen?.[axis] ?? Math.floor(each / 2), each - 1));
    const maps = [new Grid(words.input, size, false), new Grid(words.output, output, true)];
    const show = () => this.show(setting, size, maps);
    maps[1].listen((at) => ((this.chosen = at), show()), () => this.chosen);
    const drawn = size.some((each, axis) => each !== setting.size[axis]) ? words.drawn(size.join(" × ")) : "";
    this.drawing.replaceChildren(
      element("div", { class: "convref-calculator__maps" }, ...maps.map((map) => map.figure)),
      element("figcaption", {}, words.drawing + drawn),
    );
    show();
  }

  show(setting, size, [input, output]) {
    const read = [0, 1].map((axis) => seen(setting, this.chosen[axis], axis));
    const inside = read.map((each, axis) => each.filter((place) => place >= 0 && place < size[axis]));
    const all = read[0].length * read[1].length;
    const count = inside[0].length * inside[1].length;
    input.fill((y, x) => inside[0].includes(y) && inside[1].includes(x));
    output.fill((y, x) => y === this.chosen[0] && x === this.chosen[1]);
    this.live.textContent = words.sees(this.chosen, count, all - count);
  }
}

// A map as a grid of cells.
class Grid {
  constructor(name, [height, width], chosen) {
    this.height = height;
    this.width = width;
    this.cells = [];
    this.svg = shape("svg", { viewBox: `-1 -1 ${width * CELL + 2} ${height * CELL + 2}`, width: width * CELL + 2, role: "img", "aria-label": words.map(name, `${height} × ${width}`) });
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const cell = shape("rect", { x: x * CELL, y: y * CELL, width: CELL, height: CELL });
        this.cells.push(cell);
        this.svg.append(cell);
      }
    this.figure = element("div", { class: chosen ? "convref-calculator__output" : "" }, element("p", {}, words.map(name, `${height} × ${width}`)), this.svg);
    if (chosen) this.svg.setAttribute("tabindex", "0");
  }

  fill(isFilled) {
    this.cells.forEach((cell, number) => cell.classList.toggle("convref-calculator__on", isFilled(Math.floor(number / this.width), number % this.width)));
  }

  listen(choose, chosen) {
    const at = (event) => {
      const number = this.cells.indexOf(event.target);
      if (number >= 0) choose([Math.floor(number / this.width), number % this.width]);
    };
    this.svg.addEventListener("pointermove", at);
    this.svg.addEventListener("pointerdown", at);
    this.svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const [y, x] = chosen();
      choose([Math.min(Math.max(y + step[0], 0), this.height - 1), Math.min(Math.max(x + step[1], 0), this.width - 1)]);
    });
  }
}

export function start(place) {
  new Convolution(place);
}
