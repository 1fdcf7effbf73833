// Denoising diffusion, models/implicit.py in the page: a network says which noise was added.

/** @import { Kernel } from "./kernel.js" */
/** @import { Random } from "./random.js" */
import { spaced } from "../numbers.js";
import { Network } from "./network.js";
import { pick, ROWS } from "./vectors.js";

export class Diffusion {
  way = "none";
  rate = 5e-3;

  /**
   * @param {Kernel} kernel
   * @param {{ steps: number, width: number }} knobs
   * @param {Random} random
   */
  constructor(kernel, { steps, width }, random) {
    this.steps = steps;
    this.network = new Network(kernel, [5, width, width, 2], "leaky", ROWS).begin(random.uniform);
    this.blocks = [this.network];
    let left = 1;
    this.alphaBar = spaced(1e-4, 0.02, steps).map((beta) => {
      left *= 1 - Math.min(0.999, (beta * 1000) / steps);
      return left;
    });
  }

  /** Which step, and which noise. @param {Random} random */
  noise(random) {
    return { t: Array.from({ length: ROWS }, () => random.below(this.steps)), noise: random.normal(2 * ROWS) };
  }

  /**
   * Puts point i with its clock before the network.
   *
   * @param {number} i
   * @param {number} t
   * @param {number} x
   * @param {number} y
   */
  place(i, t, x, y) {
    const angle = (2 * Math.PI * t) / this.steps;
    const row = [x, y, t / this.steps, Math.sin(angle), Math.cos(angle)];
    for (let j = 0; j < 5; j++) this.network.input[8 * i + j] = row[j];
  }

  /**
   * The mean of |noise − predicted|².
   *
   * @param {Float32Array} x (rows, 2)
   * @param {{ t: number[], noise: Float32Array }} drawn
   */
  loss(x, { t, noise }) {
    for (let i = 0; i < ROWS; i++) {
      const [keep, add] = [Math.sqrt(this.alphaBar[t[i]]), Math.sqrt(1 - this.alphaBar[t[i]])];
      const noisy = (/** @type {number} */ k) => keep * x[k] + add * noise[k];
      this.place(i, t[i], noisy(2 * i), noisy(2 * i + 1));
    }
    const predicted = this.network.forward();
    let total = 0;
    for (let k = 0; k < 2 * ROWS; k++) {
      const at = 4 * (k >> 1) + (k & 1);
      const off = predicted[at] - noise[k];
      total += off * off;
      this.network.outputGradient[at] = (2 * off) / ROWS;
    }
    this.network.backward();
    return { loss: total / ROWS };
  }

  /**
   * From noise back to data: the points after each step, T + 1 of them.
   *
   * @param {number} n
   * @param {Random} random
   */
  trajectory(n, random) {
    let x = random.normal(2 * n);
    const way = [x];
    for (let t = this.steps - 1; t >= 0; t--) {
      const [now, before] = [this.alphaBar[t], t ? this.alphaBar[t - 1] : 1];
      const alpha = now / before;
      for (let i = 0; i < n; i++) this.place(i, t, x[2 * i], x[2 * i + 1]);
      const predicted = pick(this.network.forward(), 4, 2, n);
      const share = (1 - alpha) / Math.sqrt(1 - now);
      const spread = Math.sqrt(((1 - before) / (1 - now)) * (1 - alpha));
      const noise = t ? random.normal(2 * n) : new Float32Array(2 * n);
      x = x.map((value, k) => (value - share * predicted[k]) / Math.sqrt(alpha) + spread * noise[k]);
      way.push(x);
    }
    return way;
  }

  /** @param {number} n @param {Random} random */
  sample(n, random) {
    return this.trajectory(n, random)[this.steps];
  }
}
