// Dense layers with their gradients and Adam.
//
//   forwards    h = x W + b,  y = activation(h)
//   backwards   dW = xᵀ dh,  db = Σ dh,  dx = dh Wᵀ,  dh = dy · activation'(h)
//
// A network takes up to `rows` points at a time. Widths are padded to multiples of 4 by columns that stay 0.

/** @import { Kernel } from "./kernel.js" */
/** @typedef {"leaky" | "silu"} Activation */

const padded = (/** @type {number} */ width) => (width + 3) & ~3;

/** Parameters that learn: their values, their gradient, and what Adam remembers of it. */
export class Block {
  /**
   * @param {Kernel} kernel
   * @param {number} size
   */
  constructor(kernel, size) {
    this.kernel = kernel;
    const take = () => kernel.take(padded(size));
    this.values = take();
    this.gradient = take();
    this.mean = take(); // of the gradient, and of its square
    this.square = take();
    this.steps = 0;
  }

  /** A step of Adam, after which the gradient is 0. @param {number} rate */
  learn(rate) {
    this.steps += 1;
    const places = [this.values, this.gradient, this.mean, this.square].map((part) => part.byteOffset);
    const [w, g, m, v] = places;
    const left = [0.9, 0.999].map((beta) => 1 - beta ** this.steps);
    this.kernel.adam(w, g, m, v, this.values.length, rate, left[0], left[1]);
  }
}

/** Dense layers, all but the last with an activation. */
export class Network extends Block {
  /**
   * @param {Kernel} kernel
   * @param {number[]} widths from the input's to the output's
   * @param {Activation} activation
   * @param {number} rows
   */
  constructor(kernel, widths, activation, rows) {
    const sizes = widths.map(padded);
    const size = sizes.slice(1).reduce((total, out, l) => total + (sizes[l] + 1) * out, 0);
    super(kernel, size);
    this.widths = widths;
    this.rows = rows;
    this.activate = kernel[activation];
    const room = (/** @type {number} */ width) => kernel.take(rows * width);
    this.input = room(sizes[0]);
    this.inputGradient = room(sizes[0]);
    let [start, x, dx] = [0, this.input, this.inputGradient];
    this.layers = sizes.slice(1).map((out, l) => {
      const last = l === sizes.length - 2;
      const h = room(out);
      const layer = {
        in: sizes[l],
        out,
        last,
        weight: 4 * start,
        bias: 4 * (start + sizes[l] * out),
        x,
        dx,
        h,
        y: last ? h : room(out),
        slope: last ? h : room(out), // of the activation; the last layer has none
        dh: room(out),
        turned: kernel.take(sizes[l] * out),
      };
      start += (sizes[l] + 1) * out;
      [x, dx] = [layer.y, layer.dh];
      return layer;
    });
    const final = this.layers[this.layers.length - 1];
    this.output = final.y;
    this.outputGradient = final.dh;
    this.wide = { input: sizes[0], output: final.out };
  }

  /** Weights and biases uniform within ±1 / √inputs, as torch begins. @param {() => number} random */
  begin(random) {
    this.load(
      this.widths.slice(1).map((out, l) => {
        const reach = 1 / Math.sqrt(this.widths[l]);
        const draw = () => reach * (2 * random() - 1);
        const weight = Array.from({ length: out }, () => Array.from({ length: this.widths[l] }, draw));
        return { weight, bias: Array.from({ length: out }, draw) };
      }),
    );
    return this;
  }

  /** Sets the parameters: a layer's weight is (out, in), as torch's. @param {{ weight: number[][], bias: number[] }[]} all */
  load(all) {
    this.layers.forEach((layer, l) => {
      const { weight, bias } = all[l];
      this.values.set(bias, layer.bias / 4);
      weight.forEach((row, j) => {
        row.forEach((value, i) => {
          this.values[layer.weight / 4 + i * layer.out + j] = value;
        });
      });
    });
  }

  /** The gradient in torch's order and shapes, one list. */
  gradients() {
    return this.layers.flatMap((layer, l) => {
      const [inputs, outputs] = [this.widths[l], this.widths[l + 1]];
      const at = (/** @type {number} */ i, /** @type {number} */ j) =>
        this.gradient[layer.weight / 4 + i * layer.out + j];
      const weight = Array.from({ length: outputs }, (_, j) => Array.from({ length: inputs }, (_, i) => at(i, j)));
      return [...weight.flat(), ...this.gradient.subarray(layer.bias / 4, layer.bias / 4 + outputs)];
    });
  }

  /** From `input` to `output`. */
  forward() {
    const { kernel, rows, values } = this;
    for (const { in: ins, out, weight, bias, x, h, y, slope, last } of this.layers) {
      kernel.spread(values.byteOffset + bias, h.byteOffset, rows, out);
      kernel.multiply(x.byteOffset, ins, 1, values.byteOffset + weight, h.byteOffset, rows, out, ins);
      if (!last) this.activate(h.byteOffset, y.byteOffset, slope.byteOffset, rows * out);
    }
    return this.output;
  }

  /**
   * From `outputGradient` to `inputGradient`; the parameters' gradient is added to.
   *
   * @param {{ learn?: boolean, toInput?: boolean }} [ways] what is wanted
   */
  backward({ learn = true, toInput = false } = {}) {
    for (const layer of this.layers.toReversed()) {
      if (!layer.last) this.kernel.scale(layer.dh.byteOffset, layer.slope.byteOffset, this.rows * layer.out);
      if (learn) this.collect(layer, layer.x);
      if (layer.x === this.input && !toInput) continue;
      const { kernel, rows, values } = this;
      const { in: ins, out, weight, dx, dh, turned } = layer;
      kernel.transpose(values.byteOffset + weight, turned.byteOffset, ins, out);
      dx.fill(0);
      kernel.multiply(dh.byteOffset, out, 1, turned.byteOffset, dx.byteOffset, rows, ins, out);
    }
    return this.inputGradient;
  }

  /**
   * The gradient of u · dy/dx with respect to the weights, added to theirs, for an activation of straight pieces: after
   * `backward` has found dy/dx, u (in `tangents`) goes forwards through the same layers without biases.
   *
   * @param {Float32Array} tangents (rows, input), at `input`'s width
   */
  backwardOfSlope(tangents) {
    const { kernel, rows, values } = this;
    let x = tangents;
    for (const layer of this.layers) {
      this.collect(layer, x, false);
      if (layer.last) return;
      layer.y.fill(0);
      kernel.multiply(
        x.byteOffset,
        layer.in,
        1,
        values.byteOffset + layer.weight,
        layer.y.byteOffset,
        rows,
        layer.out,
        layer.in,
      );
      kernel.scale(layer.y.byteOffset, layer.slope.byteOffset, rows * layer.out);
      x = layer.y;
    }
  }

  /**
   * dW += xᵀ dh, and db += Σ dh unless the biases had no part in it.
   *
   * @param {Network["layers"][number]} layer
   * @param {Float32Array} x
   */
  collect({ in: ins, out, weight, bias, dh }, x, biases = true) {
    const { kernel, rows, gradient } = this;
    kernel.multiply(x.byteOffset, 1, ins, dh.byteOffset, gradient.byteOffset + weight, ins, out, rows);
    if (biases) kernel.gather(dh.byteOffset, gradient.byteOffset + bias, rows, out);
  }
}
