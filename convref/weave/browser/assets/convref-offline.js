// The service worker of a site whose readers have run Python: it keeps the files of Python, and the pages on which it
// was started with all that they load, for the time without a network.
//
// While there is a network, every answer comes from it, so that nothing is ever older than what the server has. The
// address of this script names the build of the site. When a reader starts Python in a newer build, its service worker
// replaces this one, and deletes what this one has kept.
//
// It also gives the worker that runs Python a policy: the browser then refuses it every address outside of this folder,
// whatever the code in it tries.

const BUILD = new URL(self.location.href).searchParams.get("build");
const SITE = self.registration.scope;
const OURS = `convref ${SITE} `; // other sites of the same host share the storage
const CACHE = OURS + BUILD;
const FOLDER = new URL("assets/convref/", SITE).href;
const WORKER = `${FOLDER}worker.js`;
const RUNTIME = [WORKER, `${FOLDER}runtime/`, `${FOLDER}packages/`];
const POLICY = `default-src 'none'; script-src ${FOLDER} 'wasm-unsafe-eval'; connect-src ${FOLDER}; worker-src 'none'`;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(replace()));
addEventListener("message", (event) => {
  const addresses = event.data.keep.filter((each) => each.startsWith(SITE));
  event.waitUntil(Promise.all([clients.claim(), ...addresses.map(keep)]));
});
addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(SITE)) event.respondWith(answer(event));
});

async function replace() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim(); // the pages that are open need no reload
}

async function keep(address) {
  try {
    await store(address, await fetch(address, { cache: "no-cache" }));
  } catch {
    // There is no network, so the copy of the last use stays; or no space, and then the page needs a network.
  }
}

async function store(address, response) {
  if (response.status !== 200 || response.redirected) return;
  const cache = await caches.open(CACHE);
  const version = ({ headers }) => headers.get("etag") ?? headers.get("last-modified");
  const kept = await cache.match(address, { ignoreVary: true });
  if (!kept || !version(kept) || version(kept) !== version(response)) await cache.put(address, response);
}

async function answer(event) {
  const { request } = event;
  const opens = request.mode === "navigate"; // such a request cannot be changed
  try {
    if (opens || !RUNTIME.some((each) => request.url.startsWith(each))) return await fetch(request);
    // The browser's own cache may hold a file of the last build for minutes; this asks the server whether it is current.
    const response = await fetch(request, { cache: "no-cache" });
    event.waitUntil(store(request.url, response.clone()).catch(() => {}));
    return restricted(request, response);
  } catch {
    const cache = await caches.open(CACHE);
    return restricted(request, (await cache.match(request.url, { ignoreVary: true, ignoreSearch: opens })) ?? Response.error());
  }
}

// The worker has the policy that its script comes with.
function restricted(request, response) {
  if (request.url !== WORKER || !response.ok) return response;
  const headers = new Headers(response.headers);
  headers.set("Content-Security-Policy", POLICY);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
