// What an image costs an autoregressive model, by laws that were fitted to measured times.

const COLOURS = ["#3b8fd4", "#e8743b", "#2f9e6e", "#c453a0", "#c49a1a", "#7b68c8"];
const RANGE = { x: [1.6, 6.7], y: [-4.4, 10.6] }; // log10 of sub-pixels and of seconds
const MOMENTS = [[0, "a second"], [Math.log10(3600), "an hour"], [Math.log10(86400 * 365.25), "a year"]];
const UNITS = [[86400 * 365.25, "years"], [86400, "days"], [3600, "hours"], [60, "minutes"]];

function inWords(seconds) {
  const found = UNITS.find(([size]) => seconds >= size);
  if (!found) return `${Number(seconds.toPrecision(2))} s`;
  const count = seconds / found[0];
  return `${count >= 10 ? Math.round(count).toLocaleString("en") : count.toFixed(1)} ${found[1]}`;
}

function render({ model, el }) {
  const [laws, points] = [model.get("laws"), model.get("points")];
  const names = Object.keys(laws);
  const root = makeRoot(el, "What an image costs");
  const save = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const models = makeChoice("Model", names, (k) => save("model", names[k]));
  const kinds = makeChoice("Grey or colour", ["grey", "colour"], (k) => save("colour", k === 1));
  const side = makeSlider("side of the image", { min: 3, max: 10, step: 1, value: Math.log2(model.get("side")), say: (power) => `${2 ** power} × ${2 ** power}` }, (power) => save("side", 2 ** power));
  const chart = makeChart("Seconds for one image against its sub-pixels, both on logarithmic scales", { ...RANGE, xTicks: false, yTicks: false, width: 820, height: 320 });
  for (const [height, word] of MOMENTS) {
    chart.curve({ colour: "var(--gc-line)", weight: 1 }).set([[RANGE.x[0], height], [RANGE.x[1], height]]);
    chart.note({ colour: "var(--gc-soft)" }).set({ at: [RANGE.x[0] + 0.03, height + 0.15], text: word });
  }
  for (const power of [2, 3, 4, 5, 6]) chart.note({ anchor: "middle", colour: "var(--gc-soft)" }).set({ at: [power, RANGE.y[0] - 0.9], text: (10 ** power).toLocaleString("en") });
  // Naive laws are dashed; the chosen model's pair is drawn strongly on top.
  const faint = names.map((_, k) => [chart.curve({ colour: COLOURS[k % 6], weight: 1, dash: "5 4" }), chart.curve({ colour: COLOURS[k % 6], weight: 1 })]);
  const chosen = names.map((_, k) => [chart.curve({ colour: COLOURS[k % 6], weight: 3, dash: "7 4" }), chart.curve({ colour: COLOURS[k % 6], weight: 3 })]);
  const measured = chart.dots({ radius: 3 });
  const cursor = chart.curve({ colour: "currentColor", weight: 1, dash: "2 3" });
  const marks = chart.dots({ radius: 6 });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  root.append(
    make("div", { class: "gc-bar gc-section" }, models.row, kinds.row), side.row, chart.svg,
    makeKey(names.map((name, k) => [name, COLOURS[k % 6]])), readout);

  const ends = [64, 3 * 1024 ** 2];
  const line = ([a, b]) => ends.map((n) => [Math.log10(n), Math.log10(a) + b * Math.log10(n)]);
  names.forEach((name, k) => faint[k].forEach((curve, way) => curve.set(line(laws[name][way]))));
  const draw = () => {
    const name = model.get("model");
    const k = names.indexOf(name);
    const n = model.get("side") ** 2 * (model.get("colour") ? 3 : 1);
    const [slow, fast] = [0, 1].map((way) => laws[name][way][0] * n ** laws[name][way][1]);
    models.mark(k);
    kinds.mark(model.get("colour") ? 1 : 0);
    side.set(Math.log2(model.get("side")));
    chosen.forEach((pair, other) => pair.forEach((curve, way) => curve.set(other === k ? line(laws[name][way]) : [])));
    measured.set((points[name] || []).flat().map(([size, seconds]) => ({ x: Math.log10(size), y: Math.log10(seconds), colour: COLOURS[k % 6] })));
    const at = Math.log10(n);
    cursor.set([[at, RANGE.y[0]], [at, RANGE.y[1]]]);
    marks.set([slow, fast].map((seconds) => ({ x: at, y: Math.log10(seconds), colour: "currentColor" })));
    readout.textContent = `${model.get("side")} × ${model.get("side")} ${model.get("colour") ? "in colour" : "grey"}: ${n.toLocaleString("en")} sub-pixels, ` +
      `${Math.floor(n / laws[name][2]).toLocaleString("en")} questions one after another\n` +
      `naive (dashed) ${inWords(slow)}   cached (solid) ${inWords(fast)}   ${Math.round(slow / fast).toLocaleString("en")} times\n` +
      "dots were measured; the lines beyond them are the fitted law";
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["model", "side", "colour"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
