// What an image costs an autoregressive model, by laws that were fitted to measured times.

/** @import { Context } from "./shared/page.js" */
/** @import { Pair } from "./shared/scale.js" */
import { makeChoice, makeKey, makeSlider } from "./shared/controls.js";
import { box, listen, make, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/** @typedef {[factor: number, power: number]} Law seconds from sub-pixels */
/**
 * @typedef {object} Traits
 * @property {Record<string, [naive: Law, cached: Law, perQuestion: number]>} laws of each model
 * @property {Record<string, [size: number, seconds: number][][]>} points that were measured
 * @property {string} model
 * @property {number} side
 * @property {boolean} colour
 */

const COLOURS = ["#1870c2", "#b3520e", "#0b7f4f", "#bd388f", "#8c6904", "#7358da"];
/** @type {{ x: Pair, y: Pair }} log10 of sub-pixels and of seconds */
const RANGE = { x: [1.6, 6.7], y: [-4.4, 10.6] };
const YEAR = 86400 * 365.25;
/** @type {[seconds: number, name: string][]} */
const MOMENTS = [
  [1, "a second"],
  [3600, "an hour"],
  [YEAR, "a year"],
];
/** @type {[seconds: number, name: string][]} */
const UNITS = [
  [YEAR, "years"],
  [86400, "days"],
  [3600, "hours"],
  [60, "minutes"],
];

/** @param {number} seconds */
function inWords(seconds) {
  const found = UNITS.find(([size]) => seconds >= size);
  if (!found) return `${Number(seconds.toPrecision(2))} s`;
  const count = seconds / found[0];
  return `${count >= 10 ? Math.round(count).toLocaleString("en") : count.toFixed(1)} ${found[1]}`;
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [laws, points] = read(model, "laws", "points");
  const names = Object.keys(laws);
  const colourOf = (/** @type {number} */ k) => COLOURS[k % COLOURS.length];
  const root = makeRoot(el, "What an image costs");
  const models = makeChoice("Model", names, (k) => write(model, { model: names[k] }));
  const kinds = makeChoice("Grey or colour", ["grey", "colour"], (k) => write(model, { colour: k === 1 }));
  const say = (/** @type {number} */ power) => `${2 ** power} × ${2 ** power}`;
  const range = { min: 3, max: 10, step: 1, value: Math.log2(model.get("side")), say };
  const side = makeSlider("side of the image", range, (power) => write(model, { side: 2 ** power }));
  const label = "Seconds for one image against its sub-pixels, both on logarithmic scales";
  const chart = makeChart(label, { ...RANGE, xTicks: false, yTicks: false, height: 320 });
  for (const [seconds, word] of MOMENTS) {
    const height = Math.log10(seconds);
    /** @type {Pair[]} */
    const level = RANGE.x.map((x) => [x, height]);
    chart.curve({ colour: "var(--gc-line)", weight: 1 }).set(level);
    chart.note({ colour: "var(--gc-soft)" }).set({ at: [RANGE.x[0] + 0.03, height + 0.15], text: word });
  }
  for (const power of [2, 3, 4, 5, 6]) {
    const text = (10 ** power).toLocaleString("en", { notation: "compact" });
    chart.note({ anchor: "middle", colour: "var(--gc-soft)" }).set({ at: [power, RANGE.y[0] - 0.9], text });
  }
  // Naive laws are dashed; the chosen model's pair is drawn strongly on top.
  const pairOf = (/** @type {number} */ k, /** @type {number} */ weight, /** @type {string} */ dash) =>
    [dash, ""].map((each) => chart.curve({ colour: colourOf(k), weight, dash: each }));
  const faint = names.map((_, k) => pairOf(k, 1, "5 4"));
  const chosen = names.map((_, k) => pairOf(k, 3, "7 4"));
  const measured = chart.dots({ radius: 3 });
  const cursor = chart.curve({ colour: "currentColor", weight: 1, dash: "2 3" });
  const marks = chart.dots({ radius: 6 });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  root.append(
    box("gc-bar gc-section", models.row, kinds.row),
    side.row,
    chart.svg,
    makeKey(names.map((name, k) => [name, colourOf(k)])),
    readout,
  );

  const ends = [64, 3 * 1024 ** 2];
  /** @type {(law: Law) => Pair[]} */
  const line = ([a, b]) => ends.map((n) => [Math.log10(n), Math.log10(a) + b * Math.log10(n)]);
  const lawsOf = (/** @type {string} */ name) => [laws[name][0], laws[name][1]];
  names.forEach((name, k) => {
    lawsOf(name).forEach((law, way) => {
      faint[k][way].set(line(law));
    });
  });
  const draw = () => {
    const [name, width, coloured] = read(model, "model", "side", "colour");
    const k = names.indexOf(name);
    const n = width ** 2 * (coloured ? 3 : 1);
    const [slow, fast] = lawsOf(name).map(([a, b]) => a * n ** b);
    models.mark(k);
    kinds.mark(coloured ? 1 : 0);
    side.set(Math.log2(width));
    chosen.forEach((pair, other) => {
      pair.forEach((curve, way) => {
        curve.set(other === k ? line(lawsOf(name)[way]) : []);
      });
    });
    const seen = (points[name] ?? []).flat();
    measured.set(seen.map(([size, seconds]) => ({ x: Math.log10(size), y: Math.log10(seconds), colour: colourOf(k) })));
    const at = Math.log10(n);
    cursor.set(RANGE.y.map((y) => [at, y]));
    marks.set([slow, fast].map((seconds) => ({ x: at, y: Math.log10(seconds), colour: "currentColor" })));
    const questions = Math.floor(n / laws[name][2]).toLocaleString("en");
    tell(
      readout,
      `${width} × ${width} ${coloured ? "in colour" : "grey"}: ${n.toLocaleString("en")} sub-pixels, ` +
        `${questions} questions one after another\n` +
        `naive (dashed) ${inWords(slow)}   cached (solid) ${inWords(fast)}   ` +
        `${Math.round(slow / fast).toLocaleString("en")} times\n` +
        "dots were measured; the lines beyond them are the fitted law",
    );
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["model", "side", "colour"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
