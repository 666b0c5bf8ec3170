// The receptive field calculator: a stack of convolutions and poolings, or a registered network, layer by layer.

import { Refusal, fields } from "./arithmetic.js";
import { networks, steps } from "./data.js";
import { address, choice, element, fromAddress, joined, labelled, linkButton, shape, state, tell, textbox, whole } from "./form.js";
import { words } from "./words.js";

const LAYER = { kernel: [1, 1000], stride: [1, 1000], padding: [0, 1000], dilation: [1, 1000] };
const STACK = ["conv 3 1 1 1", "conv 3 1 1 1", "pool 2 2 0 1", "conv 3 1 1 1", "conv 3 1 1 1", "pool 2 2 0 1"];
const USUAL = { size: "64", network: "" };
const MOST = 60; // layers of a stack
const [WIDTH, BAR, GAP] = [560, 14, 4];

class ReceptiveField {
  constructor(place) {
    this.place = place;
    this.embedded = place.dataset.page !== undefined;
    const given = Object.fromEntries(new URLSearchParams(place.dataset.state));
    this.texts = { ...USUAL, ...given, ...(this.embedded ? {} : fromAddress("field", ["size", "network"])) };
    this.layers = (this.embedded ? null : layersOf(state())) ?? STACK.map((each) => each.split(" "));
    this.build();
    this.update();
    this.addNetworks();
  }

  build() {
    const stack = words.stack;
    this.network = choice({ "": stack.own }, "");
    this.size = textbox(this.texts.size);
    this.form = element("form", { class: "convref-calculator__form" }, labelled("network", stack.preset, this.network), labelled("size", stack.size, this.size));
    this.list = element("ol", { class: "convref-calculator__layers" });
    this.more = element("button", { type: "button", class: "convref-calculator__button" }, stack.add);
    this.more.addEventListener("click", () => (this.layers.push(this.layers.at(-1) ?? STACK[0].split(" ")), this.showLayers(), this.update()));
    this.own = element("form", {}, this.list, this.more);
    for (const form of [this.form, this.own]) {
      form.addEventListener("submit", (event) => event.preventDefault());
      form.addEventListener("input", () => this.update());
    }
    this.results = element("div", { class: "convref-calculator__results" });
    this.drawing = element("figure", { class: "convref-calculator__drawing" });
    this.live = element("p", { class: "convref-calculator__live", "aria-live": "polite" });
    const page = this.embedded ? this.place.dataset.page : location.href;
    const bar = element("p", {}, linkButton(() => this.link(page)));
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", words.receptive_field);
    this.showLayers();
    this.place.replaceChildren(this.form, this.own, this.results, this.drawing, this.live, bar);
  }

  link(page) {
    if (this.network.value) return address(page, { field: joined({ network: this.network.value }) });
    return address(page, { field: joined({ size: this.size.value }), layers: this.layers.map((each) => each.join("-")).join(".") });
  }

  async addNetworks() {
    try {
      for (const { name } of await networks()) this.network.append(element("option", { value: name, selected: name === this.texts.network }, name));
      if (this.network.value) this.update();
    } catch {
      this.live.textContent = words.stack.failed;
    }
  }

  showLayers() {
    this.list.replaceChildren(...this.layers.map((layer, index) => this.layer(layer, index)));
    this.more.disabled = this.layers.length >= MOST;
  }

  layer(texts, index) {
    const kind = choice(words.stack.kinds, texts[0]);
    const item = element("li", { class: "convref-calculator__form" }, labelled(`kind-${index}`, words.stack.number(index + 1), kind));
    Object.keys(LAYER).forEach((name, number) => item.append(labelled(`${name}-${index}`, words.fields[name], textbox(texts[number + 1]))));
    const remove = element("button", { type: "button", "aria-label": words.stack.remove(index + 1), title: words.stack.remove(index + 1) }, "×");
    remove.addEventListener("click", () => {
      this.layers.splice(index, 1);
      this.showLayers();
      this.update();
      const others = this.list.querySelectorAll("button");
      (others[index] ?? others[index - 1] ?? this.more).focus();
    });
    item.append(remove);
    return item;
  }

  async update() {
    this.own.hidden = this.size.parentElement.hidden = this.network.value !== "";
    if (this.network.value) return this.showNetwork(this.network.value);
    this.layers = [...this.list.children].map((item) => [...item.querySelectorAll("[data-field]")].map((control) => control.value));
    try {
      const size = whole("size", this.size.value, 1, 100_000);
      const layers = this.layers.map(([kind, ...numbers], index) => {
        const read = Object.entries(LAYER).map(([name, range], number) => [name, whole(`${name}-${index}`, numbers[number], ...range)]);
        return { kind, ...Object.fromEntries(read) };
      });
      const found = fields(size, layers);
      tell(this.place, null);
      const names = layers.map((each, index) => `${index + 1} ${words.stack.kinds[each.kind]} ${each.kernel} × ${each.kernel}`);
      this.show(found.map((each, index) => ({ name: names[index], size: each.size, field: { ...each, size: each.field, smallest: each.field } })), size);
      this.place.dataset.ready = "";
      delete this.place.dataset.wrong;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(this.place, error);
      this.place.dataset.wrong = "";
    }
  }

  async showNetwork(name) {
    this.live.textContent = words.stack.loading;
    try {
      const found = await steps(name);
      if (this.network.value !== name) return; // another one was chosen meanwhile
      const size = found[0].output.at(-1);
      const changed = found.slice(1).filter((each, index, all) => each.field && (index === 0 || each.field.size !== all[index - 1].field?.size || each.field.stride !== all[index - 1].field?.stride));
      this.show(changed.map((each) => ({ name: each.name, size: each.output.length > 1 ? each.output.at(-1) : 1, field: each.field })), size);
      this.live.textContent = "";
      this.place.dataset.ready = name;
    } catch {
      this.live.textContent = words.stack.failed;
    }
  }

  show(rows, size) {
    const cell = (text, name) => element("td", name ? { "data-result": name } : {}, text);
    const extent = ({ size: most, smallest }) => (smallest === most ? `${most}` : `${smallest}–${most}`);
    const body = rows.map(({ name, size: output, field }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, name),
        cell(`${output}`, "size"),
        cell(extent(field), "field"),
        cell(field.stride === 0 ? words.stack.all : `${field.stride}`, "stride"),
        cell(`${field.start}`.replace("-", "−"), "start"),
      ),
    );
    if (!rows.length) body.push(element("tr", {}, element("td", { colspan: words.stack.columns.length, class: "convref-calculator__empty" }, words.stack.nothing)));
    const head = element("tr", {}, ...words.stack.columns.map((name) => element("th", { scope: "col" }, name)));
    const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
    this.results.replaceChildren(element("div", { class: "convref-calculator__scroll", tabindex: "0", role: "region", "aria-label": words.receptive_field }, table));
    this.draw(rows, size);
  }

  // A bar for each layer: what its middle output sees, beside the extent of the input.
  draw(rows, size) {
    const last = rows.map(({ size: output, field }) => span(output, field));
    const [from, to] = [Math.min(0, ...last.map(([a]) => a)), Math.max(size, ...last.map(([, b]) => b))];
    const x = (at) => ((at - from) / (to - from)) * WIDTH;
    const height = rows.length * (BAR + GAP) + BAR + GAP;
    const bars = last.map(([a, b], index) =>
      shape("rect", { x: x(a), y: (index + 1) * (BAR + GAP), width: Math.max(x(b) - x(a), 1), height: BAR, class: "convref-calculator__on" }, shape("title", {}, rows[index].name)),
    );
    const input = shape("rect", { x: x(0), y: 0, width: x(size) - x(0), height: BAR });
    const edges = [0, size].map((at) => shape("line", { x1: x(at), x2: x(at), y1: 0, y2: height }));
    const svg = shape("svg", { viewBox: `-1 -1 ${WIDTH + 2} ${height + 2}`, role: "img", "aria-label": words.stack.caption });
    svg.append(input, ...bars, ...edges);
    this.drawing.replaceChildren(svg, element("figcaption", {}, words.stack.caption));
  }
}

// What the middle one of `output` positions sees, as [first, last + 1].
function span(output, field) {
  const first = field.start + Math.floor((output - 1) / 2) * field.stride;
  return [first, first + field.size];
}

// The layers in an address, `#layers=conv-3-1-1-1.pool-2-2-0-1`; null if there are none that can be read.
function layersOf(given) {
  const text = given.get("layers") ?? "";
  const layers = text.split(".").slice(0, MOST).map((each) => each.split("-"));
  const readable = layers.every(([kind, ...numbers]) => Object.hasOwn(words.stack.kinds, kind) && numbers.length === 4 && numbers.every((each) => /^\d{1,4}$/.test(each)));
  return text && readable ? layers : null;
}

export function start(place) {
  new ReceptiveField(place);
}
