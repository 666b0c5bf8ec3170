// The playground: convref itself, in the browser, on a network that the reader writes.
// Nothing is loaded or run before the reader asks for it. Afterwards, what is typed is run again after a pause.

import { choice, element, labelled, linkButton, textbox } from "./form.js";
import { packed, unpacked } from "./playground_link.js";
import { words } from "./words.js";

const WORKER = new URL("../convref/worker.js", import.meta.url).href; // the one of the engine, for all Python in the browser
const ARCHIVE = new URL("../convref/packages/playground.zip", import.meta.url).href;
const OFFLINE = new URL("../convref/offline.js", import.meta.url).href;
const LIMIT = 20; // seconds that an answer may take
const PAUSE = 600; // milliseconds after the last key
const DTYPES = ["float32", "float16", "bfloat16", "int8", "float64"];
const CONVENTIONS = ["torchvision", "fvcore", "ptflops", "thop", "torchinfo"];
const LONGEST = 20_000; // characters of code in an address
const OUTPUT = 60_000; // characters of output that the page shows
const text = words.playground;

const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(1);

// The fields in the part of an address behind "#", which browsers do not send to the server; those that are not
// possible are left out.
function given() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const among = (name, known) => (known.includes(asked.get(name)) ? asked.get(name) : undefined);
  const code = asked.get("code") ?? "";
  return {
    code: code.length <= LONGEST ? unpacked(code) : null,
    shape: asked.get("shape")?.slice(0, 60),
    batch: /^\d{1,6}$/.test(asked.get("batch") ?? "") ? asked.get("batch") : undefined,
    dtype: among("dtype", DTYPES),
    convention: among("convention", CONVENTIONS),
  };
}

class Playground {
  constructor(place) {
    this.place = place;
    this.begin = given();
    this.begin.code ||= place.querySelector("code").textContent;
    this.begin.shape ??= place.dataset.shape;
    this.examples = [...place.querySelectorAll("script[data-title]")].map((each) => ({ title: each.dataset.title, shape: each.dataset.shape, code: JSON.parse(each.textContent) }));
    this.number = 0;
    this.asked = null; // the question that was asked last, as text; null until the reader has pressed Run
    this.shown = null; // the question whose results are shown
    this.build();
  }

  build() {
    this.code = element("textarea", { rows: 14, spellcheck: "false", autocomplete: "off", autocapitalize: "off", class: "convref-calculator__code" });
    this.code.value = this.begin.code;
    this.controls = {
      shape: textbox(this.begin.shape),
      batch: textbox(this.begin.batch ?? "1"),
      dtype: choice(Object.fromEntries(DTYPES.map((name) => [name, name])), this.begin.dtype ?? "float32"),
      convention: choice(Object.fromEntries(CONVENTIONS.map((name) => [name, name])), this.begin.convention ?? "torchvision"),
    };
    this.controls.shape.maxLength = 60;
    const fields = Object.entries(this.controls).map(([name, control]) => labelled(name, text[name], control));
    this.run = element("button", { type: "submit", class: "convref-calculator__button" }, text.run);
    this.stop = element("button", { type: "button", class: "convref-calculator__button", disabled: true }, text.stop);
    this.status = element("p", { class: "convref-calculator__live", role: "status" });
    this.mistake = element("p", { class: "convref-calculator__mistake", role: "alert" });
    this.printed = element("pre", { tabindex: "0", role: "region", "aria-label": text.printed });
    this.output = element("div", { class: "convref-calculator__printed", hidden: true }, element("p", { class: "convref-calculator__hint" }, text.printed), this.printed);
    this.earlier = element("p", { class: "convref-calculator__earlier", "aria-live": "polite" });
    this.results = element("div", { class: "convref-calculator__results" });
    const titles = Object.fromEntries([["", "…"], ...this.examples.map(({ title }) => [title, title])]);
    this.example = choice(titles, "");
    this.example.addEventListener("change", () => this.take(this.examples.find(({ title }) => title === this.example.value)));
    this.form = element(
      "form",
      {},
      ...(this.examples.length ? [labelled("example", text.example, this.example)] : []),
      labelled("code", text.code, this.code),
      element("div", { class: "convref-calculator__form" }, ...fields),
      element("p", { class: "convref-calculator__hint" }, text.hint, " ", text.size(mebibytes(this.place.dataset.loaded))),
      element("p", {}, this.run, " ", this.stop, " ", linkButton(() => this.link(), text.long)),
    );
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.ask()));
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("change", () => this.later());
    this.stop.addEventListener("click", () => this.halt());
    this.code.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.ask();
    });
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", text.title);
    this.place.replaceChildren(this.form, this.status, this.mistake, this.output, this.earlier, this.results);
    this.place.dataset.ready = "";
  }

  // Put an example into the editor; it runs as anything else that is typed.
  take(example) {
    if (!example) return;
    this.code.value = example.code;
    this.controls.shape.value = example.shape;
  }

  values() {
    return Object.fromEntries(Object.entries(this.controls).map(([name, control]) => [name, control.value]));
  }

  // The question that the form asks at present, as text.
  question() {
    return JSON.stringify({ code: this.code.value, lang: document.documentElement.lang.startsWith("zh") ? "zh" : "en", ...this.values() });
  }

  // The address of all fields; null if the code is too long for one.
  link() {
    const code = packed(this.code.value);
    if (code.length > LONGEST) return null;
    const url = new URL(location.href);
    url.search = url.hash = "";
    url.hash = new URLSearchParams({ code, ...this.values() });
    return url.href;
  }

  // Run after a pause what was changed since the last run. A field that loses the focus reports a change too, which is
  // none: what was stopped must not begin again.
  later() {
    clearTimeout(this.pause);
    this.dim();
    if (this.asked !== null && this.asked !== this.question()) this.pause = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    clearTimeout(this.pause);
    if (this.waiting) this.end(""); // an answer to older code is not waited for
    this.asked = this.question();
    const number = (this.number += 1);
    this.waiting = true;
    this.stop.disabled = false;
    this.status.textContent = this.loaded ? text.running : text.loading("0");
    this.wrong("");
    this.print("");
    this.dim();
    await import(OFFLINE).then(({ keepOffline }) => keepOffline(), () => {}); // before the first request of Python
    if (number !== this.number || !this.waiting) return; // stopped, or asked again
    this.worker ??= this.begun();
    this.worker.postMessage({ number, question: { ...JSON.parse(this.asked), number } });
    if (this.loaded) this.watch();
  }

  // Stop for good: nothing runs again before the code or a field is edited, or Run is pressed.
  halt() {
    clearTimeout(this.pause);
    this.asked = this.question();
    this.end(text.stopped);
  }

  // Dim the results if they are not those of what the form has, and say so.
  dim() {
    const old = this.shown !== null && (this.shown !== this.question() || this.place.hasAttribute("data-wrong"));
    this.place.toggleAttribute("data-old", old);
    const told = old ? text.earlier : "";
    if (this.earlier.textContent !== told) this.earlier.textContent = told;
  }

  begun() {
    const worker = new Worker(WORKER, { type: "module" });
    worker.onmessage = ({ data }) => this.hear(data);
    worker.onerror = (event) => this.end(text.failed(event.message));
    worker.postMessage({ kind: "start", archives: [ARCHIVE], module: this.place.dataset.module });
    return worker;
  }

  // End the worker if its answer takes too long.
  watch() {
    clearTimeout(this.limit);
    this.limit = setTimeout(() => this.end(text.late(LIMIT)), LIMIT * 1000);
  }

  hear({ kind, number, bytes, text: printed, answer, why }) {
    if (kind === "failed") return this.end(text.failed(why));
    if (kind === "progress") {
      const percent = Math.round((100 * bytes) / this.place.dataset.counted);
      if (!this.loaded && this.waiting) this.status.textContent = percent < 99 ? text.loading(percent) : text.starting;
      return undefined;
    }
    if (kind === "ready") {
      this.loaded = true;
      this.status.textContent = text.running;
      return this.watch();
    }
    if (number !== this.number) return undefined; // of older code
    if (kind === "output") return this.print(this.printed.textContent + printed);
    clearTimeout(this.limit);
    this.waiting = false;
    this.stop.disabled = true;
    this.status.textContent = answer.mistake ? "" : text.ready;
    this.show(answer);
    return undefined;
  }

  // Show what the code has printed so far.
  print(printed) {
    this.printed.textContent = printed.slice(0, OUTPUT);
    this.output.hidden = !printed;
    this.printed.scrollTop = this.printed.scrollHeight;
  }

  // End what runs; the next question begins with a new worker.
  end(message) {
    clearTimeout(this.limit);
    this.worker?.terminate();
    this.worker = undefined;
    this.loaded = this.waiting = false;
    this.stop.disabled = true;
    this.status.textContent = message;
  }

  wrong(mistake) {
    this.mistake.textContent = mistake;
    this.code.toggleAttribute("aria-invalid", Boolean(mistake));
    this.place.toggleAttribute("data-wrong", Boolean(mistake));
  }

  show(answer) {
    const line = answer.line ? text.line(answer.line) : "";
    this.wrong(answer.mistake ? line + answer.mistake : "");
    if (answer.mistake) {
      this.dim();
      if (answer.line) this.mark(answer.line);
      return;
    }
    this.shown = this.asked;
    this.dim();
    const totals = Object.entries(answer.totals).flatMap(([name, value]) => [element("dt", {}, name), element("dd", { "data-result": name }, value)]);
    const table = element("div", { class: "convref-calculator__layers-table", tabindex: "0", role: "region", "aria-label": text.table });
    table.innerHTML = answer.table; // made by convref, which escapes the names that the reader chose
    table.querySelector("table").removeAttribute("class"); // so that it has the style of the tables of pages
    const note = answer.note ? [element("p", { class: "convref-calculator__hint" }, answer.note)] : [];
    const drawing = element("figure", { class: "convref-calculator__drawing convref-calculator__wide", role: "region", tabindex: "0", "aria-label": text.drawing });
    drawing.innerHTML = answer.drawing;
    const svg = drawing.querySelector("svg");
    svg.style.minWidth = `${svg.getAttribute("width")}px`; // a wide drawing keeps its size and scrolls in its box
    const csv = element("a", { class: "convref-calculator__button", download: "network.csv", href: `data:text/csv;charset=utf-8,${encodeURIComponent(answer.csv)}` }, words.network.csv);
    this.results.replaceChildren(element("dl", {}, ...totals), table, ...note, element("p", {}, csv), drawing);
  }

  // Select the line of a mistake, unless the reader is typing.
  mark(number) {
    if (document.activeElement === this.code) return;
    const lines = this.code.value.split("\n");
    const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    this.code.setSelectionRange(start, start + (lines[number - 1]?.length ?? 0));
  }
}

export function start(place) {
  new Playground(place);
  // A shared address that is opened in place of the page itself differs from it only behind "#".
  addEventListener("hashchange", () => location.hash.startsWith("#code=") && location.reload());
}
