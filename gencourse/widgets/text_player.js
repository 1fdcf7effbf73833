// A GRU that writes text in the page: one character at a time, with the distribution of the next one as bars.

const [SHOWN, MOST] = [12, 4000]; // bars, and characters in all
const NAMES = { " ": "space", "\n": "new line", "\t": "tab" };
const sigmoid = (u) => 1 / (1 + Math.exp(-u));

// Reads tokens one by one; token V is the start.
function makeGru(weights, vocab, width) {
  let at = 0;
  const take = (n) => weights.subarray(at, (at += n));
  const into = take((vocab + 1) * 3 * width);
  const [again, bias, out, outBias] = [take(3 * width * width), take(3 * width), take(vocab * width), take(vocab)];
  const read = (h, token) => {
    const past = linear(h, again, bias, 3 * width);
    const from = token * 3 * width;
    return Float32Array.from(h, (old, i) => {
      const reset = sigmoid(into[from + i] + past[i]);
      const keep = sigmoid(into[from + width + i] + past[width + i]);
      return (1 - keep) * Math.tanh(into[from + 2 * width + i] + reset * past[2 * width + i]) + keep * old;
    });
  };
  return { begin: () => read(new Float32Array(width), vocab), read, logits: (h) => linear(h, out, outBias, vocab) };
}

function softmax(logits) {
  const top = Math.max(...logits);
  const weights = Array.from(logits, (value) => Math.exp(value - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((value) => value / sum);
}

// The probabilities with a temperature, and what top-k and then top-p leave of them; the rest is 0.
function restricted(logits, { temperature, topK, topP }) {
  const p = softmax(logits.map((value) => value / temperature));
  const order = p.map((_, i) => i).sort((a, b) => p[b] - p[a]);
  const first = order.slice(0, topK || p.length);
  const whole = first.reduce((sum, i) => sum + p[i], 0);
  const kept = new Array(p.length).fill(0);
  let before = 0;
  for (const i of first) {
    if (before >= topP && before > 0) break;
    kept[i] = p[i] / whole;
    before += kept[i];
  }
  return kept.map((value) => value / before);
}

function render({ model, el }) {
  const vocabulary = model.get("vocabulary");
  const index = new Map(vocabulary.map((character, i) => [character, i]));
  const gru = makeGru(fromHalf(model.get("weights")), vocabulary.length, model.get("width"));
  const root = makeRoot(el, "A recurrent network writes text");
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
  };

  const area = make("textarea", { class: "gc-text", rows: 9, spellcheck: "false", "aria-label": "The text so far; type to change it" });
  const bars = make("div", { class: "gc-next", role: "group", "aria-label": "The likeliest next characters; press one to choose it" });
  const readout = make("output", { class: "gc-readout", "aria-live": "off" });
  const play = make("button", { type: "button", class: "gc-play" }, "Play");
  const step = make("button", { type: "button" }, "One step");
  const clear = make("button", { type: "button" }, "Clear");
  const sliders = {
    temperature: makeSlider("temperature", { min: 0.1, max: 2, step: 0.05, value: model.get("temperature") }, (value) => save({ temperature: value })),
    top_k: makeSlider("top-k", { min: 0, max: vocabulary.length, step: 1, value: model.get("top_k"), say: (k) => (k ? String(k) : "all") }, (value) => save({ top_k: value })),
    top_p: makeSlider("top-p", { min: 0.05, max: 1, step: 0.05, value: model.get("top_p") }, (value) => save({ top_p: value })),
  };
  root.append(
    make("div", { class: "gc-columns" }, make("div", {}, area, make("div", { class: "gc-buttons" }, play, step, clear)), bars),
    ...Object.values(sliders).map((slider) => slider.row), readout);

  // What was read, and the state after it: a longer text is read on from there.
  let [known, h] = ["", gru.begin()];
  let [bits, counted] = [0, 0]; // the cost of the characters that were added one by one
  const readTo = (text) => {
    if (!text.startsWith(known)) [known, h, bits, counted] = ["", gru.begin(), 0, 0];
    for (const character of [...text.slice(known.length)]) {
      bits -= Math.log2(softmax(gru.logits(h))[index.get(character)]);
      counted += 1;
      h = gru.read(h, index.get(character));
    }
    known = text;
  };
  const now = () => restricted(gru.logits(h), { temperature: model.get("temperature"), topK: model.get("top_k"), topP: model.get("top_p") });

  const draw = () => {
    readTo(model.get("text"));
    if (area.value !== known) {
      area.value = known;
      area.scrollTop = area.scrollHeight;
    }
    for (const [name, slider] of Object.entries(sliders)) slider.set(model.get(name));
    const p = now();
    const order = p.map((_, i) => i).sort((a, b) => p[b] - p[a]).slice(0, SHOWN);
    const focused = [...bars.children].indexOf(document.activeElement);
    bars.replaceChildren(...order.map((i) => {
      const percent = 100 * p[i];
      const name = NAMES[vocabulary[i]] || vocabulary[i];
      return make("button", { type: "button", class: "gc-row", "data-p": p[i], "aria-label": `${name}, ${percent.toFixed(1)} percent`, onclick: () => add(i) },
        make("span", { class: "gc-glyph" }, name), make("span", { class: "gc-track" }, make("span", { style: `width: ${percent}%` })),
        make("span", { class: "gc-number" }, p[i] ? `${percent.toFixed(1)} %` : "–"));
    }));
    if (focused >= 0) bars.children[focused].focus();
    const left = p.filter((value) => value > 0).length;
    readout.textContent = `${left} of ${vocabulary.length} characters can come next   ` +
      (counted ? `this text costs ${(bits / counted).toFixed(2)} bits a character at temperature 1` : "");
  };
  const add = (token) => save({ text: model.get("text") + vocabulary[token] });
  const advance = () => {
    readTo(model.get("text"));
    const p = now();
    let u = Math.random();
    let token = p.findIndex((value) => (u -= value) < 0);
    if (token < 0) token = p.findLastIndex((value) => value > 0);
    add(token);
  };

  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  play.addEventListener("click", () => {
    if (timer) return stop();
    play.textContent = "Pause";
    timer = setInterval(() => (model.get("text").length < MOST ? advance() : stop()), 60);
  });
  step.addEventListener("click", () => {
    stop();
    advance();
  });
  clear.addEventListener("click", () => {
    stop();
    save({ text: "" });
  });
  area.addEventListener("input", () => {
    stop();
    save({ text: [...area.value].filter((character) => index.has(character)).join("").slice(0, MOST) });
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
