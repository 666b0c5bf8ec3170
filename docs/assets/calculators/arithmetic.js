// The arithmetic of convolutions, as in `convref.nn` and `convref.analysis`; a test compares the two on drawn settings.
// Sizes are Numbers; products of them are BigInts, since they may exceed 2 ** 53.

// A setting that the arithmetic refuses: the field, the rule, and the values that the message names.
export class Refusal extends Error {
  constructor(field, rule, values = {}) {
    super(`${field}: ${rule}`);
    Object.assign(this, { field, rule, values });
  }
}

const product = (numbers) => numbers.reduce((result, each) => result * BigInt(each), 1n);
const sum = (numbers) => numbers.reduce((result, each) => result + each, 0n);
const extent = (kernel, dilation) => dilation * (kernel - 1) + 1;

// What each kind of convolution is made of: its fields beside the input and the output channels, and its layers.
export const KINDS = {
  standard: { fields: ["outputs", "kernel", "stride", "padding", "dilation", "groups", "bias"], layers: (c) => [convolution(c)] },
  depthwise: {
    fields: ["kernel", "stride", "padding", "dilation", "bias"],
    layers: (c) => [convolution({ ...c, outputs: c.inputs, groups: c.inputs })],
  },
  separable: {
    fields: ["outputs", "kernel", "stride", "padding", "dilation", "bias"],
    layers: (c) => [convolution({ ...c, outputs: c.inputs, groups: c.inputs }), pointwise(c)],
  },
  asymmetric: {
    fields: ["outputs", "kernel", "padding", "bias"],
    square: true,
    layers: (c) => [column(c), row({ ...c, inputs: c.outputs })],
  },
  flattened: {
    fields: ["outputs", "kernel", "padding", "bias"],
    square: true,
    layers: (c) => {
      const middle = { ...c, inputs: c.outputs };
      return [
        pointwise({ ...c, bias: false }),
        column({ ...middle, bias: false }, { groups: c.outputs }),
        row(middle, { groups: c.outputs }),
      ];
    },
  },
  transposed: {
    fields: ["outputs", "kernel", "stride", "padding", "output_padding", "dilation", "groups", "bias"],
    layers: (c) => [{ ...convolution(c), class: "ConvTranspose2d", extra: c.output_padding }],
  },
  deformable: {
    fields: ["outputs", "kernel", "stride", "padding", "dilation", "groups", "bias"],
    layers: (c) => [{ ...convolution(c), class: "DeformConv2d" }],
  },
};

function convolution({ inputs, outputs, kernel, stride, padding, dilation, groups, bias }) {
  return { class: "Conv2d", inputs, outputs, kernel, stride, padding, dilation, groups, bias, extra: [0, 0] };
}

const plain = (c, changes) =>
  convolution({ ...c, stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1, ...changes });
const pointwise = (c) => plain(c, { kernel: [1, 1] });
const column = (c, changes) => plain(c, { kernel: [c.kernel[0], 1], padding: [c.padding[0], 0], ...changes });
const row = (c, changes) => plain(c, { kernel: [1, c.kernel[1]], padding: [0, c.padding[1]], ...changes });

// The number of elements added before and after an axis; "same" adds an odd one after it.
export function sides(layer, axis) {
  if (layer.padding === "same") {
    const total = extent(layer.kernel[axis], layer.dilation[axis]) - 1;
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  }
  return [layer.padding[axis], layer.padding[axis]];
}

// The size of a layer's output along an axis, for an input of `size`.
export function outputSize(layer, size, axis) {
  const [before, after] = sides(layer, axis);
  const reach = extent(layer.kernel[axis], layer.dilation[axis]);
  const stride = layer.stride[axis];
  if (layer.class === "ConvTranspose2d") {
    const found = (size - 1) * stride - before - after + reach + layer.extra[axis];
    if (found < 1) throw new Refusal("padding", "crops", { size: found });
    return found;
  }
  return windows("kernel", size + before + after, reach, stride);
}

// The number of windows of `reach` elements, `stride` apart, that fit into a padded axis; `field` is refused if there is none.
function windows(field, size, reach, stride) {
  if (size < reach) throw new Refusal(field, "reaches", { reach, size });
  return Math.floor((size - reach) / stride) + 1;
}

function check(c) {
  const { fields } = KINDS[c.kind];
  if (fields.includes("groups"))
    for (const name of ["inputs", "outputs"]) if (c[name] % c.groups) throw new Refusal("groups", "divide", { groups: c.groups, name, channels: c[name] });
  if (c.padding === "same" && (c.kind === "transposed" || c.kind === "deformable" || KINDS[c.kind].square)) throw new Refusal("padding", "number");
  if (c.padding === "same" && c.stride.some((each) => each !== 1)) throw new Refusal("padding", "same");
  if (KINDS[c.kind].square && c.kernel[0] !== c.kernel[1]) throw new Refusal("kernel", "square");
  if (KINDS[c.kind].square && c.padding[0] !== c.padding[1]) throw new Refusal("padding", "square");
  if (c.kind === "transposed")
    c.output_padding.forEach((each, axis) => {
      if (each >= Math.max(c.stride[axis], c.dilation[axis])) throw new Refusal("output_padding", "below");
    });
}

// The layers of a setting, each with its input and output shape and its counts.
export function measure(c) {
  check(c);
  let [channels, height, width] = [c.inputs, ...c.size];
  return KINDS[c.kind].layers(c).map((layer) => {
    const input = [channels, height, width];
    [channels, height, width] = [layer.outputs, outputSize(layer, height, 0), outputSize(layer, width, 1)];
    return { layer, input, output: [channels, height, width], ...counts(layer, input, [channels, height, width]) };
  });
}

function counts(layer, input, output) {
  const kernel = product(layer.kernel);
  const bias = layer.bias ? BigInt(layer.outputs) : 0n;
  let params = (BigInt(layer.inputs) / BigInt(layer.groups)) * BigInt(layer.outputs) * kernel + bias;
  let macs =
    layer.class === "ConvTranspose2d"
      ? (product(input) * kernel * BigInt(layer.outputs)) / BigInt(layer.groups)
      : (product(output) * kernel * BigInt(layer.inputs)) / BigInt(layer.groups);
  if (layer.class === "DeformConv2d") {
    const offsets = 2n * kernel; // a step down and a step right for every position of the kernel
    params += offsets * BigInt(layer.inputs) * kernel + offsets;
    macs += offsets * BigInt(layer.inputs) * kernel * product(output.slice(1));
  }
  return { params, macs, activations: product(output), read: product(input) };
}

// The totals of a setting, and those of the standard convolution with the same kernel, if there is one to compare with.
export function totals(c) {
  const steps = measure(c);
  const total = (name) => sum(steps.map((step) => step[name]));
  const [params, macs, activations] = ["params", "macs", "activations"].map(total);
  const found = { steps, output: steps.at(-1).output, params, macs, activations };
  found.intensity = Number(2n * macs) / Number(4n * (params + activations + total("read")));
  const outputs = c.kind === "depthwise" ? c.inputs : c.outputs;
  const unstrided = KINDS[c.kind].square ? { stride: [1, 1], dilation: [1, 1] } : {}; // the form keeps values of hidden fields
  const alone = c.kind === "standard" && c.groups === 1;
  if (c.kind !== "transposed" && !alone) found.standard = totals({ ...c, ...unstrided, outputs, kind: "standard", groups: 1 });
  return found;
}

// The inputs that an output reads along an axis; those outside the input are padding.
export function seen(c, output, axis) {
  const layers = KINDS[c.kind].layers(c);
  const layer = layers.find((each) => each.kernel[axis] > 1) ?? layers[0];
  const [before] = sides(layer, axis);
  const [kernel, stride, dilation] = [layer.kernel[axis], layer.stride[axis], layer.dilation[axis]];
  const taps = Array.from({ length: kernel }, (_, tap) => tap * dilation);
  if (layer.class !== "ConvTranspose2d") return taps.map((tap) => output * stride - before + tap);
  return taps.map((tap) => output + before - tap).filter((each) => each % stride === 0).map((each) => each / stride).reverse();
}

// The code of a setting, for PyTorch and for convref.
export function code(c) {
  const layers = KINDS[c.kind].layers(c).map(call);
  const joined = layers.length > 1 ? `Sequential(${layers.join(", ")})` : layers[0];
  const names = [...new Set(joined.match(/[A-Z]\w+(?=\()/g))].sort();
  const shape = `(${[c.inputs, ...c.size].join(", ")})`;
  const torch = joined.replace(/[A-Z]\w+(?=\()/g, (name) => (name === "DeformConv2d" ? `torchvision.ops.${name}` : `nn.${name}`));
  return {
    torch,
    convref: `from convref import analyze\nfrom convref.nn import ${names.join(", ")}\n\nanalyze(${joined}, ${shape}).table()`,
  };
}

function call(layer) {
  const text = ([a, b]) => (a === b ? `${a}` : `(${a}, ${b})`);
  const given = [layer.inputs, layer.outputs, text(layer.kernel)];
  const add = (name, value, usual) => value !== usual && given.push(`${name}=${value}`);
  add("stride", text(layer.stride), "1");
  add("padding", layer.padding === "same" ? '"same"' : text(layer.padding), "0");
  if (layer.class === "ConvTranspose2d") add("output_padding", text(layer.extra), "0");
  add("dilation", text(layer.dilation), "1");
  add("groups", `${layer.groups}`, "1");
  if (!layer.bias) given.push("bias=False");
  return `${layer.class}(${given.join(", ")})`;
}

// The receptive fields of a stack of convolutions and poolings along one axis: after each layer the size of its output, and
// of the field, the distance of neighbouring fields, and the first input that the first output sees (below 0: padding).
export function fields(size, layers) {
  let [field, stride, start] = [1, 1, 0];
  return layers.map((each, index) => {
    const reach = extent(each.kernel, each.dilation);
    if (each.kind !== "conv" && 2 * each.padding > each.kernel) throw new Refusal(`padding-${index}`, "half", { kernel: each.kernel });
    size = windows(`kernel-${index}`, size + 2 * each.padding, reach, each.stride);
    field += (reach - 1) * stride;
    start -= each.padding * stride;
    stride *= each.stride;
    if (!Number.isSafeInteger(field) || !Number.isSafeInteger(stride)) throw new Refusal(`stride-${index}`, "large");
    return { size, field, stride, start };
  });
}
