// Runs a decoder that decoder.py wrote down: plain loops over Float32Arrays, a few milliseconds an image.

function bytesOf(view) {
  // A DataView as anywidget hands it over, copied so that typed arrays of any width are aligned.
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
}

function fromHalf(view) {
  const halves = new Uint16Array(bytesOf(view));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const sign = halves[i] & 0x8000 ? -1 : 1;
    const exponent = (halves[i] >> 10) & 31;
    const fraction = halves[i] & 1023;
    floats[i] = sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
  }
  return floats;
}

const ACTIVATIONS = {
  relu: (x) => (x > 0 ? x : 0),
  tanh: Math.tanh,
  silu: (x) => x / (1 + Math.exp(-x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  clamp: (x) => Math.min(1, Math.max(0, x)),
  none: (x) => x,
};

function linear(x, weight, bias, outputs) {
  const y = new Float32Array(outputs);
  for (let o = 0, w = 0; o < outputs; o++) {
    let sum = bias ? bias[o] : 0;
    for (let i = 0; i < x.length; i++) sum += weight[w++] * x[i];
    y[o] = sum;
  }
  return y;
}

// Each input pixel (i, j) adds its value times the kernel to the output pixels (s·i − p + k, s·j − p + l).
function convTranspose(x, [, h, w], weight, bias, layer) {
  const { kernel: k, stride: s, padding: p, in: inputs, out: outputs } = layer;
  const [H, W] = [(h - 1) * s - 2 * p + k, (w - 1) * s - 2 * p + k];
  const y = new Float32Array(outputs * H * W);
  if (bias) for (let o = 0; o < outputs; o++) y.fill(bias[o], o * H * W, (o + 1) * H * W);
  for (let c = 0, at = 0; c < inputs; c++) {
    for (let o = 0; o < outputs; o++) {
      for (let u = 0; u < k; u++) {
        for (let v = 0; v < k; v++) {
          const value = weight[at++];
          const first = Math.max(0, Math.ceil((p - v) / s));
          const last = Math.min(w - 1, Math.floor((W - 1 + p - v) / s));
          for (let i = 0; i < h; i++) {
            const row = i * s - p + u;
            if (row < 0 || row >= H) continue;
            const from = (c * h + i) * w;
            const to = (o * H + row) * W - p + v;
            for (let j = first; j <= last; j++) y[to + j * s] += value * x[from + j];
          }
        }
      }
    }
  }
  return [y, [outputs, H, W]];
}

// A function from z (an array of D numbers) to the mean image: C·H·W numbers, channel after channel, in [0, 1] unless the
// program's output is "none".
function makeDecoder(program, view) {
  const weights = fromHalf(view);
  let at = 0;
  const take = (n) => weights.subarray(at, (at += n));
  const layers = program.layers.map((layer) => {
    if (!("bias" in layer)) return layer;
    const weight = take(layer.in * layer.out * (layer.kernel || 1) ** 2);
    return { ...layer, weight, bias: layer.bias ? take(layer.out) : null };
  });
  return (z) => {
    let x = Float32Array.from(z);
    let shape = [x.length];
    for (const layer of [...layers, { op: program.output }]) {
      if (layer.op === "linear") x = linear(x, layer.weight, layer.bias, layer.out);
      else if (layer.op === "unflatten") shape = layer.shape;
      else if (layer.op === "conv_transpose") [x, shape] = convTranspose(x, shape, layer.weight, layer.bias, layer);
      else x = x.map(ACTIVATIONS[layer.op]);
    }
    return x;
  };
}

// Draws an image of C·H·W numbers, at most `top` each, on a canvas of W × H pixels; CSS makes it large.
function paint(canvas, image, [channels, height, width], top = 1) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  const plane = height * width;
  const [green, blue] = channels === 3 ? [plane, 2 * plane] : [0, 0];
  for (let i = 0; i < plane; i++) {
    pixels.data[4 * i] = (255 / top) * image[i]; // a clamped array: it rounds by itself
    pixels.data[4 * i + 1] = (255 / top) * image[i + green];
    pixels.data[4 * i + 2] = (255 / top) * image[i + blue];
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}
