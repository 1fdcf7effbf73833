// Numbers: how they are written and drawn, and what is computed with them in several widgets.

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** @param {number} index from 0; z₁ is the first */
export const latentName = (index) => `z${[...String(index + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join("")}`;

/**
 * Two decimals with a true minus; what rounds to zero has no sign.
 *
 * @param {number} x
 */
export const signed = (x) => Number(x.toFixed(2)).toFixed(2).replace("-", "−");

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)} %`;

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** @param {ArrayLike<number>} values */
export function sum(values) {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k];
  return total;
}

/**
 * `count` numbers from `low` to `high`, equally far apart.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export const spaced = (low, high, count) =>
  Array.from({ length: count }, (_, k) => low + (k / (count - 1)) * (high - low));

/** @param {number[]} z */
export const norm = (z) => Math.hypot(...z);

export const LOG_2PI = Math.log(2 * Math.PI);

/**
 * The log-density of N(mean, scale²) at x, in nats.
 *
 * @param {number} x
 * @param {number} mean
 * @param {number} scale
 */
export const logNormal = (x, mean, scale) => -0.5 * (((x - mean) / scale) ** 2 + LOG_2PI) - Math.log(scale);

/** @param {ArrayLike<number>} values */
export function logSumExp(values) {
  let top = -Infinity;
  for (let k = 0; k < values.length; k++) top = Math.max(top, values[k]);
  let total = 0;
  for (let k = 0; k < values.length; k++) total += Math.exp(values[k] - top);
  return top + Math.log(total);
}

/** @param {number} u */
export const sigmoid = (u) => 1 / (1 + Math.exp(-u));

/** @param {ArrayLike<number>} logits */
export function softmax(logits) {
  const all = Array.from(logits);
  const top = Math.max(...all);
  const weights = all.map((value) => Math.exp(value - top));
  const total = sum(weights);
  return weights.map((value) => value / total);
}

/**
 * n numbers from a standard normal distribution, by Box and Muller's transform: one of each pair.
 *
 * @param {number} n
 */
export const normalSample = (n) =>
  Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    return radius * Math.cos(2 * Math.PI * Math.random());
  });

/**
 * Uniform numbers in (0, 1) from a seed: a Weyl sequence, its bits mixed as in mulberry32.
 *
 * @param {number} seed
 */
export function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}
