// The site's search: what is typed in the header's field is looked up in the index of the page's language.
// Nothing is fetched before the field is used. `docs/helpers/convref_docs/search` makes the index and cuts words as this file does.

export const STOPS = new Set(
  ("a an and are as at be been but by can do does for from had has have how i if in into is it its may my not of on " +
    "one or our s so such than that the their them then there these they this to was we were what when where which " +
    "while who why will with you your between vs versus difference 的 了 是 在 和 与 或 也 都 就 而 及 着 被 把 从 到 对 为 以 " +
    "上 下 中 里 个 这 那 其 它 不 有 没有 一个 什么 怎么 如何 为什么 多少 区别 我 我的 吗 呢 各 每 可以 以及 因此 因为 所以 但 " +
    "但是 如果 这样 这些 那些 这个 它们").split(" "),
);
const FIELDS = ["title", "names", "heading", "text"];
const BOOST = { title: 5, names: 6, heading: 2.5, text: 1 };
const SHOWN = 12; // pages in the list of results
const NUMBER = /^\d$/; // a small number, which is more often an example than what is looked for
const CHINESE = /[\u4e00-\u9fff]/;
const WORD = /[a-z]+(?:-\d+)?[a-z0-9]*|\d+(?:x\d+)+|\d+d\b|\d+|[\u4e00-\u9fff]+/gi;
const GROUPED = /\d{1,3}(?:,\d{3})+|\d+\.\d+/g; // figures such as 138,357,544 and 1.5 are no words
const PART = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+[a-z]?/g;

// ---------------------------------------------------------------------------------------------- words

function singular(term) {
  if (term.length > 4 && term.endsWith("ies")) return term.slice(0, -3) + "y";
  if (term.length > 3 && term.endsWith("s") && !/(ss|us|is)$/.test(term)) return term.slice(0, -1);
  return term;
}

function kept(word) {
  const term = word.toLowerCase();
  return term.length > 1 && !STOPS.has(term) ? [singular(term)] : [];
}

function latinTerms(word) {
  if (/^\d+$/.test(word)) return word.length < 4 ? [word] : [];
  const whole = word.replaceAll("-", "");
  const parts = whole.match(PART) ?? [];
  const terms = kept(whole);
  if (parts.length > 1)
    for (const part of parts)
      if (!/^\d+$/.test(part) && part.length > 1 && part.toLowerCase() !== whole.toLowerCase()) terms.push(...kept(part));
  return terms;
}

// Chinese is cut by the index's own words: at each position the longest one, and the words within it.
function chineseTerms(run, known) {
  const terms = [];
  for (let at = 0; at < run.length; ) {
    let length = Math.min(12, run.length - at);
    while (length > 1 && !known.has(run.slice(at, at + length))) length -= 1;
    if (length > 1) {
      const word = run.slice(at, at + length);
      for (let start = 0; start < length; start += 1)
        for (let size = length - start; size > 1; size -= 1) {
          const part = word.slice(start, start + size);
          if (known.has(part) && !STOPS.has(part) && !terms.includes(part)) terms.push(part);
        }
    }
    at += length;
  }
  return terms;
}

export function terms(text, known) {
  const plain = text.normalize("NFKC").replaceAll("×", "x").replaceAll(GROUPED, " ");
  const found = [];
  for (const [word] of plain.matchAll(WORD)) found.push(...(CHINESE.test(word) ? chineseTerms(word, known) : latinTerms(word)));
  return found;
}

// ---------------------------------------------------------------------------------------------- index

function unfolded(line) {
  const [term, ...fields] = line.split(" ");
  const occurs = {};
  for (const field of fields) {
    const [number, list] = field.split(":");
    const counts = {};
    let section = 0;
    for (const each of list.split(",")) {
      const [step, times] = each.split("x");
      section += Number(step);
      counts[section] = times ? Number(times) : 1;
    }
    occurs[number] = counts;
  }
  return [term, occurs];
}

function average(lengths, field) {
  return lengths.reduce((sum, each) => sum + each[field], 0) / Math.max(lengths.length, 1);
}

class Index {
  constructor(data, MiniSearch) {
    this.pages = data.pages;
    this.sections = data.sections;
    this.same = data.same;
    this.named = data.named;
    const index = data.terms.split("\n").map(unfolded);
    this.known = new Set(index.map(([term]) => term));
    for (const alias of Object.keys(data.same)) if (CHINESE.test(alias)) this.known.add(alias);
    const numbers = data.sections.map((_, number) => number);
    this.engine = MiniSearch.loadJS(
      {
        documentCount: numbers.length,
        nextId: numbers.length,
        documentIds: Object.fromEntries(numbers.map((number) => [number, number])),
        fieldIds: Object.fromEntries(FIELDS.map((field, number) => [field, number])),
        fieldLength: Object.fromEntries(numbers.map((number) => [number, data.lengths[number]])),
        averageFieldLength: FIELDS.map((_, field) => average(data.lengths, field)),
        storedFields: {},
        dirtCount: 0,
        index,
        serializationVersion: 2,
      },
      { fields: FIELDS, tokenize: (text) => terms(text, this.known), processTerm: (term) => term },
    );
  }

  // The terms of what is typed, with misspelt ones mended.
  words(text) {
    return [...new Set(terms(text, this.known).map((term) => this.mended(term)))];
  }

  mended(term) {
    if (this.known.has(term) || term.length < 5 || CHINESE.test(term)) return term;
    if (this.engine.search(term, { tokenize: (text) => [text], prefix: true }).length) return term;
    const near = new Map();
    for (const { match, score } of this.engine.search(term, { tokenize: (text) => [text], fuzzy: 0.25 }))
      for (const found of Object.keys(match)) near.set(found, (near.get(found) ?? 0) + score);
    const best = [...near].sort((a, b) => b[1] - a[1])[0];
    return best ? best[0] : term;
  }

  // The site's own words for what others call otherwise: "atrous convolution" is a dilated one here.
  others(words) {
    const others = new Set();
    for (const phrase of phrases(words)) for (const term of this.same[phrase] ?? []) if (!words.includes(term)) others.add(term);
    return [...others];
  }

  // The pages whose subject has a name that is part of the query, with the share of the query that the name is.
  subjects(words) {
    const found = new Map();
    const whole = wholes(words);
    for (const phrase of phrases(whole))
      for (const page of this.named[phrase] ?? []) found.set(page, Math.max(found.get(page) ?? 0, phrase.split(" ").length / whole.length));
    return found;
  }

  // The pages that answer, best first: [{page, score, sections: [number, …], words}].
  search(text) {
    const words = this.words(text);
    if (!words.length) return [];
    const others = this.others(words);
    const subjects = this.subjects(words);
    const found = this.engine.search(text, {
      tokenize: () => [...words, ...others],
      combineWith: "OR",
      boost: BOOST,
      boostTerm: (term) => (others.includes(term) ? 0.5 : NUMBER.test(term) ? 0.3 : 1),
      weights: { prefix: 0.5, fuzzy: 0.3 },
      prefix: (term) => term.length > 2 && words.includes(term),
    });
    const pages = new Map();
    for (const { id, score, queryTerms } of found) {
      const page = this.sections[id][0];
      const answer = pages.get(page) ?? { page, best: 0, all: 0, words: new Set(), sections: [] };
      answer.best = Math.max(answer.best, score);
      answer.all += score;
      for (const term of queryTerms) if (words.includes(term)) answer.words.add(term);
      answer.sections.push([score, id]);
      pages.set(page, answer);
    }
    for (const answer of pages.values()) {
      // A page need not have the numbers of "deconvolution 4 2 1".
      const counted = words.some((word) => !NUMBER.test(word)) ? words.filter((word) => !NUMBER.test(word)) : words;
      const covered = Math.max(counted.filter((word) => answer.words.has(word)).length, others.length ? 1 : 0) / counted.length;
      answer.score = (answer.best + 0.15 * answer.all) * covered ** 1.5 * (1 + 2 * (subjects.get(answer.page) ?? 0) ** 2);
      answer.sections = answer.sections.sort((a, b) => b[0] - a[0]).map(([, id]) => id);
    }
    const ranked = [...pages.values()].sort((a, b) => b.score - a.score);
    return ranked.filter(({ score }) => score > 0.03 * ranked[0].score);
  }
}

// The words without those that are part of another Chinese word: 深度卷积 without 深度 and 卷积.
function wholes(words) {
  return words.filter((word) => !CHINESE.test(word) || !words.some((other) => other !== word && other.includes(word)));
}

// All runs of up to five neighbouring words.
function phrases(words) {
  const found = [];
  for (let start = 0; start < words.length; start += 1)
    for (let end = start + 1; end <= Math.min(words.length, start + 5); end += 1) found.push(words.slice(start, end).join(" "));
  return found;
}

export async function load(url) {
  const [{ default: MiniSearch }, data] = await Promise.all([
    import("./vendor/minisearch.min.js"),
    fetch(url).then((answer) => {
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      return answer.json();
    }),
  ]);
  return new Index(data, MiniSearch);
}

// ---------------------------------------------------------------------------------------------- the field

const EXCERPT = 160; // characters of a section's text that a result shows

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Where words, or words that begin with them, are in a text: [[start, end], …], in order.
function spots(text, words) {
  const lower = text.toLowerCase();
  const found = [];
  for (const word of words)
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length))
      if (CHINESE.test(word) || at === 0 || !/[a-z0-9]/.test(lower[at - 1])) found.push([at, at + word.length]);
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return found.filter(([start], number) => number === 0 || start >= Math.max(...found.slice(0, number).map(([, end]) => end)));
}

function marked(text, words) {
  const parts = [];
  let from = 0;
  for (const [start, end] of spots(text, words)) {
    parts.push(text.slice(from, start), element("mark", {}, text.slice(start, end)));
    from = end;
  }
  parts.push(text.slice(from));
  return parts;
}

// The part of a text around the most words.
function excerpt(text, words) {
  const found = spots(text, words);
  if (!found.length || text.length <= EXCERPT) return text.slice(0, EXCERPT) + (text.length > EXCERPT ? "…" : "");
  const within = ([start]) => found.filter(([at]) => at >= start && at < start + EXCERPT - 40).length;
  const [best] = found.reduce((a, b) => (within(b) > within(a) ? b : a));
  let from = Math.max(0, best - 40);
  const space = text.lastIndexOf(" ", from);
  if (from > 0 && from - space < 20) from = space + 1;
  return (from > 0 ? "…" : "") + text.slice(from, from + EXCERPT) + (from + EXCERPT < text.length ? "…" : "");
}

class Field {
  constructor(root) {
    this.root = root;
    this.toggle = document.getElementById("__search");
    this.input = root.querySelector("input");
    this.list = root.querySelector("ol");
    this.status = root.querySelector("[role=status]");
    this.hint = this.status.textContent;
    this.texts = new Map();
    this.later = new WeakMap(); // what a result does when it comes into view
    this.near = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        this.near.unobserve(target);
        this.later.get(target)();
      }
    });
    this.input.addEventListener("focus", () => this.open());
    this.input.addEventListener("input", () => this.show());
    this.input.addEventListener("keydown", (event) => this.key(event));
    root.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    root.querySelector("form").addEventListener("reset", () => setTimeout(() => (this.show(), this.input.focus())));
    this.toggle.addEventListener("change", () => this.toggle.checked && this.input.focus());
    addEventListener("keydown", (event) => this.globalKey(event));
    document.addEventListener("pointerdown", (event) => this.toggle.checked && !root.contains(event.target) && event.target.htmlFor !== "__search" && this.close());
  }

  open() {
    this.toggle.checked = true;
    this.index ??= load(new URL(this.root.dataset.index, location.href)).catch((error) => {
      this.index = undefined;
      this.status.textContent = `${this.root.dataset.failed} (${error.message})`;
      throw error;
    });
    this.index.catch(() => {});
  }

  close() {
    this.toggle.checked = false;
    this.input.blur();
  }

  get links() {
    return [...this.list.querySelectorAll("a")];
  }

  // The arrow keys choose a result while the field keeps the focus; Enter opens it, or the first one.
  choose(step) {
    const links = this.links;
    if (!links.length) return;
    const now = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
    const next = now < 0 ? (step > 0 ? 0 : links.length - 1) : (now + step + links.length) % links.length;
    links.forEach((link, number) => link.setAttribute("aria-selected", String(number === next)));
    this.input.setAttribute("aria-activedescendant", links[next].id);
    links[next].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing) return; // the input method has the keys
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.choose(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const chosen = this.links.find((link) => link.getAttribute("aria-selected") === "true") ?? this.links[0];
      chosen?.click();
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  globalKey(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !["/", "f", "s"].includes(event.key)) return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  }

  async show() {
    const typed = this.input.value;
    this.open();
    const index = await this.index;
    if (typed !== this.input.value) return; // the reader typed on meanwhile
    const answers = index.search(typed);
    const words = index.words(typed);
    const shown = answers.slice(0, SHOWN);
    this.list.replaceChildren(...shown.map((answer, number) => this.result(index, answer, words, number)));
    this.input.setAttribute("aria-expanded", String(shown.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    const { none, one, many } = this.root.dataset;
    this.status.textContent = !typed.trim() ? this.hint : [none, one][answers.length] ?? many.replace("#", String(answers.length));
  }

  result(index, answer, words, number) {
    const [url, title] = index.pages[answer.page];
    const address = new URL(this.root.dataset.root + "/" + url, location.href);
    address.searchParams.set("h", words.join(" "));
    const heading = element("p", { class: "convref-search__heading" });
    const teaser = element("p", { class: "md-search-result__teaser" });
    const link = element(
      "a",
      { href: address.href, class: "md-search-result__link", role: "option", id: `convref-result-${number}`, "aria-selected": "false" },
      element("article", { class: "md-search-result__article md-typeset" }, element("h2", {}, ...marked(title, words)), heading, teaser),
    );
    // The address, the name of the section and the excerpt are always those of one section.
    const lead = (texts) => {
      const id = leading(index, answer, words, texts);
      const [, anchor, name] = index.sections[id];
      link.hash = anchor;
      heading.hidden = !anchor;
      const text = texts[id - firstSection(index, answer.page)] || (anchor ? "" : texts.find((each) => each)) || "";
      const all = `${title} ${name} ${text}`;
      const shown = words.filter((word) => CHINESE.test(word) || !words.some((other) => other !== word && other.includes(word) && spots(all, [other]).length));
      heading.replaceChildren(...marked(name, shown));
      teaser.replaceChildren(...marked(excerpt(text, shown), shown));
    };
    lead([]);
    this.later.set(link, async () => lead(await this.text(answer.page)));
    this.near.observe(link);
    return element("li", { class: "md-search-result__item", role: "presentation" }, link);
  }

  // The sentences of a page's sections, fetched when a result comes into view.
  text(page) {
    if (!this.texts.has(page)) {
      const url = new URL(this.root.dataset.index.replace(/\.json$/, `/${page}.json`), location.href);
      this.texts.set(page, fetch(url).then((got) => (got.ok ? got.json() : [])).catch(() => []));
    }
    return this.texts.get(page);
  }
}

function firstSection(index, page) {
  return index.sections.findIndex(([each]) => each === page);
}

// The section of a page to which a result leads: the one that has most of the words which the page's title lacks, in its heading or,
// where the texts of the sections are given, in its sentences; the top of the page where no section has more of them.
export function leading(index, answer, words, texts = []) {
  const first = firstSection(index, answer.page);
  const has = (text, word) => spots(text, [word]).length > 0;
  const title = index.pages[answer.page][1];
  const others = index.others(words);
  const named = words.filter((word) => has(title, word)); // in VGG's title, "vgg" stands for "vgg16" and alexnet for "net", too
  const meant = (word) => !named.some((each) => each === word || (!CHINESE.test(word) && (word.includes(each) || each.includes(word))));
  const whole = words.filter((word) => !words.some((other) => other !== word && other.includes(word)));
  const wanted = whole.filter((word) => meant(word) && !NUMBER.test(word));
  if (!wanted.length || others.some((word) => has(title, word))) return first;
  const having = (id) => {
    const text = texts[id - first] ?? "";
    const heading = id === first ? "" : index.sections[id][2];
    const found = wanted.reduce((sum, word) => sum + (has(heading, word) ? 2 : has(text, word) ? 1 : 0), 0);
    return found + others.reduce((sum, word) => sum + (has(heading, word) ? 0.5 : 0), 0);
  };
  let best = first;
  for (let id = first + 1; id < index.sections.length && index.sections[id][0] === answer.page; id += 1) if (having(id) > having(best)) best = id;
  return best;
}

// What was searched for is highlighted on the page that the search led to.
function highlight() {
  const given = (new URL(location.href).searchParams.get("h") ?? "").split(" ").filter((word) => word.length > 1);
  const content = document.querySelector("article.md-content__inner");
  if (!given.length || !content || !CSS.highlights) return;
  const words = wholes(given.filter((word) => !CHINESE.test(word) || content.textContent.includes(word)));
  const ranges = [];
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (const [start, end] of node.parentElement.closest("svg, math, script, style") ? [] : spots(node.data, words)) {
      const range = new Range();
      range.setStart(node, start);
      range.setEnd(node, end);
      ranges.push(range);
    }
  CSS.highlights.set("convref-search", new Highlight(...ranges));
}

const root = globalThis.document?.getElementById("convref-search");
if (root) {
  const field = new Field(root);
  for (const button of document.querySelectorAll(".convref-open-search")) {
    button.hidden = false;
    button.addEventListener("click", () => field.input.focus());
  }
  highlight();
}
