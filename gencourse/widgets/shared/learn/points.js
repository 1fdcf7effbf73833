// Points in the plane to learn from, the same in Python (points.py beside this).

import { Random } from "./random.js";

const turn = (/** @type {number} */ radius, /** @type {number} */ angle) => [
  radius * Math.cos(angle),
  radius * Math.sin(angle),
];

/**
 * The place on a shape that two uniform numbers mean.
 *
 * @type {Record<string, (u: number, v: number) => number[]>}
 */
export const SHAPES = {
  moons: (u, v) => {
    const side = u < 0.5 ? 1 : -1;
    return [side * (1.4 * Math.cos(Math.PI * v) - 0.7), side * (1.4 * Math.sin(Math.PI * v) - 0.4)];
  },
  gaussians: (u) => turn(1.8, (Math.PI / 4) * Math.floor(8 * u)),
  ring: (u) => turn(1.6, 2 * Math.PI * u),
  checkerboard: (u, v) => {
    const column = Math.floor(4 * u);
    const row = 2 * Math.floor(2 * v) + (column % 2);
    return [column + ((4 * u) % 1) - 2, row + ((2 * v) % 1) - 2];
  },
  spiral: (u) => turn(0.18 * 3.5 * Math.PI * Math.sqrt(u), 3.5 * Math.PI * Math.sqrt(u)),
};

/**
 * n points of a shape, (n, 2); `noise` is the standard deviation of what is added to each coordinate.
 *
 * @param {string} name
 * @param {number} n
 * @param {number} noise
 * @param {number} seed
 */
export function drawPoints(name, n, noise, seed) {
  const random = new Random(seed);
  const places = Array.from({ length: n }, () => SHAPES[name](random.uniform(), random.uniform()));
  return random.normal(2 * n).map((value, k) => places[k >> 1][k & 1] + noise * value);
}
