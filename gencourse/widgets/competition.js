// A table of p(x, y) as bars in groups that sum to one; dragging a bar takes from the others of its group.

/** @import { Shape } from "./shared/bytes.js" */
/** @import { Context } from "./shared/page.js" */
/** @import { Pair } from "./shared/scale.js" */
import { imagesOf } from "./shared/bytes.js";
import { makeChoice } from "./shared/controls.js";
import { clamp, sum } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { brushOf, paint } from "./shared/paint.js";
import { makeChart } from "./shared/plane.js";

/** @typedef {number[][]} Table p(x, y), a row an x */
/**
 * A bar: of one x, of one y, or of both; null where it sums over all.
 *
 * @typedef {{ row: number | null, column: number | null, share: number }} Share
 */
/**
 * @typedef {object} Traits
 * @property {DataView} images (x, C, H, W) bytes
 * @property {Shape} shape
 * @property {number[]} joint the table, row after row
 * @property {string[]} x_names
 * @property {string[]} y_names
 * @property {number} mode
 * @property {string[]} colours
 */

const COMPETITION = [
  { name: "p(x)", words: "All inputs compete, and there is no label. What is unlikely can have next to nothing." },
  {
    name: "p(y | x)",
    words: "For each input, the labels compete. Inputs do not: each has a mass of one of its own, however odd it is.",
  },
  { name: "p(x | y)", words: "For each label, all inputs compete. Labels do not." },
];
const LEAST = 0.002; // so that no bar is ever quite lost
const LOWEST = -0.4; // the chart reaches below its bars, for names and pictures

/**
 * The bars of a view, in the groups that compete.
 *
 * @param {Table} table
 * @param {number} mode
 * @returns {Share[][]}
 */
function groupsOf(table, mode) {
  const columns = table[0].map((_, j) => table.map((row) => row[j]));
  if (mode === 0) return [table.map((row, i) => ({ row: i, column: null, share: sum(row) }))];
  if (mode === 1) return table.map((row, i) => row.map((p, j) => ({ row: i, column: j, share: p / sum(row) })));
  return columns.map((column, j) => column.map((p, i) => ({ row: i, column: j, share: p / sum(column) })));
}

/**
 * The table after bar k of a group is set to `share`: the others of the group keep their proportions.
 *
 * @param {Table} table
 * @param {number} mode
 * @param {number} g
 * @param {number} k
 * @param {number} share
 */
function moved(table, mode, g, k, share) {
  const group = groupsOf(table, mode)[g];
  if (group.length < 2) return table;
  const wanted = clamp(share, LEAST, 1 - LEAST);
  const factors = group.map((bar, m) => (m === k ? wanted / bar.share : (1 - wanted) / (1 - group[k].share)));
  const holds = (/** @type {Share} */ bar, /** @type {number} */ i, /** @type {number} */ j) =>
    (bar.row ?? i) === i && (bar.column ?? j) === j;
  return table.map((row, i) => row.map((p, j) => p * (factors[group.findIndex((bar) => holds(bar, i, j))] ?? 1)));
}

/**
 * The address of a picture of the input, enlarged without smoothing.
 *
 * @param {Uint8Array} image
 * @param {Shape} shape
 */
function enlarged(image, shape) {
  const small = make("canvas");
  paint(small, image, shape, 255);
  const factor = Math.ceil(120 / small.width);
  const large = make("canvas", { width: small.width * factor, height: small.height * factor });
  const brush = brushOf(large);
  brush.imageSmoothingEnabled = false;
  brush.drawImage(small, 0, 0, large.width, large.height);
  return large.toDataURL();
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [xNames, yNames, colours, shape, start] = read(model, "x_names", "y_names", "colours", "shape", "joint");
  const pictures = imagesOf(model.get("images"), shape).map((image) => enlarged(image, shape));
  const table = () => xNames.map((_, i) => model.get("joint").slice(i * yNames.length, (i + 1) * yNames.length));
  const colourOf = (/** @type {Share} */ { column }) =>
    column === null ? colours[0] : colours[(column + 1) % colours.length];
  const nameOf = (/** @type {Share} */ { row, column }, /** @type {number} */ mode) => {
    const [x, y] = [`x = ${xNames[row ?? 0]}`, `y = ${yNames[column ?? 0]}`];
    return [`p(${x})`, `p(${y} | ${x})`, `p(${x} | ${y})`][mode];
  };

  const root = makeRoot(el, "Bars that compete for a mass of one");
  const stage = make("div");
  const words = make("div", { class: "gc-hint", "aria-live": "polite" });
  const names = COMPETITION.map(({ name }) => name);
  const choice = makeChoice("Who competes", names, (mode) => write(model, { mode }));
  const reset = makeButton("Reset", () => write(model, { joint: start }), "gc-reset");
  root.append(box("gc-bar gc-top", choice.row, box("gc-buttons", reset)), stage, words);

  // A chart for a view: bars side by side, groups apart, names and pictures under them.
  function build(/** @type {number} */ mode) {
    const groups = groupsOf(table(), mode);
    const places = groups.map((group, g) => group.map((_, k) => g * (group.length + 0.9) + k));
    const right = places[places.length - 1][groups[groups.length - 1].length - 1];
    const chart = makeChart(`The bars of ${COMPETITION[mode].name}`, {
      x: [-0.8, right + 0.8],
      y: [LOWEST, 1.16],
      height: 276,
      yTicks: false,
      xTicks: false,
      baseline: false, // the bars stand on a line of their own, above the pictures
      resized: () => ask(),
    });
    /** @type {(() => void)[]} what is drawn in pixels: anew when the chart has another size */
    const fixed = [];
    const side = () => Math.min(46, 0.86 * chart.unit()[0]);
    const picture = (/** @type {number | null} */ row, /** @type {number} */ x, /** @type {number} */ top) => {
      const image = chart.picture();
      fixed.push(() => {
        const [dx, dy] = [side() / chart.unit()[0] / 2, side() / chart.unit()[1]];
        image.set({ href: pictures[row ?? 0], x: [x - dx, x + dx], y: [top - dy, top] });
      });
    };
    const text = (/** @type {string} */ words, /** @type {number} */ x, /** @type {() => number} */ y, colour = "") => {
      const note = chart.note({ anchor: "middle", colour: colour || "currentColor" });
      fixed.push(() => note.set({ at: [x, y()], text: words }));
    };
    const below = () => -side() / chart.unit()[1] - 0.19; // under a picture
    const bars = chart.bars({ breadth: 0.62 });
    chart.curve({ colour: "var(--gc-soft)", weight: 1 }).set([
      [-0.8, 0],
      [right + 0.8, 0],
    ]);
    const makeBar = (/** @type {Share} */ bar, /** @type {number} */ g, /** @type {number} */ k) => {
      const place = places[g][k];
      if (mode === 1) text(yNames[bar.column ?? 0], place, () => -0.11);
      else picture(bar.row, place, -0.05);
      if (mode === 0) text(xNames[bar.row ?? 0], place, below);
      const handle = chart.handle({
        label: nameOf(bar, mode),
        colour: colourOf(bar),
        step: [0, 0.02],
        axis: 1,
        say: ([, share]) => share.toFixed(3),
        move: ([, share]) => {
          write(model, { joint: moved(table(), mode, g, k, share).flat() });
          handle.set([place, groupsOf(table(), mode)[g][k].share]); // at once: the next key may come before the frame
        },
      });
      for (const [name, value] of Object.entries({ min: 0, max: 1 })) {
        handle.element.setAttribute(`aria-value${name}`, String(value));
      }
      return { handle, number: chart.note({ anchor: "middle" }) };
    };
    const parts = groups.map((group, g) => {
      const [first, last] = [places[g][0], places[g][group.length - 1]];
      const middle = (first + last) / 2;
      if (mode === 1) picture(group[0].row, middle, -0.17);
      const readable = `color-mix(in srgb, ${colourOf(group[0])} 60%, currentColor)`; // as a word, in both themes
      if (mode === 2) text(`y = ${yNames[group[0].column ?? 0]}`, middle, below, readable);
      /** @type {Pair[]} */
      const roof = [first - 0.4, last + 0.4].map((x) => [x, 1.04]);
      chart.curve({ colour: "var(--gc-line)", weight: 1.5 }).set(roof);
      return { sum: chart.note({ anchor: "middle" }), middle, bars: group.map((bar, k) => makeBar(bar, g, k)) };
    });
    stage.replaceChildren(chart.svg);
    words.textContent = COMPETITION[mode].words;
    choice.mark(mode);
    return { mode, bars, parts, places, fixed };
  }

  /** @type {ReturnType<typeof build> | null} */
  let view = null;
  const ask = oncePerFrame(() => {
    const mode = model.get("mode");
    if (view?.mode !== mode) view = build(mode);
    const { bars, parts, places, fixed } = view;
    for (const draw of fixed) draw();
    const groups = groupsOf(table(), mode);
    bars.set(
      groups.flatMap((group, g) =>
        group.map((bar, k) => ({ x: places[g][k], from: 0, to: bar.share, colour: colourOf(bar) })),
      ),
    );
    groups.forEach((group, g) => {
      const total = sum(group.map(({ share }) => share)).toFixed(3);
      parts[g].sum.set({ at: [parts[g].middle, 1.08], text: `sum ${total}` });
      group.forEach(({ share }, k) => {
        const { handle, number } = parts[g].bars[k];
        handle.set([places[g][k], share]);
        const height = share > 0.9 ? share - 0.13 : share + 0.06;
        number.set({ at: [places[g][k], height], text: share.toFixed(2) });
      });
    });
  });
  const stop = listen(model, ["joint", "mode"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
