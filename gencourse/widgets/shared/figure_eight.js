// The model of models/figure_eight.py, on a grid over z: what the widgets of lesson 09 compute with.

const STEP = 0.005;
const Z = Float64Array.from({ length: 3601 }, (_, k) => -9 + k * STEP);
const LOG_2PI = Math.log(2 * Math.PI);

const curveAt = (z) => [2 * Math.cos(0.5 * Math.PI * z), 1.2 * Math.sin(Math.PI * z)];
const logNormal = (z, mean, std) => -0.5 * (((z - mean) / std) ** 2 + LOG_2PI) - Math.log(std);

function logSumExp(values) {
  const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

// log p(x | z) and log p(z | x) as functions of z, log p(x), and the posterior's density on the grid.
function condition(x, sigma) {
  const logLikelihood = (z) => {
    const [a, b] = curveAt(z);
    return -0.5 * ((x[0] - a) ** 2 + (x[1] - b) ** 2) / sigma ** 2 - LOG_2PI - 2 * Math.log(sigma);
  };
  const logJoint = (z) => logLikelihood(z) + logNormal(z, 0, 1);
  const logP = logSumExp(Z.map(logJoint)) + Math.log(STEP);
  const logPosterior = (z) => logJoint(z) - logP;
  return { logLikelihood, logPosterior, logP, posterior: Z.map((z) => Math.exp(logPosterior(z))) };
}

// The average of value(z) over q = N(mean, std²), by the grid.
function averageOver(mean, std, value) {
  let sum = 0;
  for (const z of Z) if (Math.abs(z - mean) < 8 * std) sum += Math.exp(logNormal(z, mean, std)) * value(z) * STEP;
  return sum;
}

// The terms of the bound for q = N(mean, std²), in nats.
function boundTerms(conditioned, mean, std) {
  const reconstruction = averageOver(mean, std, conditioned.logLikelihood);
  const klPrior = 0.5 * (std ** 2 + mean ** 2 - 1) - Math.log(std);
  const elbo = reconstruction - klPrior;
  return { reconstruction, klPrior, elbo, gap: conditioned.logP - elbo };
}

const nats = (value) => `${signed(value)} nats`;
