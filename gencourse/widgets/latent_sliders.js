// A slider for each latent, the most informative first, and the image they decode to.

/** @import { Program } from "./shared/decoder.js" */
/** @import { Context, Model } from "./shared/page.js" */
import { imagesOf, rowsOf } from "./shared/bytes.js";
import { makeStrip } from "./shared/controls.js";
import { makeDecoder } from "./shared/decoder.js";
import { makeNaming } from "./shared/naming.js";
import { clamp, latentName, norm, normalSample, signed } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { paint } from "./shared/paint.js";

/**
 * @typedef {object} Traits
 * @property {Program} program
 * @property {DataView} weights
 * @property {number[]} z
 * @property {number} extent how far the sliders reach
 * @property {number[]} order of the latents
 * @property {number[]} kl of each latent in nats, or none
 * @property {DataView} thumbnails (N, C, H, W) bytes
 * @property {DataView} codes (N, D) floats
 * @property {number[]} labels
 * @property {string[]} names of latents, or none
 * @property {boolean} naming the reader names the sliders
 * @property {string[]} given the names typed
 * @property {boolean} revealed whether they were held against the matrix
 * @property {boolean} turned the sliders run along turned axes
 * @property {number[][]} axes of unit length, one for each slider then
 */

const REST = 120; // ms without a move after which the small pictures follow

/**
 * A latent's name, the pictures at both ends of its slider, the slider, its value and its share of the KL.
 *
 * @param {string} name
 * @param {number} extent
 * @param {number | undefined} kl
 * @param {number} mostKl
 * @param {(value: number) => void} slide
 * @param {HTMLElement} label
 */
function makeRow(name, extent, kl, mostKl, slide, label) {
  const slider = make("input", {
    class: "gc-slider",
    type: "range",
    min: -extent,
    max: extent,
    step: 0.05,
    value: 0,
    "aria-label": `${name}${kl === undefined ? "" : `, ${kl.toFixed(2)} nats`}`,
  });
  const number = make("span", { class: "gc-number", "aria-hidden": "true" });
  const ends = [0, 1].map(() => make("canvas", { class: "gc-end", "aria-hidden": "true" }));
  const nats = make("span", kl === undefined ? {} : { class: "gc-kl gc-number" });
  if (kl !== undefined) {
    nats.textContent = kl.toFixed(2);
    nats.style.setProperty("--share", `${(100 * kl) / mostKl}%`);
  }
  slider.addEventListener("input", () => slide(Number(slider.value)));
  const show = (/** @type {number} */ value) => {
    slider.value = String(value);
    number.textContent = signed(value);
  };
  return { cells: [label, ends[0], slider, ends[1], number, nats], show, ends };
}

/**
 * @param {Model<Traits>} model
 * @param {(latent: number, value: number) => void} slide
 * @param {((latent: number) => HTMLElement) | undefined} field where a name is typed
 */
function makeRows(model, slide, field) {
  const [kl, order, names, extent] = read(model, "kl", "order", "names", "extent");
  const mostKl = Math.max(...kl, 1e-6);
  const rows = order.map((latent) => {
    const name = names[latent] ?? latentName(latent);
    const label = field ? field(latent) : make("span", { class: "gc-name", title: name }, name);
    return makeRow(name, extent, kl[latent], mostKl, (value) => slide(latent, value), label);
  });
  const heads = (kl.length ? ["", "", "", "", "value", "KL (nats)"] : []).map((text, k) =>
    make("span", { class: k % 2 && k < 4 ? "gc-end" : "gc-head", "aria-hidden": "true" }, text),
  );
  const about = { class: "gc-rows", role: "group", "aria-label": "Latents" };
  const table = make("div", about, ...heads, ...rows.flatMap(({ cells }) => cells));
  const show = (/** @type {number[]} */ z) =>
    rows.forEach((row, k) => {
      row.show(z[order[k]]);
    });
  return { table, show, ends: rows.map(({ ends }, k) => ({ latent: order[k], canvases: ends })) };
}

/**
 * The pictures at both ends of each slider, the other latents as they are: one row a frame once the hand rests.
 *
 * @param {{ latent: number, canvases: HTMLCanvasElement[] }[]} ends
 * @param {(canvas: HTMLCanvasElement, latent: number, side: number) => void} draw
 */
function followAtRest(ends, draw) {
  let [timer, frame] = [0, 0];
  const drawFrom = (/** @type {number} */ k) => {
    const { latent, canvases } = ends[k];
    canvases.forEach((canvas, side) => {
      draw(canvas, latent, side);
    });
    if (k + 1 < ends.length) frame = requestAnimationFrame(() => drawFrom(k + 1));
  };
  const cancel = () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  };
  const ask = () => {
    cancel();
    timer = window.setTimeout(drawFrom, REST, 0);
  };
  return { ask, cancel };
}

/**
 * Each row's product with z: z along the axes that are the rows.
 *
 * @param {number[][]} rows
 * @param {number[]} z
 */
const along = (rows, z) => rows.map((row) => row.reduce((sum, x, d) => sum + x * z[d], 0));

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [program, extent, kl] = read(model, "program", "extent", "kl");
  const { shape } = program;
  const decode = makeDecoder(program, model.get("weights"));
  const latent = model.get("order").length;
  const images = imagesOf(model.get("thumbnails"), shape);
  const codes = rowsOf(model.get("codes"), latent);

  const root = makeRoot(el, "A slider for each latent and the image they decode to");
  const move = (/** @type {number[]} */ z, chosen = -1) => {
    write(model, { z: z.map((x) => clamp(x, -extent, extent)) });
    gallery.mark(chosen);
  };
  const gallery = makeStrip("Start from an image", images, model.get("labels"), shape, (k) => move(codes[k], k));
  const naming = model.get("naming") ? makeNaming(model) : null;
  const axes = model.get("axes");
  const back = axes.map((_, d) => axes.map((row) => row[d]));
  const shown = () => (model.get("turned") ? along(axes, model.get("z")) : model.get("z"));
  const withOne = (/** @type {number} */ d, /** @type {number} */ value) => {
    const moved = shown().with(d, value);
    return model.get("turned") ? along(back, moved) : moved;
  };
  const rows = makeRows(model, (d, value) => move(withOne(d, value)), naming?.field);
  const ends = followAtRest(rows.ends, (canvas, d, side) => {
    paint(canvas, decode(withOne(d, side ? extent : -extent)), shape);
  });
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const buttons = box(
    "gc-buttons",
    makeButton("Random z", () => move(normalSample(latent)), "gc-random"),
    makeButton("Reset", () => move(Array(latent).fill(0)), "gc-reset"),
  );
  const order = kl.length ? "Sorted by mean KL, the most informative first. " : "";
  const caption = `${order}Beside each slider: the image at either end.`;
  root.append(
    images.length ? box("gc-section", box("gc-caption", "Start from an image"), gallery.strip) : "",
    box(
      "gc-pair",
      box("gc-side", picture, box("gc-bar", readout, buttons)),
      box("gc-side", box("gc-caption", caption), rows.table),
    ),
    naming?.part ?? "",
  );

  const ask = oncePerFrame(() => {
    const z = model.get("z");
    rows.show(shown());
    ends.ask();
    paint(picture, decode(z), shape);
    readout.textContent = `|z| = ${norm(z).toFixed(2)}`;
    const place = z.map((x) => x.toFixed(2)).join(", ");
    picture.setAttribute("aria-label", `The image decoded at z = (${place})`);
  });
  const stops = [listen(model, ["z", "turned"], ask)];
  if (naming) {
    stops.push(listen(model, ["given", "revealed", "turned"], naming.draw));
    naming.draw();
  }
  ask();
  return () => {
    for (const stop of stops) stop();
    ask.cancel();
    ends.cancel();
  };
}

export default { render };
