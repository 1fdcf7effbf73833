// Runs a decoder that decoder.py wrote down: plain loops over Float32Arrays, a few milliseconds an image.

/** @import { Shape } from "./bytes.js" */
import { fromHalf } from "./bytes.js";
import { clamp, sigmoid } from "./numbers.js";

/** @typedef {"relu" | "tanh" | "silu" | "sigmoid" | "clamp" | "none"} Activation */
/** @typedef {{ op: "linear", in: number, out: number, bias: boolean }} Linear */
/**
 * @typedef {{ op: "conv_transpose", in: number, out: number, bias: boolean, kernel: number, stride: number,
 *   padding: number }} ConvTranspose
 */
/**
 * What decoder.py says of a decoder, besides its weights.
 *
 * @typedef {{ shape: Shape, output: Activation,
 *   layers: (Linear | ConvTranspose | { op: "unflatten", shape: Shape } | { op: Activation })[] }} Program
 */

/** @type {Record<Activation, (x: number) => number>} */
export const ACTIVATIONS = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  silu: (x) => x * sigmoid(x),
  sigmoid,
  clamp: (x) => clamp(x, 0, 1),
  none: (x) => x,
};

/**
 * @param {Float32Array} x (I,)
 * @param {Float32Array} weight (outputs, I)
 * @param {Float32Array | null} bias (outputs,)
 * @param {number} outputs
 */
export function linear(x, weight, bias, outputs) {
  const y = new Float32Array(outputs);
  for (let o = 0, w = 0; o < outputs; o++) {
    let sum = bias ? bias[o] : 0;
    for (let i = 0; i < x.length; i++) sum += weight[w++] * x[i];
    y[o] = sum;
  }
  return y;
}

/**
 * Each input pixel (i, j) adds its value times the kernel to the output pixels (s·i − p + k, s·j − p + l).
 *
 * @param {Float32Array} x (C, H, W)
 * @param {Shape} shape
 * @param {Float32Array} weight (C, outputs, kernel, kernel)
 * @param {Float32Array | null} bias (outputs,)
 * @param {ConvTranspose} layer
 * @returns {[Float32Array, Shape]}
 */
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

/**
 * A function from z (D numbers) to the mean image: C·H·W numbers, channel after channel, in [0, 1] unless the program's
 * output is "none".
 *
 * @param {Program} program
 * @param {DataView} view its weights as half floats, layer after layer, each weight then bias
 */
export function makeDecoder(program, view) {
  const weights = fromHalf(view);
  let at = 0;
  const take = (/** @type {number} */ n) => {
    at += n;
    return weights.subarray(at - n, at);
  };
  const layers = program.layers.map((layer) => {
    if (layer.op !== "linear" && layer.op !== "conv_transpose") return layer;
    const weight = take(layer.in * layer.out * (layer.op === "linear" ? 1 : layer.kernel ** 2));
    return { ...layer, weight, offset: layer.bias ? take(layer.out) : null };
  });
  return (/** @type {number[]} */ z) => {
    /** @type {Float32Array} */
    let x = Float32Array.from(z);
    let shape = /** @type {Shape} */ ([x.length, 1, 1]);
    for (const layer of [...layers, { op: program.output }]) {
      if (layer.op === "linear") x = linear(x, layer.weight, layer.offset, layer.out);
      else if (layer.op === "unflatten") shape = layer.shape;
      else if (layer.op === "conv_transpose") [x, shape] = convTranspose(x, shape, layer.weight, layer.offset, layer);
      else x = x.map(ACTIVATIONS[layer.op]);
    }
    return x;
  };
}
