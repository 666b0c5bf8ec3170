// The numbers of lines beside an editor, which messages refer to.

// Put a text area into a box with the numbers of its lines; the result has this `box`, `refresh` for a text that a script
// has changed, `mark` for the line of a mistake (0 for none), and `select`, which shows a line and selects it.
export function numbered(area) {
  const box = Object.assign(document.createElement("div"), { className: "convref-lines" });
  const column = Object.assign(document.createElement("div"), { className: "convref-lines__numbers" });
  column.setAttribute("aria-hidden", "true");
  area.classList.add("convref-lines__text");
  area.wrap = "off"; // a line of code is a line of the editor
  box.append(column, area);
  let marked = 0;
  const follow = () => (column.scrollTop = area.scrollTop);
  const refresh = () => {
    const count = area.value.split("\n").length;
    if (column.childElementCount !== count)
      column.replaceChildren(...Array.from({ length: count }, (_, index) => Object.assign(document.createElement("span"), { textContent: index + 1 })));
    [...column.children].forEach((each, index) => each.classList.toggle("convref-lines__wrong", index + 1 === marked));
    follow();
  };
  const mark = (line) => ((marked = line), refresh());
  const select = (line) => {
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    area.scrollTop = (area.scrollHeight / lines.length) * (line - 3);
    follow();
  };
  area.addEventListener("input", refresh);
  area.addEventListener("scroll", follow);
  refresh();
  return { box, refresh, mark, select };
}
