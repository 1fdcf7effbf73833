// Six words of a prompt, and eight pictures that follow at once.

/** @import { Program } from "./shared/decoder.js" */
/** @import { Context } from "./shared/page.js" */
import { makeDecoder } from "./shared/decoder.js";
import { normalSample } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { paint } from "./shared/paint.js";

/**
 * @typedef {object} Traits
 * @property {Program} program
 * @property {DataView} weights
 * @property {string[]} slots what each word is about
 * @property {string[][]} words that each slot may have
 * @property {number[]} prompt a number for each slot, 0 for no word
 * @property {number[]} noise of the eight pictures, one after another
 */

const PICTURES = 8;

/**
 * A 1 for each word that is said, as the decoder reads it.
 *
 * @param {number[]} prompt
 * @param {string[][]} words
 */
const oneHot = (prompt, words) => words.flatMap((values, slot) => values.map((_, k) => Number(prompt[slot] === k + 1)));

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [program, slots, words] = read(model, "program", "slots", "words");
  const decode = makeDecoder(program, model.get("weights"));
  const latent = model.get("noise").length / PICTURES;

  const root = makeRoot(el, "A prompt of words, and the pictures it gives");
  const choose = (/** @type {number} */ slot, /** @type {number} */ value) =>
    write(model, { prompt: model.get("prompt").map((k, s) => (s === slot ? value : k)) });
  const selects = slots.map((name, slot) => {
    const options = ["any", ...words[slot]].map((text, k) => make("option", { value: k }, text));
    const select = make(
      "select",
      { "aria-label": name, onchange: () => choose(slot, Number(select.value)) },
      ...options,
    );
    return select;
  });
  const canvases = Array.from({ length: PICTURES }, () => make("canvas", { class: "gc-thumb", role: "img" }));
  const again = makeButton("New noise", () => write(model, { noise: normalSample(PICTURES * latent) }), "gc-again");
  const none = makeButton("Leave all out", () => write(model, { prompt: slots.map(() => 0) }), "gc-none");
  root.append(
    box(
      "gc-prompt",
      ...slots.map((name, slot) => make("label", {}, make("span", { class: "gc-caption" }, name), selects[slot])),
    ),
    box("gc-eight", ...canvases),
    box(
      "gc-bar",
      box("gc-hint", "The noise stays while the words change: what differs then is the words’ doing."),
      box("gc-buttons", none, again),
    ),
  );

  const draw = () => {
    const [prompt, noise] = read(model, "prompt", "noise");
    selects.forEach((select, slot) => {
      select.value = String(prompt[slot]);
    });
    const condition = oneHot(prompt, words);
    const said = slots.flatMap((name, slot) => (prompt[slot] ? [`${name} ${words[slot][prompt[slot] - 1]}`] : []));
    canvases.forEach((canvas, k) => {
      paint(canvas, decode([...noise.slice(k * latent, (k + 1) * latent), ...condition]), program.shape);
      canvas.setAttribute("aria-label", `picture ${k + 1} of the prompt ${said.join(", ") || "without words"}`);
    });
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["prompt", "noise"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
