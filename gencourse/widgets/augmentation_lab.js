// Sliders for the augmentations, pairs of views that follow them, and the reader's verdicts.

/** @import { Strength } from "./shared/augmentations.js" */
/** @import { Shape } from "./shared/bytes.js" */
/** @import { Context } from "./shared/page.js" */
import { drawView } from "./shared/augmentations.js";
import { imagesOf } from "./shared/bytes.js";
import { makeSlider, makeStrip } from "./shared/controls.js";
import { makeRandom, percent, sum } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { makePicture, paint } from "./shared/paint.js";

/** @typedef {keyof Strength} Name */
/**
 * @typedef {object} Traits
 * @property {DataView} images (N, 3, H, W) bytes
 * @property {Shape} shape
 * @property {Record<Name, [nothing: number, most: number]>} limits
 * @property {number} chosen
 * @property {Strength} strength
 * @property {number} seed
 * @property {[yes: number, no: number][]} tallies for each band of overall strength
 */

const MORE = 6; // pairs beside the one that is asked about
/** @type {[name: Name, title: string, say: (value: number) => string, step: number][]} */
const DIALS = [
  ["crop", "crop, least area", percent, 0.01],
  ["flip", "flip, chance", percent, 0.05],
  ["rotate", "rotation, up to", (value) => `${Math.round(value)}°`, 5],
  ["jitter", "colour jitter", (value) => `±${percent(value)}`, 0.05],
  ["hue", "hue, up to", (value) => `±${Math.round(360 * value)}°`, 0.02],
  ["grey", "grey, chance", percent, 0.05],
  ["blur", "blur, chance", percent, 0.05],
];

/**
 * The fifth of all strengths, from 0 to 4, by the mean distance of the sliders from where nothing changes.
 *
 * @param {Strength} strength
 * @param {Traits["limits"]} limits
 */
function bandOf(strength, limits) {
  const shares = DIALS.map(([name]) => (strength[name] - limits[name][0]) / (limits[name][1] - limits[name][0]));
  return Math.min(4, Math.floor((5 * sum(shares)) / DIALS.length));
}

/**
 * A slider from nothing to the most. A crop is stronger the smaller its least area is: its slider runs from all to little.
 *
 * @param {(typeof DIALS)[number]} dial
 * @param {[number, number]} limits
 * @param {number} value
 * @param {(value: number) => void} input
 */
function makeDial([name, title, say, step], [from, to], value, input) {
  const along = (/** @type {number} */ at) => (from > to ? from + to - at : at);
  const [min, max] = [Math.min(from, to), Math.max(from, to)];
  const range = { min, max, step, value: along(value), say: (/** @type {number} */ at) => say(along(at)) };
  const slider = makeSlider(title, range, (at) => input(along(at)));
  return { name, row: slider.row, set: (/** @type {number} */ at) => slider.set(along(at)) };
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [shape, limits, start] = read(model, "shape", "limits", "strength");
  const [, height, width] = shape;
  const bytes = imagesOf(model.get("images"), shape);
  const images = bytes.map((image) => Float32Array.from(image, (value) => value / 255));
  const nothing = /** @type {Strength} */ (Object.fromEntries(DIALS.map(([name]) => [name, limits[name][0]])));
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);
  const fresh = () => ({ seed: (model.get("seed") + 1) % 100000 });
  const answer = (/** @type {0 | 1} */ which) => {
    const tallies = structuredClone(model.get("tallies"));
    tallies[bandOf(model.get("strength"), limits)][which] += 1;
    save({ tallies, ...fresh() });
  };

  const root = makeRoot(el, "Augmentation lab: random views of an image");
  const numbers = bytes.map((_, k) => k + 1);
  const { strip, mark } = makeStrip("Image", bytes, numbers, shape, (k) => save({ chosen: k }));
  const [original, ...asked] = ["the image", "view 1", "view 2"].map(makePicture);
  const more = Array.from({ length: MORE }, (_, k) => [1, 2].map((view) => makePicture(`pair ${k + 2}, view ${view}`)));
  const dials = DIALS.map((dial) =>
    makeDial(dial, limits[dial[0]], start[dial[0]], (value) =>
      save({ strength: { ...model.get("strength"), [dial[0]]: value } }),
    ),
  );
  const table = make("div", { class: "gc-tallies", role: "table", "aria-label": "Your answers by overall strength" });
  const framed = (/** @type {HTMLElement} */ canvas, /** @type {string} */ caption) =>
    make("div", {}, canvas, box("gc-caption gc-below", caption));
  root.append(
    box(
      "gc-bar gc-section gc-first",
      strip,
      box(
        "gc-buttons",
        makeButton("no change", () => save({ strength: nothing }), "gc-none"),
        makeButton("the course’s defaults", () => save({ strength: start }), "gc-start"),
      ),
    ),
    box(
      "gc-pair",
      box("gc-side gc-dials", ...dials.map(({ row }) => row)),
      box(
        "gc-side",
        box("gc-views", framed(original, "the image"), framed(asked[0], "view 1"), framed(asked[1], "view 2")),
        make("div", {}, "From the two views alone: would you still know that it is the same thing?"),
        box(
          "gc-buttons gc-below",
          makeButton("Yes", () => answer(0), "gc-yes"),
          makeButton("No", () => answer(1), "gc-no"),
          makeButton("Draw two new views", () => save(fresh()), "gc-again"),
        ),
      ),
    ),
    box("gc-caption gc-next-part", "More pairs at the same strength"),
    box("gc-pairs", ...more.map((pair) => make("div", {}, ...pair))),
    box("gc-caption gc-next-part", "Your answers, by the overall strength of the seven sliders"),
    table,
  );

  const rowOf = (/** @type {[number, number]} */ [yes, no], /** @type {number} */ band, /** @type {number} */ now) => {
    const share = yes + no ? (100 * yes) / (yes + no) : 0;
    const cell = (/** @type {string} */ text) => make("span", { role: "cell", class: "gc-caption" }, text);
    const track = make(
      "div",
      { class: "gc-track", "aria-hidden": "true" },
      make("span", { style: `width: ${share}%` }),
    );
    const about = { role: "row", class: "gc-tally", "aria-current": band === now ? "true" : null };
    const count = yes + no ? `${yes} yes, ${no} no` : "–";
    return make("div", about, cell(`${20 * band}–${20 * band + 20} %`), track, cell(count));
  };
  const draw = () => {
    const [strength, seed, chosen, tallies] = read(model, "strength", "seed", "chosen", "tallies");
    mark(chosen);
    for (const { name, set } of dials) set(strength[name]);
    paint(original, images[chosen], shape);
    [asked, ...more].forEach((pair, k) => {
      pair.forEach((canvas, view) => {
        const random = makeRandom(seed * 7919 + 2 * k + view);
        paint(canvas, drawView(images[chosen], [height, width], width, strength, random), [3, width, width]);
      });
    });
    const now = bandOf(strength, limits);
    table.replaceChildren(...tallies.map((tally, band) => rowOf(tally, band, now)));
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["strength", "seed", "chosen", "tallies"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
