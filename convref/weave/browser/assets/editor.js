// The editor of a block. The Tab key leaves it, as it leaves any field. What is in it runs after the earlier blocks of its session, as they are in the page or in
// their editors. All blocks share one worker, which is ended when it is stopped or takes too long.

import { cleaned } from "./clean.js";
import { numbered } from "./lines.js";
import { keepOffline } from "./offline.js";
import { words } from "./words.js";

const LIMIT = 30; // seconds that a run may take
const blocks = JSON.parse(document.getElementById("convref-try-blocks").textContent);
const address = (name) => new URL(name, import.meta.url).href;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// One worker for the page, and the editor that waits for its answer. A worker that is loading is never ended: what is asked
// meanwhile, it is sent when it is ready.
class Python {
  constructor() {
    this.number = 0;
  }

  async ask(editor, asked, install) {
    if (this.running) this.end(words.stopped);
    else if (this.waiting !== editor) this.leave(words.stopped);
    const number = (this.number += 1);
    this.waiting = editor;
    editor.begin(words.loading(0));
    try {
      this.files ??= await (await fetch(address("try.json"))).json();
    } catch (error) {
      return this.end(words.failed("try.json"));
    }
    await keepOffline();
    if (number !== this.number || !this.waiting) return undefined;
    const wheels = install.flatMap((name) => this.files.install[name] ?? []).map(address);
    const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    this.question = { number, wheels, question: { blocks: asked, lang } };
    // A worker that has run code loads nothing any more; for other packages there is a new one.
    if (this.installed && wheels.some((each) => !this.installed.has(each))) this.close();
    if (!this.worker) this.begin();
    if (this.ready && !this.running) this.send(); // otherwise it was sent when the worker became ready
    return undefined;
  }

  send() {
    this.running = true;
    this.installed ??= new Set(this.question.wheels);
    this.worker.postMessage(this.question);
    this.watch();
  }

  begin() {
    this.worker = new Worker(address("worker.js"), { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => this.end(words.failed(event.message ?? "worker.js"));
    const { archives, wheels } = this.files;
    this.worker.postMessage({ kind: "start", archives: archives.map(address), wheels: wheels.map(address), module: "convref.weave.browser.driver" });
  }

  watch() {
    this.waiting?.tell(words.running);
    clearTimeout(this.limit);
    this.limit = setTimeout(() => this.end(words.late(LIMIT)), LIMIT * 1000);
  }

  hear({ kind, number, bytes, text, answer, why }) {
    if (kind === "failed") return this.end(words.failed(why));
    if (kind === "progress" && !this.ready) {
      const percent = Math.min(Math.round((100 * bytes) / this.files.bytes), 100);
      this.waiting?.tell(percent < 100 ? words.loading(percent) : words.starting);
    } else if (kind === "ready") {
      this.ready = true;
      if (this.waiting && this.question.number === this.number) this.send();
    } else if (kind === "output" && number === this.number) {
      this.waiting?.print(text);
    } else if (kind === "answer" && number === this.number) {
      clearTimeout(this.limit);
      const editor = this.waiting;
      this.waiting = undefined;
      this.running = false;
      editor?.show(answer);
    }
    return undefined;
  }

  close() {
    this.worker?.terminate();
    this.worker = this.installed = undefined;
    this.ready = this.running = false;
  }

  // Let the editor that waits know that nothing is run for it.
  leave(message) {
    const editor = this.waiting;
    this.waiting = undefined;
    editor?.idle(message);
  }

  // Stop for the reader: what runs is ended, and the next run begins with a new worker; what loads goes on loading.
  stop(message) {
    if (this.running) this.end(message);
    else this.leave(message);
  }

  end(message) {
    clearTimeout(this.limit);
    this.close();
    this.leave(message);
  }
}

const python = new Python();
const editors = new Map();

class Editor {
  constructor(place, opener) {
    this.place = place;
    this.opener = opener;
    this.index = Number(place.dataset.block);
    this.block = blocks[this.index];
    // The block as the page shows it gives way to the editor, unless its result is between them.
    this.shown = place.previousElementSibling?.matches(".highlight, pre, .codehilite") ? place.previousElementSibling : null;
    this.build();
  }

  build() {
    const number = this.index + 1;
    const button = (text, act) => {
      const made = element("button", { type: "button", class: "convref-try__button" }, text);
      made.addEventListener("click", act);
      return made;
    };
    this.code = element("textarea", { class: "convref-try__code", rows: this.block.rows, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-label": words.code(number) });
    this.code.value = this.block.code.trimEnd();
    this.run = button(words.run, () => this.ask());
    this.run.title = words.keys;
    this.run.setAttribute("aria-keyshortcuts", "Control+Enter");
    this.stop = button(words.stop, () => python.stop(words.stopped));
    this.stop.disabled = true;
    this.lines = numbered(this.code);
    const reset = button(words.reset, () => {
      this.code.value = this.block.code.trimEnd();
      this.lines.mark(0);
    });
    const close = button(words.close, () => this.close());
    this.status = element("p", { class: "convref-try__status", role: "status" });
    this.mistake = element("p", { class: "convref-try__mistake", role: "alert" });
    this.result = element("div", { class: "convref-try__result", role: "region", "aria-label": words.result(number), tabindex: "0" });
    this.result.hidden = true;
    this.code.addEventListener("keydown", (event) => this.key(event));
    const keys = element("span", { class: "convref-try__keys" }, words.keys);
    const bar = element("p", { class: "convref-try__bar" }, this.run, this.stop, reset, close, keys);
    this.box = element("div", { class: "convref-try__box", role: "group", "aria-label": words.title(number) }, this.lines.box, bar, this.status, this.mistake, this.result);
    this.place.append(this.box);
  }

  key(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.ask();
      return;
    }
    const line = this.code.value.slice(0, this.code.selectionStart).split("\n").at(-1);
    const indent = line.match(/^\s*/)[0] + (/:\s*$/.test(line) ? "    " : "");
    if (!indent || event.shiftKey) return;
    event.preventDefault();
    this.code.setRangeText(`\n${indent}`, this.code.selectionStart, this.code.selectionEnd, "end");
    this.lines.refresh();
  }

  ask() {
    const before = blocks.slice(0, this.index).map((block, index) => ({ ...block, code: editors.get(index)?.code.value ?? block.code }));
    // An exception that the author expects is none that the reader of a changed block does.
    const changed = this.code.value !== this.block.code.trimEnd();
    const own = { ...this.block, code: this.code.value, raises: Boolean(this.block.raises) && !changed };
    const same = [...before, own].filter(({ session }) => session === this.block.session);
    this.mistake.textContent = "";
    this.lines.mark(0);
    this.live = "";
    python.ask(this, same, same.flatMap(({ install }) => install ?? []));
  }

  tell(message) {
    if (this.status.textContent !== message) this.status.textContent = message;
  }

  begin(message) {
    this.run.disabled = true;
    this.stop.disabled = false;
    this.tell(message);
  }

  idle(message) {
    this.run.disabled = false;
    this.stop.disabled = true;
    this.tell(message);
  }

  // Show what the code prints while it runs.
  print(text) {
    if (!this.live) this.result.replaceChildren(element("pre"));
    this.live += text;
    this.result.hidden = false;
    const printed = this.result.firstElementChild;
    printed.textContent = this.live;
    printed.scrollTop = printed.scrollHeight;
  }

  show({ output, values, mistake, line, earlier }) {
    this.idle(mistake ? "" : words.done);
    this.mistake.textContent = mistake ? (earlier ? words.earlier : line ? words.line(line) : "") + mistake : "";
    if (mistake) this.code.setAttribute("aria-invalid", "true");
    else this.code.removeAttribute("aria-invalid");
    if (mistake && line && !earlier) {
      this.lines.mark(line);
      if (document.activeElement !== this.code) this.lines.select(line);
    }
    const parts = output ? [element("pre", {}, output)] : [];
    for (const { html, text } of values) {
      const part = element(html === undefined ? "pre" : "div", {}, ...(html === undefined ? [text] : []));
      if (html !== undefined) part.append(cleaned(html));
      parts.push(part);
    }
    this.result.replaceChildren(...parts);
    this.result.hidden = !parts.length;
  }

  open() {
    this.opener.hidden = true;
    this.opener.disabled = false;
    this.box.hidden = false;
    if (this.shown) this.shown.hidden = true;
    this.code.focus({ preventScroll: true });
  }

  close() {
    if (python.waiting === this) python.stop("");
    this.box.hidden = true;
    if (this.shown) this.shown.hidden = false;
    this.opener.hidden = false;
    this.opener.focus({ preventScroll: true });
  }
}

export function open(place, opener) {
  const index = Number(place.dataset.block);
  if (!editors.has(index)) editors.set(index, new Editor(place, opener));
  editors.get(index).open();
}
