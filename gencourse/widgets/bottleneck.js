// One image through several bottlenecks: all reconstructions side by side, and the code of one of them on sliders.

/** @import { Shape } from "./shared/bytes.js" */
/** @import { Program } from "./shared/decoder.js" */
/** @import { Context, Model } from "./shared/page.js" */
import { bytesOf, rowsOf } from "./shared/bytes.js";
import { makeRadios, makeSlider, makeStrip } from "./shared/controls.js";
import { makeDecoder } from "./shared/decoder.js";
import { latentName } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { paint } from "./shared/paint.js";

/** @typedef {ReturnType<typeof readModels>[number]} Coder */
/**
 * @typedef {object} Traits
 * @property {(Program & { latent: number, bytes: number })[]} programs the decoders, and how many bytes of weights each has
 * @property {DataView} weights of all decoders
 * @property {DataView} images (N, C·H·W) floats
 * @property {number[]} labels
 * @property {DataView} codes of each model for each image
 * @property {DataView} ranges of each model's codes: the lowest numbers, then the highest
 * @property {number} image
 * @property {number} picked
 * @property {number[]} z a code of the reader's own, or nothing
 */

const MOST_SLIDERS = 8;

/**
 * Each model as the page needs it: its decoder, the thumbnails' codes, and the range that each number of a code has.
 *
 * @param {Model<Traits>} model
 */
function readModels(model) {
  const [weights, count] = [bytesOf(model.get("weights")), model.get("labels").length];
  const [codes, ranges] = [model.get("codes"), model.get("ranges")].map((view) => new Float32Array(bytesOf(view)));
  let [atWeight, atCode, atRange] = [0, 0, 0];
  const rows = (/** @type {Float32Array} */ values, /** @type {number} */ n, /** @type {number} */ width) =>
    Array.from({ length: n }, (_, k) => Array.from(values.subarray(k * width, (k + 1) * width)));
  return model.get("programs").map((program) => {
    const { latent } = program;
    const decode = makeDecoder(program, new DataView(weights, atWeight, program.bytes));
    const mine = rows(codes.subarray(atCode), count, latent);
    const [low, high] = rows(ranges.subarray(atRange), 2, latent);
    [atWeight, atCode, atRange] = [atWeight + program.bytes, atCode + count * latent, atRange + 2 * latent];
    return { latent, decode, codes: mine, low, high };
  });
}

/**
 * @param {number[]} x
 * @param {ArrayLike<number>} y
 */
const squaredError = (x, y) => x.reduce((total, value, k) => total + (value - y[k]) ** 2, 0);

/**
 * The image itself, then a button for each model with what it makes of the image.
 *
 * @param {Coder[]} models
 * @param {Shape} shape
 * @param {(k: number) => void} choose
 */
function makeLadder(models, shape, choose) {
  const original = make("canvas", { role: "img", "aria-label": "The image" });
  const steps = models.map(({ latent }) => {
    const canvas = make("canvas", { "aria-hidden": "true" });
    const number = make("span", { class: "gc-number" });
    const button = make("button", { type: "button", role: "radio" }, canvas, `z of ${latent}`, number);
    return { canvas, number, button, latent };
  });
  const buttons = steps.map((step) => step.button);
  const first = make("div", {}, original, "image", make("span", { class: "gc-number" }, "error"));
  const about = { class: "gc-ladder", role: "radiogroup", "aria-label": "Length of the code" };
  const group = make("div", about, first, ...buttons);
  const mark = makeRadios(group, buttons, choose);
  const show = (/** @type {number[]} */ x, /** @type {Float32Array[]} */ reconstructions) => {
    paint(original, x, shape);
    steps.forEach(({ canvas, number, button, latent }, k) => {
      const error = squaredError(x, reconstructions[k]).toFixed(2);
      paint(canvas, reconstructions[k], shape);
      number.textContent = error;
      button.setAttribute("aria-label", `A code of ${latent}, squared error ${error}`);
    });
  };
  return { group, mark, show };
}

/**
 * Sliders for the first numbers of a code; the others stay as they are.
 *
 * @param {Coder} coder
 * @param {(d: number, value: number) => void} slide
 */
function makeLatents({ latent, low, high }, slide) {
  const sliders = Array.from({ length: Math.min(latent, MOST_SLIDERS) }, (_, d) => {
    const range = { min: low[d], max: high[d], step: (high[d] - low[d]) / 100 || 0.01, value: low[d] };
    return makeSlider(latentName(d), range, (value) => slide(d, value));
  });
  const show = (/** @type {number[]} */ z) =>
    sliders.forEach((slider, d) => {
      slider.set(z[d]);
    });
  return { rows: sliders.map((slider) => slider.row), show };
}

/** @param {number} latent */
function describe(latent) {
  const few = latent === 1 ? "The one number" : `The ${latent} numbers`;
  const which = latent > MOST_SLIDERS ? `The first ${MOST_SLIDERS} of the ${latent} numbers` : few;
  return `${which} of this code, each over the range that codes of real images have.`;
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const { shape } = model.get("programs")[0];
  const models = readModels(model);
  const images = rowsOf(model.get("images"), shape[0] * shape[1] * shape[2]);
  const root = makeRoot(el, "An image through codes of several lengths");

  const own = () => models[model.get("picked")].codes[model.get("image")];
  const current = () => (model.get("z").length === own().length ? model.get("z") : own());
  const change = (/** @type {Partial<Traits>} */ traits) => write(model, { z: [], ...traits });
  const slide = (/** @type {number} */ d, /** @type {number} */ value) => change({ z: current().with(d, value) });
  const random = () => {
    const { low, high } = models[model.get("picked")];
    change({ z: low.map((from, d) => from + Math.random() * (high[d] - from)) });
  };

  const thumbnails = images.map((image) => image.map((value) => 255 * value));
  const gallery = makeStrip("Choose an image", thumbnails, model.get("labels"), shape, (k) => change({ image: k }));
  const ladder = makeLadder(models, shape, (k) => change({ picked: k }));
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const buttons = box(
    "gc-buttons",
    makeButton("Random code", random, "gc-random"),
    makeButton("The image's code", () => change({}), "gc-reset"),
  );
  const caption = box("gc-caption");
  const sliders = make("div", { class: "gc-latents", role: "group", "aria-label": "The code" });
  root.append(
    box("gc-caption", "Choose an image"),
    gallery.strip,
    ladder.group,
    box("gc-pair gc-open", box("gc-side", picture, box("gc-bar", readout, buttons)), box("gc-side", caption, sliders)),
  );

  let open = -1;
  let latents = makeLatents(models[0], slide);
  const openModel = (/** @type {number} */ picked) => {
    if (picked === open) return;
    open = picked;
    latents = makeLatents(models[picked], slide);
    sliders.replaceChildren(...latents.rows);
    caption.textContent = describe(models[picked].latent);
  };
  const ask = oncePerFrame(() => {
    const [k, picked] = read(model, "image", "picked");
    const [x, z] = [images[k], current()];
    openModel(picked);
    latents.show(z);
    gallery.mark(k);
    ladder.mark(picked);
    ladder.show(
      x,
      models.map((each) => each.decode(each.codes[k])),
    );
    const decoded = models[picked].decode(z);
    paint(picture, decoded, shape);
    readout.textContent = `error ${squaredError(x, decoded).toFixed(2)}`;
    const from = model.get("z").length ? "a code of your own" : "the image's code";
    picture.setAttribute("aria-label", `Decoded from ${from}, ${models[picked].latent} numbers`);
  });
  const stop = listen(model, ["image", "picked", "z"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
