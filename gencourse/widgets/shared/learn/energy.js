// An energy-based model by noise-contrastive estimation, models/energy.py in the page.
//
//   p(x) ∝ q(x) · exp(f(x)), q a Gaussian: f is learned by telling data from draws of q

/** @import { Kernel } from "./kernel.js" */
/** @import { Random } from "./random.js" */
import { LOG_2PI, sigmoid } from "../numbers.js";
import { chosen } from "./mixture.js";
import { Network } from "./network.js";
import { put, ROWS, softplus } from "./vectors.js";

const BATCHES = 16; // of draws of q, from which samples are chosen

export class Energy {
  way = "grid";
  rate = 2e-3;

  /**
   * @param {Kernel} kernel
   * @param {{ spread: number, width: number }} knobs spread: the standard deviation of q
   * @param {Random} random
   */
  constructor(kernel, { spread, width }, random) {
    this.spread = spread;
    this.network = new Network(kernel, [2, width, width, 1], "silu", ROWS).begin(random.uniform);
    this.blocks = [this.network];
  }

  /** Draws of q. @param {Random} random */
  noise(random) {
    return random.normal(2 * ROWS).map((value) => this.spread * value);
  }

  /**
   * What it costs to take data for noise, and noise for data.
   *
   * @param {Float32Array} x (rows, 2)
   * @param {Float32Array} noise (rows, 2)
   */
  loss(x, noise) {
    let total = 0;
    for (const [points, sign] of /** @type {[Float32Array, number][]} */ ([
      [x, 1],
      [noise, -1],
    ])) {
      put(points, 2, this.network.input, 4);
      const f = this.network.forward();
      for (let i = 0; i < ROWS; i++) {
        total += softplus(-sign * f[4 * i]) / ROWS;
        this.network.outputGradient[4 * i] = (-sign * sigmoid(-sign * f[4 * i])) / ROWS;
      }
      this.network.backward();
    }
    return { loss: total };
  }

  /** log q(x) + f(x): log p(x) but for a constant. @param {Float32Array} x (n, 2) */
  logProb(x) {
    put(x, 2, this.network.input, 4);
    const f = this.network.forward();
    return Float32Array.from({ length: x.length / 2 }, (_, i) => {
      const square = (x[2 * i] ** 2 + x[2 * i + 1] ** 2) / this.spread ** 2;
      return f[4 * i] - 0.5 * square - LOG_2PI - 2 * Math.log(this.spread);
    });
  }

  /** Batches of q's draws, from which n are drawn again by their weights exp(f). @param {number} n @param {Random} random */
  sample(n, random) {
    const batches = Array.from({ length: BATCHES }, () => this.noise(random));
    const weights = batches.flatMap((x) => {
      put(x, 2, this.network.input, 4);
      const f = this.network.forward();
      return Array.from({ length: ROWS }, (_, i) => Math.exp(f[4 * i]));
    });
    const drawn = new Float32Array(2 * n);
    for (let k = 0; k < n; k++) {
      const i = chosen(weights, random.uniform());
      drawn.set(batches[Math.floor(i / ROWS)].subarray(2 * (i % ROWS), 2 * (i % ROWS) + 2), 2 * k);
    }
    return drawn;
  }
}
