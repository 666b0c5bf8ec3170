// Repairs to the theme's frame, for those who use a keyboard or a screen reader.

// What scrolls sideways is a stop of the Tab key, and only then: a page may have a hundred formulas that fit.
const SCROLLERS = ".md-typeset div.math, .md-typeset span.math[tabindex], .md-typeset__scrollwrap, .md-typeset pre > code";

function fit() {
  for (const box of document.querySelectorAll(SCROLLERS)) {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

// A claim and its verdict are read together: a link to a claim opens the box below it.
function openLinked() {
  let next = document.getElementById(location.hash.slice(1))?.nextElementSibling;
  while (next && !/^H[1-6]$/.test(next.tagName)) {
    if (next.matches("details.convref-claim")) next.open = true;
    next = next.nextElementSibling;
  }
}

// The theme makes a navigation landmark of each block's buttons; landmarks need names that differ.
function relabel() {
  const word = document.documentElement.lang.startsWith("zh") ? "代码块" : "Code block";
  document.querySelectorAll("nav.md-code__nav").forEach((bar, number) => {
    const label = `${word} ${number + 1}`;
    if (bar.getAttribute("aria-label") !== label) bar.setAttribute("aria-label", label);
  });
}

let waiting = 0;
function soon() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => {
    relabel();
    fit();
  });
}

openLinked();
addEventListener("hashchange", openLinked);
soon();
document.fonts.ready.then(soon);
addEventListener("resize", soon);
addEventListener("load", soon);
document.querySelectorAll(".md-typeset details, .md-typeset .tabbed-set > input").forEach((each) => {
  each.addEventListener("toggle", soon);
  each.addEventListener("change", soon);
});
new MutationObserver(relabel).observe(document.querySelector("article") ?? document.body, { childList: true, subtree: true });
