// Runs Python in a worker that its page can end at any time.
//
// The page first sends {kind: "start", archives, wheels, module}: the addresses of archives to unpack and of wheels to
// install, and the module whose function `answer` takes a question and returns an answer, both as JSON. Then it sends
// {number, question, wheels} for each question. The worker sends {kind: "progress", bytes}, "ready", "failed" with
// `why`, and {kind: "answer", number, answer}.

const RUNTIME = new URL("runtime/", import.meta.url);
const STEP = 100_000; // bytes between two messages on progress
const quiet = { messageCallback() {}, errorCallback() {} };
let started;
let received = 0;
let sent = 0;

// Count the bytes of all answers, for the progress that the page shows.
const plain = self.fetch.bind(self);
self.fetch = async (...given) => {
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

async function bytes(address) {
  const answer = await fetch(address);
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
  return { install, driver: python.pyimport(module) };
}

onmessage = async ({ data }) => {
  try {
    if (data.kind === "start") {
      started = start(data);
      await started;
      postMessage({ kind: "ready" });
      return;
    }
    const { install, driver } = await started;
    await install(data.wheels ?? []);
    postMessage({ kind: "answer", number: data.number, answer: JSON.parse(driver.answer(JSON.stringify(data.question))) });
  } catch (error) {
    postMessage({ kind: "failed", why: String(error.message ?? error).slice(-300) });
  }
};
