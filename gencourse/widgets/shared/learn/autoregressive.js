// p(first) p(second | first), each a mixture of K Gaussians in one number: models/autoregressive.py in the page.

/** @import { Kernel } from "./kernel.js" */
/** @import { Random } from "./random.js" */
import { LOG_2PI, softmax, spaced } from "../numbers.js";
import { chosen } from "./mixture.js";
import { Block, Network } from "./network.js";
import { ROWS } from "./vectors.js";

const LEAST = -4; // of the logarithm of a standard deviation: no component becomes a spike

/**
 * log Σ_k π_k N(x; μ_k, σ_k), and into `slope` what −log p rises by with the logits, μ and log σ.
 *
 * @param {ArrayLike<number>} p 3K numbers: logits, means, logarithms of scales
 * @param {number} at where they begin
 * @param {number} K
 * @param {number} x
 * @param {{ to: Float32Array, at: number, factor: number }} [slope] is added to, times `factor`
 */
function mixture(p, at, K, x, slope) {
  let top = -Infinity;
  for (let k = 0; k < K; k++) top = Math.max(top, p[at + k]);
  let total = 0;
  let density = 0;
  const weights = new Array(K);
  const parts = new Array(K);
  for (let k = 0; k < K; k++) {
    const scale = Math.exp(Math.max(p[at + 2 * K + k], LEAST));
    const u = (x - p[at + K + k]) / scale;
    weights[k] = Math.exp(p[at + k] - top);
    parts[k] = Math.max((weights[k] / scale) * Math.exp(-0.5 * u * u), 1e-300);
    total += weights[k];
    density += parts[k];
  }
  for (let k = 0; slope && k < K; k++) {
    const share = (slope.factor * parts[k]) / density;
    const scale = Math.exp(Math.max(p[at + 2 * K + k], LEAST));
    const u = (x - p[at + K + k]) / scale;
    slope.to[slope.at + k] += (slope.factor * weights[k]) / total - share;
    slope.to[slope.at + K + k] -= (share * u) / scale;
    if (p[at + 2 * K + k] > LEAST) slope.to[slope.at + 2 * K + k] -= share * (u * u - 1);
  }
  return Math.log(density / total) - 0.5 * LOG_2PI;
}

export class Autoregressive {
  way = "exact";
  rate = 3e-3;

  /**
   * @param {Kernel} kernel
   * @param {{ components: number, order: number, width: number }} knobs order 0: the first coordinate first
   * @param {Random} random
   */
  constructor(kernel, { components, order, width }, random) {
    this.K = components;
    this.order = order;
    this.first = new Block(kernel, 3 * components);
    this.second = new Network(kernel, [1, width, width, 3 * components], "silu", ROWS).begin(random.uniform);
    this.blocks = [this.first, this.second];
    const means = components > 1 ? spaced(-2, 2, components) : [0];
    this.first.values.set(means, components);
    const bias = this.second.layers[2].bias / 4;
    means.forEach((mean, k) => {
      this.second.values[bias + components + k] += mean;
    });
  }

  noise() {
    return null;
  }

  /** Mean of −log p(x). @param {Float32Array} x (rows, 2) */
  loss(x) {
    const { first, second, K, order } = this;
    this.see(x);
    second.outputGradient.fill(0);
    let total = 0;
    for (let i = 0; i < ROWS; i++) {
      const at = i * second.wide.output;
      total -= mixture(first.values, 0, K, x[2 * i + order], { to: first.gradient, at: 0, factor: 1 / ROWS });
      const slope = { to: second.outputGradient, at, factor: 1 / ROWS };
      total -= mixture(second.output, at, K, x[2 * i + 1 - order], slope);
    }
    second.backward();
    return { loss: total / ROWS };
  }

  /** The network's answer to the first coordinates. @param {Float32Array} x (n, 2) */
  see(x) {
    for (let i = 0; i < x.length / 2; i++) this.second.input[i * this.second.wide.input] = x[2 * i + this.order];
    return this.second.forward();
  }

  /** @param {Float32Array} x (n, 2), n at most a batch */
  logProb(x) {
    const { first, second, K, order } = this;
    this.see(x);
    return Float32Array.from({ length: x.length / 2 }, (_, i) => {
      const other = mixture(second.output, i * second.wide.output, K, x[2 * i + 1 - order]);
      return mixture(first.values, 0, K, x[2 * i + order]) + other;
    });
  }

  /** @param {number} n @param {Random} random */
  sample(n, random) {
    const x = random.normal(2 * n);
    const draw = (/** @type {Float32Array} */ p, /** @type {number} */ at, /** @type {number} */ noise) => {
      const k = chosen(softmax(p.subarray(at, at + this.K)), random.uniform());
      return p[at + this.K + k] + Math.exp(Math.max(p[at + 2 * this.K + k], LEAST)) * noise;
    };
    for (let i = 0; i < n; i++) x[2 * i + this.order] = draw(this.first.values, 0, x[2 * i + this.order]);
    const p = this.see(x);
    const other = 1 - this.order;
    for (let i = 0; i < n; i++) x[2 * i + other] = draw(p, i * this.second.wide.output, x[2 * i + other]);
    return x;
  }
}
