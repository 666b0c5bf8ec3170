// Parts that the calculators share: elements, numbers as text, and forms whose fields report their own mistakes.

import { Refusal } from "./arithmetic.js";
import { words } from "./words.js";

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

// A ratio as text, as pages write it: two digits, three near 1, and 1 / n below a thousandth; with 1/n where it is exactly that.
export function ratio(part, whole) {
  const value = Number(part) / Number(whole);
  if (value > 0 && value < 0.001) return `1 / ${grouped(Math.round(1 / value))}`;
  const decimal = value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(value < 0.95 ? 2 : 3)));
  return part > 0n && part < whole && whole % part === 0n ? `${decimal} (1/${whole / part})` : decimal;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(value) {
  const unit = value ? Math.min(Math.floor((value.toString(2).length - 1) / 10), UNITS.length - 1) : 0;
  const scale = 1024n ** BigInt(unit);
  const hundredths = (200n * value + scale) / (2n * scale);
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`.replace(/\.00$/, "") + ` ${UNITS[unit]}`;
}

// Read a whole number from `least` to `most`.
export function whole(field, text, least, most) {
  const plain = text.trim().normalize("NFKC");
  if (!/^\d{1,9}$/.test(plain)) throw new Refusal(field, "number");
  const value = Number(plain);
  if (value < least || value > most) throw new Refusal(field, "range", { least, most });
  return value;
}

// Read one number for both axes, or two: "3", "1x7".
export function pair(field, text, least, most) {
  const parts = text.trim().normalize("NFKC").toLowerCase().split(/\s*[x×*,，]\s*/);
  if (parts.length > 2 || parts.some((each) => !/^\d{1,9}$/.test(each))) throw new Refusal(field, "pair");
  const numbers = parts.map((each) => whole(field, each, least, most));
  return numbers.length === 1 ? [numbers[0], numbers[0]] : numbers;
}

// Read a decimal number or a fraction, such as 1/3, whose absolute value is at most `most`.
export function decimal(field, text, most) {
  const plain = text.trim().replace("−", "-").normalize("NFKC").replace("⁄", "/");
  const [above, below] = plain.split("/");
  if (below !== undefined && /^[+-]?\d{1,9}$/.test(above) && /^0*[1-9]\d{0,8}$/.test(below)) {
    const value = Number(above) / Number(below);
    if (Math.abs(value) <= most) return value;
    throw new Refusal(field, "range", { least: -most, most });
  }
  if (!/^[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})$/.test(plain)) throw new Refusal(field, "decimal");
  const value = Number(plain);
  if (Math.abs(value) > most) throw new Refusal(field, "range", { least: -most, most });
  return value;
}

let count = 0;

// A field: a label, a control, and a message under it. `control` is an input, a select or a text area, `shown` an element
// that has it.
export function labelled(name, label, control, shown = control) {
  const id = `convref-calculator-${(count += 1)}`;
  control.id = id;
  control.dataset.field = name;
  const message = element("span", { class: "convref-calculator__mistake", id: `${id}-mistake` });
  control.setAttribute("aria-describedby", message.id);
  return element("div", { class: "convref-calculator__field" }, element("label", { for: id }, label), shown, message);
}

// The element with the message of a control.
export const message = (control) => document.getElementById(`${control.id}-mistake`);

// An address from which a table is downloaded; spreadsheets know by the first character that it is UTF-8.
export const csvAddress = (csv) => `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${csv}`)}`;

export function textbox(value) {
  return element("input", { type: "text", value, inputmode: "text", autocomplete: "off", spellcheck: "false", size: 8, maxlength: 20 });
}

export function choice(names, chosen) {
  const options = Object.entries(names).map(([value, text]) => element("option", { value, selected: value === chosen }, text));
  return element("select", {}, ...options);
}

// Show the mistake beside its field, or none if `refusal` is null.
export function tell(form, refusal) {
  for (const control of form.querySelectorAll("[data-field]")) {
    const wrong = refusal?.field === control.dataset.field;
    const rule = wrong ? words.rules[refusal.rule] : "";
    message(control).textContent = typeof rule === "function" ? rule(refusal.values) : rule;
    if (wrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

// The state in the address of the page: behind "#", which browsers do not send to the server, or, in older links, behind "?".
export function state() {
  const hash = location.hash.slice(1);
  return new URLSearchParams(hash.includes("=") ? hash : location.search);
}

// The settings in an address, `#convolution=kind:depthwise,size:56x40`; only the given names, never more than 20 characters.
export function fromAddress(name, names) {
  const given = state().get(name) ?? "";
  const found = {};
  for (const part of given.split(",")) {
    const [key, value = ""] = part.split(":");
    if (names.includes(key) && value.length <= 20) found[key] = value;
  }
  return found;
}

export function address(page, settings) {
  const url = new URL(page, location.href);
  url.search = "";
  url.hash = new URLSearchParams(settings);
  return url.href;
}

// Settings as one value in an address.
export const joined = (settings) => Object.entries(settings).map((each) => each.join(":")).join(",");

// A button that copies an address, and says so. If `link` returns null, there is no address, and `none` says why.
export function linkButton(link, none = "") {
  const button = element("button", { type: "button", class: "convref-calculator__button" }, words.copy);
  const say = (text) => {
    button.textContent = text;
    setTimeout(() => (button.textContent = words.copy), 2000);
  };
  button.addEventListener("click", async () => {
    if (link() === null) return say(none);
    try {
      await navigator.clipboard.writeText(link());
      return say(words.copied);
    } catch {
      location.href = link(); // without a clipboard, the address bar has the link
      return undefined;
    }
  });
  return button;
}
