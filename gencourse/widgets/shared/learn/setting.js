// What a playground is set to, as a line of text that can be copied: setting.py beside this reads and writes the same.
//
//   moons n=400 noise=0.1 seed=1 | flow layers=6 width=64 | vae latent=2 beta=1 sigma=0.2 width=64

import { clamp } from "../numbers.js";
import { drawPoints, SHAPES } from "./points.js";

/** @typedef {Record<string, number>} Knobs */
/** @typedef {{ name: string, knobs: Knobs }} Choice  A family and what its knobs are set to. */
/** @typedef {{ data: string, n: number, noise: number, seed: number, own: string, models: Choice[] }} Setting */
/**
 * @typedef {object} Family
 * @property {string} name
 * @property {string} title
 * @property {string} words
 * @property {{ name: string, title: string, choices: number[], names: string[], value: number }[]} knobs
 */

export const REACH = 2.6; // the plane that is shown: from −2.6 to 2.6
const STEPS = 36 ** 2 - 1;

/** @param {Family} family */
export const defaults = (family) => Object.fromEntries(family.knobs.map(({ name, value }) => [name, value]));

/** @param {Setting} setting */
export function textOf({ data, n, noise, seed, own, models }) {
  const source = data === "own" ? `own seed=${seed} own=${own}` : `${data} n=${n} noise=${noise} seed=${seed}`;
  const parts = models.map(({ name, knobs }) => {
    return [name, ...Object.entries(knobs).map(([key, value]) => `${key}=${value}`)].join(" ");
  });
  return [source, ...parts].join(" | ");
}

/**
 * A setting from its text. What cannot be read throws an Error that says what is allowed.
 *
 * @param {string} text
 * @param {Family[]} families
 * @returns {Setting}
 */
export function settingOf(text, families) {
  const [first, ...others] = text.split("|").map((part) => part.trim().split(/\s+/));
  const pairs = (/** @type {string[]} */ words) => Object.fromEntries(words.map((word) => word.split("=")));
  const { n = 400, noise = 0.1, seed = 1, own = "" } = pairs(first.slice(1));
  const data = first[0];
  if (!(data in SHAPES || data === "own")) {
    throw new Error(`“${data}” is no data: allowed are ${Object.keys(SHAPES).join(", ")} and own`);
  }
  if (data === "own" && !/^([0-9a-z]{4}){8,}$/i.test(own)) throw new Error("own= takes eight points or more");
  const numbers = [n, noise, seed].map(Number);
  if (!numbers.every(Number.isFinite)) throw new Error("n, noise and seed are numbers");
  if (others.length < 1 || others.length > 2) throw new Error("allowed are one or two families after the data");
  const models = others.map(([name, ...words]) => {
    const family = families.find((each) => each.name === name);
    if (!family) throw new Error(`“${name}” is no family: allowed are ${families.map((each) => each.name).join(", ")}`);
    const knobs = defaults(family);
    for (const [key, value] of Object.entries(pairs(words))) {
      const choices = family.knobs.find((knob) => knob.name === key)?.choices;
      if (!choices?.includes(Number(value))) {
        throw new Error(`${name} takes no ${key}=${value}: allowed are ${choices?.join(", ") ?? Object.keys(knobs)}`);
      }
      knobs[key] = Number(value);
    }
    return { name, knobs };
  });
  return {
    data,
    n: clamp(Math.round(numbers[0]), 8, 4000),
    noise: clamp(numbers[1], 0, 1),
    seed: clamp(Math.round(numbers[2]), 0, 2 ** 32 - 1),
    own,
    models,
  };
}

/** Points (N, 2) -> four characters a point. @param {ArrayLike<number>} points */
export function encoded(points) {
  const step = (/** @type {number} */ value) =>
    Math.round(((clamp(value, -REACH, REACH) + REACH) / (2 * REACH)) * STEPS);
  return Array.from(points, (value) => step(value).toString(36).padStart(2, "0")).join("");
}

/** @param {string} text */
export function decoded(text) {
  const at = (/** @type {number} */ k) => Number.parseInt(text.slice(2 * k, 2 * k + 2), 36);
  return Float32Array.from({ length: text.length / 2 }, (_, k) => (at(k) / STEPS) * 2 * REACH - REACH);
}

/**
 * Points to learn from and points held out: of a shape n of each, of one's own every fourth is held out.
 *
 * @param {Setting} setting
 */
export function pointsOf({ data, n, noise, seed, own }) {
  if (data !== "own") {
    const both = drawPoints(data, 2 * n, noise, seed);
    return { train: both.slice(0, 2 * n), held: both.slice(2 * n) };
  }
  const all = decoded(own);
  const some = (/** @type {boolean} */ held) => all.filter((_, k) => ((k >> 1) % 4 === 3) === held);
  return { train: some(false), held: some(true) };
}
