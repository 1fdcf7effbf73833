// Steps through a derivation: the lines so far, and the terms of the current one as bars.

/** @import { Conditioned } from "./shared/figure_eight.js" */
/** @import { Context } from "./shared/page.js" */
/** @import { Pair } from "./shared/scale.js" */
import { makeSlider } from "./shared/controls.js";
import { averageOver, condition } from "./shared/figure_eight.js";
import { clamp, logNormal, signed, spaced, sum } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/** @typedef {keyof typeof COLOUR} Key */
/** @typedef {{ key: Key, sign: "+" | "-", formula: string }} Term its formula is MathML */
/** @typedef {{ terms: Term[], averaged: boolean, why: string }} Line */
/**
 * @typedef {object} Traits
 * @property {number} sigma
 * @property {Pair} x
 * @property {number} mean of q
 * @property {number} spread of q
 * @property {number} z
 * @property {number} line
 * @property {Line[]} lines
 */

const COLOUR = {
  logP: "#7d8590",
  likelihood: "#1870c2",
  prior: "#8c6904",
  posterior: "#0b7f4f",
  q: "#7358da",
  toPrior: "#b3520e",
  toPosterior: "#bd388f",
};
const SUM = "#7d8590";
const BREADTH = 0.55; // of a bar, in terms

/**
 * What each term is worth at z, in nats.
 *
 * @param {Conditioned} conditioned
 * @param {number} mean of q
 * @param {number} std of q
 * @returns {Record<Key, (z: number) => number>}
 */
export function valuesAt(conditioned, mean, std) {
  const q = (/** @type {number} */ z) => logNormal(z, mean, std);
  const prior = (/** @type {number} */ z) => logNormal(z, 0, 1);
  return {
    logP: () => conditioned.logP,
    likelihood: conditioned.logLikelihood,
    prior,
    posterior: conditioned.logPosterior,
    q,
    toPrior: (z) => q(z) - prior(z),
    toPosterior: (z) => q(z) - conditioned.logPosterior(z),
  };
}

/**
 * A hatched bar as one line: around its edge, and then to and fro between its sides.
 *
 * @param {number} x of its middle
 * @param {number} breadth
 * @param {number} low
 * @param {number} high
 * @returns {Pair[]}
 */
export function hatched(x, breadth, low, high) {
  const [left, right] = [x - breadth / 2, x + breadth / 2];
  const strokes = spaced(low, high, 8).map((y, k) => /** @type {Pair} */ ([k % 2 ? right : left, y]));
  return [[left, low], [right, low], [right, high], [left, high], ...strokes];
}

/**
 * A line of the derivation; what is new in the current one is marked.
 *
 * @param {Line[]} lines
 * @param {number} number
 * @param {number} current
 */
function makeLine(lines, number, current) {
  const line = lines[number];
  const before = number ? lines[number - 1].terms.map((term) => term.sign + term.formula) : [];
  const terms = line.terms.flatMap((term, k) => {
    const fresh = number === current && !before.includes(term.sign + term.formula);
    const formula = make("span", { class: fresh ? "gc-term gc-new" : "gc-term" });
    formula.innerHTML = term.formula;
    const sign = term.sign === "-" ? "−" : k ? "+" : "";
    return sign ? [make("span", {}, sign), formula] : [formula];
  });
  const relation = number === lines.length - 1 ? "≥" : number ? "=" : "";
  const why = number === current ? [make("p", { class: "gc-why" }, line.why)] : [];
  const about = { "aria-current": number === current ? "step" : null };
  return make("li", about, make("span", {}, relation), box("gc-sum", ...terms), ...why);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [lines, mean, spread] = read(model, "lines", "mean", "spread");
  const last = lines.length - 1;
  const conditioned = condition(model.get("x"), model.get("sigma"));
  const functions = valuesAt(conditioned, mean, spread);
  const averageOf = (/** @type {Key} */ key) => averageOver(mean, spread, functions[key]);
  const averages = new Map(lines.flatMap(({ terms }) => terms.map(({ key }) => [key, averageOf(key)])));
  const valuesOf = (/** @type {Line} */ line, /** @type {number} */ z) =>
    line.terms.map(({ key, sign }) => {
      const value = line.averaged ? (averages.get(key) ?? Number.NaN) : functions[key](z);
      return sign === "-" ? -value : value;
    });

  const root = makeRoot(el, "The derivation of the ELBO, line by line");
  const list = make("ol", { class: "gc-lines", "aria-label": "The lines so far" });
  const label = "The terms of this line and their sum, in nats";
  const chart = makeChart(label, { x: [-0.5, 5.5], y: [-10, 10], yLabel: "nats", xTicks: false, resized: () => ask() });
  const zero = chart.curve({ colour: "var(--gc-soft)", weight: 1 });
  const target = chart.curve({ colour: "currentColor", dash: "5 4", weight: 1.5 });
  const bars = chart.bars({ breadth: BREADTH });
  const lost = chart.curve({ colour: COLOUR.toPosterior, weight: 1.5 });
  const most = Math.max(...lines.map(({ terms }) => terms.length));
  const numbers = Array.from({ length: most + 1 }, () => chart.note({ anchor: "middle" }));
  const [least, greatest] = [mean - 1.5 * spread, mean + 1.5 * spread];
  const range = { min: least, max: greatest, step: (greatest - least) / 200, value: model.get("z") };
  const slider = makeSlider("z", range, (z) => write(model, { z }));
  const silent = box("gc-hint", "z has been averaged over.");
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const go = (/** @type {number} */ step) => write(model, { line: clamp(model.get("line") + step, 0, last) });
  const back = makeButton("Back", () => go(-1), "gc-back");
  const next = makeButton("Next line", () => go(1), "gc-next");
  root.append(
    list,
    box("gc-section"),
    chart.svg,
    slider.row,
    silent,
    box("gc-bar", readout, box("gc-buttons", back, next)),
  );
  root.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement || !["ArrowRight", "ArrowLeft"].includes(event.key)) return;
    event.preventDefault();
    go(event.key === "ArrowRight" ? 1 : -1);
  });

  /**
   * The range that holds every bar of a line and their sum, wherever z is moved.
   *
   * @param {Line} line
   * @returns {Pair}
   */
  function rangeOf(line) {
    const places = line.averaged ? [mean] : spaced(least, greatest, 41);
    const each = places.map((z) => valuesOf(line, z));
    const all = [...each.flat(), ...each.map(sum), conditioned.logP, 0];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const room = 0.16 * (high - low);
    return [low - room, high + room];
  }

  let drawn = -1;
  const draw = () => {
    const [current, z] = read(model, "line", "z");
    const line = lines[current];
    const values = valuesOf(line, z);
    const total = sum(values);
    const width = line.terms.length + 0.8;
    const [low, high] = rangeOf(line);
    if (drawn !== current) {
      list.replaceChildren(...lines.slice(0, current + 1).map((_, k) => makeLine(lines, k, current)));
      chart.setRange([-0.6, width], [low, high]);
      [back.disabled, next.disabled] = [current === 0, current === last];
      slider.row.hidden = line.averaged || current === 0;
      silent.hidden = !line.averaged;
      drawn = current;
    }
    slider.set(z);
    const place = (/** @type {number} */ k) => (k < values.length ? k : k + 0.2);
    const colours = [...line.terms.map(({ key }) => COLOUR[key]), SUM];
    bars.set([...values, total].map((value, k) => ({ x: place(k), from: 0, to: value, colour: colours[k] })));
    const level = (/** @type {number} */ y) => /** @type {Pair[]} */ ([-0.6, width].map((x) => [x, y]));
    lost.set(current === last ? hatched(place(values.length), BREADTH, total, conditioned.logP) : []);
    zero.set(level(0));
    target.set(level(conditioned.logP));
    const [across, up] = chart.unit();
    const words = [...values.map(signed), `sum ${signed(total)}`];
    numbers.forEach((note, k) => {
      const value = [...values, total][k] ?? 0;
      // Where numbers are wider than their bars are apart, every other one stands a line further off.
      const aside = k % 2 && across < 50 ? 14 / up : 0;
      const above = value >= 0 ? 0.03 * (high - low) + aside : -0.085 * (high - low) - aside;
      note.set({ at: [place(k), value + above], text: words[k] ?? "" });
    });
    const dropped = current === last ? `   hatched: what was dropped, ${signed(averageOf("toPosterior"))}` : "";
    tell(readout, `sum ${signed(total)}   log p(x) ${signed(conditioned.logP)}${dropped}`);
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["z", "line"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
