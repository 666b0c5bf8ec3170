// Loads a calculator (.convref-calculator) when it comes near the screen; until then, and without a script, the page shows
// the table that was computed while the site was built.

const KINDS = ["convolution", "receptive_field", "networks", "frequency", "playground"];

function dress() {
  const href = new URL("calculators.css", import.meta.url).href;
  if (!document.querySelector(`link[href="${href}"]`)) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

// What an address has behind "#" (in older links, behind "?") names the calculator that it is about.
const OF = { convolution: "convolution", field: "receptive_field", layers: "receptive_field", weights: "frequency", network: "networks" };

function named() {
  const given = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : location.search);
  const kind = OF[Object.keys(OF).find((name) => given.has(name))];
  return kind && document.querySelector(`.convref-calculator[data-kind="${kind}"]:not([data-page])`);
}

// Open the page at the calculator of a link, which is built first, so that nothing moves it afterwards.
async function lead(place) {
  near.unobserve(place);
  dress();
  (await import(`./calculators/${place.dataset.kind}.js`)).start(place);
  let heading = place;
  while (heading && !heading.matches("h2")) heading = heading.previousElementSibling ?? heading.parentElement;
  heading ??= place;
  heading.style.scrollMarginTop = "3.6rem"; // below the bar at the top
  heading.scrollIntoView();
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      dress();
      import(`./calculators/${target.dataset.kind}.js`).then(({ start }) => start(target));
    }
  },
  { rootMargin: "400px" },
);
for (const place of document.querySelectorAll(".convref-calculator")) if (KINDS.includes(place.dataset.kind)) near.observe(place);
const linked = named();
if (linked) lead(linked);
// A link that is opened in place of the page itself differs from it only behind "#".
addEventListener("hashchange", () => location.hash.includes("=") && named() && location.reload());
