// A GAN with the discriminator's slope at the data held down, models/implicit.py in the page.

/** @import { Kernel } from "./kernel.js" */
/** @import { Random } from "./random.js" */
import { sigmoid } from "../numbers.js";
import { Network } from "./network.js";
import { pick, put, ROWS, softplus } from "./vectors.js";

export class GAN {
  way = "none";
  rate = 1e-3;

  /**
   * @param {Kernel} kernel
   * @param {{ noise: number, penalty: number, width: number }} knobs
   * @param {Random} random
   */
  constructor(kernel, { noise, penalty, width }, random) {
    this.latent = noise;
    this.penalty = penalty;
    this.generator = new Network(kernel, [noise, width, width, 2], "leaky", ROWS).begin(random.uniform);
    this.discriminator = new Network(kernel, [2, width, width, 1], "leaky", ROWS).begin(random.uniform);
    this.blocks = [this.generator, this.discriminator];
    this.push = kernel.take(4 * ROWS);
  }

  /** @param {Random} random */
  noise(random) {
    return random.normal(ROWS * this.latent);
  }

  /**
   * Both players' losses, each with the slope for its own weights.
   *
   * @param {Float32Array} x (rows, 2)
   * @param {Float32Array} noise (rows, noise)
   */
  loss(x, noise) {
    const { generator, discriminator, penalty, push } = this;
    put(noise, this.latent, generator.input, generator.wide.input);
    const fake = generator.forward();
    const judge = (/** @type {(logit: number) => number} */ lose, /** @type {(logit: number) => number} */ slope) => {
      const logit = discriminator.forward();
      let total = 0;
      for (let i = 0; i < ROWS; i++) {
        total += lose(logit[4 * i]) / ROWS;
        discriminator.outputGradient[4 * i] = slope(logit[4 * i]) / ROWS;
      }
      return total;
    };

    put(x, 2, discriminator.input, 4);
    let loss = judge(
      (u) => softplus(-u),
      (u) => -sigmoid(-u),
    );
    discriminator.backward();
    for (let i = 0; i < ROWS; i++) discriminator.outputGradient[4 * i] = 1; // the slope of the logit itself, at x
    const slope = discriminator.backward({ learn: false, toInput: true });
    for (let k = 0; k < slope.length; k++) {
      loss += (0.5 * penalty * slope[k] ** 2) / ROWS;
      push[k] = (penalty * slope[k]) / ROWS;
    }
    discriminator.backwardOfSlope(push);

    discriminator.input.set(fake);
    loss += judge(softplus, sigmoid);
    discriminator.backward();
    // The generator wants the same fakes to be called real; the discriminator's weights learn nothing from that.
    const fooled = judge(
      (u) => softplus(-u),
      (u) => -sigmoid(-u),
    );
    generator.outputGradient.set(discriminator.backward({ learn: false, toInput: true }));
    generator.backward();
    return { loss: loss + fooled, discriminator: loss, generator: fooled };
  }

  /** Noise to points. @param {Float32Array} z (n, noise) */
  decode(z) {
    put(z, this.latent, this.generator.input, this.generator.wide.input);
    return pick(this.generator.forward(), 4, 2, z.length / this.latent);
  }

  /** @param {number} n @param {Random} random */
  sample(n, random) {
    return this.decode(random.normal(n * this.latent));
  }
}
