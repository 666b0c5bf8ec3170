// Lets a page run Python without a network after its first use: registers the service worker of the site, and has it
// keep the page and what the page loads. Nothing happens before a reader starts Python.

const SITE = new URL("../../", import.meta.url); // the service worker serves the pages beside it and below
const WAIT = 3000; // milliseconds after which Python starts without the service worker
let begun;

// Wait until the service worker sees the requests of this page, but neither long nor in vain: Python starts in any case.
export function keepOffline() {
  const late = new Promise((done) => setTimeout(done, WAIT));
  return (begun ??= Promise.race([begin().catch(() => {}), late]));
}

async function begin() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return; // for example, the page does not come over HTTPS
  const { build } = await (await fetch(new URL("try.json", import.meta.url), { cache: "no-cache" })).json();
  if (!build) return; // the site is served while its author edits it
  // Another build has another address, so that the browser replaces the service worker of the last one.
  const script = new URL(`convref-offline.js?build=${build}`, SITE).href;
  const current = serviceWorker.controller?.scriptURL === script;
  const registration = current ? await serviceWorker.ready : await serviceWorker.register(script);
  await active(registration.installing ?? registration.waiting ?? registration.active);
  const controlled = serviceWorker.controller ?? new Promise((done) => serviceWorker.addEventListener("controllerchange", done, { once: true }));
  const keep = (addresses) => registration.active?.postMessage({ keep: addresses });
  keep([location.href.split(/[?#]/)[0]]);
  const loads = new PerformanceObserver((list) => keep(list.getEntries().map(({ name }) => name)));
  loads.observe({ type: "resource", buffered: true }); // what has been loaded, and what will be
  await controlled;
}

function active(worker) {
  return new Promise((done) => {
    const look = () => ["activated", "redundant"].includes(worker.state) && done();
    worker.addEventListener("statechange", look);
    look();
  });
}
