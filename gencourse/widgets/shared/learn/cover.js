// How well samples cover data: the mass that lies on nothing, and the parts of the data that are missed.

/** @import { Random } from "./random.js" */
import { farApart, nearest } from "./mixture.js";

const PARTS = 8;
const LEAST = 0.2; // of its share of the data: a part with fewer of the samples is missed

/**
 * The squared distance to the nearest of some points.
 *
 * @param {Float32Array} points
 * @param {number} x
 * @param {number} y
 */
function toNearest(points, x, y) {
  let least = Infinity;
  for (let k = 0; k < points.length; k += 2) {
    least = Math.min(least, (points[k] - x) ** 2 + (points[k + 1] - y) ** 2);
  }
  return least;
}

/**
 * The middles of eight parts of the points, by k-means: of eight Gaussians they are the modes.
 *
 * @param {Float32Array} points
 * @param {Random} random
 */
function middles(points, random) {
  let centres = farApart(points, PARTS, random);
  for (let round = 0; round < 12; round++) {
    const sums = centres.map(() => [0, 0, 0]);
    for (let k = 0; k < points.length; k += 2) {
      const part = sums[nearest(centres, points[k], points[k + 1])];
      [part[0], part[1], part[2]] = [part[0] + points[k], part[1] + points[k + 1], part[2] + 1];
    }
    centres = sums.map(([x, y, n], k) => (n ? [x / n, y / n] : centres[k]));
  }
  return centres;
}

/**
 * The share of the points that belongs to each part.
 *
 * @param {number[][]} centres
 * @param {Float32Array} points
 */
function shares(centres, points) {
  const found = centres.map(() => 0);
  for (let k = 0; k < points.length; k += 2) found[nearest(centres, points[k], points[k + 1])] += 2 / points.length;
  return found;
}

/**
 * A judge of samples. A sample lies on nothing if it is farther from the nearest point of the data than all but one in
 * a hundred of the held-out points are from the others, and half as far again.
 *
 * @param {{ train: Float32Array, held: Float32Array }} data
 * @param {Random} random
 */
export function makeCover({ train, held }, random) {
  const distances = Array.from({ length: held.length / 2 }, (_, i) => toNearest(train, held[2 * i], held[2 * i + 1]));
  distances.sort((a, b) => a - b);
  const far = 1.5 ** 2 * Math.max(distances[Math.floor(0.99 * (distances.length - 1))], 0.01);
  const centres = middles(train, random);
  const wanted = shares(centres, train);
  return (/** @type {Float32Array} */ samples) => {
    let nothing = 0;
    for (let k = 0; k < samples.length; k += 2) {
      const near = Math.min(toNearest(train, samples[k], samples[k + 1]), toNearest(held, samples[k], samples[k + 1]));
      if (!(near <= far)) nothing += 2 / samples.length;
    }
    const missed = shares(centres, samples).filter((share, k) => share < LEAST * wanted[k]).length;
    return { nothing, missed, parts: PARTS };
  };
}
