// The matrix of a contrastive batch on a canvas, and one of its rows in pictures and bars.

/** @import { Shape } from "./shared/bytes.js" */
/** @import { Context } from "./shared/page.js" */
import { imagesOf, rowsOf } from "./shared/bytes.js";
import { makeChoice, makeRows, makeSlider } from "./shared/controls.js";
import { clamp, sum } from "./shared/numbers.js";
import { box, listen, make, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { brushOf, makePicture, paint } from "./shared/paint.js";

/** @typedef {"probabilities" | "cosines"} Shown */
/**
 * @typedef {object} Traits
 * @property {number} size of the batch, both views of each image
 * @property {DataView} similarity (size, size) floats: cosines
 * @property {DataView} images (size, C, H, W) bytes, or none
 * @property {Shape | []} shape
 * @property {string[]} labels of the views, or none
 * @property {number} temperature
 * @property {number} row the anchor
 * @property {Shown} shown
 */

const [BLUE, ORANGE, GREEN] = ["24, 112, 194", "179, 82, 14", "#0b7f4f"];
const NEGATIVES = 5;
/** @type {Shown[]} */
const SHOWN = ["probabilities", "cosines"];

/**
 * The largest cosine of a row but its own, and the sum of exp((cosine − largest) / temperature) over them.
 *
 * @param {number[]} row
 * @param {number} i
 * @param {number} temperature
 */
function partition(row, i, temperature) {
  const top = Math.max(...row.filter((_, j) => j !== i));
  return { top, total: sum(row.map((cosine, j) => (j === i ? 0 : Math.exp((cosine - top) / temperature)))) };
}

/**
 * Each row's softmax of cosine / temperature over all columns but its own.
 *
 * @param {number[][]} cosines
 * @param {number} temperature
 */
const softmaxRows = (cosines, temperature) =>
  cosines.map((row, i) => {
    const { top, total } = partition(row, i, temperature);
    return row.map((cosine, j) => (j === i ? 0 : Math.exp((cosine - top) / temperature) / total));
  });

/**
 * −log p of the partner, without the underflow of p: in nats.
 *
 * @param {number[]} row
 * @param {number} i
 * @param {number} partner
 * @param {number} temperature
 */
function rowLoss(row, i, partner, temperature) {
  const { top, total } = partition(row, i, temperature);
  return (top - row[partner]) / temperature + Math.log(total);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[][]} values
 * @param {(value: number) => string} colourOf
 * @param {(i: number) => number} partnerOf
 * @param {number} chosen
 */
function drawMatrix(canvas, values, colourOf, partnerOf, chosen) {
  const n = values.length;
  const cell = Math.max(12, Math.floor(840 / n)); // pixels, twice as dense as they are shown
  canvas.width = n * cell;
  canvas.height = n * cell;
  const brush = brushOf(canvas);
  values.forEach((row, i) => {
    row.forEach((value, j) => {
      brush.fillStyle = i === j ? "rgba(125, 133, 144, 0.28)" : colourOf(value);
      brush.fillRect(j * cell, i * cell, cell, cell);
    });
  });
  brush.strokeStyle = "rgba(125, 133, 144, 0.9)"; // masked: struck through
  brush.lineWidth = 1.5;
  for (let i = 0; i < n; i++) {
    brush.beginPath();
    brush.moveTo(i * cell + 2, i * cell + 2);
    brush.lineTo((i + 1) * cell - 2, (i + 1) * cell - 2);
    brush.stroke();
  }
  brush.lineWidth = Math.max(2.5, cell / 9);
  brush.strokeStyle = GREEN;
  const inset = brush.lineWidth / 2;
  for (let i = 0; i < n; i++) {
    brush.strokeRect(partnerOf(i) * cell + inset, i * cell + inset, cell - 2 * inset, cell - 2 * inset);
  }
  brush.lineWidth = 4;
  brush.strokeStyle = `rgb(${ORANGE})`;
  brush.strokeRect(2, chosen * cell + 1, n * cell - 4, cell - 2);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [size, shape, labels] = read(model, "size", "shape", "labels");
  const cosines = rowsOf(model.get("similarity"), size);
  const images = shape.length ? imagesOf(model.get("images"), shape) : [];
  const partnerOf = (/** @type {number} */ i) => (i + size / 2) % size;
  const nameOf = (/** @type {number} */ i) => {
    const view = `image ${(i % (size / 2)) + 1}, view ${i < size / 2 ? 1 : 2}`;
    return labels.length ? `${view}: ${labels[i]}` : view;
  };
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);

  const root = makeRoot(el, "Similarities of the views of a batch");
  const { matrix, mark } = makeRows(
    "Anchor: a row of the matrix",
    size,
    () => model.get("row"),
    (row) => write(model, { row }),
  );
  const scale = box("gc-legend");
  const choice = makeChoice("What the matrix shows", SHOWN, (k) => save({ shown: SHOWN[k] }));
  const say = (/** @type {number} */ value) => Math.exp(value).toFixed(2);
  const value = Math.log(model.get("temperature"));
  const range = { min: Math.log(0.05), max: Math.log(2), step: 0.01, value, say };
  const slider = makeSlider("temperature", range, (log) => save({ temperature: clamp(Math.exp(log), 0.05, 2) }));
  const thumbnail = (/** @type {number} */ i) => {
    if (!shape.length) return "";
    const canvas = makePicture(nameOf(i));
    paint(canvas, images[i], shape, 255);
    return canvas;
  };
  const pair = box("gc-views");
  const negatives = box("gc-shares");
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  root.append(
    slider.row,
    box(
      "gc-pair gc-below",
      box(
        "gc-side",
        matrix,
        box("gc-bar", scale, choice.row),
        box("gc-hint", "Click a row, or use the up and down keys. Green: the two views of one image."),
      ),
      box(
        "gc-side",
        pair,
        box("gc-caption", "The negatives that get the most gradient, and their shares"),
        negatives,
        readout,
      ),
    ),
  );

  const describe = (/** @type {number} */ i, /** @type {string} */ role, /** @type {string[]} */ ...more) =>
    make(
      "div",
      {},
      box("gc-caption", role),
      thumbnail(i),
      box("gc-caption gc-below", nameOf(i), ...more.flatMap((text) => [make("br"), text])),
    );
  const describeShare = (/** @type {number} */ j, /** @type {string} */ percent) =>
    box(
      "gc-share",
      thumbnail(j),
      make("div", {}, box("gc-caption", nameOf(j)), box("gc-track", make("span", { style: `width: ${percent}%` }))),
      make("span", { class: "gc-number" }, `${percent} %`),
    );
  const drawScale = (/** @type {boolean} */ isP, /** @type {number} */ highest) => {
    const [low, high] = isP ? ["0", highest.toFixed(2)] : ["−1", "1"];
    const gradient = `${isP ? "transparent" : `rgb(${ORANGE}), transparent`}, rgb(${BLUE})`;
    const bar = make("span", {
      class: "gc-scale",
      style: `background: linear-gradient(to right, ${gradient})`,
    });
    scale.replaceChildren(low, bar, high);
  };

  const draw = () => {
    const [temperature, chosen, shown] = read(model, "temperature", "row", "shown");
    const partner = partnerOf(chosen);
    const p = softmaxRows(cosines, temperature);
    const isP = shown === "probabilities";
    const highest = Math.max(...p.flat());
    const colourOfP = (/** @type {number} */ value) => `rgba(${BLUE}, ${value / highest})`;
    const colourOfCosine = (/** @type {number} */ value) =>
      `rgba(${value > 0 ? BLUE : ORANGE}, ${Math.min(1, Math.abs(value))})`;
    drawMatrix(matrix, isP ? p : cosines, isP ? colourOfP : colourOfCosine, partnerOf, chosen);
    choice.mark(SHOWN.indexOf(shown));
    slider.set(Math.log(temperature));
    drawScale(isP, highest);
    const positive = describe(partner, "its positive", `p = ${p[chosen][partner].toFixed(3)}`);
    pair.replaceChildren(describe(chosen, "anchor"), positive);
    const others = p[chosen].map((share, j) => ({ j, share })).filter(({ j }) => j !== chosen && j !== partner);
    const total = sum(others.map(({ share }) => share)) || 1;
    others.sort((a, b) => b.share - a.share);
    const first = others.slice(0, NEGATIVES);
    negatives.replaceChildren(...first.map(({ j, share }) => describeShare(j, ((100 * share) / total).toFixed(1))));
    const losses = cosines.map((row, i) => rowLoss(row, i, partnerOf(i), temperature));
    readout.textContent =
      `NT-Xent of this row    ${losses[chosen].toFixed(3)} nats\n` +
      `of the batch, the mean ${(sum(losses) / size).toFixed(3)} nats\n` +
      `of blind guessing      ${Math.log(size - 1).toFixed(3)} nats`;
    mark(chosen, `${nameOf(chosen)}, loss ${losses[chosen].toFixed(2)} nats`);
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["temperature", "row", "shown"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
