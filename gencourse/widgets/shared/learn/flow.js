// A flow of affine coupling layers, models/flow.py in the page: one coordinate is stretched and moved as the other says.
//
//   z_b = x_b · exp(s(x_a)) + t(x_a),   z_a = x_a,   log |det| = s;   the two coordinates take turns

/** @import { Kernel } from "./kernel.js" */
/** @import { Random } from "./random.js" */
import { LOG_2PI } from "../numbers.js";
import { Network } from "./network.js";
import { ROWS } from "./vectors.js";

export class Flow {
  way = "exact";
  rate = 2e-3;

  /**
   * @param {Kernel} kernel
   * @param {{ layers: number, width: number }} knobs
   * @param {Random} random
   */
  constructor(kernel, { layers, width }, random) {
    this.blocks = Array.from({ length: layers }, () =>
      new Network(kernel, [1, width, width, 2], "silu", ROWS).begin(random.uniform),
    );
    this.kept = this.blocks.map(() => new Float64Array(3 * ROWS)); // x_b, exp(s) and ds/draw of each layer
  }

  noise() {
    return null;
  }

  /**
   * x becomes z, in place; the sum of s is returned for each point.
   *
   * @param {Float32Array} x (n, 2), n at most a batch
   */
  encode(x) {
    const n = x.length / 2;
    const logVolume = new Float64Array(n);
    this.blocks.forEach((net, l) => {
      const [a, b, kept] = [l % 2, 1 - (l % 2), this.kept[l]];
      for (let i = 0; i < n; i++) net.input[i * net.wide.input] = x[2 * i + a];
      const out = net.forward();
      for (let i = 0; i < n; i++) {
        const bend = Math.tanh(out[4 * i] / 2);
        const stretch = Math.exp(2 * bend);
        [kept[3 * i], kept[3 * i + 1], kept[3 * i + 2]] = [x[2 * i + b], stretch, 1 - bend * bend];
        x[2 * i + b] = x[2 * i + b] * stretch + out[4 * i + 1];
        logVolume[i] += 2 * bend;
      }
    });
    return logVolume;
  }

  /** Mean of −log p(x). @param {Float32Array} batch (rows, 2) */
  loss(batch) {
    const z = batch.slice();
    const logVolume = this.encode(z);
    let total = 0;
    for (let i = 0; i < ROWS; i++) total += 0.5 * (z[2 * i] ** 2 + z[2 * i + 1] ** 2) + LOG_2PI - logVolume[i];
    const slope = z.map((value) => value / ROWS); // of the loss with respect to z, then to what each layer was given
    for (let l = this.blocks.length - 1; l >= 0; l--) {
      const [net, a, b, kept] = [this.blocks[l], l % 2, 1 - (l % 2), this.kept[l]];
      const back = net.outputGradient;
      for (let i = 0; i < ROWS; i++) {
        const g = slope[2 * i + b];
        back[4 * i] = (g * kept[3 * i] * kept[3 * i + 1] - 1 / ROWS) * kept[3 * i + 2];
        back[4 * i + 1] = g;
        slope[2 * i + b] = g * kept[3 * i + 1];
      }
      const toInput = l > 0;
      const through = net.backward({ toInput });
      for (let i = 0; toInput && i < ROWS; i++) slope[2 * i + a] += through[i * net.wide.input];
    }
    return { loss: total / ROWS };
  }

  /** @param {Float32Array} x (n, 2) */
  logProb(x) {
    const z = x.slice();
    return Float32Array.from(this.encode(z), (s, i) => s - 0.5 * (z[2 * i] ** 2 + z[2 * i + 1] ** 2) - LOG_2PI);
  }

  /**
   * z becomes x: the layers backwards.
   *
   * @param {Float32Array} z (n, 2)
   */
  decode(z) {
    const x = z.slice();
    for (let l = this.blocks.length - 1; l >= 0; l--) {
      const [net, a, b] = [this.blocks[l], l % 2, 1 - (l % 2)];
      for (let i = 0; i < x.length / 2; i++) net.input[i * net.wide.input] = x[2 * i + a];
      const out = net.forward();
      for (let i = 0; i < x.length / 2; i++) {
        x[2 * i + b] = (x[2 * i + b] - out[4 * i + 1]) * Math.exp(-2 * Math.tanh(out[4 * i] / 2));
      }
    }
    return x;
  }

  /** @param {number} n @param {Random} random */
  sample(n, random) {
    return this.decode(random.normal(2 * n));
  }
}
