// Twenty running estimates of log p(x), from samples drawn in the page.

/** @import { Context } from "./shared/page.js" */
import { makeChoice, makeSlider } from "./shared/controls.js";
import { LOG_2PI, logNormal, makeRandom, signed, sum } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/** @typedef {"prior" | "q"} Source */
/** @typedef {{ k: number, estimate: number, share: number }} Row */
/**
 * @typedef {object} Traits
 * @property {number} sigma
 * @property {number[]} x
 * @property {number} seed
 * @property {number} latents of which x has a coordinate each
 * @property {Source} source
 * @property {number} log_k
 */

const [BLUE, ORANGE] = ["#1870c2", "#b3520e"];
const LATENTS = [1, 2, 5, 10, 20];
/** @type {Source[]} */
const SOURCES = ["prior", "q"];
const [STREAMS, MOST] = [20, 10000];
// The numbers of samples at which a stream is drawn.
const MARKS = [...new Set(Array.from({ length: 161 }, (_, k) => Math.round(10 ** (k / 40))))];
const [BELOW, ABOVE] = [16, 5]; // the nats that are shown about the truth

/** @param {number} seed */
function makeNormals(seed) {
  const random = makeRandom(seed);
  /** @type {number | null} */
  let spare = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const [radius, angle] = [Math.sqrt(-2 * Math.log(random())), 2 * Math.PI * random()];
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/**
 * One stream: at each of MARKS the estimate of log p(x), and the share that the largest weight has in it.
 *
 * @param {number[]} x
 * @param {number} sigma
 * @param {Source} source
 * @param {() => number} normal
 */
function runStream(x, sigma, source, normal) {
  const variance = 1 + sigma * sigma;
  const spread = source === "prior" ? 1 : (1.3 * sigma) / Math.sqrt(variance);
  const constant = x.length * (Math.log(spread) - 0.5 * LOG_2PI - Math.log(sigma));
  /** @type {Row[]} */
  const rows = [];
  let [top, total, next] = [-Infinity, 0, 0];
  for (let k = 1; k <= MOST; k++) {
    let weight = constant;
    for (const value of x) {
      const noise = normal();
      const z = (source === "prior" ? 0 : value / variance) + spread * noise;
      weight += 0.5 * (noise * noise - z * z - ((value - z) / sigma) ** 2);
    }
    if (weight > top) [total, top] = [total * Math.exp(top - weight) + 1, weight];
    else total += Math.exp(weight - top);
    if (k === MARKS[next]) {
      rows.push({ k, estimate: top + Math.log(total / k), share: 1 / total });
      next += 1;
    }
  }
  return rows;
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const sigma = model.get("sigma");
  const root = makeRoot(el, "Estimates of log p(x) from samples");
  const label = "Twenty estimates of log p(x) against the number of samples";
  const chart = makeChart(label, { x: [0, 4], y: [-20, 0], xTicks: false, yLabel: "nats", height: 290 });
  const powers = [0, 1, 2, 3, 4].map((power) => {
    const anchor = power === 4 ? "end" : power ? "middle" : "start";
    return chart.note({ anchor, colour: "var(--gc-soft)" });
  });
  const streams = Array.from({ length: STREAMS }, () => chart.curve({ colour: BLUE, weight: 1.1 }));
  const truth = chart.curve({ colour: "currentColor", dash: "6 4", weight: 1.6 });
  const cursor = chart.curve({ colour: ORANGE, weight: 1.6 });
  const dots = chart.dots({ radius: 3.2 });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);
  const sizes = makeChoice("Latents", LATENTS.map(String), (k) => save({ latents: LATENTS[k] }));
  const names = ["prior p(z)", "a good q(z | x)"];
  const sources = makeChoice("Where samples come from", names, (k) => save({ source: SOURCES[k] }));
  const countAt = (/** @type {number} */ logK) => Math.round(10 ** logK);
  const brief = (/** @type {number} */ power) => (10 ** power).toLocaleString("en", { notation: "compact" });
  const say = (/** @type {number} */ logK) => countAt(logK).toLocaleString("en");
  const range = { min: 0, max: 4, step: 0.025, value: model.get("log_k"), say };
  const slider = makeSlider("samples K", range, (log_k) => save({ log_k }));
  const again = makeButton("Draw again", () => save({ seed: model.get("seed") + 1 }), "gc-again");
  root.append(
    box(
      "gc-bar gc-section",
      box("gc-buttons", make("span", {}, "latents"), sizes.row),
      box("gc-buttons", make("span", {}, "samples of"), sources.row),
    ),
    chart.svg,
    slider.row,
    box("gc-bar", readout, box("gc-buttons", again)),
  );

  /** @type {Row[][]} */
  let runs = [];
  let [logP, stale] = [0, true];
  const compute = () => {
    const [latents, source, seed] = read(model, "latents", "source", "seed");
    const x = model.get("x").slice(0, latents);
    logP = sum(x.map((value) => logNormal(value, 0, Math.sqrt(1 + sigma * sigma))));
    const normal = makeNormals(seed * 7919 + 1);
    runs = streams.map(() => runStream(x, sigma, source, normal));
    const low = logP - BELOW;
    chart.setRange([0, 4], [low, logP + ABOVE]);
    runs.forEach((rows, k) => {
      const shown = rows.filter(({ estimate }) => estimate > low);
      streams[k].set(shown.map((row) => [Math.log10(row.k), row.estimate]));
    });
    truth.set([
      [0, logP],
      [4, logP],
    ]);
    powers.forEach((note, power) => {
      note.set({ at: [power, low - 1.2], text: brief(power) });
    });
    sizes.mark(LATENTS.indexOf(latents));
    sources.mark(SOURCES.indexOf(source));
    stale = false;
  };
  const draw = () => {
    if (stale) compute();
    const logK = model.get("log_k");
    const index = MARKS.findLastIndex((k) => k <= countAt(logK));
    const now = runs.map((rows) => rows[index]);
    const values = now.map(({ estimate }) => estimate).sort((a, b) => a - b);
    const share = now.map((row) => row.share).sort((a, b) => a - b)[STREAMS / 2];
    const error = Math.sqrt(sum(values.map((value) => (value - logP) ** 2)) / STREAMS);
    cursor.set([
      [logK, logP - BELOW],
      [logK, logP + ABOVE],
    ]);
    const shown = values.filter((value) => value > logP - BELOW);
    dots.set(shown.map((value) => ({ x: logK, y: value, colour: ORANGE })));
    slider.set(logK);
    tell(
      readout,
      `truth ${signed(logP)}   estimates ${signed(values[0])} to ${signed(values[STREAMS - 1])}   ` +
        `root-mean-square error ${error.toFixed(2)} nats\n` +
        `the largest weight is ${Math.round(100 * share)} % of the sum (median of the twenty)`,
    );
  };
  const ask = oncePerFrame(draw);
  const stops = [
    listen(model, ["log_k"], ask),
    listen(model, ["latents", "source", "seed"], () => {
      stale = true;
      ask();
    }),
  ];
  draw();
  return () => {
    for (const stop of stops) stop();
    ask.cancel();
  };
}

export default { render };
