// A VAE with a Gaussian decoder, models/vae.py in the page.

/** @import { Kernel } from "./kernel.js" */
/** @import { Random } from "./random.js" */
import { LOG_2PI, logSumExp } from "../numbers.js";
import { Network } from "./network.js";
import { ROWS } from "./vectors.js";

export class VAE {
  way = "bound";
  rate = 2e-3;

  /**
   * @param {Kernel} kernel
   * @param {{ latent: number, beta: number, sigma: number, width: number }} knobs
   * @param {Random} random
   */
  constructor(kernel, { latent, beta, sigma, width }, random) {
    this.latent = latent;
    this.beta = beta;
    this.sigma = sigma;
    this.encoder = new Network(kernel, [2, width, width, 2 * latent], "silu", ROWS).begin(random.uniform);
    this.decoder = new Network(kernel, [latent, width, width, 2], "silu", ROWS).begin(random.uniform);
    this.blocks = [this.encoder, this.decoder];
  }

  /** @param {Random} random */
  noise(random) {
    return random.normal(ROWS * this.latent);
  }

  /**
   * Codes z = mean + σ · noise of x, and what the decoder makes of them.
   *
   * @param {Float32Array} x (n, 2)
   * @param {Float32Array} noise (n, latent)
   */
  see(x, noise) {
    const { encoder, decoder, latent } = this;
    for (let i = 0; i < x.length / 2; i++) {
      for (const j of [0, 1]) encoder.input[4 * i + j] = 2 * x[2 * i + j] - 1; // as for pixels
    }
    const code = encoder.forward();
    for (let i = 0; i < x.length / 2; i++) {
      for (let d = 0; d < latent; d++) {
        const spread = Math.exp(0.5 * code[4 * i + latent + d]);
        decoder.input[4 * i + d] = code[4 * i + d] + spread * noise[i * latent + d];
      }
    }
    return { code, mean: decoder.forward() };
  }

  /**
   * log p(x | z) of point i.
   *
   * @param {Float32Array} x
   * @param {Float32Array} mean
   * @param {number} i
   */
  reconstruction(x, mean, i) {
    const square = (x[2 * i] - mean[4 * i]) ** 2 + (x[2 * i + 1] - mean[4 * i + 1]) ** 2;
    return -0.5 * (square / this.sigma ** 2) - LOG_2PI - 2 * Math.log(this.sigma);
  }

  /** KL(q(z | x) ‖ p(z)) of point i. @param {Float32Array} code @param {number} i */
  kl(code, i) {
    let total = 0;
    for (let d = 0; d < this.latent; d++) {
      const [mean, logVar] = [code[4 * i + d], code[4 * i + this.latent + d]];
      total += 0.5 * (Math.exp(logVar) + mean * mean - 1 - logVar);
    }
    return total;
  }

  /**
   * −reconstruction + β · KL, the mean over the batch.
   *
   * @param {Float32Array} x (rows, 2)
   * @param {Float32Array} noise (rows, latent)
   */
  loss(x, noise) {
    const { encoder, decoder, latent, beta, sigma } = this;
    const { code, mean } = this.see(x, noise);
    let [reconstruction, kl] = [0, 0];
    for (let i = 0; i < ROWS; i++) {
      reconstruction += this.reconstruction(x, mean, i) / ROWS;
      kl += this.kl(code, i) / ROWS;
      for (const j of [0, 1]) {
        decoder.outputGradient[4 * i + j] = (mean[4 * i + j] - x[2 * i + j]) / (sigma ** 2 * ROWS);
      }
    }
    const toCode = decoder.backward({ toInput: true });
    for (let i = 0; i < ROWS; i++) {
      for (let d = 0; d < latent; d++) {
        const [m, v] = [4 * i + d, 4 * i + latent + d];
        const spread = Math.exp(0.5 * code[v]);
        const [slope, u] = [toCode[4 * i + d], noise[i * latent + d]];
        encoder.outputGradient[m] = slope + (beta * code[m]) / ROWS;
        encoder.outputGradient[v] = 0.5 * slope * spread * u + (0.5 * beta * (spread * spread - 1)) / ROWS;
      }
    }
    encoder.backward();
    return { loss: beta * kl - reconstruction, kl };
  }

  /**
   * The ELBO and IWAE-K of each point, with K draws.
   *
   * @param {Float32Array} x (n, 2)
   * @param {Random} random
   */
  bounds(x, random, K = 8) {
    const n = x.length / 2;
    /** @type {number[][]} */
    const weights = Array.from({ length: n }, () => []);
    const elbo = new Float32Array(n);
    for (let k = 0; k < K; k++) {
      const noise = random.normal(n * this.latent);
      const { code, mean } = this.see(x, noise);
      for (let i = 0; i < n; i++) {
        const likely = this.reconstruction(x, mean, i);
        let ratio = 0; // log p(z) − log q(z | x); the constants cancel
        for (let d = 0; d < this.latent; d++) {
          const [z, u] = [this.decoder.input[4 * i + d], noise[i * this.latent + d]];
          ratio += 0.5 * (u * u + code[4 * i + this.latent + d] - z * z);
        }
        weights[i].push(likely + ratio);
        elbo[i] += (likely - this.kl(code, i)) / K;
      }
    }
    return { elbo, iwae: Float32Array.from(weights, (all) => logSumExp(all) - Math.log(K)) };
  }

  /** Codes to points: the decoder's means. @param {Float32Array} z (n, latent) */
  decode(z) {
    const n = z.length / this.latent;
    for (let i = 0; i < n; i++) {
      for (let d = 0; d < this.latent; d++) this.decoder.input[4 * i + d] = z[i * this.latent + d];
    }
    const mean = this.decoder.forward();
    return Float32Array.from({ length: 2 * n }, (_, k) => mean[4 * (k >> 1) + (k & 1)]);
  }

  /** @param {number} n @param {Random} random */
  sample(n, random) {
    const noise = random.normal(2 * n);
    return this.decode(random.normal(n * this.latent)).map((value, k) => value + this.sigma * noise[k]);
  }
}
