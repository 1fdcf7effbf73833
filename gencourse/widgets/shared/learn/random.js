// Random numbers from a seed, the same in Python (random.py in this folder).

import { makeRandom } from "../numbers.js";

export class Random {
  /** @param {number} seed */
  constructor(seed) {
    this.uniform = makeRandom(seed);
  }

  /**
   * n numbers from a standard normal distribution, by Box and Muller's transform.
   *
   * @param {number} n
   */
  normal(n) {
    const drawn = new Float32Array(n);
    for (let i = 0; i < n; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      drawn[i] = radius * Math.cos(angle);
      if (i + 1 < n) drawn[i + 1] = radius * Math.sin(angle);
    }
    return drawn;
  }

  /** A whole number below n. @param {number} n */
  below(n) {
    return Math.floor(n * this.uniform());
  }

  /**
   * `rows` of the points, drawn with replacement.
   *
   * @param {Float32Array} points (N, 2)
   * @param {number} rows
   */
  batch(points, rows) {
    const x = new Float32Array(2 * rows);
    for (let i = 0; i < rows; i++) {
      const k = this.below(points.length / 2);
      x[2 * i] = points[2 * k];
      x[2 * i + 1] = points[2 * k + 1];
    }
    return x;
  }
}
