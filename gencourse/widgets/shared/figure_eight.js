// The model of models/figure_eight.py, on a grid over z: what the widgets of lesson 09 compute with.

import { logNormal, logSumExp } from "./numbers.js";

/** @typedef {ReturnType<typeof condition>} Conditioned */

const STEP = 0.005;
const Z = Float64Array.from({ length: 3601 }, (_, k) => -9 + k * STEP);

/**
 * @param {number} z
 * @returns {[number, number]}
 */
export const curveAt = (z) => [2 * Math.cos(0.5 * Math.PI * z), 1.2 * Math.sin(Math.PI * z)];

/**
 * log p(x | z) and log p(z | x) as functions of z, and log p(x).
 *
 * @param {[number, number]} x
 * @param {number} sigma
 */
export function condition(x, sigma) {
  const logLikelihood = (/** @type {number} */ z) => {
    const [a, b] = curveAt(z);
    return logNormal(x[0], a, sigma) + logNormal(x[1], b, sigma);
  };
  const logJoint = (/** @type {number} */ z) => logLikelihood(z) + logNormal(z, 0, 1);
  const logP = logSumExp(Z.map(logJoint)) + Math.log(STEP);
  return { logLikelihood, logPosterior: (/** @type {number} */ z) => logJoint(z) - logP, logP };
}

/**
 * The average of value(z) over q = N(mean, std²), by the grid.
 *
 * @param {number} mean
 * @param {number} std
 * @param {(z: number) => number} value
 */
export function averageOver(mean, std, value) {
  let total = 0;
  for (const z of Z) {
    if (Math.abs(z - mean) < 8 * std) total += Math.exp(logNormal(z, mean, std)) * value(z) * STEP;
  }
  return total;
}

/**
 * The terms of the bound for q = N(mean, std²), in nats.
 *
 * @param {Conditioned} conditioned
 * @param {number} mean
 * @param {number} std
 */
export function boundTerms(conditioned, mean, std) {
  const reconstruction = averageOver(mean, std, conditioned.logLikelihood);
  const klPrior = 0.5 * (std ** 2 + mean ** 2 - 1) - Math.log(std);
  const elbo = reconstruction - klPrior;
  return { reconstruction, klPrior, elbo, gap: conditioned.logP - elbo };
}
