// A target, a Gaussian with knobs, and both KLs: their values, their integrands, and descents down either.

/** @import { Context } from "./shared/page.js" */
import { ascend, makeRunner } from "./shared/ascent.js";
import { makeKey } from "./shared/controls.js";
import { clamp, logNormal, logSumExp, signed, spaced, sum } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/** @typedef {{ means: number[], scales: number[], weights: number[] }} Mixture */
/**
 * @typedef {object} Traits
 * @property {Mixture} target
 * @property {number} mean of q
 * @property {number} scale of q
 * @property {number} view how far the axis reaches
 * @property {string[]} colours
 */

const POINTS = 1201;
const NAMES = ["forward KL(p‖q)", "reverse KL(q‖p)"];
const WORDS = [
  "averaged under p: costly where p has mass and q has none",
  "averaged under q: costly where q has mass and p has none",
];
const LONGEST = 3; // nats: a bar of full length

/**
 * @param {number} x
 * @param {Mixture} mixture
 */
const logMixture = (x, { means, scales, weights }) =>
  logSumExp(means.map((mean, k) => Math.log(weights[k]) + logNormal(x, mean, scales[k])));

/**
 * One of the two KLs: its value, a bar as long as it, its integrand, and a button that descends it.
 *
 * @param {number} direction 0 forward, 1 reverse
 * @param {string} colour
 * @param {number} view
 * @param {() => void} descend
 */
function makeSide(direction, colour, view, descend) {
  const name = NAMES[direction];
  const number = make("output", { class: "gc-total", "aria-live": "polite" });
  const length = make("div");
  const about = { role: "meter", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": LONGEST };
  const meter = make("div", { class: "gc-meter", style: `--gc-meter: ${colour}`, ...about }, length);
  const chart = makeChart(`The integrand of ${name}`, { x: [-view, view], y: [-0.5, 1], height: 165 });
  const curve = chart.curve({ colour, fill: true });
  const button = makeButton(`Descend ${name}`, descend, `gc-descend-${direction ? "reverse" : "forward"}`);
  const side = box("gc-side", number, meter, box("gc-hint", WORDS[direction]), chart.svg, box("gc-buttons", button));
  const show = (/** @type {number} */ value, /** @type {[number, number][]} */ points) => {
    const heights = points.map(([, y]) => y);
    const [low, high] = [Math.min(-0.2, 1.1 * Math.min(...heights)), Math.max(0.5, 1.1 * Math.max(...heights))];
    chart.setRange([-view, view], [low, high]);
    curve.set(points);
    number.textContent = `${name} = ${signed(value)}`;
    length.style.width = `${Math.min(100, (100 * value) / LONGEST)}%`;
    meter.setAttribute("aria-valuenow", Math.min(LONGEST, value).toFixed(2));
  };
  return { side, show };
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [target, view, colours] = read(model, "target", "view", "colours");
  const start = { mean: model.get("mean"), scale: model.get("scale") };
  const grid = spaced(-3 * view, 3 * view, POINTS); // q may be wide: far beyond what is drawn
  const logP = grid.map((x) => logMixture(x, target));
  const near = grid.map((_, k) => k).filter((k) => Math.abs(grid[k]) <= view);

  // log p − log q at each point of the grid, weighted by p (0) or, turned, by q (1).
  const integrand = (/** @type {number} */ direction, /** @type {number} */ mean, /** @type {number} */ scale) =>
    grid.map((x, k) => {
      const logQ = logNormal(x, mean, scale);
      return direction ? Math.exp(logQ) * (logQ - logP[k]) : Math.exp(logP[k]) * (logP[k] - logQ);
    });
  const area = (/** @type {number[]} */ values) => sum(values) * (grid[1] - grid[0]);
  const keep = (/** @type {number} */ mean, /** @type {number} */ scale) =>
    /** @type {const} */ ([clamp(mean, -view, view), clamp(scale, 0.15, view / 2)]);
  const set = (/** @type {number} */ mean, /** @type {number} */ scale) => {
    [mean, scale] = keep(mean, scale);
    write(model, { mean, scale });
    ask(); // also when they are as they were: the knob is not where the hand is
  };
  const move = ({ mean = model.get("mean"), scale = model.get("scale") }) => {
    runner.stop();
    set(mean, scale);
  };
  const runner = makeRunner(2);
  const descend = (/** @type {number} */ direction) => {
    const value = (/** @type {number[]} */ [mean, logScale]) =>
      -area(integrand(direction, ...keep(mean, Math.exp(logScale))));
    const at = [model.get("mean"), Math.log(model.get("scale"))];
    const next = ascend(value, at, 0.08);
    const gain = value(next) - value(at);
    set(next[0], Math.exp(next[1]));
    return gain > 1e-8;
  };

  const root = makeRoot(el, "A target with several modes, a Gaussian, and the KL divergence in both directions");
  const drawn = spaced(-view, view, 301);
  const density = (/** @type {number} */ x) => Math.exp(logMixture(x, target));
  const peak = Math.max(...drawn.map(density));
  const chart = makeChart("The densities p and q", { x: [-view, view], y: [0, 1], height: 240, yLabel: "density" });
  chart.curve({ colour: "var(--gc-soft)", fill: true, weight: 1.5 }).set(drawn.map((x) => [x, density(x)]));
  const q = chart.curve({ colour: colours[4], weight: 2.5 });
  const widthAt = (/** @type {number} */ x) => Math.abs(x - model.get("mean"));
  const top = chart.handle({
    label: "mean of q",
    colour: colours[4],
    step: [view / 60, 0],
    move: ([mean]) => move({ mean }),
    say: ([x]) => x.toFixed(2),
  });
  const flank = chart.handle({
    label: "scale of q",
    colour: colours[4],
    step: [view / 60, 0],
    move: ([x]) => move({ scale: widthAt(x) }),
    say: ([x]) => widthAt(x).toFixed(2),
  });
  const sides = [0, 1].map((direction) =>
    makeSide(direction, colours[direction], view, () => runner.run(() => descend(direction))),
  );
  root.append(
    chart.svg,
    makeKey([
      ["target p", "var(--gc-soft)"],
      ["Gaussian q", colours[4]],
    ]),
    box("gc-pair gc-divergences", ...sides.map(({ side }) => side)),
    box(
      "gc-bar",
      make(
        "p",
        { class: "gc-hint" },
        "Drag the knobs of q, or focus them and use the arrow keys. A KL is the area under its curve, in nats; " +
          `a full bar is ${LONGEST} nats or more.`,
      ),
      box(
        "gc-buttons",
        makeButton("Start again", () => move(start), "gc-reset"),
      ),
    ),
  );

  const ask = oncePerFrame(() => {
    const [mean, scale] = read(model, "mean", "scale");
    const height = (/** @type {number} */ x) => Math.exp(logNormal(x, mean, scale));
    chart.setRange([-view, view], [0, 1.12 * Math.max(1.8 * peak, height(mean))]);
    q.set(drawn.map((x) => [x, height(x)]));
    top.set([mean, height(mean)]);
    flank.set([mean + scale, height(mean + scale)]);
    sides.forEach(({ show }, direction) => {
      const values = integrand(direction, mean, scale);
      show(
        area(values),
        near.map((k) => [grid[k], values[k]]),
      );
    });
  });
  const stopListening = listen(model, ["mean", "scale"], ask);
  ask();
  return () => {
    stopListening();
    runner.stop();
    ask.cancel();
  };
}

export default { render };
