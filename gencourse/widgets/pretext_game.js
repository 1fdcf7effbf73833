// A pretext task as a game: the reader and the network answer the same images.

/** @import { Shape } from "./shared/bytes.js" */
/** @import { Context } from "./shared/page.js" */
import { imagesOf } from "./shared/bytes.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { paint } from "./shared/paint.js";

/**
 * @typedef {object} Traits
 * @property {DataView} images (N, C, H, W) bytes
 * @property {Shape} shape
 * @property {number[]} answers the right ones
 * @property {number[]} guesses the network's
 * @property {string[]} choices
 * @property {string} question
 * @property {number[]} given the reader's answers so far
 */

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [shape, answers, guesses, choices, question] = read(
    model,
    "shape",
    "answers",
    "guesses",
    "choices",
    "question",
  );
  const bytes = imagesOf(model.get("images"), shape);
  const save = (/** @type {number[]} */ given) => write(model, { given });
  const guess = (/** @type {number} */ choice) => {
    const given = model.get("given");
    if (given.length < bytes.length) save([...given, choice]);
  };

  const root = makeRoot(el, question);
  const canvas = make("canvas", { class: "gc-picture gc-judged", role: "img", "aria-label": "the image to judge" });
  const last = make("canvas", { class: "gc-thumb", role: "img", "aria-label": "the image before" });
  const buttons = choices.map((name, k) => makeButton(`${k + 1}: ${name}`, () => guess(k)));
  const verdict = make("div", { class: "gc-readout", "aria-live": "polite" });
  const score = box("gc-readout");
  const before = box("gc-views", last, verdict);
  root.append(
    box("gc-section", question),
    canvas,
    make("div", { class: "gc-buttons gc-answers", role: "group", "aria-label": "Your answer" }, ...buttons),
    before,
    score,
    box(
      "gc-buttons gc-below",
      makeButton("Start again", () => save([]), "gc-reset"),
    ),
  );
  root.addEventListener("keydown", (event) => {
    const choice = Number(event.key) - 1;
    if (Number.isInteger(choice) && choice >= 0 && choice < choices.length) guess(choice);
  });

  const draw = () => {
    const given = model.get("given");
    const done = given.length;
    const over = done === bytes.length;
    paint(canvas, bytes[Math.min(done, bytes.length - 1)], shape, 255);
    for (const button of buttons) button.disabled = over;
    before.hidden = done === 0;
    if (done) {
      const k = done - 1;
      paint(last, bytes[k], shape, 255);
      const right = given[k] === answers[k] ? "✓ Right" : "✗ No";
      verdict.textContent = `${right}: ${choices[answers[k]]}. The network said ${choices[guesses[k]]}.`;
    }
    const right = (/** @type {number[]} */ said) => given.filter((_, k) => said[k] === answers[k]).length;
    const where = over ? `All ${bytes.length} answered` : `Image ${done + 1} of ${bytes.length}`;
    score.textContent = `${where} · you ${right(given)} of ${done} right · the network ${right(guesses)} of ${done}`;
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["given"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
