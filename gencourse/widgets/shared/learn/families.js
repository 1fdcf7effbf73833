// The families by name.

/** @import { Kernel } from "./kernel.js" */
/** @import { Random } from "./random.js" */
import { Autoregressive } from "./autoregressive.js";
import { Diffusion } from "./diffusion.js";
import { Energy } from "./energy.js";
import { Flow } from "./flow.js";
import { GAN } from "./gan.js";
import { Mixture } from "./mixture.js";
import { VAE } from "./vae.js";

export const NETWORKS = {
  autoregressive: Autoregressive,
  flow: Flow,
  vae: VAE,
  gan: GAN,
  diffusion: Diffusion,
  energy: Energy,
};

/**
 * @param {{ name: string, knobs: any }} choice
 * @param {Kernel} kernel
 * @param {Float32Array} train
 * @param {Random} random
 * @returns {any}
 */
export function makeModel({ name, knobs }, kernel, train, random) {
  if (name === "mixture") return new Mixture(knobs, train, random);
  return new NETWORKS[/** @type {keyof typeof NETWORKS} */ (name)](kernel, knobs, random);
}
