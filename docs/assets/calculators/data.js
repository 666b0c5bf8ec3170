// The data of registered networks, written beside the site's pages while it is built.

const ROOT = new URL("../../calculators/", import.meta.url);
const loaded = new Map();

function load(path) {
  if (!loaded.has(path)) {
    const answer = fetch(new URL(path, ROOT)).then((got) => {
      if (!got.ok) throw new Error(`${path}: ${got.status}`);
      return got.json();
    });
    answer.catch(() => loaded.delete(path)); // the next try loads it again
    loaded.set(path, answer);
  }
  return loaded.get(path);
}

// Every network: {name, family, input, params, macs, activations, peak, numbers}; `peak` is in bytes of float32, and
// `numbers` has the default of each numeric argument of its function, as Python writes it.
export async function networks() {
  const rows = await load("networks.json");
  return rows.map(([name, family, input, params, macs, activations, peak, numbers]) => ({ name, family, input, params, macs, activations, peak, numbers }));
}

// The steps of a network: {name, type, output, params, macs, activations, live, field}; `field` is null where it is not known.
export async function steps(network) {
  const rows = await load(`networks/${encodeURIComponent(network)}.json`);
  return rows.map(([name, type, output, params, macs, activations, live, size, stride, start, smallest]) => ({
    ...{ name, type, output, params, macs, activations, live },
    field: size === undefined ? null : { size, stride, start, smallest },
  }));
}
