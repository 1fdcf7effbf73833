// A result under a cover, until the reader has said what to expect, or asks to see it.

/** @import { Context } from "./shared/page.js" */
/** @import { Prediction } from "./shared/compare.js" */
import { inline, makePlot, sayNumber, share } from "./shared/answers.js";
import { compare } from "./shared/compare.js";
import { box, listen, make, makeButton, makeSvg, write } from "./shared/page.js";

/**
 * @typedef {object} Traits
 * @property {string} key the prediction's
 * @property {Prediction} spec
 * @property {any} result what the lesson computed
 * @property {any} said what the reader had predicted; null if nothing
 * @property {string} picture as a data: address; "" for none
 * @property {number} width
 * @property {string} alt
 * @property {string} words a table or a few lines that belong to the result
 * @property {{ near: boolean, words: string } | null} fared
 */

/**
 * The reader's guess and the result on the slider's own scale.
 *
 * @param {Prediction} spec
 * @param {number | null} said
 * @param {number} result
 */
function makeLine({ low, high, log = false }, said, result) {
  const at = (/** @type {number} */ value) => 20 + 300 * share(value, low, high, log);
  const mark = (
    /** @type {number} */ value,
    /** @type {string} */ word,
    /** @type {number} */ y,
    /** @type {string} */ colour,
  ) => [
    makeSvg("circle", { cx: at(value), cy: 40, r: 7, style: `fill: ${colour}` }),
    makeSvg("text", { x: Math.min(270, Math.max(70, at(value))), y, "text-anchor": "middle" }, word),
  ];
  const end = (/** @type {number} */ value, /** @type {string} */ side) =>
    makeSvg("text", { x: value === low ? 8 : 332, y: 60, "text-anchor": side, opacity: 0.8 }, sayNumber(value));
  return makeSvg(
    "svg",
    { viewBox: "0 0 340 82", class: "gc-line", "aria-hidden": "true" },
    makeSvg("path", { d: "M20 40H320M20 35V45M320 35V45" }),
    end(low, "start"),
    end(high, "end"),
    ...(said === null ? [] : mark(said, `you: ${sayNumber(said)}`, 20, "#e8743b")),
    ...mark(result, `measured: ${sayNumber(result)}`, 78, "#3b8fd4"),
  );
}

/**
 * The reader's sketch and the measured curve.
 *
 * @param {Prediction} spec
 * @param {number[] | null} said
 * @param {number[]} result
 */
function makeCurves(spec, said, result) {
  const { svg, line, draw } = makePlot(spec, `measured: ${spec.ylabel} against ${spec.xlabel}`);
  draw(line("gc-measured"), result);
  if (said !== null) draw(line("gc-yours"), said);
  const yours = said === null ? [] : [make("span", { class: "yours" }, "your sketch")];
  return [svg, box("gc-key", make("span", { class: "measured" }, "measured"), ...yours)];
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const spec = model.get("spec");
  const root = make("div", { class: "gc-question", role: "group", "aria-label": "the result of a prediction" });
  root.dataset.lmSuppressShortcuts = "true";
  root.addEventListener("keydown", (event) => event.stopPropagation());
  let asked = false;

  function cover() {
    const words = "The result is covered. What do you expect? The question above takes your prediction.";
    const show = makeButton("Show me", () => {
      asked = true;
      draw();
    });
    root.replaceChildren(make("div", {}, words), show);
  }

  function draw() {
    const said = model.get("said");
    if (said === null && !asked) return cover();
    const result = model.get("result");
    const fared = said === null ? null : compare(spec, said, result);
    const status = make("div", { role: "status" });
    if (fared) {
      status.className = fared.near ? "right" : "kept";
      status.append(
        make("span", { class: "mark", "aria-hidden": "true" }, fared.near ? "✓ " : "≠ "),
        ...inline(fared.words),
      );
    } else {
      status.className = "kept";
      status.append(...inline(plainly(spec, result)));
    }
    const picture = model.get("picture");
    root.replaceChildren(
      status,
      ...(spec.kind === "number" ? [makeLine(spec, said, result)] : []),
      ...(spec.kind === "curve" ? makeCurves(spec, said, result) : []),
      ...(picture ? [make("img", { src: picture, alt: model.get("alt"), width: model.get("width") || null })] : []),
      ...(model.get("words") ? [make("pre", { class: "gc-words" }, model.get("words"))] : []),
      make("p", { class: "gc-why" }, ...inline(spec.why)),
    );
    if (fared && !model.get("fared")) write(model, { fared });
  }

  const hear = (/** @type {Event} */ event) => {
    const { key, said } = /** @type {CustomEvent} */ (event).detail;
    if (key === model.get("key") && model.get("said") === null) write(model, { said });
  };
  document.addEventListener("gencourse-said", hear);
  el.append(root);
  draw();
  const stop = listen(model, ["said", "result"], draw);
  return () => {
    document.removeEventListener("gencourse-said", hear);
    stop();
  };
}

/**
 * The result in words, for a reader who made no prediction.
 *
 * @param {Prediction} spec
 * @param {any} result
 */
function plainly(spec, result) {
  if (spec.kind === "number") return `It is ${`${sayNumber(result)} ${spec.unit ?? ""}`.trim()}.`;
  if (spec.kind === "choice") return spec.choices[result];
  if (spec.kind === "order") return `It is: ${result.map((/** @type {number} */ k) => spec.items[k]).join(" · ")}.`;
  return "This is what was measured.";
}

export default { render };
