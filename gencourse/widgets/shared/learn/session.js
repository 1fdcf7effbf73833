// One model that learns: its steps, its curves, and all that a page shows of it.

/** @import { Kernel } from "./kernel.js" */
/** @import { Choice } from "./setting.js" */
import { logSumExp, spaced } from "../numbers.js";
import { makeCover } from "./cover.js";
import { makeModel } from "./families.js";
import { Random } from "./random.js";
import { REACH } from "./setting.js";
import { ROWS } from "./vectors.js";

export const GRID = 48; // cells of the heat map along a side
const CELL = (2 * REACH) / GRID;
const SAMPLES = 512;
const MESH = 41; // points of a line of the plane of codes
const LINES = 13;
// Streams of random numbers that have nothing to do with those the points were drawn by.
const [TRAINING, JUDGING, DRAWING] = [0x51ed270b, 0x2545f491, 0x7f4a7c15];

/** @typedef {{ step: number, train: number, held: number }} Measure */
/**
 * @typedef {object} View
 * @property {number} step
 * @property {number} seconds
 * @property {string} way "exact", "bound", "grid" or "none"
 * @property {Float32Array} samples (512, 2)
 * @property {Float32Array[]} path a diffusion's samples after each of its steps
 * @property {Float32Array[]} mesh lines of the plane of codes, each (33, 2)
 * @property {Float32Array | null} density log p at the middles of the cells, from the upper left one
 * @property {Measure[]} curve
 * @property {{ gap?: number, kl?: number, nothing: number, missed: number, parts: number }} figures
 */

/** The middles of the heat map's cells, from the upper left one. */
const MIDDLES = Float32Array.from({ length: 2 * GRID * GRID }, (_, k) => {
  const cell = k >> 1;
  return k % 2 ? REACH - (Math.floor(cell / GRID) + 0.5) * CELL : ((cell % GRID) + 0.5) * CELL - REACH;
});

export class Session {
  /**
   * @param {Choice} choice
   * @param {{ train: Float32Array, held: Float32Array }} data
   * @param {number} seed
   * @param {Kernel} kernel
   */
  constructor(choice, data, seed, kernel) {
    this.data = data;
    this.random = new Random(seed + TRAINING);
    this.model = makeModel(choice, kernel, data.train, this.random);
    this.cover = makeCover(data, new Random(JUDGING));
    this.byEM = choice.name === "mixture";
    this.step = 0;
    this.seconds = 0;
    this.terms = { loss: 0 };
    /** @type {Measure[]} */
    this.curve = [];
    this.next = 0; // the step at which the curves are measured again
    this.measure();
  }

  /** One step of training. */
  advance() {
    const { model, random } = this;
    if (this.byEM) model.step();
    else {
      this.terms = model.loss(random.batch(this.data.train, ROWS), model.noise(random));
      for (const block of model.blocks) block.learn(model.rate);
    }
    this.step += 1;
    if (this.step >= this.next) this.measure();
  }

  /** A point more of each curve: nats a point, or of a model without a density what it has: its losses. */
  measure() {
    this.next = this.step + Math.max(this.byEM ? 1 : 20, Math.floor(this.step / 25));
    const { train, held } = this.data;
    const [a, b] = this.model.generator ? this.players() : [this.score(train), this.score(held)];
    this.curve.push({ step: this.step, train: a, held: b });
  }

  players() {
    const { discriminator = Math.log(4), generator = Math.log(2) } = /** @type {any} */ (this.terms);
    return [discriminator, generator];
  }

  /** Nats a point of the first points, the same each time; of a diffusion, its loss with the same noise. @param {Float32Array} points */
  score(points) {
    const { model } = this;
    const x = points.subarray(0, 2 * ROWS);
    const mean = (/** @type {Float32Array} */ all) => all.reduce((sum, value) => sum + value, 0) / all.length;
    if (model.way === "exact") return mean(model.logProb(x));
    if (model.way === "bound") return mean(model.bounds(x, new Random(JUDGING)).elbo);
    if (model.way === "grid") return mean(model.logProb(x)) - this.logMass();
    const random = new Random(JUDGING);
    const { loss } = model.loss(random.batch(points, ROWS), model.noise(random));
    for (const block of model.blocks) block.gradient.fill(0);
    return loss;
  }

  /** The logarithm of the mass that an unnormalised density has in the plane that is shown. */
  logMass() {
    const cells = [];
    for (let k = 0; k < MIDDLES.length; k += 2 * ROWS)
      cells.push(...this.model.logProb(MIDDLES.subarray(k, k + 2 * ROWS)));
    return logSumExp(cells) + 2 * Math.log(CELL);
  }

  /**
   * All that is shown, in pieces of about a millisecond.
   *
   * @param {string[]} layers what of it is wanted
   * @returns {Generator<void, View>}
   */
  *view(layers) {
    const { model, cover } = this;
    const random = new Random(DRAWING); // the same noise each time: samples move as the model does, and do not flicker
    const samples = new Float32Array(2 * SAMPLES);
    /** @type {Float32Array[]} */
    let path = [];
    for (let k = 0; k < SAMPLES; k += ROWS) {
      if (model.trajectory) {
        const way = model.trajectory(ROWS, random);
        path = way.map((/** @type {Float32Array} */ x, /** @type {number} */ t) => join(path[t], x));
        samples.set(way[way.length - 1], 2 * k);
      } else samples.set(model.sample(ROWS, random), 2 * k);
      yield;
    }
    const density = model.way !== "none" && layers.includes("density") ? yield* this.heat() : null;
    const mesh = model.decode && layers.includes("codes") ? yield* this.bend() : [];
    const figures = { ...this.gap(), ...cover(samples) };
    yield;
    const { step, seconds, curve } = this;
    return { step, seconds, way: model.way, samples, path, mesh, density, curve: curve.slice(), figures };
  }

  /** @returns {Generator<void, Float32Array>} log p, or its bound, of each cell */
  *heat() {
    const { model } = this;
    const heat = new Float32Array(GRID * GRID);
    for (let k = 0; k < heat.length; k += ROWS) {
      const x = MIDDLES.subarray(2 * k, 2 * (k + ROWS));
      heat.set(model.way === "bound" ? model.bounds(x, new Random(JUDGING), 2).elbo : model.logProb(x), k);
      yield;
    }
    if (model.way !== "grid") return heat;
    const mass = logSumExp(heat) + 2 * Math.log(CELL);
    return heat.map((value) => value - mass);
  }

  /** @returns {Generator<void, Float32Array[]>} lines of equal codes, bent into the data */
  *bend() {
    const latent = this.model.latent ?? 2;
    if (latent > 2) return [];
    const along = spaced(-2.4, 2.4, MESH);
    const across = spaced(-2.4, 2.4, LINES);
    const codes = latent === 1 ? [along] : [false, true].flatMap((turned) => grid(along, across, turned));
    /** @type {number[]} */
    const points = [];
    const all = Float32Array.from(codes.flat());
    for (let k = 0; k < all.length; k += latent * ROWS) {
      points.push(...this.model.decode(all.subarray(k, k + latent * ROWS)));
      yield;
    }
    return codes.map((_, l) => Float32Array.from(points.slice(2 * MESH * l, 2 * MESH * (l + 1))));
  }

  /** Of a bound, how far at least it lies below log p on average, and the KL. */
  gap() {
    if (this.model.way !== "bound") return {};
    const { elbo, iwae } = this.model.bounds(this.data.held.subarray(0, 2 * ROWS), new Random(JUDGING), 32);
    let total = 0;
    for (let i = 0; i < elbo.length; i++) total += iwae[i] - elbo[i];
    return { gap: total / elbo.length, kl: /** @type {any} */ (this.terms).kl ?? 0 };
  }
}

/**
 * Lines of codes, one for each number across: all of one coordinate, or turned, all of the other.
 *
 * @param {number[]} along
 * @param {number[]} across
 * @param {boolean} turned
 */
const grid = (along, across, turned) => across.map((at) => along.flatMap((u) => (turned ? [at, u] : [u, at])));

/** @param {Float32Array | undefined} a @param {Float32Array} b */
function join(a, b) {
  const both = new Float32Array((a?.length ?? 0) + b.length);
  if (a) both.set(a);
  both.set(b, a?.length ?? 0);
  return both;
}
