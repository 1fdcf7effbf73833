// Attention over an image: one large picture a model, and all of its heads in small.

/** @import { Shape } from "./shared/bytes.js" */
/** @import { Context } from "./shared/page.js" */
import { imagesOf, rowsOf } from "./shared/bytes.js";
import { makeChoice, makeSlider, makeStrip } from "./shared/controls.js";
import { clamp, percent, sum } from "./shared/numbers.js";
import { box, listen, make, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { makePicture, paint } from "./shared/paint.js";

/**
 * @typedef {object} Traits
 * @property {DataView} images (N, C, H, W) bytes
 * @property {Shape} shape
 * @property {DataView} attention (models, N, heads, h, w) floats
 * @property {[models: number, images: number, heads: number, h: number, w: number]} size
 * @property {string[]} models
 * @property {string[]} names of the images, or none
 * @property {number} chosen
 * @property {number} head -1 for the mean
 * @property {number} strength of the overlay
 */

// matplotlib's inferno, in quarters
const HEAT = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
];

/**
 * A share from 0 to 1 -> red, green and blue from 0 to 1.
 *
 * @param {number} share
 */
function heatOf(share) {
  const at = 4 * clamp(share, 0, 1);
  const k = Math.min(3, Math.floor(at));
  return HEAT[k].map((low, c) => (low + (at - k) * (HEAT[k + 1][c] - low)) / 255);
}

/**
 * exp of the entropy of weights that are first made to sum to 1: over how many patches they spread.
 *
 * @param {number[]} map
 */
function spreadOf(map) {
  const whole = sum(map);
  return Math.exp(sum(map.map((a) => (a > 0 ? -(a / whole) * Math.log(a / whole) : 0))));
}

/**
 * The image (bytes) mixed with its map, each patch in one colour: 3 · H · W numbers in [0, 1].
 *
 * @param {Uint8Array} image
 * @param {Shape} shape
 * @param {number[]} map
 * @param {[h: number, w: number]} patches
 * @param {number} strength
 */
function overlay(image, [channels, height, width], map, [h, w], strength) {
  const top = Math.max(...map);
  const colours = map.map((a) => heatOf(a / top));
  return Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const [c, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    const patch = Math.floor((row * h) / height) * w + Math.floor((column * w) / width);
    const own = image[(channels === 3 ? c * height * width : 0) + pixel] / 255;
    return (1 - strength) * own + strength * colours[patch][c];
  });
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [shape, [, , heads, h, w], models, names] = read(model, "shape", "size", "models", "names");
  const coloured = /** @type {Shape} */ ([3, shape[1], shape[2]]);
  const bytes = imagesOf(model.get("images"), shape);
  const rows = rowsOf(model.get("attention"), h * w); // row (m · N + image) · heads + head
  const mapOf = (/** @type {number} */ m, /** @type {number} */ image, /** @type {number} */ head) => {
    const first = (m * bytes.length + image) * heads;
    if (head >= 0) return rows[first + head];
    return rows[first].map((_, i) => sum(rows.slice(first, first + heads).map((map) => map[i])) / heads);
  };
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);

  const root = makeRoot(el, "Attention of a vision transformer over images");
  const captions = bytes.map((_, k) => names[k] ?? String(k + 1));
  const { strip, mark } = makeStrip("Image", bytes, captions, shape, (k) => save({ chosen: k }));
  const parts = ["mean", ...Array.from({ length: heads }, (_, k) => String(k + 1))];
  const choice = makeChoice("Head", parts, (k) => save({ head: k - 1 }));
  const range = { min: 0, max: 1, step: 0.02, value: model.get("strength"), say: percent };
  const slider = makeSlider("overlay", range, (strength) => save({ strength }));
  const original = makePicture("the image");
  const caption = box("gc-caption");
  const panels = models.map((name) => ({
    large: makePicture(`attention ${name}`),
    text: make("div", { class: "gc-caption", "aria-live": "polite" }),
    small: parts.slice(1).map((part) => makePicture(`attention ${name}, head ${part}`)),
  }));
  for (const { small } of panels) {
    small.forEach((canvas, k) => {
      canvas.addEventListener("click", () => save({ head: k }));
    });
  }
  const shown = panels.map(({ large, text, small }) =>
    make("div", {}, large, text, heads > 1 ? box("gc-heads", ...small) : ""),
  );
  const heat = `linear-gradient(to right, ${HEAT.map((rgb) => `rgb(${rgb})`).join(", ")})`;
  root.append(
    box("gc-section", strip),
    heads > 1 ? box("gc-buttons", make("span", {}, "head"), choice.row) : "",
    slider.row,
    make(
      "div",
      { class: "gc-looks", style: `--gc-columns: ${1 + models.length}` },
      make("div", {}, original, caption),
      ...shown,
    ),
    box(
      "gc-legend",
      "no attention",
      make("span", { class: "gc-scale", style: `background: ${heat}` }),
      "the most in each map",
      heads > 1 ? make("span", {}, "Small: each head alone.") : "",
    ),
  );

  const draw = () => {
    const [chosen, head, strength] = read(model, "chosen", "head", "strength");
    mark(chosen);
    choice.mark(head + 1);
    slider.set(strength);
    paint(original, bytes[chosen], shape, 255);
    caption.textContent = names[chosen] ?? `image ${chosen + 1}`;
    panels.forEach(({ large, text, small }, m) => {
      const map = mapOf(m, chosen, head);
      paint(large, overlay(bytes[chosen], shape, map, [h, w], strength), coloured);
      text.textContent = `${models[m] ? `${models[m]}: ` : ""}spread over ${spreadOf(map).toFixed(1)} of ${h * w} patches`;
      small.forEach((canvas, k) => {
        paint(canvas, overlay(bytes[chosen], shape, mapOf(m, chosen, k), [h, w], 1), coloured);
        canvas.classList.toggle("gc-on", k === head);
      });
    });
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["chosen", "head", "strength"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
