// Tables on a phone: large numbers are short, the exact one a tap away. A table with many columns lets its reader
// choose which to show. A table with columns that have data-filter lets its reader choose rows, by name and by those columns' values.

const zh = document.documentElement.lang.startsWith("zh");
const WORDS = zh
  ? {
      columns: (shown, all) => `显示哪些列（${all} 列中的 ${shown} 列）`,
      names: "网络或系列",
      example: "如 mobilenet, efficientnet_b0",
      all: "全部",
      rows: (shown, all) => `显示 ${all} 行中的 ${shown} 行`,
      exact: (text) => `精确值 ${text}`,
    }
  : {
      columns: (shown, all) => `Columns (${shown} of ${all} shown)`,
      names: "Networks or families",
      example: "e.g. mobilenet, efficientnet_b0",
      all: "All",
      rows: (shown, all) => `${shown} of ${all} rows`,
      exact: (text) => `exactly ${text}`,
    };
const PHONE = matchMedia("screen and (max-width: 44.9em)");
const GROUPED = /^\d{1,3}(,\d{3})+$/;
const LEAST = 100_000; // shorter numbers fit as they are
const LONGEST = 200; // characters of the names by which rows are filtered
const LONG = zh ? 15 : 30; // characters of a text that is to have more than one word a line
const FEW = 4; // columns that a phone shows of a table whose columns can be chosen

function short(number) {
  const [unit, size] = number >= 1e9 ? ["G", 1e9] : number >= 1e6 ? ["M", 1e6] : ["K", 1e3];
  return `${(number / size).toPrecision(3)} ${unit}`;
}

// A number that shows its short form, and its exact one when it is pressed.
function shorten(cell) {
  const exact = cell.textContent.trim();
  const number = Number(exact.replaceAll(",", ""));
  if (!GROUPED.test(exact) || number < LEAST || cell.children.length) return;
  const made = document.createElement("button");
  made.type = "button";
  made.className = "convref-number";
  made.dataset.exact = exact;
  const show = (whole) => {
    made.textContent = whole ? exact : short(number);
    made.setAttribute("aria-label", whole ? exact : `${short(number)}, ${WORDS.exact(exact)}`);
    made.setAttribute("aria-pressed", String(whole));
  };
  show(false);
  made.addEventListener("click", () => show(made.getAttribute("aria-pressed") !== "true"));
  cell.replaceChildren(made);
}

function restore(cell) {
  const made = cell.querySelector(":scope > .convref-number");
  if (made) cell.replaceChildren(made.dataset.exact);
}

// The columns of a table as boxes to tick, folded away. The first column always stays. A phone shows the first few, a wide screen
// all but those with data-rare.
function chooser(table) {
  const headings = [...table.tHead.rows[0].cells];
  const fold = document.createElement("details");
  fold.className = "convref-columns";
  const summary = document.createElement("summary");
  fold.append(summary);
  const boxes = [];
  const count = () => (summary.textContent = WORDS.columns(1 + boxes.filter((box) => box.checked).length, headings.length));
  headings.slice(1).forEach((heading, number) => {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    const column = number + 1;
    const show = () => {
      for (const row of table.rows) row.cells[column].hidden = !box.checked;
      count();
    };
    box.checked = PHONE.matches ? column < FEW : !("rare" in heading.dataset);
    boxes.push(box);
    box.addEventListener("change", show);
    show();
    label.append(box, " ", heading.textContent);
    fold.append(label);
  });
  (table.closest(".md-typeset__scrollwrap") ?? table).before(fold);
}

// What a name is compared by: MobileNet-V2 is mobilenet_v2.
function plain(text) {
  return text.toLowerCase().replaceAll(/[\s_-]/g, "");
}

// A field for names, and a list of values for each column with data-filter. A row is shown if it contains one of the names, which
// commas separate, and has all values that are chosen. The address keeps the choice, so that it can be passed on.
function filters(table) {
  const headings = [...table.tHead.rows[0].cells];
  const filtered = headings.filter((heading) => "filter" in heading.dataset);
  if (!filtered.length) return;
  const bar = document.createElement("p");
  bar.className = "convref-filters";
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  const given = new URL(location.href).searchParams;
  const rows = [...table.tBodies[0].rows];
  const read = (row, column) => row.cells[column].textContent.trim();
  const named = [0, ...filtered.map((heading) => heading.cellIndex).filter((column) => rows[0]?.cells[column].dataset.value === undefined)];
  const fields = [];

  const field = (key, words, input) => {
    const label = document.createElement("label");
    label.append(words, " ", input);
    bar.append(label, " ");
    fields.push([key, input]);
    return input;
  };
  const text = field("names", WORDS.names, document.createElement("input"));
  text.type = "search";
  text.maxLength = LONGEST;
  text.placeholder = WORDS.example;
  text.spellcheck = false;
  text.value = (given.get("names") ?? "").slice(0, LONGEST);
  const lists = filtered.map((heading) => {
    const column = heading.cellIndex;
    const values = [...new Set(rows.map((row) => read(row, column)))].sort();
    const list = document.createElement("select");
    list.append(new Option(WORDS.all, ""), ...values.map((value) => new Option(value, value)));
    const key = heading.dataset.filter;
    const wanted = given.get(key) ?? "";
    if (values.includes(wanted)) list.value = wanted; // whatever else an address asks for is ignored
    field(key, heading.textContent, list);
    return [column, list];
  });

  const show = () => {
    const names = text.value.split(/[,，、;；]/).map(plain).filter(Boolean);
    for (const row of rows) {
      const own = named.map((column) => plain(read(row, column)));
      const meant = !names.length || names.some((name) => own.some((each) => each.includes(name)));
      row.hidden = !meant || lists.some(([column, list]) => list.value && read(row, column) !== list.value);
    }
    status.textContent = WORDS.rows(rows.filter((row) => !row.hidden).length, rows.length);
  };
  const changed = () => {
    show();
    const address = new URL(location.href);
    for (const [key, input] of fields) {
      if (input.value) address.searchParams.set(key, input.value);
      else address.searchParams.delete(key);
    }
    history.replaceState(history.state, "", address);
  };
  for (const [, input] of fields) input.addEventListener("input", changed);
  show();
  bar.append(status);
  (table.closest(".md-typeset__scrollwrap") ?? table).before(bar);
}

// Marks the long texts of a table that is wider than its box: it scrolls anyway, so they need not have one word a line.
function widen(table) {
  const { top, bottom } = table.getBoundingClientRect();
  if (top < innerHeight && bottom > 0) return; // what a reader sees must not move
  table.querySelectorAll("td[data-long]").forEach((cell) => delete cell.dataset.long);
  const box = table.closest(".md-typeset__scrollwrap");
  if (!PHONE.matches || !box || box.scrollWidth <= box.clientWidth) return;
  for (const cell of table.querySelectorAll("td:not(:first-child)")) {
    if (cell.textContent.trim().length > LONG) cell.dataset.long = "";
  }
}

function fit() {
  for (const cell of document.querySelectorAll(".md-typeset table td")) (PHONE.matches ? shorten : restore)(cell);
}

function widenIn(part) {
  part.querySelectorAll("table").forEach(widen);
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  filters(table);
  chooser(table);
}
fit();
PHONE.addEventListener("change", fit);
// The theme's script puts tables into their boxes; what is folded away has no width.
addEventListener("load", () => widenIn(document));
PHONE.addEventListener("change", () => widenIn(document));
document.addEventListener("toggle", (event) => widenIn(event.target), true);
// A printed table has all columns and exact numbers.
addEventListener("beforeprint", () => {
  document.querySelectorAll(".md-typeset table td").forEach(restore);
  document.querySelectorAll("table[data-sortable] :is(td, th)").forEach((cell) => (cell.hidden = false));
});
addEventListener("afterprint", fit);
