// Numbers on an axis.

import { clamp } from "./numbers.js";

/** @typedef {[number, number]} Pair  A point, or the low and the high end of a range. */

/**
 * Where a value of one range lies in another.
 *
 * @param {number} value
 * @param {Pair} from
 * @param {Pair} to
 */
export const project = (value, from, to) => to[0] + ((value - from[0]) / (from[1] - from[0])) * (to[1] - to[0]);

/**
 * About `count` round numbers within a range.
 *
 * @param {Pair} range
 * @param {number} count
 */
export function ticksWithin([low, high], count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

/** @param {number} value */
export const tickLabel = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

/**
 * A point moved into the ranges of a chart.
 *
 * @param {{ x: Pair, y: Pair }} ranges
 * @param {Pair} at
 * @returns {Pair}
 */
export const clampTo = ({ x, y }, at) => [clamp(at[0], ...x), clamp(at[1], ...y)];
