// The cosines of many views, sorted by class, at moments of a training, and one view's nearest negatives.

/** @import { Shape } from "./shared/bytes.js" */
/** @import { Context } from "./shared/page.js" */
import { imagesOf } from "./shared/bytes.js";
import { makeRows, makeSlider } from "./shared/controls.js";
import { signed, sum } from "./shared/numbers.js";
import { box, listen, make, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { brushOf, makePicture, paint } from "./shared/paint.js";

/**
 * @typedef {object} Traits
 * @property {number} size how many views; views 2k and 2k + 1 are partners
 * @property {string[]} moments their names
 * @property {DataView} similarity (moments, size, size) bytes: 0 for −1, 255 for 1
 * @property {DataView} images (size, C, H, W) bytes
 * @property {Shape} shape
 * @property {number[]} classes of the views, rising
 * @property {string[]} names of the classes
 * @property {number} moment
 * @property {number} row the anchor
 */

const [BLUE, ORANGE] = [
  [24, 112, 194],
  [179, 82, 14],
];
const INK = "rgba(125, 133, 144, 0.9)";
const NEAREST = 6;

/** The number that a byte stands for. */
const cosineOf = (/** @type {number} */ byte) => byte / 127.5 - 1;
const partnerOf = (/** @type {number} */ i) => i ^ 1;
const mean = (/** @type {number[]} */ values) => sum(values) / values.length;

/**
 * The negatives of view i, the nearest first.
 *
 * @param {Uint8Array} bytes of one moment
 * @param {number} size
 * @param {number} i
 */
export function negativesOf(bytes, size, i) {
  const row = bytes.subarray(i * size, (i + 1) * size);
  const others = Array.from(row.keys()).filter((j) => j !== i && j !== partnerOf(i));
  return others.sort((a, b) => row[b] - row[a]);
}

/**
 * Mean cosines with partners, with negatives of the own class and of others, and the share of false nearest negatives.
 *
 * @param {Uint8Array} bytes of one moment
 * @param {number[]} classes
 */
export function numbersOf(bytes, classes) {
  const size = classes.length;
  const views = classes.map((_, i) => i);
  const at = (/** @type {number} */ i, /** @type {number} */ j) => cosineOf(bytes[i * size + j]);
  /** @type {[number[], number[]]} */
  const [own, other] = [[], []];
  for (const i of views) {
    for (const j of negativesOf(bytes, size, i)) (classes[i] === classes[j] ? own : other).push(at(i, j));
  }
  const isFalse = views.map((i) => Number(classes[negativesOf(bytes, size, i)[0]] === classes[i]));
  return {
    partner: mean(views.map((i) => at(i, partnerOf(i)))),
    own: mean(own),
    other: mean(other),
    nearest: mean(isFalse),
  };
}

/**
 * A pixel for each cosine, blue above 0 and orange below, the stronger the farther from it.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes
 * @param {number} size
 */
function paintCosines(canvas, bytes, size) {
  [canvas.width, canvas.height] = [size, size];
  const brush = brushOf(canvas);
  const pixels = brush.createImageData(size, size);
  bytes.forEach((byte, i) => {
    const cosine = cosineOf(byte);
    pixels.data.set([...(cosine > 0 ? BLUE : ORANGE), 255 * Math.abs(cosine)], 4 * i);
  });
  brush.putImageData(pixels, 0, 0);
  return canvas;
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [size, moments, shape] = read(model, "size", "moments", "shape");
  const [classes, names] = read(model, "classes", "names");
  const cosines = imagesOf(model.get("similarity"), [1, size, size]);
  const images = imagesOf(model.get("images"), shape);
  const numbers = cosines.map((bytes) => numbersOf(bytes, classes));
  const small = cosines.map((bytes) => paintCosines(make("canvas"), bytes, size));
  const ends = classes.flatMap((c, i) => (i && classes[i - 1] !== c ? [i] : []));
  const nameOf = (/** @type {number} */ i) => `image ${(i >> 1) + 1}, view ${(i & 1) + 1}: ${names[classes[i]]}`;

  const root = makeRoot(el, "Cosines of views, sorted by class, as training goes on");
  const say = (/** @type {number} */ m) => moments[m];
  const range = { min: 0, max: Math.max(1, moments.length - 1), step: 1, value: model.get("moment"), say };
  const slider = makeSlider("training", range, (moment) =>
    write(model, { moment: Math.min(moment, moments.length - 1) }),
  );
  const { matrix, mark } = makeRows(
    "Anchor: a row of the matrix",
    size,
    () => model.get("row"),
    (row) => write(model, { row }),
  );
  const colours = `rgb(${ORANGE}), transparent, rgb(${BLUE})`;
  const bar = make("span", { class: "gc-scale", style: `background: linear-gradient(to right, ${colours})` });
  const thumbnail = (/** @type {number} */ i) => {
    const canvas = makePicture(nameOf(i));
    paint(canvas, images[i], shape, 255);
    return canvas;
  };
  const pair = box("gc-views");
  const nearest = box("gc-shares");
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const present = [...new Set(classes)].map((c) => names[c]).join(" · ");
  root.append(
    slider.row,
    box(
      "gc-pair gc-below",
      box(
        "gc-side",
        matrix,
        box("gc-bar", box("gc-legend", "−1", bar, "1")),
        box("gc-hint", `From top to bottom: ${present}. Click a row, or use the up and down keys.`),
      ),
      box("gc-side", pair, box("gc-caption", "The nearest of its negatives"), nearest, readout),
    ),
  );

  const drawMatrix = (/** @type {number} */ moment, /** @type {number} */ row) => {
    const cell = Math.max(4, Math.floor(900 / size));
    const side = size * cell;
    [matrix.width, matrix.height] = [side, side];
    const brush = brushOf(matrix);
    brush.imageSmoothingEnabled = false;
    brush.drawImage(small[moment], 0, 0, side, side);
    brush.strokeStyle = INK;
    brush.lineWidth = 2;
    for (const end of ends) {
      brush.strokeRect(-2, end * cell, side + 4, 0);
      brush.strokeRect(end * cell, -2, 0, side + 4);
    }
    brush.lineWidth = 4;
    brush.strokeStyle = `rgb(${ORANGE})`;
    brush.strokeRect(2, row * cell - 2, side - 4, cell + 4);
  };
  const describe = (/** @type {number} */ i, /** @type {string} */ role) =>
    make("div", {}, box("gc-caption", role), thumbnail(i), box("gc-caption gc-below", nameOf(i)));
  const describeNear = (/** @type {number} */ j, /** @type {number} */ cosine, /** @type {boolean} */ isFalse) =>
    box(
      "gc-share",
      thumbnail(j),
      box("gc-caption", names[classes[j]], isFalse ? " · false: of its class" : ""),
      make("span", { class: "gc-number" }, signed(cosine)),
    );
  const draw = () => {
    const [moment, row] = read(model, "moment", "row");
    const cosine = (/** @type {number} */ j) => cosineOf(cosines[moment][row * size + j]);
    slider.set(moment);
    drawMatrix(moment, row);
    const partner = describe(partnerOf(row), `its partner, cosine ${signed(cosine(partnerOf(row)))}`);
    pair.replaceChildren(describe(row, "anchor"), partner);
    const near = negativesOf(cosines[moment], size, row).slice(0, NEAREST);
    nearest.replaceChildren(...near.map((j) => describeNear(j, cosine(j), classes[j] === classes[row])));
    const of = numbers[moment];
    readout.textContent =
      `${moments[moment]}, mean cosines\n` +
      `with the partner      ${signed(of.partner)}\n` +
      `with its class        ${signed(of.own)}\n` +
      `with other classes    ${signed(of.other)}\n` +
      `nearest negative false: ${Math.round(100 * of.nearest)} %`;
    mark(row, nameOf(row));
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["moment", "row"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
