// Runs Python in a worker that its page can end at any time, and that cannot reach the network while it does.
//
// The page first sends {kind: "start", archives, wheels, module}: the addresses of archives to unpack and of wheels to
// install, and the module whose function `answer` takes a question as JSON and a function for its output, and returns an
// answer as JSON. Then it sends {number, question, wheels} for each question. The worker sends {kind: "progress", bytes},
// "ready", "failed" with `why`, {kind: "output", number, text} while a question is answered, and {kind: "answer", number, answer}.

const RUNTIME = new URL("runtime/", import.meta.url);
const STEP = 100_000; // bytes between two messages on progress
const quiet = { messageCallback() {}, errorCallback() {} };
// Everything by which code in a worker sends or loads, keeps data beyond its end, or reaches other pages of the site.
const REACHING = [
  ...["fetch", "fetchLater", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "FontFace", "fonts"],
  ...["Worker", "SharedWorker", "importScripts", "BroadcastChannel", "indexedDB", "caches", "cookieStore"],
  "eval", // code in a text could import a module from another host; Function is replaced below
];
let started;
let sealed = false;
let received = 0;
let sent = 0;

// Timers take functions alone, from before Python keeps a reference to them: a text would be run as code.
for (const name of ["setTimeout", "setInterval"]) {
  const timer = self[name].bind(self);
  for (let each = self; each; each = Object.getPrototypeOf(each)) delete each[name];
  self[name] = (run, ...given) => (typeof run === "function" ? timer(run, ...given) : 0);
}

// Count the bytes of all answers, for the progress that the page shows.
const plain = self.fetch.bind(self);
const counting = async (...given) => {
  const answer = await plain(...given);
  if (!answer.body) return answer;
  const counter = new TransformStream({
    transform(chunk, controller) {
      received += chunk.byteLength;
      if (received - sent >= STEP) postMessage({ kind: "progress", bytes: (sent = received) });
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = answer;
  return new Response(answer.body.pipeThrough(counter), { status, statusText, headers });
};
self.fetch = counting;

async function bytes(address) {
  const answer = await counting(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.arrayBuffer();
}

async function start({ archives, wheels = [], module }) {
  const { loadPyodide } = await import(new URL("pyodide.mjs", RUNTIME).href);
  const [python, ...packed] = await Promise.all([loadPyodide({ indexURL: RUNTIME.href }), ...archives.map(bytes)]);
  for (const archive of packed) python.unpackArchive(archive, "zip", { extractDir: "/packages" });
  python.runPython("import sys; sys.path.insert(0, '/packages')");
  const installed = new Set();
  const install = async (asked) => {
    for (const wheel of asked.filter((each) => !installed.has(each))) {
      await python.loadPackage([wheel], quiet);
      installed.add(wheel);
    }
  };
  await install(wheels);
  return { install, installed, driver: python.pyimport(module) };
}

// Take what reaches the network away from the code that will run here, for good: from the global object, from the
// objects that it inherits from, and from every function, whose constructor makes a function of a text.
function seal() {
  for (let each = self; each; each = Object.getPrototypeOf(each)) for (const name of REACHING) delete each[name];
  for (const name of REACHING) fix(self, name, undefined);
  const refused = function Function() {
    throw new Error("code cannot be made of a text here");
  };
  refused.prototype = Function.prototype; // for instanceof
  fix(self, "Function", refused);
  for (const each of [function () {}, async function () {}, function* () {}, async function* () {}]) fix(Object.getPrototypeOf(each), "constructor", refused);
}

const fix = (each, name, value) => Object.defineProperty(each, name, { value, writable: false, configurable: false });

onmessage = async ({ data }) => {
  try {
    if (data.kind === "start") {
      started = start(data);
      await started;
      postMessage({ kind: "ready" });
      return;
    }
    const { number, question, wheels = [] } = data;
    const { install, installed, driver } = await started;
    if (!sealed) {
      await install(wheels);
      seal();
      sealed = true;
    } else if (wheels.some((each) => !installed.has(each))) throw new Error("packages are loaded before any code runs"); // the page begins a new worker for others
    const output = (text) => postMessage({ kind: "output", number, text });
    postMessage({ kind: "answer", number, answer: JSON.parse(driver.answer(JSON.stringify(question), output)) });
  } catch (error) {
    postMessage({ kind: "failed", why: String(error.message ?? error).slice(-300) });
  }
};
