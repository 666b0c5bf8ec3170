// The playground: convref itself, in the browser, on a network that the reader writes.
// Nothing is loaded or run before the reader asks for it. Afterwards, what is typed is run again after a pause.

import { cleaned } from "../convref/clean.js";
import { numbered } from "../convref/lines.js";
import { choice, csvAddress, element, labelled, linkButton, message, textbox } from "./form.js";
import { packed, unpacked } from "./playground_link.js";
import { words } from "./words.js";

const WORKER = new URL("../convref/worker.js", import.meta.url).href; // the one of the engine, for all Python in the browser
const ARCHIVE = new URL("../convref/packages/playground.zip", import.meta.url).href;
const OFFLINE = new URL("../convref/offline.js", import.meta.url).href;
const STYLE = new URL("../convref/try.css", import.meta.url).href;
const LIMIT = 20; // seconds that an answer may take
const PAUSE = 600; // milliseconds after the last key
const DTYPES = ["float32", "float16", "bfloat16", "int8", "float64"];
const CONVENTIONS = ["torchvision", "fvcore", "ptflops", "thop", "torchinfo"];
const LONGEST = 20_000; // characters of code in an address
const OUTPUT = 60_000; // characters of output that the page shows
const text = words.playground;

const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(1);

// The fields in the part of an address behind "#", which browsers do not send to the server; those that are not
// possible are left out; `unreadable` is true if the address should have code, and has none.
function given() {
  const asked = new URLSearchParams(location.hash.length < 2 * LONGEST ? location.hash.slice(1) : "");
  const among = (name, known) => (known.includes(asked.get(name)) ? asked.get(name) : undefined);
  const part = asked.get("code") ?? "";
  const code = part.length <= LONGEST ? unpacked(part) : null;
  return {
    code,
    unreadable: location.hash.startsWith("#code=") && !code,
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
    this.code = element("textarea", { rows: 11, spellcheck: "false", autocomplete: "off", autocapitalize: "off", class: "convref-calculator__code" });
    this.code.value = this.begin.code;
    this.controls = {
      shape: textbox(this.begin.shape),
      batch: textbox(this.begin.batch ?? "1"),
      dtype: choice(Object.fromEntries(DTYPES.map((name) => [name, name])), this.begin.dtype ?? "float32"),
      convention: choice(Object.fromEntries(CONVENTIONS.map((name) => [name, name])), this.begin.convention ?? "torchvision"),
    };
    this.lines = numbered(this.code);
    this.controls.shape.maxLength = 60;
    const fields = Object.entries(this.controls).map(([name, control]) => labelled(name, text[name], control));
    this.run = element("button", { type: "submit", class: "convref-calculator__button" }, text.run);
    this.run.setAttribute("aria-keyshortcuts", "Control+Enter");
    this.clear = element("button", { type: "button", class: "convref-calculator__button" }, text.clear);
    this.stop = element("button", { type: "button", class: "convref-calculator__button", disabled: true }, text.stop);
    this.status = element("p", { class: "convref-calculator__live", role: "status" });
    this.mistake = element("p", { class: "convref-calculator__mistake", role: "alert" });
    this.printed = element("pre", { tabindex: "0", role: "region", "aria-label": text.printed });
    this.output = element("div", { class: "convref-calculator__printed", hidden: true }, element("p", { class: "convref-calculator__hint" }, text.printed), this.printed);
    this.earlier = element("p", { class: "convref-calculator__earlier", "aria-live": "polite" });
    this.results = element("div", { class: "convref-calculator__results" });
    const titles = Object.fromEntries([["", "…"], ...this.examples.map(({ title }) => [title, title])]);
    this.example = choice(titles, this.examples.find(({ code }) => code === this.begin.code)?.title ?? "");
    this.example.addEventListener("change", () => this.take(this.examples.find(({ title }) => title === this.example.value)));
    this.form = element(
      "form",
      {},
      ...(this.examples.length ? [labelled("example", text.example, this.example)] : []),
      labelled("code", text.code, this.code, this.lines.box),
      element("div", { class: "convref-calculator__form" }, ...fields),
      element("p", { class: "convref-calculator__bar" }, this.run, this.stop, this.clear, linkButton(() => this.link(), text.long), element("span", { class: "convref-calculator__keys" }, text.keys)),
      element("p", { class: "convref-calculator__hint" }, [text.hint, text.size(mebibytes(this.place.dataset.loaded))].join(words.joint)),
    );
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.ask(true)));
    this.form.addEventListener("input", () => this.later());
    this.code.addEventListener("input", () => (this.example.value = ""));
    this.form.addEventListener("change", () => this.later());
    this.stop.addEventListener("click", () => this.halt());
    this.clear.addEventListener("click", () => {
      this.put("");
      this.example.value = "";
      this.code.focus();
      this.later();
    });
    this.code.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.ask(true);
    });
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", text.title);
    this.place.replaceChildren(this.form, this.status, this.mistake, this.output, this.earlier, this.results);
    for (const control of Object.values(this.controls)) message(control).setAttribute("role", "alert");
    if (this.begin.unreadable) this.status.textContent = text.unreadable;
    this.place.dataset.ready = "";
  }

  put(code) {
    this.code.value = code;
    this.lines.mark(0);
  }

  // Put an example into the editor; it runs as anything else that is typed.
  take(example) {
    if (!example) return;
    this.put(example.code);
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
  // none: what was stopped must not begin again. After code that did not end, nothing runs before Run is pressed. An editor
  // that has been emptied is about to be filled.
  later() {
    clearTimeout(this.pause);
    this.dim();
    if (this.asked === null || this.late || !this.code.value.trim() || this.asked === this.question()) return;
    this.pause = setTimeout(() => this.ask(), PAUSE);
  }

  // Ask what the form asks at present. A worker that is loading is never ended: it gets the newest question when it is ready.
  async ask(pressed = false) {
    clearTimeout(this.pause);
    if (this.running) this.end(""); // an answer to older code is not waited for
    this.asked = this.question();
    this.pressed = pressed;
    this.late = false;
    const number = (this.number += 1);
    const waits = this.waiting;
    this.waiting = true;
    this.stop.disabled = false;
    if (!waits || this.loaded) this.status.textContent = this.loaded ? text.running : this.worker ? text.starting : text.loading("0");
    this.wrong({});
    this.print("");
    this.dim();
    await import(OFFLINE).then(({ keepOffline }) => keepOffline(), () => {}); // before the first request of Python
    if (number !== this.number || !this.waiting) return; // stopped, or asked again
    this.worker ??= this.begun();
    if (this.loaded && !this.running) this.send(); // otherwise it was sent when the worker became ready
  }

  send() {
    this.running = true;
    this.worker.postMessage({ number: this.number, question: JSON.parse(this.asked) });
    clearTimeout(this.limit);
    this.limit = setTimeout(() => {
      this.end(text.late(LIMIT));
      this.late = true;
    }, LIMIT * 1000);
  }

  // Stop for good: nothing runs again before the code or a field is edited, or Run is pressed. What loads goes on loading.
  halt() {
    clearTimeout(this.pause);
    this.asked = this.question();
    if (this.running) return this.end(text.stopped);
    this.waiting = false;
    this.stop.disabled = true;
    this.status.textContent = text.stopped;
    return undefined;
  }

  // Dim the results if they are not those of what the form has, and say so.
  dim() {
    const old = this.shown !== null && (this.shown !== this.question() || this.place.hasAttribute("data-wrong"));
    this.place.toggleAttribute("data-old", old);
    const told = old ? text.earlier : "";
    if (this.earlier.textContent !== told) this.earlier.textContent = told;
    if (old || this.shown === null || this.waiting || this.asked === this.shown) return;
    // What is shown is again what the form has: nothing is left of the run between.
    this.asked = this.shown;
    this.late = false;
    this.status.textContent = text.ready;
    this.print("");
  }

  begun() {
    const worker = new Worker(WORKER, { type: "module" });
    worker.onmessage = ({ data }) => this.hear(data);
    worker.onerror = (event) => this.end(text.failed(event.message));
    worker.postMessage({ kind: "start", archives: [ARCHIVE], module: this.place.dataset.module });
    return worker;
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
      if (!this.waiting) return undefined;
      this.status.textContent = text.running;
      return this.send();
    }
    if (number !== this.number) return undefined; // of older code
    if (kind === "output") return this.print(this.printed.textContent + printed);
    clearTimeout(this.limit);
    this.waiting = this.running = false;
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
    this.loaded = this.waiting = this.running = false;
    this.stop.disabled = true;
    this.status.textContent = message;
  }

  // Show a mistake where it belongs: beside the field that it is about, or under the buttons if it is one of the code.
  wrong({ mistake = "", line = 0, field, doubt = "" }) {
    const wrong = mistake && (this.controls[field] ?? this.code);
    this.mistake.textContent = field ? "" : (line ? text.line(line) : "") + mistake;
    for (const control of [this.code, ...Object.values(this.controls)]) {
      if (control === wrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
      if (control !== this.code) message(control).textContent = control === wrong ? mistake : control === this.controls.shape ? doubt : "";
    }
    this.lines.mark(line);
    this.place.toggleAttribute("data-wrong", Boolean(mistake));
    if (wrong && this.pressed) this.lead(wrong, line);
  }

  // After Run, lead to what is wrong: to the field, to the line if the reader is not in the editor, or to the message.
  lead(control, line) {
    if (control !== this.code) return control.focus();
    if (line && document.activeElement !== this.code) this.lines.select(line);
    return this.mistake.scrollIntoView({ block: "nearest" });
  }

  show(answer) {
    this.wrong(answer);
    if (answer.mistake) return this.dim();
    this.shown = this.asked;
    this.dim();
    const totals = Object.entries(answer.totals).flatMap(([name, value]) => [element("dt", {}, name), element("dd", { "data-result": name }, value)]);
    const table = element("div", { class: "convref-calculator__layers-table", tabindex: "0", role: "region", "aria-label": text.table });
    table.append(cleaned(answer.table));
    table.querySelector("table").removeAttribute("class"); // so that it has the style of the tables of pages
    const note = answer.note ? [element("p", { class: "convref-calculator__hint" }, answer.note)] : [];
    const drawing = element("figure", { class: "convref-calculator__drawing convref-calculator__wide", role: "region", tabindex: "0", "aria-label": text.drawing });
    drawing.append(cleaned(answer.drawing));
    const svg = drawing.querySelector("svg");
    svg.style.minWidth = `${svg.getAttribute("width")}px`; // a wide drawing keeps its size and scrolls in its box
    const csv = element("a", { class: "convref-calculator__button", download: "network.csv", href: csvAddress(answer.csv) }, words.network.csv);
    return this.results.replaceChildren(element("dl", {}, ...totals), table, ...note, element("p", {}, csv), drawing);
  }
}

export function start(place) {
  if (!document.querySelector(`link[href="${STYLE}"]`)) document.head.append(element("link", { rel: "stylesheet", href: STYLE }));
  new Playground(place);
  // A shared address that is opened in place of the page itself differs from it only behind "#".
  addEventListener("hashchange", () => location.hash.startsWith("#code=") && location.reload());
}
