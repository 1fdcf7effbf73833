// A density with handles over fixed data: what each point costs as a stem, and their sum against the best.

/** @import { Context } from "./shared/page.js" */
import { ascend, makeRunner } from "./shared/ascent.js";
import { makeKey, makeSlider } from "./shared/controls.js";
import { clamp, logNormal, logSumExp, sigmoid, signed, spaced, sum } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/** @typedef {"coin" | "gaussian" | "mixture"} Name */
/**
 * @typedef {object} Traits
 * @property {Name} family
 * @property {number[]} x
 * @property {string} unit of the axis
 * @property {number[]} theta the family's parameters
 * @property {number[]} start
 * @property {number} best the highest log-likelihood
 * @property {number} floor the least scale
 * @property {string[]} colours
 */
/** @typedef {{ low: number, high: number, unit: number, floor: number }} Room the axis, the data's standard deviation, and the least scale */
/**
 * What a family is: log p of one x, its parameters as free numbers for the climb and back, and where they are kept.
 *
 * @typedef {object} Family
 * @property {(x: number, theta: number[]) => number} logProb
 * @property {(theta: number[], room: Room) => number[]} free
 * @property {(free: number[], room: Room) => number[]} bound
 * @property {(theta: number[], room: Room) => number[]} keep
 */

/** @param {number} p */
const logit = (p) => Math.log(p / (1 - p));

/** @type {Family} */
const COIN = {
  logProb: (x, [p]) => Math.log(x ? p : 1 - p),
  free: ([p]) => [logit(p)],
  bound: ([u]) => [sigmoid(u)],
  keep: ([p]) => [clamp(p, 0.01, 0.99)],
};
/** @type {Family} */
const GAUSSIAN = {
  logProb: (x, [mean, scale]) => logNormal(x, mean, scale),
  free: ([mean, scale], { unit }) => [mean / unit, Math.log(scale)],
  bound: ([u, v], { unit }) => [u * unit, Math.exp(v)],
  keep: ([mean, scale], { low, high, floor }) => [clamp(mean, low, high), clamp(scale, floor, high - low)],
};
/** @type {Family} two Gaussians and the share of the first */
const MIXTURE = {
  logProb: (x, [m1, s1, m2, s2, w]) =>
    logSumExp([Math.log(w) + logNormal(x, m1, s1), Math.log(1 - w) + logNormal(x, m2, s2)]),
  free: ([m1, s1, m2, s2, w], { unit }) => [m1 / unit, Math.log(s1), m2 / unit, Math.log(s2), logit(w)],
  bound: ([m1, s1, m2, s2, w], { unit }) => [m1 * unit, Math.exp(s1), m2 * unit, Math.exp(s2), sigmoid(w)],
  keep: (theta, room) => [
    ...GAUSSIAN.keep(theta.slice(0, 2), room),
    ...GAUSSIAN.keep(theta.slice(2, 4), room),
    clamp(theta[4], 0.02, 0.98),
  ],
};
/** @type {Record<Name, Family>} */
const FAMILIES = { coin: COIN, gaussian: GAUSSIAN, mixture: MIXTURE };

/**
 * With a space before each three digits.
 *
 * @param {number} x
 */
const nats = (x) => signed(x).replace(/\B(?=(\d{3})+(?!\d))/g, " ");

/**
 * What the charts need of the widget.
 *
 * @typedef {object} Shared
 * @property {number[]} x
 * @property {Name} family
 * @property {() => number[]} theta
 * @property {(theta: number[]) => number} total
 * @property {number} best
 * @property {(theta: number[]) => void} move
 * @property {Room} room
 * @property {string[]} colours
 * @property {(u: number, theta: number[], strength?: string) => string} tint
 */

/**
 * The top chart of a coin: the log-likelihood against p, with a knob that runs along it.
 *
 * @param {Shared} shared
 */
function makeCoinTop({ total, best, move, colours }) {
  const floor = Math.min(best - 8, best * 2.2);
  const xLabel = "p, the probability of heads";
  const chart = makeChart("The log-likelihood against p", {
    x: [0, 1],
    y: [floor, -0.1 * floor],
    xLabel,
    yLabel: "Σ log p(x), nats",
    height: 230,
  });
  const grid = spaced(0.01, 0.99, 393);
  const curve = grid.map((p) => /** @type {[number, number]} */ ([p, total([p])]));
  chart.curve({ colour: colours[0] }).set(curve.filter(([, value]) => value >= floor));
  const knob = chart.handle({
    label: xLabel,
    colour: colours[0],
    step: [0.01, 0],
    move: ([p]) => move([p]),
    say: ([p]) => p.toFixed(2),
  });
  const show = (/** @type {number[]} */ [p]) => knob.set([p, Math.max(floor, total([p]))]);
  return { svg: chart.svg, show };
}

/**
 * The top chart of numbers: the density, its components if there are two, and knobs for means and scales.
 *
 * @param {Shared} shared
 */
function makeDensityTop({ x, family, theta, move, room, colours, tint }) {
  const chart = makeChart("The density over the data", { x: [room.low, room.high], y: [0, 1], yLabel: "density" });
  const grid = spaced(room.low, room.high, 351);
  const reach = chart.bars({ breadth: "1px" });
  const whole = chart.curve({ colour: "var(--gc-accent)", fill: true });
  const two = family === "mixture";
  const each = two ? [0, 1] : [0];
  const parts = two ? each.map((k) => chart.curve({ colour: colours[k + 1], dash: "5 4", weight: 1.5 })) : [];
  const dots = chart.dots({ radius: 3.5 });
  const change = (/** @type {number} */ d, /** @type {number} */ value) => move(theta().with(d, value));
  const knobs = each.map((k) => {
    const [colour, name] = two ? [colours[k + 1], ` of component ${k + 1}`] : ["var(--gc-accent)", ""];
    const widthAt = (/** @type {number} */ u) => Math.abs(u - theta()[2 * k]);
    /** @type {{ colour: string, step: [number, number] }} */
    const look = { colour, step: [(room.high - room.low) / 150, 0] };
    const mean = chart.handle({
      ...look,
      label: `mean${name}`,
      move: ([u]) => change(2 * k, u),
      say: ([u]) => u.toFixed(2),
    });
    const width = chart.handle({
      ...look,
      label: `width${name}`,
      move: ([u]) => change(2 * k + 1, widthAt(u)),
      say: ([u]) => widthAt(u).toFixed(2),
    });
    return { mean, width };
  });
  const show = (/** @type {number[]} */ now) => {
    const weights = two ? [now[4], 1 - now[4]] : [1];
    const part = (/** @type {number} */ u, /** @type {number} */ k) =>
      weights[k] * Math.exp(logNormal(u, now[2 * k], now[2 * k + 1]));
    const density = (/** @type {number} */ u) => Math.exp(FAMILIES[family].logProb(u, now));
    const peaks = each.map((k) => part(now[2 * k], k));
    const highest = Math.max(0.55 / room.unit, ...grid.map(density), ...peaks);
    chart.setRange([room.low, room.high], [0, 1.12 * highest]);
    whole.set(grid.map((u) => [u, density(u)]));
    parts.forEach((mark, k) => {
      mark.set(grid.map((u) => [u, part(u, k)]));
    });
    reach.set(x.map((u) => ({ x: u, from: 0, to: density(u), colour: tint(u, now, "55%") })));
    dots.set(x.map((u) => ({ x: u, y: 0, colour: tint(u, now) })));
    knobs.forEach(({ mean, width }, k) => {
      const flank = now[2 * k] + now[2 * k + 1];
      mean.set([now[2 * k], peaks[k]]);
      width.set([flank, part(flank, k)]);
    });
  };
  return { svg: chart.svg, show };
}

/**
 * The stems: each point's log-likelihood.
 *
 * @param {Shared} shared
 * @param {string} unit
 */
function makeStems({ x, family, room, tint }, unit) {
  const coin = family === "coin";
  const middle = coin ? 0 : -Math.log(room.unit);
  const bottom = coin ? -3.4 : Math.min(middle - 4.5, -2);
  const chart = makeChart("The log-likelihood of each point", {
    x: coin ? [0.3, x.length + 0.7] : [room.low, room.high],
    y: [bottom, coin ? 0.4 : Math.max(middle + 1.8, 0.5)],
    xLabel: coin ? "flip" : unit,
    yLabel: "log p(x), nats",
    height: 200,
  });
  const bars = chart.bars({ breadth: coin ? "14px" : "2px" });
  const tips = chart.dots({ radius: coin ? 0 : 2.8 });
  const show = (/** @type {number[]} */ now) => {
    const stems = x.map((u, k) => ({
      x: coin ? k + 1 : u,
      y: Math.max(bottom, FAMILIES[family].logProb(u, now)),
      colour: tint(u, now),
    }));
    bars.set(stems.map(({ x, y, colour }) => ({ x, from: 0, to: y, colour })));
    tips.set(stems);
  };
  return { svg: chart.svg, show };
}

/**
 * @param {Name} family
 * @param {string[]} colours
 */
function makeFamilyKey(family, colours) {
  if (family === "gaussian") return "";
  if (family === "coin")
    return makeKey([
      ["heads", colours[0]],
      ["tails", colours[1]],
    ]);
  return makeKey([
    ["component 1", colours[1]],
    ["component 2", colours[2]],
    ["both together", "var(--gc-accent)"],
  ]);
}

/**
 * The axis that holds all data with some room, and the least that a scale may be.
 *
 * @param {number[]} x
 * @param {number} floor
 * @returns {Room}
 */
function roomOf(x, floor) {
  const [least, most] = [Math.min(...x), Math.max(...x)];
  const margin = 0.25 * (most - least);
  const mean = sum(x) / x.length;
  const unit = Math.sqrt(sum(x.map((u) => (u - mean) ** 2)) / x.length) || 1;
  return { low: least - margin, high: most + margin, unit, floor };
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [family, x, colours] = read(model, "family", "x", "colours");
  const { logProb, free, bound, keep } = FAMILIES[family];
  const room = roomOf(x, model.get("floor"));
  const theta = () => model.get("theta");
  const total = (/** @type {number[]} */ now) => sum(x.map((u) => logProb(u, now)));
  const value = (/** @type {number[]} */ u) => total(keep(bound(u, room), room)) / x.length;

  // The colour of a point: heads or tails, or of the component that it probably came from.
  const tint = (/** @type {number} */ u, /** @type {number[]} */ now, strength = "100%") => {
    let colour = family === "coin" ? colours[u ? 0 : 1] : colours[0];
    if (family === "mixture") {
      const first = Math.exp(Math.log(now[4]) + logNormal(u, now[0], now[1]) - logProb(u, now));
      colour = `color-mix(in srgb, ${colours[1]} ${(100 * first).toFixed(1)}%, ${colours[2]})`;
    }
    return `color-mix(in srgb, ${colour} ${strength}, transparent)`;
  };
  const set = (/** @type {number[]} */ next) => {
    write(model, { theta: keep(next, room) });
    ask(); // also when they are as they were: the knob is not where the hand is
  };
  const move = (/** @type {number[]} */ next) => {
    runner.stop();
    set(next);
  };
  const runner = makeRunner();
  const climb = () => {
    const at = free(theta(), room);
    const next = ascend(value, at, 0.3);
    const gain = value(next) - value(at);
    set(bound(next, room));
    return gain > 1e-9;
  };
  const step = () => {
    runner.stop();
    climb();
  };

  const root = makeRoot(el, "A density over fixed data, and the log-likelihood of each point");
  const shared = { x, family, theta, total, best: model.get("best"), move, room, colours, tint };
  const top = family === "coin" ? makeCoinTop(shared) : makeDensityTop(shared);
  const stems = makeStems(shared, model.get("unit"));
  const score = make("output", { class: "gc-total", "aria-live": "polite" });
  const short = make("span", { class: "gc-hint" });
  const length = make("div");
  const about = { role: "meter", "aria-label": "How near the best", "aria-valuemin": 0, "aria-valuemax": 100 };
  const meter = make("div", { class: "gc-meter", ...about }, length);
  const range = {
    min: 0.02,
    max: 0.98,
    step: 0.01,
    value: theta()[4] ?? 0.5,
    say: (/** @type {number} */ w) => w.toFixed(2),
  };
  const weight = makeSlider("share of 1", range, (w) => move(theta().with(4, w)));
  root.append(
    top.svg,
    stems.svg,
    makeFamilyKey(family, colours),
    box("gc-score", score, make("div", {}, meter, short)),
    family === "mixture" ? weight.row : "",
    box(
      "gc-buttons",
      makeButton("One step of gradient ascent", step, "gc-step"),
      makeButton("To the maximum", () => runner.run(climb), "gc-top"),
      makeButton("Start again", () => move(model.get("start")), "gc-reset"),
    ),
    make(
      "p",
      { class: "gc-hint" },
      family === "coin"
        ? "Drag the knob along the curve, or focus it and use the arrow keys."
        : "Drag a knob at a peak to move it, one on a flank to change the width; or focus it and use the arrow keys. " +
            "Stems that reach the lower edge go on below it.",
    ),
  );

  const ask = oncePerFrame(() => {
    const now = theta();
    top.show(now);
    stems.show(now);
    const [current, best] = [total(now), Math.max(model.get("best"), total(now))];
    const share = 100 * Math.exp((current - best) / x.length);
    score.textContent = `Σ log p(x) = ${nats(current)} nats`;
    short.textContent =
      `${nats(best - current)} nats below the best, ${nats(best)}: ` +
      `a point is ${share.toFixed(share < 99.95 ? 1 : 0)} % as probable as there`;
    length.style.width = `${share}%`;
    meter.setAttribute("aria-valuenow", share.toFixed(1));
    if (family === "mixture") weight.set(now[4]);
  });
  const stopListening = listen(model, ["theta"], ask);
  ask();
  return () => {
    stopListening();
    runner.stop();
    ask.cancel();
  };
}

export default { render };
