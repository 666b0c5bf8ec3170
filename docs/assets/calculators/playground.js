// The playground: convref itself, in the browser, on a network that the reader writes.
// Nothing is loaded or run before the reader asks for it. Afterwards, what is typed is run again after a pause.

import { choice, element, labelled, linkButton, textbox } from "./form.js";
import { words } from "./words.js";

const WORKER = new URL("../convref/worker.js", import.meta.url).href; // the one of the engine, for all Python in the browser
const ARCHIVE = new URL("../../playground/convref.zip", import.meta.url).href;
const LIMIT = 20; // seconds that an answer may take
const PAUSE = 600; // milliseconds after the last key
const DTYPES = ["float32", "float16", "bfloat16", "int8", "float64"];
const CONVENTIONS = ["torchvision", "fvcore", "ptflops", "thop", "torchinfo"];
const LONGEST = 20_000; // characters of code in an address
const text = words.playground;

// Code as part of an address, and back.
const packed = (code) => btoa(String.fromCharCode(...new TextEncoder().encode(code))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

function unpacked(part) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0)));
  } catch {
    return null;
  }
}

class Playground {
  constructor(place) {
    this.place = place;
    const given = new URL(location.href).searchParams;
    const code = (given.get("code")?.length ?? 0) <= LONGEST ? unpacked(given.get("code") ?? "") : null;
    this.begin = { code: code || place.querySelector("code").textContent, shape: given.get("shape")?.slice(0, 60) ?? place.dataset.shape };
    this.examples = [...place.querySelectorAll("script[data-title]")].map((each) => ({ title: each.dataset.title, shape: each.dataset.shape, code: JSON.parse(each.textContent) }));
    this.number = 0;
    this.asked = false; // until the reader has pressed Run
    this.build();
  }

  build() {
    this.code = element("textarea", { rows: 14, spellcheck: "false", autocomplete: "off", autocapitalize: "off", class: "convref-calculator__code" });
    this.code.value = this.begin.code;
    this.controls = {
      shape: textbox(this.begin.shape),
      batch: textbox("1"),
      dtype: choice(Object.fromEntries(DTYPES.map((name) => [name, name])), "float32"),
      convention: choice(Object.fromEntries(CONVENTIONS.map((name) => [name, name])), "torchvision"),
    };
    this.controls.shape.maxLength = 60;
    const fields = Object.entries(this.controls).map(([name, control]) => labelled(name, text[name], control));
    this.run = element("button", { type: "submit", class: "convref-calculator__button" }, text.run);
    this.stop = element("button", { type: "button", class: "convref-calculator__button", disabled: true }, text.stop);
    this.status = element("p", { class: "convref-calculator__live", role: "status" });
    this.mistake = element("p", { class: "convref-calculator__mistake", role: "alert" });
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
      element("p", { class: "convref-calculator__hint" }, text.hint),
      element("p", {}, this.run, " ", this.stop, " ", linkButton(() => this.link())),
    );
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.ask()));
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("change", () => this.later());
    this.stop.addEventListener("click", () => this.end(text.stopped));
    this.code.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.ask();
    });
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", text.title);
    this.place.replaceChildren(this.form, this.status, this.mistake, this.results);
    this.place.dataset.ready = "";
  }

  // Put an example into the editor; it runs as anything else that is typed.
  take(example) {
    if (!example) return;
    this.code.value = example.code;
    this.controls.shape.value = example.shape;
  }

  link() {
    const url = new URL(location.href);
    url.search = "";
    url.searchParams.set("code", packed(this.code.value));
    url.searchParams.set("shape", this.controls.shape.value);
    return url.href;
  }

  later() {
    clearTimeout(this.pause);
    if (this.asked) this.pause = setTimeout(() => this.ask(), PAUSE);
  }

  ask() {
    clearTimeout(this.pause);
    this.asked = true;
    if (this.waiting) this.end(""); // an answer to older code is not waited for
    const values = Object.fromEntries(Object.entries(this.controls).map(([name, control]) => [name, control.value]));
    const question = { code: this.code.value, lang: document.documentElement.lang.startsWith("zh") ? "zh" : "en", ...values };
    this.worker ??= this.begun();
    this.number += 1;
    this.waiting = true;
    this.stop.disabled = false;
    this.status.textContent = this.loaded ? text.running : text.loading;
    this.worker.postMessage({ number: this.number, question });
    if (this.loaded) this.watch();
  }

  begun() {
    const worker = new Worker(WORKER, { type: "module" });
    worker.onmessage = ({ data }) => this.hear(data);
    worker.onerror = (event) => this.end(text.failed(event.message));
    worker.postMessage({ kind: "start", archives: [ARCHIVE], module: "driver" });
    return worker;
  }

  // End the worker if its answer takes too long.
  watch() {
    clearTimeout(this.limit);
    this.limit = setTimeout(() => this.end(text.late(LIMIT)), LIMIT * 1000);
  }

  hear({ kind, number, bytes, answer, why }) {
    if (kind === "failed") return this.end(text.failed(why));
    if (kind === "progress") {
      if (!this.loaded && this.waiting) this.status.textContent = text.loaded((bytes / 2 ** 20).toFixed(1));
      return undefined;
    }
    if (kind === "ready") {
      this.loaded = true;
      this.status.textContent = text.running;
      return this.watch();
    }
    if (number !== this.number) return undefined; // the answer to older code
    clearTimeout(this.limit);
    this.waiting = false;
    this.stop.disabled = true;
    this.status.textContent = answer.mistake ? "" : text.ready;
    this.show(answer);
    return undefined;
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

  show(answer) {
    const line = answer.line ? text.line(answer.line) : "";
    this.mistake.textContent = answer.mistake ? line + answer.mistake : "";
    this.code.toggleAttribute("aria-invalid", Boolean(answer.mistake));
    this.place.toggleAttribute("data-wrong", Boolean(answer.mistake));
    if (answer.mistake) {
      if (answer.line) this.mark(answer.line);
      return;
    }
    const totals = Object.entries(answer.totals).flatMap(([name, value]) => [element("dt", {}, name), element("dd", { "data-result": name }, value)]);
    const table = element("div", { class: "convref-calculator__scroll", tabindex: "0", role: "region", "aria-label": text.table });
    table.innerHTML = answer.table; // made by convref, which escapes the names that the reader chose
    const drawing = element("figure", { class: "convref-calculator__drawing convref-calculator__wide", role: "region", tabindex: "0", "aria-label": text.drawing });
    drawing.innerHTML = answer.drawing;
    const svg = drawing.querySelector("svg");
    svg.style.minWidth = `${svg.getAttribute("width")}px`; // a wide drawing keeps its size and scrolls in its box
    const csv = element("a", { class: "convref-calculator__button", download: "network.csv", href: `data:text/csv;charset=utf-8,${encodeURIComponent(answer.csv)}` }, words.network.csv);
    this.results.replaceChildren(element("dl", {}, ...totals), table, element("p", {}, csv), drawing);
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
}
