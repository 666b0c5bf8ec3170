// Tables on a phone: large numbers are short, the exact one a tap away. A table with many columns lets its reader
// choose which to show. Columns with data-filter have a list of their values, to show the rows of one of them.

const zh = document.documentElement.lang.startsWith("zh");
const WORDS = zh
  ? { columns: "显示哪些列", all: "全部", exact: (text) => `精确值 ${text}` }
  : { columns: "Columns", all: "All", exact: (text) => `exactly ${text}` };
const PHONE = matchMedia("screen and (max-width: 44.9em)");
const GROUPED = /^\d{1,3}(,\d{3})+$/;
const LEAST = 100_000; // shorter numbers fit as they are
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

// The columns of a table as boxes to tick, folded away. The first column always stays.
function chooser(table) {
  const headings = [...table.tHead.rows[0].cells];
  const fold = document.createElement("details");
  fold.className = "convref-columns";
  const summary = document.createElement("summary");
  summary.textContent = WORDS.columns;
  fold.append(summary);
  headings.slice(1).forEach((heading, number) => {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    const column = number + 1;
    const show = () => {
      for (const row of table.rows) row.cells[column].hidden = !box.checked;
    };
    box.checked = !PHONE.matches || column < FEW;
    box.addEventListener("change", show);
    show();
    label.append(box, " ", heading.textContent);
    fold.append(label);
  });
  (table.closest(".md-typeset__scrollwrap") ?? table).before(fold);
}

// A list for each column with data-filter, of its values; a row is shown if it has all values that are chosen.
function filters(table) {
  const headings = [...table.tHead.rows[0].cells];
  const chosen = new Map();
  const bar = document.createElement("p");
  bar.className = "convref-filters";
  const show = () => {
    for (const row of table.tBodies[0].rows) {
      row.hidden = [...chosen].some(([column, value]) => value && row.cells[column].textContent.trim() !== value);
    }
  };
  headings.forEach((heading, column) => {
    if (!("filter" in heading.dataset)) return;
    const values = new Set([...table.tBodies[0].rows].map((row) => row.cells[column].textContent.trim()));
    const label = document.createElement("label");
    const list = document.createElement("select");
    list.append(new Option(WORDS.all, ""), ...[...values].sort().map((value) => new Option(value, value)));
    list.addEventListener("change", () => {
      chosen.set(column, list.value);
      show();
    });
    label.append(heading.textContent, " ", list);
    bar.append(label, " ");
  });
  if (bar.children.length) (table.closest(".md-typeset__scrollwrap") ?? table).before(bar);
}

function fit() {
  for (const cell of document.querySelectorAll(".md-typeset table td")) (PHONE.matches ? shorten : restore)(cell);
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  filters(table);
  chooser(table);
}
fit();
PHONE.addEventListener("change", fit);
// A printed table has all columns and exact numbers.
addEventListener("beforeprint", () => {
  document.querySelectorAll(".md-typeset table td").forEach(restore);
  document.querySelectorAll("table[data-sortable] :is(td, th)").forEach((cell) => (cell.hidden = false));
});
addEventListener("afterprint", fit);
