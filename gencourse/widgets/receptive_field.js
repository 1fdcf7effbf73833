// What a masked network sees: every path of dependence is followed from the answer back to the image.

/** @import { Context } from "./shared/page.js" */
import { makeChoice, makeKey, makeSlider } from "./shared/controls.js";
import { clamp, sum } from "./shared/numbers.js";
import { arrowOf, box, drag, listen, make, makeRoot, makeSvg, oncePerFrame, read, write } from "./shared/page.js";

/** @typedef {[row: number, column: number]} Offset */
/**
 * @typedef {object} Traits
 * @property {number} size of the square image
 * @property {string} network
 * @property {number} layers
 * @property {number} kernel
 * @property {number} row
 * @property {number} column
 * @property {string[]} networks
 * @property {number} deepest
 * @property {string[]} colours of what is seen, missed, later and here
 */

/**
 * The offsets of a kernel: rows above in full width, and the row itself from the left up to `last`.
 *
 * @param {number} reach
 * @param {{ above?: boolean, last?: number }} [options]
 */
function offsetsOf(reach, { above = true, last = 0 } = {}) {
  /** @type {Offset[]} */
  const offsets = [];
  for (let r = above ? -reach : 0; r <= 0; r++) {
    for (let c = -reach; c <= (r < 0 ? reach : last); c++) offsets.push([r, c]);
  }
  return offsets;
}

/**
 * The places that the places of `set` look at, by offsets; a set is one byte a pixel.
 *
 * @param {Uint8Array} set
 * @param {number} size
 * @param {Offset[]} offsets
 */
function spreadBy(set, size, offsets) {
  const next = new Uint8Array(size * size);
  for (let p = 0; p < set.length; p++) {
    if (!set[p]) continue;
    for (const [r, c] of offsets) {
      const [row, column] = [Math.floor(p / size) + r, (p % size) + c];
      if (row >= 0 && row < size && column >= 0 && column < size) next[row * size + column] = 1;
    }
  }
  return next;
}

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
const union = (a, b) => a.map((value, p) => value | b[p]);

/**
 * The pixels that the answer at `start` depends on.
 *
 * @param {string} network
 * @param {number} layers
 * @param {number} kernel
 * @param {number} size
 * @param {number} start
 */
function seenBy(network, layers, kernel, size, start) {
  const reach = (kernel - 1) / 2;
  const spread = (/** @type {Uint8Array} */ set, /** @type {Offset[]} */ offsets) => spreadBy(set, size, offsets);
  const maskA = offsetsOf(reach, { last: -1 });
  let set = new Uint8Array(size * size);
  set[start] = 1;
  if (network === "Gated PixelCNN") {
    // The vertical kernel sees its own row too: its input is the image moved one row down.
    const whole = offsetsOf(reach, { last: reach });
    let above = new Uint8Array(size * size);
    for (let k = layers; k >= 1; k--) {
      above = spread(union(above, set), whole);
      set = spread(set, offsetsOf(reach, { above: false, last: k > 1 ? 0 : -1 }));
    }
    return union(set, spread(above, [[-1, 0]]));
  }
  if (network === "PixelRNN") {
    // The row above, and what it remembers.
    const state = Array.from({ length: kernel }, (_, k) => /** @type {Offset} */ ([-1, k - reach]));
    for (let k = 0; k < layers; k++) {
      let reached = set;
      for (let row = 1; row < size; row++) reached = union(reached, spread(reached, state));
      set = union(set, spread(reached, offsetsOf(reach, { above: false })));
    }
    return spread(set, maskA);
  }
  for (let k = 1; k < layers; k++) set = spread(set, offsetsOf(reach));
  return spread(set, maskA);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [size, names, colours] = read(model, "size", "networks", "colours");
  const [seenColour, missedColour, laterColour, hereColour] = colours;
  const root = makeRoot(el, "What a masked network sees");
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);

  const edge = "stroke: var(--gc-paper); stroke-width: 0.06";
  const cells = Array.from({ length: size * size }, (_, p) =>
    makeSvg("rect", { x: p % size, y: Math.floor(p / size), width: 1, height: 1, style: edge }),
  );
  const field = makeSvg(
    "svg",
    {
      class: "gc-plane gc-field",
      viewBox: `0 0 ${size} ${size}`,
      tabindex: 0,
      role: "application",
      "aria-label": "The image. The arrow keys choose the pixel that is asked about.",
    },
    ...cells,
  );
  const within = (/** @type {number} */ value) => clamp(value, 0, size - 1);
  drag(field, ([x, y]) => save({ row: within(Math.floor(y * size)), column: within(Math.floor(x * size)) }));
  field.addEventListener("keydown", (event) => {
    const arrow = arrowOf(event);
    if (!arrow) return;
    event.preventDefault();
    save({ row: within(model.get("row") - arrow[1]), column: within(model.get("column") + arrow[0]) });
  });

  const choice = makeChoice("Network", names, (k) => save({ network: names[k] }));
  const deep = { min: 1, max: model.get("deepest"), step: 1, value: model.get("layers"), say: String };
  const depth = makeSlider("Layers", deep, (layers) => save({ layers }));
  const wide = { min: 3, max: 5, step: 2, value: model.get("kernel"), say: (/** @type {number} */ k) => `${k}×${k}` };
  const width = makeSlider("Kernel", wide, (kernel) => save({ kernel }));
  const readout = make("output", { class: "gc-seen", "aria-live": "polite" });
  root.append(
    box(
      "gc-pair",
      box("gc-side", field),
      box(
        "gc-side",
        choice.row,
        make("p", {}),
        depth.row,
        width.row,
        make("p", {}, readout),
        makeKey([
          ["seen", seenColour],
          ["before, not seen", missedColour],
          ["later", laterColour],
          ["asked about", hereColour],
        ]),
        box("gc-hint", "Click or drag on the image, or use the arrow keys."),
      ),
    ),
  );

  const ask = oncePerFrame(() => {
    const [network, layers, kernel, row, column] = read(model, "network", "layers", "kernel", "row", "column");
    const here = row * size + column;
    const seen = seenBy(network, layers, kernel, size, here);
    cells.forEach((cell, p) => {
      cell.style.fill = p === here ? hereColour : seen[p] ? seenColour : p < here ? missedColour : laterColour;
      cell.style.fillOpacity = String(p > here ? 0.45 : 1);
    });
    choice.mark(names.indexOf(network));
    depth.set(layers);
    width.set(kernel);
    const count = sum(seen);
    readout.textContent = `Of ${here} pixels before it, ${count} are seen and ${here - count} are not.`;
    root.dataset.seen = Array.from(seen).join("");
  });
  const stop = listen(model, ["network", "layers", "kernel", "row", "column"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
