// The calculator of networks: the layers of a registered network, sorted, filtered and folded, and another one beside it.

import { Refusal } from "./arithmetic.js";
import { csv } from "./csv.js";
import { networks, steps } from "./data.js";
import { address, bytes, choice, csvAddress, element, fromAddress, grouped, joined, labelled, linkButton, tell, textbox, whole } from "./form.js";
import { networkLink } from "./playground_link.js";
import { words } from "./words.js";

const BYTES = { float32: 4n, float16: 2n, bfloat16: 2n, int8: 1n, float64: 8n };
const NAMES = ["first", "second", "batch", "dtype", "filter", "fold"];
const NUMERIC = ["params", "macs", "activations"];

// Join the steps whose names agree in their first `levels` parts; what follows one another and is called the same is one row.
export function folded(found, levels) {
  if (!levels) return found;
  const rows = [];
  for (const step of found) {
    const name = step.name.split(".").slice(0, levels).join(".");
    const last = rows.at(-1);
    if (last?.name === name && last.type !== "") {
      for (const key of NUMERIC) last[key] += step[key];
      Object.assign(last, { output: step.output, type: last.type === step.type ? step.type : "…" });
    } else rows.push({ ...step, name });
  }
  return rows;
}

class Networks {
  constructor(place) {
    this.place = place;
    this.embedded = place.dataset.page !== undefined;
    const given = Object.fromEntries(new URLSearchParams(place.dataset.state));
    this.texts = { first: given.network ?? "resnet50", second: "", batch: "1", dtype: "float32", filter: "", fold: "1", ...(this.embedded ? {} : fromAddress("network", NAMES)) };
    this.order = { key: "", down: false };
    this.begin();
  }

  async begin() {
    try {
      this.known = await networks();
    } catch {
      return; // the table that was computed with the page stays
    }
    this.build();
    await this.update();
  }

  build() {
    const text = words.network;
    const names = Object.fromEntries(this.known.map(({ name }) => [name, name]));
    if (!Object.hasOwn(names, this.texts.first)) this.texts.first = this.known[0].name;
    const levels = { 1: "1", 2: "2", 3: "3", "": text.all };
    this.controls = {
      first: choice(names, this.texts.first),
      second: choice({ "": text.none, ...names }, this.texts.second),
      batch: textbox(this.texts.batch),
      dtype: choice(Object.fromEntries(Object.keys(BYTES).map((name) => [name, name])), this.texts.dtype),
      fold: choice(levels, this.texts.fold),
      filter: textbox(this.texts.filter),
    };
    this.form = element("form", { class: "convref-calculator__form" }, ...Object.entries(this.controls).map(([name, control]) => labelled(name, text[name], control)));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => this.update());
    this.results = element("div", { class: "convref-calculator__results" });
    this.tables = element("div");
    this.live = element("p", { class: "convref-calculator__live", "aria-live": "polite" });
    this.further = element("p", { class: "convref-calculator__hint" });
    const page = this.embedded ? this.place.dataset.page : location.href;
    this.csv = element("a", { class: "convref-calculator__button", href: "#", download: "layers.csv" }, text.csv);
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", words.networks);
    this.place.replaceChildren(this.form, this.results, this.further, this.live, this.tables, element("p", {}, this.csv, " ", linkButton(() => address(page, { network: joined(this.state()) }))));
  }

  state() {
    return Object.fromEntries(Object.entries(this.controls).map(([name, control]) => [name, control.value]).filter(([, value]) => value && !/[,:]/.test(value)));
  }

  async update() {
    const chosen = [this.controls.first.value, this.controls.second.value].filter(Boolean);
    let batch;
    try {
      batch = whole("batch", this.controls.batch.value, 1, 100_000);
      tell(this.form, null);
      delete this.place.dataset.wrong;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(this.form, error);
      this.place.dataset.wrong = "";
      return;
    }
    this.live.textContent = words.stack.loading;
    try {
      const found = await Promise.all(chosen.map(steps));
      if (chosen.join() !== [this.controls.first.value, this.controls.second.value].filter(Boolean).join()) return;
      this.show(chosen, found, BigInt(batch), BYTES[this.controls.dtype.value]);
    } catch {
      this.live.textContent = words.stack.failed;
    }
  }

  show(chosen, found, batch, size) {
    const text = words.network;
    const totals = chosen.map((name) => this.known.find((each) => each.name === name));
    const values = {
      input: (each) => each.input.join(" × "),
      params: (each) => grouped(each.params),
      macs: (each) => grouped(BigInt(each.macs) * batch),
      weights: (each) => bytes(BigInt(each.params) * size),
      activations: (each) => bytes(BigInt(each.activations) * size * batch),
      peak: (each) => bytes((BigInt(each.peak) / 4n) * size * batch),
    };
    const head = element("tr", {}, element("td"), ...chosen.map((name) => element("th", { scope: "col" }, name)));
    const lines = Object.entries(values).map(([key, value]) =>
      element("tr", { "data-total": key }, element("th", { scope: "row" }, text.totals[key]), ...totals.map((each) => element("td", {}, value(each)))),
    );
    this.results.replaceChildren(scrolling(text.first, element("table", {}, element("thead", {}, head), element("tbody", {}, ...lines))));
    // What the tables of the build do not have, such as other widths and input sizes, Python computes in the playground.
    const fields = { batch: this.controls.batch.value.trim(), dtype: this.controls.dtype.value };
    const links = totals.map((each) => element("a", { href: networkLink(each, fields) }, text.playground(each.name)));
    this.further.replaceChildren(text.further, ...links.flatMap((each, index) => [index ? " " : words.joint, each]));
    const wanted = this.controls.filter.value.trim().toLowerCase();
    const levels = Number(this.controls.fold.value);
    this.rows = found.map((each) => this.sorted(folded(each, levels).filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes(wanted))));
    this.tables.replaceChildren(...this.rows.map((rows, index) => this.table(chosen[index], rows)));
    this.live.textContent = this.rows.map((rows, index) => `${chosen[index]}: ${rows.length ? text.layers(rows.length) : text.nothing}`).join("; ");
    this.csv.href = csvAddress(layersCsv(chosen, this.rows));
    this.place.dataset.ready = chosen.join(" ");
  }

  sorted(rows) {
    const { key, down } = this.order;
    if (!key) return rows;
    const sign = down ? -1 : 1;
    return [...rows].sort((a, b) => sign * (NUMERIC.includes(key) ? a[key] - b[key] : String(a[key]).localeCompare(String(b[key]))));
  }

  table(name, rows) {
    const head = Object.entries(words.network.columns).map(([key, label]) => {
      const sort = this.order.key === key ? (this.order.down ? "descending" : "ascending") : "none";
      const button = element("button", { type: "button" }, label);
      button.addEventListener("click", () => {
        this.order = { key, down: this.order.key === key ? !this.order.down : NUMERIC.includes(key) };
        const at = [...this.tables.querySelectorAll("thead button")].indexOf(button);
        this.update().then(() => this.tables.querySelectorAll("thead button")[at]?.focus({ preventScroll: true })); // the tables are new
      });
      return element("th", { scope: "col", "aria-sort": sort }, button);
    });
    const body = rows.map((each) =>
      element("tr", {}, element("th", { scope: "row" }, shownName(each)), element("td", {}, each.type), element("td", {}, each.output.join(" × ")), ...NUMERIC.map((key) => element("td", {}, grouped(each[key])))),
    );
    if (!rows.length) body.push(element("tr", {}, element("td", { colspan: head.length, class: "convref-calculator__empty" }, words.network.nothing)));
    const table = element("table", { "data-sortable": true }, element("caption", {}, name), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
    return scrolling(name, table);
  }
}

function scrolling(name, table) {
  return element("div", { class: "convref-calculator__scroll", tabindex: "0", role: "region", "aria-label": name }, table);
}

// The rows in the form that `convref show --format csv` writes; two networks are told apart by a column before the others.
function layersCsv(chosen, all) {
  const { first, columns } = words.network;
  const several = chosen.length > 1;
  const lines = all.flatMap((rows, index) =>
    rows.map((each) => [...(several ? [chosen[index]] : []), shownName(each), ...Object.keys(columns).slice(1).map((key) => each[key])]),
  );
  return csv([...(several ? [first] : []), ...Object.values(columns)], lines);
}

// The row of the network's input is not a layer, and has its name in the language of the page.
const shownName = ({ name, type }) => (name === "input" && !type ? words.network.input : name);

export function start(place) {
  new Networks(place);
}
