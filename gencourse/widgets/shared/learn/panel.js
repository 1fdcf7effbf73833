// One model in the page: which it is and its knobs, what it shows, its figures and its curves.

/** @import { Layer } from "./draw.js" */
/** @import { View } from "./session.js" */
/** @import { Choice, Family } from "./setting.js" */
/** @import { Pair } from "../scale.js" */
import { makeSlider } from "../controls.js";
import { percent, signed } from "../numbers.js";
import { box, make, tell } from "../page.js";
import { makeChart } from "../plane.js";
import { drawView, heatOf } from "./draw.js";
import { defaults } from "./setting.js";

/** How a knob's value is said where the number alone does not say it. @type {Record<string, (value: number) => string>} */
const SAID = { order: (value) => (value ? "y, then x" : "x, then y"), width: (value) => `${value} wide` };

/** What is seen, in words, by what can be said of a density. @type {Record<string, string>} */
const WAYS = {
  exact: "The shade is the density, exact.",
  grid: "The shade is the density, normalised on the grid that is shown.",
  none: "No density to show: samples are all that there is.",
};

/**
 * The words beside a view.
 *
 * @param {View} view
 * @param {string} name of the family
 */
export function wordsOf(view, name) {
  const { nothing, missed, parts, gap = 0, kl = 0 } = view.figures;
  const { train, held } = view.curve[view.curve.length - 1];
  const nats = {
    exact: `held out ${signed(held)} nats a point`,
    grid: `held out ${signed(held)} nats a point`,
    bound: `held out ≥ ${signed(held)} nats a point   KL ${signed(kl)} nats`,
    none: name === "gan" ? `losses ${signed(train)} and ${signed(held)}` : `held-out loss ${signed(held)}`,
  }[view.way];
  const seen = `${percent(nothing)} of the samples on nothing   ${missed} of ${parts} parts missed`;
  const way = WAYS[view.way] ?? `Hatched: a bound. log p lies at least ${signed(gap)} nats above it, on average.`;
  return { figures: `step ${view.step.toLocaleString("en")}   ${nats}\n${seen}`, way };
}

/**
 * @param {Family[]} families
 * @param {string} colour
 * @param {(choice: Choice) => void} change is told another choice
 */
export function makePanel(families, colour, change) {
  /** @type {Choice} */
  let choice = { name: "", knobs: {} };
  /** @type {View | null} */
  let view = null;
  /** @type {HTMLCanvasElement | null} */
  let heat = null;

  const options = families.map(({ name, title }) => make("option", { value: name }, title));
  const select = make("select", { "aria-label": "Family" }, ...options);
  select.addEventListener("change", () => {
    const family = families.find(({ name }) => name === select.value);
    if (family) change({ name: family.name, knobs: defaults(family) });
  });
  const words = box("gc-hint gc-first");
  const canvas = make("canvas", { class: "gc-plane gc-learned", role: "img", tabindex: 0, width: 320, height: 320 });
  const mixed = `color-mix(in srgb, ${colour} 72%, var(--gc-ink))`; // readable in both themes
  canvas.style.color = mixed;
  const way = box("gc-caption gc-way");
  const figures = box("gc-readout gc-figures");
  const knobs = box("gc-sliders");
  const key = box("gc-legend");
  const chart = makeChart("Curves of training", { x: [0, 1], y: [0, 1], height: 150, xLabel: "step" });
  const train = chart.curve({ colour: mixed, weight: 2 });
  const held = chart.curve({ colour: "var(--gc-ink)", weight: 1.8, dash: "5 3" });
  const head = box("gc-bar gc-top", make("span", { class: "gc-dot", style: `background: ${mixed}` }), select);
  const element = box("gc-panel", head, words, canvas, way, figures, key, chart.svg, knobs);

  function setKnobs(/** @type {Family} */ family) {
    const rows = family.knobs.map(({ name, title, choices }) => {
      const said = SAID[name] ?? String;
      const say = (/** @type {number} */ k) => said(choices[k]);
      const value = choices.indexOf(choice.knobs[name]);
      const range = { min: 0, max: choices.length - 1, step: 1, value, say };
      return makeSlider(title, range, (k) => change({ ...choice, knobs: { ...choice.knobs, [name]: choices[k] } })).row;
    });
    knobs.replaceChildren(...rows);
  }

  function drawCurves() {
    if (!view) return;
    const now = view;
    const { curve } = now;
    const gan = choice.name === "gan";
    const nats = now.way !== "none";
    // The first steps are far off and would flatten the rest.
    const late = curve.filter(({ step }) => 5 * step >= now.step).flatMap((point) => [point.train, point.held]);
    const [low, high] = [Math.min(...late), Math.max(...late)];
    const room = 0.08 * (high - low) + 0.02;
    chart.setRange([0, Math.max(now.step, 10)], [low - room, high + room]);
    const lay = (/** @type {"train" | "held"} */ which) =>
      curve.map(
        (point) => /** @type {Pair} */ ([point.step, Math.max(low - room, Math.min(high + room, point[which]))]),
      );
    train.set(lay("train"));
    held.set(lay("held"));
    const names = gan
      ? ["discriminator's loss", "generator's loss"]
      : nats
        ? ["nats, train", "held out"]
        : ["loss, train", "held out"];
    key.replaceChildren(...[`solid: ${names[0]}`, `dashed: ${names[1]}`].map((text) => make("span", {}, text)));
  }

  return {
    element,
    canvas,
    select,
    /** What is chosen: the knobs are set anew. */
    set(/** @type {Choice} */ next) {
      const family = families.find(({ name }) => name === next.name);
      if (!family) return;
      const same = next.name === choice.name && JSON.stringify(next.knobs) === JSON.stringify(choice.knobs);
      choice = next;
      if (same) return;
      select.value = next.name;
      words.textContent = family.words;
      if (!knobs.contains(document.activeElement)) setKnobs(family);
    },
    /** What a run has come to. */
    see(/** @type {View} */ next) {
      view = next;
      heat = next.density && heatOf(next.density, getComputedStyle(canvas).color);
      const said = wordsOf(next, choice.name);
      tell(figures, said.figures);
      way.textContent = said.way;
      const family = families.find(({ name }) => name === choice.name);
      canvas.setAttribute("aria-label", `${family?.title}: ${said.figures.replace(/\s{2,}|\n/g, "; ")}. ${said.way}`);
      drawCurves();
    },
    /**
     * @param {{ points: Float32Array, layers: Set<Layer>, along: number, cursor: number[] | null }} what
     */
    draw({ points, layers, along, cursor }) {
      if (!view) return;
      const side = Math.round(canvas.clientWidth * devicePixelRatio) || 320;
      if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
      const colours = { samples: getComputedStyle(canvas).color, ink: getComputedStyle(element).color };
      drawView(canvas, view, { points, heat, layers, colours, along, cursor });
    },
  };
}
