// A table as comma-separated values, in the form of `convref.analysis.Table.to_csv`: a line of headings, a shape as 64x112x112, and
// quotes only around a cell that needs them.

export function csv(titles, rows) {
  const text = (value) => (Array.isArray(value) ? value.join("x") : String(value));
  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [titles, ...rows].map((row) => `${row.map((value) => quoted(text(value))).join(",")}\n`).join("");
}
