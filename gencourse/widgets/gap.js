// q's mean and spread are dragged over the posterior; ELBO and gap share log p(x) between them, until the decoder moves.

/** @import { Context } from "./shared/page.js" */
/** @import { Pair } from "./shared/scale.js" */
import { makeRunner, slopeOf } from "./shared/ascent.js";
import { makeKey, makeSlider } from "./shared/controls.js";
import { boundTerms, condition, curveAt } from "./shared/figure_eight.js";
import { clamp, logNormal, signed, spaced } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";
import { clampTo } from "./shared/scale.js";

/**
 * @typedef {object} Traits
 * @property {number} sigma
 * @property {Pair | []} sigmas the range of its slider, or nothing
 * @property {Pair} x
 * @property {number} mean of q
 * @property {number} spread of q
 */

const [BLUE, ORANGE, GREEN] = ["#1870c2", "#b3520e", "#0b7f4f"];
/** @type {{ x: Pair, y: Pair }} */
const PLANE = { x: [-2.9, 2.9], y: [-2, 2] };
const SHOWN = 12; // nats of the bar
const AROUND = [4.5, 1]; // below and above log p(x) at the start, where the decoder moves
const LETTER = 8; // pixels that a letter of a note takes at most

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const sigmas = model.get("sigmas");
  const root = makeRoot(el, "The bound, the gap, and log p(x) while q is dragged");
  let conditioned = condition(model.get("x"), model.get("sigma"));
  // Where it began, for a decoder that moves; another x begins anew.
  const termsNow = () => boundTerms(conditioned, model.get("mean"), model.get("spread"));
  let start = { logP: conditioned.logP, elbo: termsNow().elbo, x: model.get("x"), sigma: model.get("sigma") };

  const plane = makeChart("The curve f(z), and the observed x", {
    ...PLANE,
    y: [-2, 2.3], // room for the label above the tick at 2
    xLabel: "x₁",
    yLabel: "x₂",
    aspect: 400 / 285,
  });
  plane.curve({ colour: "var(--gc-soft)", weight: 1.2 }).set(spaced(-2, 2, 801).map(curveAt));
  const cloud = plane.dots({ radius: 4 });
  const observed = plane.handle({
    label: "x, the observed point",
    colour: GREEN,
    step: [0.05, 0.05],
    move: (to) => change({ x: clampTo(PLANE, to) }),
  });

  const line = makeChart("The posterior and q over z", {
    x: [-3, 3],
    y: [0, 2],
    xLabel: "z",
    yTicks: false,
    aspect: 400 / 285,
  });
  const posterior = line.curve({ colour: GREEN, fill: true });
  const q = line.curve({ colour: BLUE, weight: 2.5 });
  const peak = () => Math.exp(logNormal(0, 0, model.get("spread")));
  const centre = line.handle({
    label: "mean of q",
    colour: BLUE,
    step: [0.05, 0],
    move: ([z]) => change({ mean: z }),
    say: ([z]) => signed(z),
  });
  const side = line.handle({
    label: "spread of q",
    colour: "var(--gc-paper)",
    ring: BLUE,
    step: [0.05, 0],
    move: ([z]) => change({ spread: Math.abs(z - model.get("mean")) }),
    say: () => signed(model.get("spread")),
  });

  const bar = makeChart("ELBO and gap add up to log p(x)", {
    x: [-SHOWN, 0],
    y: [0, 1],
    xLabel: "nats",
    yTicks: false,
    height: 92,
    resized: () => ask(),
  });
  const parts = bar.stretches();
  const mark = bar.curve({ colour: "currentColor", dash: "5 4" });
  const began = ["elbo", "logP"].map(() => bar.curve({ colour: "var(--gc-soft)", dash: "2 3", weight: 1.6 }));
  const bound = bar.note({ colour: "#fff", kind: "gc-note gc-inside" });
  const rest = bar.note({ colour: "#fff", anchor: "end", kind: "gc-note gc-inside" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });

  const runner = makeRunner(1);
  const change = (/** @type {Partial<Traits>} */ traits) => {
    runner.stop();
    save(traits);
  };
  const now = () => ({
    mean: model.get("mean"),
    spread: model.get("spread"),
    x: model.get("x"),
    sigma: model.get("sigma"),
  });
  const save = (/** @type {Partial<Traits>} */ traits) => {
    const { mean, spread, x, sigma } = { ...now(), ...traits };
    write(model, { mean: clamp(mean, -3, 3), spread: clamp(spread, 0.05, 1.5), x, sigma });
    place(); // at once: a key on one knob may follow a key on the other within a frame
  };
  // Plain gradient ascent on the ELBO by q's mean and log-spread, six steps a frame.
  const climb = () => {
    const elbo = (/** @type {number[]} */ [mean, logSpread]) => boundTerms(conditioned, mean, Math.exp(logSpread)).elbo;
    let at = [model.get("mean"), Math.log(model.get("spread"))];
    let steepness = 0;
    for (let step = 0; step < 6; step++) {
      const slopes = slopeOf(elbo, at);
      steepness = Math.hypot(...slopes);
      const rate = 0.008 / Math.max(1, steepness / 8);
      at = at.map((value, d) => value + rate * slopes[d]);
    }
    save({ mean: at[0], spread: Math.exp(at[1]) });
    return steepness > 0.01;
  };
  const [low, high] = sigmas.length ? sigmas : [0, 1];
  const range = {
    min: low,
    max: high,
    step: 0.01,
    value: model.get("sigma"),
    say: (/** @type {number} */ s) => s.toFixed(2),
  };
  const decoder = makeSlider("σ of the decoder", range, (sigma) => change({ sigma }));
  root.append(
    ...(sigmas.length ? [decoder.row] : []),
    box(
      "gc-pair",
      box("gc-side", plane.svg, box("gc-hint", "Drag x. Blue: where q says that x came from.")),
      box(
        "gc-side",
        line.svg,
        makeKey([
          ["p(z | x), exact", GREEN],
          ["q(z | x)", BLUE],
        ]),
        box("gc-hint", "Drag the blue knob for the mean of q, the hollow one for its spread."),
      ),
    ),
    bar.svg,
    box(
      "gc-bar",
      readout,
      box(
        "gc-buttons",
        makeButton("x at the end", () => change({ x: [2, 0] }), "gc-end"),
        makeButton("x at the crossing", () => change({ x: [0, 0] }), "gc-crossing"),
        makeButton("Gradient ascent on q", () => runner.run(climb), "gc-climb"),
      ),
    ),
  );

  const place = () => {
    const [mean, spread] = read(model, "mean", "spread");
    centre.set([mean, peak()]);
    side.set([mean + spread, peak() * Math.exp(-0.5)]);
  };
  const drawBar = (/** @type {ReturnType<typeof boundTerms>} */ { elbo, gap }) => {
    const { logP } = conditioned;
    const low = sigmas.length ? start.logP - AROUND[0] : logP - SHOWN;
    const end = Math.max(elbo, low);
    bar.setRange([low, sigmas.length ? start.logP + AROUND[1] : logP + 0.4], [0, 1]);
    parts.set([
      { from: low, to: end, y: [0.1, 0.9], colour: BLUE },
      { from: end, to: logP, y: [0.1, 0.9], colour: ORANGE },
    ]);
    mark.set([
      [logP, 0],
      [logP, 1],
    ]);
    const moved = sigmas.length && (model.get("sigma") !== start.sigma || elbo !== start.elbo);
    [start.elbo, start.logP].forEach((at, k) => {
      began[k].set(
        moved
          ? [
              [Math.max(at, low), 0],
              [Math.max(at, low), 1],
            ]
          : [],
      );
    });
    const room = bar.unit()[0];
    const fitting = (/** @type {string} */ text, /** @type {number} */ nats) =>
      nats * room > LETTER * text.length ? text : "";
    bound.set({ at: [low + 0.1, 0.4], text: fitting(`ELBO ${signed(elbo)}`, end - low) });
    rest.set({ at: [logP - 0.1, 0.4], text: fitting(`gap ${signed(gap)}`, logP - end) });
  };
  const draw = () => {
    const [x, mean, spread] = read(model, "x", "mean", "spread");
    const grid = spaced(-3, 3, 601);
    const density = (/** @type {number} */ z) => Math.exp(conditioned.logPosterior(z));
    line.setRange([-3, 3], [0, 1.15 * Math.max(1, peak(), ...grid.map(density))]);
    posterior.set(grid.map((z) => [z, density(z)]));
    q.set(grid.map((z) => [z, Math.exp(logNormal(z, mean, spread))]));
    place();
    observed.set(x);
    cloud.set(
      spaced(-2, 2, 41).map((t) => {
        const [u, v] = curveAt(mean + t * spread);
        const share = Math.round(75 * Math.exp(-0.5 * t * t));
        return { x: u, y: v, colour: `color-mix(in srgb, ${BLUE} ${share}%, transparent)` };
      }),
    );
    const terms = boundTerms(conditioned, mean, spread);
    const { elbo, gap, reconstruction, klPrior } = terms;
    drawBar(terms);
    decoder.set(model.get("sigma"));
    const gained = (/** @type {number} */ nats) => (nats > 0 ? "+" : "") + signed(nats);
    const since = `since the start (dotted): ELBO ${gained(elbo - start.elbo)}, log p(x) ${gained(conditioned.logP - start.logP)}`;
    tell(
      readout,
      `ELBO ${signed(elbo)} + KL(q ‖ posterior) ${signed(gap)} = log p(x) ${signed(conditioned.logP)}\n` +
        (sigmas.length ? since : `ELBO = reconstruction ${signed(reconstruction)} − KL(q ‖ prior) ${signed(klPrior)}`),
    );
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["mean", "spread", "x", "sigma"], () => {
    const { x, sigma } = now();
    conditioned = condition(x, sigma);
    if (String(x) !== String(start.x)) start = { logP: conditioned.logP, elbo: termsNow().elbo, x, sigma };
    ask();
  });
  draw();
  return () => {
    stop();
    runner.stop();
    ask.cancel();
  };
}

export default { render };
