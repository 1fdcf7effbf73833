// A GRU that writes text in the page: one character at a time, with the distribution of the next one as bars.

/** @import { Context } from "./shared/page.js" */
import { fromHalf } from "./shared/bytes.js";
import { makeSlider } from "./shared/controls.js";
import { linear } from "./shared/decoder.js";
import { sigmoid, softmax, sum } from "./shared/numbers.js";
import { box, focusedOf, listen, make, makeButton, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";

/**
 * @typedef {object} Traits
 * @property {string[]} vocabulary
 * @property {number} width of the GRU
 * @property {DataView} weights half floats
 * @property {string} text
 * @property {number} temperature
 * @property {number} top_k 0 for all
 * @property {number} top_p
 */

const [SHOWN, MOST] = [12, 4000]; // bars, and characters in all
/** @type {Record<string, string>} */
const NAMES = { " ": "space", "\n": "new line", "\t": "tab" };

/**
 * Reads tokens one by one; token V is the start.
 *
 * @param {Float32Array} weights
 * @param {number} vocab
 * @param {number} width
 */
function makeGru(weights, vocab, width) {
  let at = 0;
  const take = (/** @type {number} */ n) => {
    at += n;
    return weights.subarray(at - n, at);
  };
  const into = take((vocab + 1) * 3 * width);
  const [again, bias] = [take(3 * width * width), take(3 * width)];
  const [out, outBias] = [take(vocab * width), take(vocab)];
  const read = (/** @type {Float32Array} */ h, /** @type {number} */ token) => {
    const past = linear(h, again, bias, 3 * width);
    const from = token * 3 * width;
    return Float32Array.from(h, (old, i) => {
      const reset = sigmoid(into[from + i] + past[i]);
      const keep = sigmoid(into[from + width + i] + past[width + i]);
      return (1 - keep) * Math.tanh(into[from + 2 * width + i] + reset * past[2 * width + i]) + keep * old;
    });
  };
  return {
    begin: () => read(new Float32Array(width), vocab),
    read,
    logits: (/** @type {Float32Array} */ h) => Array.from(linear(h, out, outBias, vocab)),
  };
}

/**
 * The tokens, the likeliest first.
 *
 * @param {number[]} p
 */
const ranked = (p) => p.map((_, token) => token).sort((a, b) => p[b] - p[a]);

/**
 * The probabilities with a temperature, and what top-k and then top-p leave of them; the rest is 0.
 *
 * @param {number[]} logits
 * @param {number} temperature
 * @param {number} topK
 * @param {number} topP
 */
function restricted(logits, temperature, topK, topP) {
  const p = softmax(logits.map((value) => value / temperature));
  const first = ranked(p).slice(0, topK || p.length);
  const whole = sum(first.map((token) => p[token]));
  const kept = new Array(p.length).fill(0);
  let before = 0;
  for (const token of first) {
    if (before >= topP && before > 0) break;
    kept[token] = p[token] / whole;
    before += kept[token];
  }
  return kept.map((value) => value / before);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const vocabulary = model.get("vocabulary");
  const index = new Map(vocabulary.map((character, token) => [character, token]));
  const tokenOf = (/** @type {string} */ character) => /** @type {number} */ (index.get(character));
  const gru = makeGru(fromHalf(model.get("weights")), vocabulary.length, model.get("width"));
  const root = makeRoot(el, "A recurrent network writes text");
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);

  const area = make("textarea", {
    class: "gc-text",
    rows: 9,
    spellcheck: "false",
    "aria-label": "The text so far; type to change it",
  });
  const bars = make("div", {
    class: "gc-next",
    role: "group",
    "aria-label": "The likeliest next characters; press one to choose it",
  });
  const readout = make("output", { class: "gc-readout", "aria-live": "off" });
  const play = makeButton("Play", () => (timer ? stop() : start()), "gc-play");
  const step = makeButton("One step", () => {
    stop();
    advance();
  });
  const clear = makeButton("Clear", () => {
    stop();
    save({ text: "" });
  });
  const [heat, k, p] = read(model, "temperature", "top_k", "top_p");
  const all = {
    min: 0,
    max: vocabulary.length,
    step: 1,
    value: k,
    say: (/** @type {number} */ n) => String(n || "all"),
  };
  const sliders = {
    temperature: makeSlider("temperature", { min: 0.1, max: 2, step: 0.05, value: heat }, (temperature) =>
      save({ temperature }),
    ),
    top_k: makeSlider("top-k", all, (top_k) => save({ top_k })),
    top_p: makeSlider("top-p", { min: 0.05, max: 1, step: 0.05, value: p }, (top_p) => save({ top_p })),
  };
  root.append(
    box("gc-columns", make("div", {}, area, box("gc-buttons", play, step, clear)), bars),
    box("gc-sliders", ...Object.values(sliders).map((slider) => slider.row)),
    readout,
  );

  // What was read, and the state after it: a longer text is read on from there.
  let [known, h] = ["", gru.begin()];
  let [bits, counted] = [0, 0]; // the cost of the characters that were added one by one
  const readTo = (/** @type {string} */ text) => {
    if (!text.startsWith(known)) [known, h, bits, counted] = ["", gru.begin(), 0, 0];
    for (const character of text.slice(known.length)) {
      const token = tokenOf(character);
      bits -= Math.log2(softmax(gru.logits(h))[token]);
      counted += 1;
      h = gru.read(h, token);
    }
    known = text;
  };
  const now = () => restricted(gru.logits(h), ...read(model, "temperature", "top_k", "top_p"));

  const makeBar = (/** @type {number} */ token, /** @type {number} */ share) => {
    const percent = 100 * share;
    const name = NAMES[vocabulary[token]] ?? vocabulary[token];
    const about = {
      type: "button",
      class: "gc-row",
      "data-p": share,
      "aria-label": `${name}, ${percent.toFixed(1)} percent`,
    };
    return make(
      "button",
      { ...about, onclick: () => add(token) },
      make("span", { class: "gc-glyph" }, name),
      make("span", { class: "gc-track" }, make("span", { style: `width: ${percent}%` })),
      make("span", { class: "gc-number" }, share ? `${percent.toFixed(1)} %` : "–"),
    );
  };
  /** @type {HTMLElement[]} */
  let rows = [];
  const draw = () => {
    readTo(model.get("text"));
    if (area.value !== known) {
      area.value = known;
      area.scrollTop = area.scrollHeight;
    }
    for (const name of /** @type {(keyof typeof sliders)[]} */ (Object.keys(sliders))) {
      sliders[name].set(model.get(name));
    }
    const shares = now();
    const shown = ranked(shares).slice(0, SHOWN);
    const focused = focusedOf(rows);
    rows = shown.map((token) => makeBar(token, shares[token]));
    bars.replaceChildren(...rows);
    rows[focused]?.focus();
    const left = shares.filter((share) => share > 0).length;
    const cost = `this text costs ${(bits / counted).toFixed(2)} bits a character at temperature 1`;
    tell(readout, `${left} of ${vocabulary.length} characters can come next   ${counted ? cost : ""}`);
  };
  const add = (/** @type {number} */ token) => save({ text: model.get("text") + vocabulary[token] });
  const advance = () => {
    readTo(model.get("text"));
    const shares = now();
    let left = Math.random();
    const drawn = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    add(drawn < 0 ? shares.findLastIndex((share) => share > 0) : drawn);
  };

  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  const start = () => {
    play.textContent = "Pause";
    timer = window.setInterval(() => (model.get("text").length < MOST ? advance() : stop()), 60);
  };
  area.addEventListener("input", () => {
    stop();
    const known = [...area.value].filter((character) => index.has(character));
    save({ text: known.join("").slice(0, MOST) });
    ask(); // also when nothing changed because a character is not in the vocabulary
  });
  const ask = oncePerFrame(draw);
  const stopListening = listen(model, ["text", "temperature", "top_k", "top_p"], ask);
  draw();
  return () => {
    stop();
    stopListening();
    ask.cancel();
  };
}

export default { render };
