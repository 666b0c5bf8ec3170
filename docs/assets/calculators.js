// Loads a calculator (.convref-calculator) when it comes near the screen; until then, and without a script, the page shows
// the table that was computed while the site was built.

const KINDS = ["convolution", "receptive_field", "networks", "frequency", "playground"];

function dress() {
  const href = new URL("calculators.css", import.meta.url).href;
  if (!document.querySelector(`link[href="${href}"]`)) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
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
