// A mixture of bells to drag; the area under their sum is measured on the curve itself.

/** @import { Context } from "./shared/page.js" */
import { clamp, logNormal, signed, spaced, sum } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/**
 * @typedef {object} Traits
 * @property {number[]} means
 * @property {number[]} scales
 * @property {number[]} weights they sum to 1
 * @property {{ extent: number, scales: [number, number] }} limits
 * @property {string[]} colours
 */

const LEAST_WEIGHT = 0.01;
const TOP = 1.2;

/**
 * @param {number} x
 * @param {number} mean
 * @param {number} scale
 * @param {number} weight
 */
const bell = (x, mean, scale, weight) => weight * Math.exp(logNormal(x, mean, scale));

/**
 * The area under f from low to high, by the trapezoidal rule with n strips.
 *
 * @param {(x: number) => number} f
 * @param {number} low
 * @param {number} high
 */
function areaUnder(f, low, high, n = 4000) {
  const inside = sum(spaced(low, high, n + 1).map(f));
  return (inside - (f(low) + f(high)) / 2) * ((high - low) / n);
}

/**
 * The weights after the k-th is set to `wanted`: the others keep their proportions.
 *
 * @param {number[]} weights
 * @param {number} k
 * @param {number} wanted
 */
function reweighted(weights, k, wanted) {
  if (weights.length < 2) return weights;
  const least = Math.min(LEAST_WEIGHT, ...weights); // a light bell may stay as light as it is
  const weight = clamp(wanted, least, 1 - LEAST_WEIGHT);
  return weights.map((w, m) => (m === k ? weight : (w * (1 - weight)) / (1 - weights[k])));
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const { extent, scales: widths } = model.get("limits");
  const [means, scales, weights, colours] = read(model, "means", "scales", "weights", "colours");
  const bells = means.map((_, k) => k);
  const at = (/** @type {number} */ k) => ({
    mean: model.get("means")[k],
    scale: model.get("scales")[k],
    weight: model.get("weights")[k],
  });
  const one = (/** @type {number} */ x, /** @type {number} */ k) => {
    const { mean, scale, weight } = at(k);
    return bell(x, mean, scale, weight);
  };
  const p = (/** @type {number} */ x) => sum(bells.map((k) => one(x, k)));
  // The knobs of a bell go where the model has them at once after a move: the next key may come before the frame.
  const save = (/** @type {number} */ k, /** @type {Partial<Traits>} */ traits) => {
    write(model, traits);
    place(k);
  };

  const root = makeRoot(el, "A density on the line, made of bells");
  const chart = makeChart("The density p(x)", {
    x: [-extent, extent],
    y: [0, TOP],
    xLabel: "x",
    yLabel: "p(x)",
    height: 270,
  });
  const total = chart.curve({ colour: "var(--gc-accent)", fill: true, weight: 2.5 });
  const colourOf = (/** @type {number} */ k) => colours[(k + 1) % colours.length];
  const parts = bells.map((k) => chart.curve({ colour: colourOf(k), dash: "5 4", weight: 1.5 }));
  const peaks = bells.map((k) =>
    chart.handle({
      label: `Bell ${k + 1}: mean and weight`,
      colour: colourOf(k),
      step: [0.1, 0.02],
      say: () => `mean ${signed(at(k).mean)}, weight ${at(k).weight.toFixed(2)}`,
      move: ([x, y]) =>
        save(k, {
          means: model.get("means").with(k, clamp(x, -extent, extent)),
          weights: reweighted(model.get("weights"), k, y / bell(0, 0, at(k).scale, 1)),
        }),
    }),
  );
  const flanks = bells.map((k) =>
    chart.handle({
      label: `Bell ${k + 1}: width`,
      colour: "var(--gc-paper)",
      ring: colourOf(k),
      radius: 6,
      step: [0.05, 0],
      say: () => `standard deviation ${at(k).scale.toFixed(2)}`,
      move: ([x]) => save(k, { scales: model.get("scales").with(k, clamp(x - at(k).mean, ...widths)) }),
    }),
  );
  const place = (/** @type {number} */ k) => {
    const { mean, scale } = at(k);
    peaks[k].set([mean, one(mean, k)]);
    flanks[k].set([mean + scale, one(mean + scale, k)]);
  };
  const readout = make("output", { class: "gc-readout gc-area" });
  root.append(
    chart.svg,
    box(
      "gc-bar",
      readout,
      box(
        "gc-buttons",
        makeButton("Reset", () => write(model, { means, scales, weights }), "gc-reset"),
      ),
    ),
    box(
      "gc-hint",
      "Full knobs: sideways the mean, upwards the weight. Hollow knobs: the width. Or Tab to a knob and use the arrow keys.",
    ),
  );

  const grid = spaced(-extent, extent, 401);
  const ask = oncePerFrame(() => {
    total.set(grid.map((x) => [x, p(x)]));
    for (const k of bells) {
      parts[k].set(grid.map((x) => [x, one(x, k)]));
      place(k);
    }
    const highest = Math.max(...grid.map(p));
    tell(readout, `area ${areaUnder(p, -25, 25).toFixed(4)}   highest p(x) ${highest.toFixed(2)}`);
  });
  const stop = listen(model, ["means", "scales", "weights"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
