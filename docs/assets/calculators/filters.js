// The arithmetic of kernels as filters, as in NumPy and `convref.functional.conv2d`; a test compares them on drawn kernels.
// A kernel is a square array of rows with an odd number of weights.

export const PRESETS = {
  binomial: { weights: [1, 2, 1, 2, 4, 2, 1, 2, 1], divisor: 16 },
  mean: { weights: [1, 1, 1, 1, 1, 1, 1, 1, 1], divisor: 9 },
  identity: { weights: [0, 0, 0, 0, 1, 0, 0, 0, 0], divisor: 1 },
  sobel: { weights: [-1, 0, 1, -2, 0, 2, -1, 0, 1], divisor: 1 },
  laplace: { weights: [0, 1, 0, 1, -4, 1, 0, 1, 0], divisor: 1 },
  sharpen: { weights: [0, -1, 0, -1, 5, -1, 0, -1, 0], divisor: 1 },
  gauss: { weights: [1, 4, 6, 4, 1, 4, 16, 24, 16, 4, 6, 24, 36, 24, 6, 4, 16, 24, 16, 4, 1, 4, 6, 4, 1], divisor: 256 },
};

// The rows of a kernel from its weights, divided.
export function kernelOf(weights, divisor) {
  const size = Math.round(Math.sqrt(weights.length));
  return Array.from({ length: size }, (_, row) => weights.slice(row * size, (row + 1) * size).map((each) => each / divisor));
}

// How strongly a kernel passes a wave of `fy` and `fx` cycles per pixel, downwards and to the right.
export function amplitude(kernel, fy, fx) {
  const reach = (kernel.length - 1) / 2;
  let [real, imaginary] = [0, 0];
  kernel.forEach((row, v) =>
    row.forEach((weight, u) => {
      const angle = 2 * Math.PI * (fy * (v - reach) + fx * (u - reach));
      real += weight * Math.cos(angle);
      imaginary += weight * Math.sin(angle);
    }),
  );
  return Math.hypot(real, imaginary);
}

// The amplitudes at `steps` × `steps` frequencies from -1/2 to 1/2; `steps` is odd, so that zero is in the middle.
export function response(kernel, steps) {
  const at = (index) => index / (steps - 1) - 0.5;
  return Array.from({ length: steps }, (_, y) => Array.from({ length: steps }, (_, x) => amplitude(kernel, at(y), at(x))));
}

// A square picture with values from 0 to 1: a disc, stripes that become finer, a ramp, and a fine checkerboard.
export function picture(size) {
  const half = size / 2;
  const value = (y, x) => {
    if (y < half && x < half) return Math.hypot(y - half / 2, x - half / 2) < half / 3 ? 1 : 0.2;
    if (y < half) return 0.5 + 0.5 * Math.sin((0.2 + 0.04 * (x - half)) * (x - half));
    if (x < half) return x / half;
    return (y + x) % 2 ? 0.8 : 0.2;
  };
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => value(y, x)));
}

// The picture after a convolution as in `torch.nn.Conv2d`; beyond its border it is continued by reflection.
export function filtered(image, kernel) {
  const [size, reach] = [image.length, (kernel.length - 1) / 2];
  const inside = (at) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at);
  return image.map((row, y) =>
    row.map((_, x) => {
      let total = 0;
      for (let v = 0; v < kernel.length; v += 1) for (let u = 0; u < kernel.length; u += 1) total += kernel[v][u] * image[inside(y + v - reach)][inside(x + u - reach)];
      return total;
    }),
  );
}
