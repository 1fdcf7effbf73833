// A mixture of Gaussians by EM, as gencourse/models/mixture.py has it: a step goes over all points at once.

/** @import { Random } from "./random.js" */
import { LOG_2PI, logSumExp, sum } from "../numbers.js";

/** @typedef {{ weight: number, mean: number[], covariance: number[] }} Component  covariance: its xx, xy and yy */

/**
 * log N(x; mean, covariance) in nats.
 *
 * @param {Component} component
 * @param {number} x
 * @param {number} y
 */
function logGaussian({ mean, covariance: [a, b, c] }, x, y) {
  const [u, v] = [x - mean[0], y - mean[1]];
  const determinant = a * c - b * b;
  return -0.5 * ((c * u * u - 2 * b * u * v + a * v * v) / determinant + Math.log(determinant)) - LOG_2PI;
}

/**
 * A covariance whose eigenvalues are at least floor².
 *
 * @param {number[]} covariance
 * @param {number} floor
 */
function raised([a, b, c], floor) {
  const [middle, half] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
  const [low, high] = [middle - half, middle + half].map((value) => Math.max(value, floor ** 2));
  if (half < 1e-12) return [low, 0, high];
  // The share of the direction of the larger eigenvalue, from the smaller to the larger.
  const [cc, ss, cs] = [0.5 + (a - c) / (4 * half), 0.5 - (a - c) / (4 * half), b / (2 * half)];
  return [low + (high - low) * cc, (high - low) * cs, low + (high - low) * ss];
}

export class Mixture {
  way = "exact";

  /**
   * @param {{ components: number, floor: number }} knobs
   * @param {Float32Array} train (N, 2)
   * @param {Random} random
   */
  constructor({ components, floor }, train, random) {
    this.floor = floor;
    this.train = train;
    const starts = farApart(train, components, random);
    const near = Array.from({ length: train.length / 2 }, (_, i) => nearest(starts, train[2 * i], train[2 * i + 1]));
    /** @type {Component[]} */
    this.components = starts.map(() => ({ weight: 0, mean: [0, 0], covariance: [1, 0, 1] }));
    this.maximise(this.components.map((_, k) => near.map((which) => (which === k ? 1 : 0))));
  }

  /** log π + log p(x | component) of each component. @param {number} x @param {number} y */
  joint(x, y) {
    return this.components.map((component) => Math.log(component.weight) + logGaussian(component, x, y));
  }

  /** Responsibilities, then each component refitted to its share of the points. */
  step() {
    const n = this.train.length / 2;
    const shares = this.components.map(() => new Array(n).fill(0));
    for (let i = 0; i < n; i++) {
      const joint = this.joint(this.train[2 * i], this.train[2 * i + 1]);
      const total = logSumExp(joint);
      joint.forEach((value, k) => {
        shares[k][i] = Math.exp(value - total);
      });
    }
    this.maximise(shares);
  }

  /** @param {number[][]} shares (K, N) */
  maximise(shares) {
    const n = this.train.length / 2;
    shares.forEach((share, k) => {
      const [mean, covariance] = [
        [0, 0],
        [0, 0, 0],
      ];
      const total = share.reduce((sum, value) => sum + value, 0);
      this.components[k].weight = total / n;
      if (!(total > 0)) return; // nothing belongs to it: it stays where it is
      share.forEach((r, i) => {
        mean[0] += (r / total) * this.train[2 * i];
        mean[1] += (r / total) * this.train[2 * i + 1];
      });
      share.forEach((r, i) => {
        const [u, v] = [this.train[2 * i] - mean[0], this.train[2 * i + 1] - mean[1]];
        covariance[0] += (r / total) * u * u;
        covariance[1] += (r / total) * u * v;
        covariance[2] += (r / total) * v * v;
      });
      this.components[k] = { weight: total / n, mean, covariance: raised(covariance, this.floor) };
    });
  }

  /** @param {Float32Array} x (n, 2) */
  logProb(x) {
    return Float32Array.from({ length: x.length / 2 }, (_, i) => logSumExp(this.joint(x[2 * i], x[2 * i + 1])));
  }

  /** @param {number} n @param {Random} random */
  sample(n, random) {
    const noise = random.normal(2 * n);
    for (let i = 0; i < n; i++) {
      const which = chosen(
        this.components.map(({ weight }) => weight),
        random.uniform(),
      );
      const { mean, covariance } = this.components[which];
      const [a, b, c] = covariance;
      const root = Math.sqrt(a);
      const [u, v] = [noise[2 * i], noise[2 * i + 1]];
      noise[2 * i] = mean[0] + root * u;
      noise[2 * i + 1] = mean[1] + (b / root) * u + Math.sqrt(c - (b * b) / a) * v;
    }
    return noise;
  }
}

/**
 * Which of some weights, laid end to end, a share of their sum falls on.
 *
 * @param {ArrayLike<number>} weights
 * @param {number} share from 0 to 1
 */
export function chosen(weights, share) {
  let left = share * sum(weights);
  let k = 0;
  for (; k < weights.length - 1 && left > weights[k]; k++) left -= weights[k];
  return k;
}

/**
 * The nearest of some points.
 *
 * @param {number[][]} points
 * @param {number} x
 * @param {number} y
 */
export function nearest(points, x, y) {
  let [found, least] = [0, Infinity];
  points.forEach(([u, v], k) => {
    const distance = (u - x) ** 2 + (v - y) ** 2;
    if (distance < least) [found, least] = [k, distance];
  });
  return found;
}

/**
 * Some of the points, far ones more often: the choice of k-means++.
 *
 * @param {Float32Array} points (N, 2)
 * @param {number} count
 * @param {Random} random
 */
export function farApart(points, count, random) {
  const n = points.length / 2;
  const at = (/** @type {number} */ i) => [points[2 * i], points[2 * i + 1]];
  const found = [at(random.below(n))];
  const distance = new Float64Array(n).fill(Infinity);
  while (found.length < count) {
    const [u, v] = found[found.length - 1];
    for (let i = 0; i < n; i++) {
      distance[i] = Math.min(distance[i], (points[2 * i] - u) ** 2 + (points[2 * i + 1] - v) ** 2);
    }
    found.push(at(chosen(distance, random.uniform())));
  }
  return found;
}
