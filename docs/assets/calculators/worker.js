// Runs Python for the playground, in a worker that the page can end at any time.

const ROOT = new URL("../../playground/runtime/", import.meta.url);

async function begin() {
  const { loadPyodide } = await import(new URL("pyodide.mjs", ROOT).href);
  const [python, archive] = await Promise.all([
    loadPyodide({ indexURL: ROOT.href }),
    fetch(new URL("convref.zip", ROOT)).then((got) => got.arrayBuffer()),
  ]);
  python.unpackArchive(archive, "zip", { extractDir: "/convref" });
  python.runPython("import sys; sys.path.insert(0, '/convref')");
  return python.pyimport("driver");
}

const driver = begin();
driver.then(
  () => postMessage({ kind: "ready" }),
  (error) => postMessage({ kind: "failed", why: String(error.message ?? error).slice(0, 300) }),
);

onmessage = async ({ data }) => {
  const { number, question } = data;
  const answer = (await driver).answer(JSON.stringify(question));
  postMessage({ kind: "answer", number, answer: JSON.parse(answer) });
};
