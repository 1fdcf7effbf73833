// Three decisions, and what they lead to: the models that meet them, their figures and their samples.

/** @import { Shape } from "./shared/bytes.js" */
/** @import { Context } from "./shared/page.js" */
import { imagesOf } from "./shared/bytes.js";
import { makeChoice } from "./shared/controls.js";
import { signed } from "./shared/numbers.js";
import { box, focusedOf, listen, make, makeRoot, oncePerFrame, read, stepOf, tell, write } from "./shared/page.js";
import { paint } from "./shared/paint.js";

/** @typedef {"none" | "bound" | "exact"} Answer */
/** @typedef {{ number: Answer, codes: boolean, one_pass: boolean }} Demands */
/**
 * A model and its figures; one without an answer has no nats, bits, error and kind.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} path
 * @property {string} words
 * @property {Answer} answer to a question for log p(x)
 * @property {number} nats
 * @property {number} bits
 * @property {number} error
 * @property {string} kind
 * @property {boolean} codes
 * @property {string} way its branch of the taxonomy, "" for a model that is on none
 * @property {number} passes
 * @property {number} seconds for samples
 * @property {number} training
 * @property {number} parameters
 */
/**
 * @typedef {Demands & {
 *   rows: Row[],
 *   strips: DataView,
 *   shape: [each: number, channels: number, height: number, width: number],
 *   data: string,
 *   chosen: string,
 * }} Traits
 */

/** @type {Answer[]} */
const NUMBERS = ["none", "bound", "exact"];

/** @param {number} seconds */
const brief = (seconds) =>
  seconds < 0.1
    ? `${Number((1000 * seconds).toPrecision(2))} ms`
    : `${Number(seconds.toPrecision(2)).toLocaleString("en")} s`;

/** @param {Row} row */
const nats = (row) => `${row.answer === "bound" ? "≥" : "="} ${signed(row.nats)}`;

/**
 * What a model does not have of what is demanded, in words.
 *
 * @param {Row} row
 * @param {Demands} demands
 */
function lacking(row, { number, codes, one_pass }) {
  const short = [];
  if (NUMBERS.indexOf(row.answer) < NUMBERS.indexOf(number)) {
    short.push(row.answer === "bound" ? "only a bound" : "no likelihood");
  }
  if (codes && !row.codes) short.push("no codes");
  if (one_pass && row.passes > 1) short.push(`${row.passes} passes`);
  return short;
}

/**
 * The models that meet all demands, the one that the decisions lead to first.
 *
 * @param {Row[]} rows
 * @param {Demands} demands
 */
function matching(rows, demands) {
  const keys = (/** @type {Row} */ row) =>
    demands.number === "none"
      ? [row.answer !== "none", !row.way && !demands.codes, row.seconds].map(Number)
      : [-row.nats];
  const compare = (/** @type {Row} */ a, /** @type {Row} */ b) =>
    keys(a)
      .map((key, k) => key - keys(b)[k])
      .find((difference) => difference) ?? 0;
  return rows.filter((row) => !lacking(row, demands).length).sort(compare);
}

/**
 * For each demand that could be dropped so that some model is left: in words, which.
 *
 * @param {Row[]} rows
 * @param {Demands} demands
 */
function waysOut(rows, demands) {
  const isWeaker = (/** @type {Answer} */ number) => NUMBERS.indexOf(number) < NUMBERS.indexOf(demands.number);
  /** @type {[possible: boolean, change: Partial<Demands>, words: string][]} */
  const ways = [
    [isWeaker("none"), { number: "none" }, "do without log p(x)"],
    [isWeaker("bound"), { number: "bound" }, "be content with a bound"],
    [demands.codes, { codes: false }, "do without codes"],
    [demands.one_pass, { one_pass: false }, "be patient with samples"],
  ];
  return ways.flatMap(([possible, change, words]) => {
    const [row] = possible ? matching(rows, { ...demands, ...change }) : [];
    return row ? [`${words}: ${row.name}`] : [];
  });
}

/** @param {Row} row */
function figuresOf(row) {
  const measured = () => `${nats(row)} ± ${row.error.toFixed(2)} nats (${row.kind}), ${row.bits.toFixed(3)} bits/dim`;
  const passes = row.passes === 1 ? "in one pass" : `${row.passes} passes, one after another`;
  return [
    row.answer === "none" ? "log p(x): no answer" : `log p(x) ${measured()}`,
    `samples: ${brief(row.seconds)} for 16, ${passes}`,
    `training: ${brief(row.training)}, ${row.parameters.toLocaleString("en")} parameters`,
    row.codes ? "gives each image a code" : "has no codes",
  ].join("\n");
}

/**
 * All models as radio buttons; those that do not meet the demands are disabled and say what they lack.
 *
 * @param {Row[]} rows
 * @param {(name: string) => void} choose
 */
function makeList(rows, choose) {
  const items = rows.map((row) => {
    const sign = make("span", { "aria-hidden": "true" });
    const note = make("span");
    const about = { type: "button", role: "radio", onclick: () => choose(row.name) };
    return { row, sign, note, button: make("button", about, sign, row.name, note) };
  });
  const buttons = items.map(({ button }) => button);
  const list = make("div", { class: "gc-models", role: "radiogroup", "aria-label": "Models" }, ...buttons);
  list.addEventListener("keydown", (event) => {
    const step = stepOf(event);
    const open = buttons.filter((button) => !button.disabled);
    if (!step || !open.length) return;
    event.preventDefault();
    const next = open[(focusedOf(open) + step + open.length) % open.length];
    next.click();
    next.focus();
  });
  const mark = (/** @type {Demands} */ demands, /** @type {Row | undefined} */ shown) => {
    for (const { row, sign, note, button } of items) {
      const short = lacking(row, demands);
      const figure = () => (demands.number === "none" ? brief(row.seconds) : `${nats(row)} nats`);
      button.disabled = short.length > 0;
      button.setAttribute("aria-checked", String(row === shown));
      button.tabIndex = row === shown ? 0 : -1;
      sign.textContent = short.length ? "✗" : "✓";
      note.textContent = short.join(", ") || figure();
    }
  };
  return { list, mark };
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [rows, [each, ...size]] = read(model, "rows", "shape");
  const shape = /** @type {Shape} */ (size);
  const images = imagesOf(model.get("strips"), shape);
  const root = makeRoot(el, "Which model?");
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);
  const number = makeChoice("A number for log p(x)", ["not needed", "a bound will do", "exact"], (k) =>
    save({ number: NUMBERS[k] }),
  );
  const codes = makeChoice("A code for each image", ["not needed", "needed"], (k) => save({ codes: k === 1 }));
  const speeds = ["may take many passes", "must take one"];
  const pass = makeChoice("How fast samples are", speeds, (k) => save({ one_pass: k === 1 }));
  const name = make("h4");
  const path = box("gc-caption");
  const words = make("div");
  const readout = box("gc-readout gc-hint");
  const canvases = Array.from({ length: each }, () => make("canvas", { "aria-hidden": "true" }));
  const drawn = box("gc-drawn", ...canvases);
  const list = makeList(rows, (chosen) => save({ chosen }));
  root.append(
    box(
      "gc-questions",
      ...[make("span", {}, "How probable is a given image?"), number.row],
      ...[make("span", {}, "A code for each image?"), codes.row],
      ...[make("span", {}, "A sample …"), pass.row],
    ),
    box(
      "gc-pair",
      make("div", { class: "gc-side gc-verdict", "aria-live": "polite" }, name, path, words, readout, drawn),
      box("gc-side", list.list),
    ),
    box("gc-hint", `≥ is a bound: the truth is there or higher. All figures: ${model.get("data")}.`),
  );

  const draw = () => {
    const demands = { number: model.get("number"), codes: model.get("codes"), one_pass: model.get("one_pass") };
    const found = matching(rows, demands);
    const shown = found.find((row) => row.name === model.get("chosen")) ?? found[0];
    number.mark(NUMBERS.indexOf(demands.number));
    codes.mark(Number(demands.codes));
    pass.mark(Number(demands.one_pass));
    list.mark(demands, shown);
    drawn.hidden = !shown;
    if (!shown) {
      name.textContent = "No model here does all of that";
      path.textContent = "What could give way:";
      words.textContent = "";
      tell(readout, waysOut(rows, demands).join("\n"));
      return;
    }
    name.textContent = shown.name;
    path.textContent = `${shown.path} · ${found.length} of ${rows.length} models meet the demands`;
    words.textContent = shown.words;
    tell(readout, figuresOf(shown));
    canvases.forEach((canvas, k) => {
      paint(canvas, images[rows.indexOf(shown) * each + k], shape, 255);
    });
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["number", "codes", "one_pass", "chosen"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
