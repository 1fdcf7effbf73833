// Four recorded trainings of DINO: two switches, a player, curves and bars.

/** @import { Context } from "./shared/page.js" */
import { rowsOf } from "./shared/bytes.js";
import { makeKey, makeSlider } from "./shared/controls.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/**
 * @typedef {object} Traits
 * @property {string[]} names of the four histories
 * @property {number[]} step of each moment
 * @property {DataView} entropy (histories, moments) floats
 * @property {DataView} kl (histories, moments)
 * @property {DataView} probs (histories, moments, outputs)
 * @property {number} outputs
 * @property {boolean} centering
 * @property {boolean} sharpening
 * @property {number} moment
 */

const [BLUE, ORANGE] = ["#1870c2", "#b3520e"];
const MOMENTS_A_SECOND = 12;

/**
 * What the entropy and the highest output say of the training, if they say anything.
 *
 * @param {number} entropy
 * @param {number} full the entropy of outputs that are all alike
 * @param {number} highest
 */
function verdictOf(entropy, full, highest) {
  if (entropy > 0.98 * full) return "The teacher’s output is nearly uniform: it tells no image from another.";
  return highest > 0.9 ? "One output takes nearly everything: all images get the same answer." : "";
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [names, step, outputs] = read(model, "names", "step", "outputs");
  const moments = step.length;
  const last = Math.max(step[0] + 1, step[moments - 1]);
  const [entropy, kl] = read(model, "entropy", "kl").map((view) => rowsOf(view, moments)); // row h: a history
  const probs = rowsOf(model.get("probs"), outputs); // row h · moments + s
  const full = Math.log(outputs);
  // One height for the bars of a history, so that they can be compared as it plays.
  const tallest = names.map(
    (_, h) => 1.15 * Math.max(3 / outputs, ...probs.slice(h * moments, (h + 1) * moments).flat()),
  );
  const history = () => (model.get("centering") ? 0 : 1) + (model.get("sharpening") ? 0 : 2);
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);

  const root = makeRoot(el, "DINO with and without centering and sharpening");
  const switches = /** @type {const} */ (["centering", "sharpening"]).map((name) => {
    const check = make("input", { type: "checkbox", role: "switch", onchange: () => save({ [name]: check.checked }) });
    return { name, check, row: make("label", { class: "gc-switch" }, check, name) };
  });
  const title = make("strong", { "aria-live": "polite" });
  const say = (/** @type {number} */ s) => String(step[s]);
  const slider = makeSlider(
    "step",
    { min: 0, max: moments - 1, step: 1, value: model.get("moment"), say },
    (moment) => {
      pause();
      save({ moment });
    },
  );
  const play = makeButton("Play", () => (playing ? pause() : start()), "gc-play");
  const top = 1.12 * Math.max(full, ...entropy.flat(), ...kl.flat());
  const label = "Entropy of the teacher's output and its divergence from the student's, against the step";
  const chart = makeChart(label, { x: [step[0], last], y: [0, top], xLabel: "step", yLabel: "nats", height: 270 });
  const limit = chart.curve({ colour: "currentColor", dash: "6 4", weight: 1.3 });
  const curves = [BLUE, ORANGE].map((colour) => chart.curve({ colour, weight: 2.4 }));
  const marker = chart.curve({ colour: "currentColor", weight: 1.2 });
  const dots = chart.dots({ radius: 4.5 });
  const bars = makeChart("The teacher's mean output", {
    x: [-1, outputs],
    y: [0, 1],
    xLabel: `the ${outputs} outputs`,
    yLabel: "teacher’s mean output",
    xTicks: false,
    height: 270,
  });
  const columns = bars.bars({ breadth: 0.76 });
  const uniform = bars.curve({ colour: "currentColor", dash: "6 4", weight: 1.3 });
  const readout = make("output", { class: "gc-readout" });
  const verdict = box("gc-hint");
  root.append(
    box("gc-bar gc-first", title, box("gc-buttons", ...switches.map(({ row }) => row))),
    box("gc-player gc-below", box("gc-buttons", play), slider.row),
    box(
      "gc-pair gc-below",
      box(
        "gc-side",
        chart.svg,
        makeKey([
          ["entropy of the teacher’s output", BLUE],
          ["KL from teacher to student", ORANGE],
        ]),
      ),
      box(
        "gc-side",
        bars.svg,
        box("gc-hint", "Dashed: log K on the left, 1/K on the right, where all outputs are alike."),
      ),
    ),
    box("gc-bar", readout),
    verdict,
  );

  let [playing, started, from] = [0, 0, 0];
  const pause = () => {
    cancelAnimationFrame(playing);
    playing = 0;
    play.textContent = "Play";
  };
  const start = () => {
    from = model.get("moment") >= moments - 1 ? 0 : model.get("moment");
    started = performance.now();
    play.textContent = "Pause";
    const advance = (/** @type {number} */ now) => {
      const at = Math.min(moments - 1, from + Math.max(0, Math.floor(((now - started) / 1000) * MOMENTS_A_SECOND)));
      if (at !== model.get("moment")) save({ moment: at });
      if (at === moments - 1) pause();
      else playing = requestAnimationFrame(advance);
    };
    playing = requestAnimationFrame(advance);
  };

  const draw = () => {
    const [h, s] = [history(), model.get("moment")];
    const p = probs[h * moments + s];
    const highest = Math.max(...p);
    title.textContent = names[h];
    for (const { name, check } of switches) check.checked = model.get(name);
    slider.set(s);
    [entropy, kl].forEach((values, k) => {
      curves[k].set(values[h].map((value, i) => [step[i], value]));
    });
    limit.set([
      [step[0], full],
      [last, full],
    ]);
    marker.set([
      [step[s], 0],
      [step[s], top],
    ]);
    dots.set([
      { x: step[s], y: entropy[h][s], colour: BLUE },
      { x: step[s], y: kl[h][s], colour: ORANGE },
    ]);
    bars.setRange([-1, outputs], [0, tallest[h]]);
    columns.set(p.map((value, k) => ({ x: k, from: 0, to: value, colour: BLUE })));
    uniform.set([
      [-1, 1 / outputs],
      [outputs, 1 / outputs],
    ]);
    tell(
      readout,
      `entropy ${entropy[h][s].toFixed(2)} of log K = ${full.toFixed(2)} nats   ` +
        `KL ${kl[h][s].toFixed(2)} nats   highest output ${highest.toFixed(2)}`,
    );
    verdict.textContent = verdictOf(entropy[h][s], full, highest);
    chart.svg.setAttribute("aria-label", `${names[h]}, step ${step[s]}: ${readout.textContent}`);
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["centering", "sharpening", "moment"], ask);
  draw();
  return () => {
    stop();
    cancelAnimationFrame(playing);
    ask.cancel();
  };
}

export default { render };
