/* Tables with data-sortable: a heading becomes a button that sorts the rows, once up, once down.
   Numbers are sorted by their data-value, empty ones above all others; text by the page's language. */
"use strict";

const compareText = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;

for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];

  const sort = (column, direction) => {
    const key = (row) => row.cells[column].dataset.value;
    const number = (row) => (key(row) === "" ? Infinity : Number(key(row)));
    const compare = (a, b) =>
      key(a) === undefined
        ? compareText(a.cells[column].textContent, b.cells[column].textContent)
        : number(a) === number(b) ? 0 : number(a) < number(b) ? -1 : 1;
    body.append(...[...body.rows].sort((a, b) => direction * compare(a, b)));
  };

  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((each) => each.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(column, down ? -1 : 1);
    });
  });
}
