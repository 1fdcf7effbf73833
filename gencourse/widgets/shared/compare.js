// How a prediction fared: what the reader said beside what came out.

import { sayNumber } from "./answers.js";

/**
 * @typedef {object} Prediction
 * @property {"number" | "choice" | "order" | "curve"} kind
 * @property {string} question
 * @property {string} why
 * @property {string} [unit]
 * @property {number} low of a number's slider
 * @property {number} high
 * @property {boolean} [log]
 * @property {string[]} choices
 * @property {string[]} items
 * @property {[number, number]} x of a curve's axes
 * @property {[number, number]} y
 * @property {string} xlabel
 * @property {string} ylabel
 */

const ORDERS = ["", "one order", "two orders", "three orders", "four orders", "five orders", "six orders"];

/**
 * Whether the prediction was near enough, and a sentence. Near is: a number within a factor of 2 on a logarithmic scale and
 * within a tenth of a linear one; a choice or an order that is the right one; a curve within a tenth of its axis on average.
 *
 * @param {Prediction} spec
 * @param {any} said
 * @param {any} result
 * @returns {{ near: boolean, words: string }}
 */
export function compare(spec, said, result) {
  return HOW[spec.kind](spec, said, result);
}

/** @type {Record<string, (spec: Prediction, said: any, result: any) => { near: boolean, words: string }>} */
const HOW = {
  number: ({ log = false, low, high, unit = "" }, /** @type {number} */ said, /** @type {number} */ result) => {
    const [yours, theirs] = [`${sayNumber(said)} ${unit}`.trim(), `${sayNumber(result)} ${unit}`.trim()];
    const factor = said > 0 && result > 0 ? Math.max(said / result, result / said) : Number.POSITIVE_INFINITY;
    const near = log ? factor <= 2 : Math.abs(said - result) <= (high - low) / 10;
    return { near, words: `You said ${yours}; it is ${theirs}: ${apart(said, result, log ? factor : 0, near)}.` };
  },
  choice: ({ choices }, /** @type {number} */ said, /** @type {number} */ result) => {
    const near = said === result;
    return {
      near,
      words: near ? `You said: ${choices[said]} So it is.` : `You said: ${choices[said]} It is: ${choices[result]}`,
    };
  },
  order: ({ items }, /** @type {number[]} */ said, /** @type {number[]} */ result) => {
    const inPlace = said.filter((item, k) => item === result[k]).length;
    const near = inPlace === items.length;
    const found = result.map((k) => items[k]).join(" · ");
    return {
      near,
      words: near
        ? `As you said: ${found}.`
        : `It is: ${found}. ${inPlace} of your ${items.length} stand in their places.`,
    };
  },
  curve: ({ y, unit = "" }, /** @type {number[]} */ said, /** @type {number[]} */ result) => {
    const off = result.reduce((sum, value, k) => sum + Math.abs(value - said[k]), 0) / result.length;
    const near = off <= Math.abs(y[1] - y[0]) / 10;
    const amount = `${sayNumber(off)} ${unit}`.trim();
    return { near, words: `Your sketch lies ${amount} from what was measured, on average.` };
  },
};

/**
 * @param {number} said
 * @param {number} result
 * @param {number} factor 0 on a linear scale
 * @param {boolean} near
 */
function apart(said, result, factor, near) {
  if (near) return "near enough to have understood it";
  const direction = said < result ? "too low" : "too high";
  if (!factor || !Number.isFinite(factor)) return `${sayNumber(Math.abs(said - result))} ${direction}`;
  const orders = Math.floor(Math.log10(factor) + 0.15);
  if (orders < 1) return `${sayNumber(factor)} times ${direction}`;
  const many = ORDERS[orders] ?? `${orders} orders`;
  return `${many} of magnitude ${direction}`;
}
