// A mixture of bells to drag; the area under their sum is measured on the curve itself.

const bell = (x, mean, scale, weight) => (weight * Math.exp(-0.5 * ((x - mean) / scale) ** 2)) / (scale * Math.sqrt(2 * Math.PI));
const LEAST_WEIGHT = 0.01;
const TOP = 1.2;

// The area under f from low to high, by the trapezoidal rule with n strips.
function areaUnder(f, low, high, n = 4000) {
  const strip = (high - low) / n;
  let sum = (f(low) + f(high)) / 2;
  for (let k = 1; k < n; k++) sum += f(low + k * strip);
  return sum * strip;
}

// The weights after the k-th is set to `wanted`: the others keep their proportions.
function reweighted(weights, k, wanted) {
  if (weights.length < 2) return weights;
  const least = Math.min(LEAST_WEIGHT, ...weights); // a light bell may stay as light as it is
  const weight = Math.min(1 - LEAST_WEIGHT, Math.max(least, wanted));
  return weights.map((w, m) => (m === k ? weight : (w * (1 - weight)) / (1 - weights[k])));
}

function render({ model, el }) {
  const { extent, scales: [thinnest, widest] } = model.get("limits");
  const colours = model.get("colours");
  const start = ["means", "scales", "weights"].map((name) => [name, model.get(name)]);
  const count = model.get("means").length;
  const bells = Array.from({ length: count }, (_, k) => k);
  const at = (k) => [model.get("means")[k], model.get("scales")[k], model.get("weights")[k]];
  const p = (x) => bells.reduce((sum, k) => sum + bell(x, ...at(k)), 0);
  const within = (value, low, high) => Math.min(high, Math.max(low, value));

  const root = makeRoot(el, "A density on the line, made of bells");
  const stage = make("div");
  const save = (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };
  const replaced = (name, k, value) => model.get(name).map((old, m) => (m === k ? value : old));
  const readout = make("output", { class: "gc-readout gc-area" });
  const reset = make("div", { class: "gc-buttons" },
    make("button", { type: "button", class: "gc-reset", onclick: () => save(Object.fromEntries(start)) }, "Reset"));
  root.append(stage, make("div", { class: "gc-bar" }, readout, reset),
    make("div", { class: "gc-hint" }, "Full knobs: sideways the mean, upwards the weight. Hollow knobs: the width. Or Tab to a knob and use the arrow keys."));

  let [marks, width] = [null, 0];
  // The knobs of a bell where the model has them; at once after a move, as the next key may come before the frame.
  const place = (k) => {
    const [mean, scale, weight] = at(k);
    marks.knobs[k].set([mean, bell(mean, mean, scale, weight)]);
    marks.widths[k].set([mean + scale, bell(mean + scale, mean, scale, weight)]);
  };
  function build() {
    const wide = Math.min(640, Math.max(320, stage.clientWidth));
    const chart = makeChart("The density p(x)", { x: [-extent, extent], y: [0, TOP], xLabel: "x", yLabel: "p(x)", width: wide, height: 270 });
    const colour = (k) => colours[(k + 1) % colours.length];
    const total = chart.curve({ colour: "var(--gc-accent)", fill: true, weight: 2.5 });
    const parts = bells.map((k) => chart.curve({ colour: colour(k), dash: "5 4", weight: 1.5 }));
    const knobs = bells.map((k) => chart.handle({
      label: `Bell ${k + 1}: mean and weight`, colour: colour(k), step: [0.1, 0.02],
      say: () => `mean ${signed(at(k)[0])}, weight ${at(k)[2].toFixed(2)}`,
      move: ([x, y]) => {
        const means = replaced("means", k, within(x, -extent, extent));
        save({ means, weights: reweighted(model.get("weights"), k, y / bell(0, 0, at(k)[1], 1)) });
        place(k);
      },
    }));
    const widths = bells.map((k) => {
      const knob = chart.handle({
        label: `Bell ${k + 1}: width`, colour: "var(--gc-paper)", step: [0.05, 0],
        say: () => `standard deviation ${at(k)[1].toFixed(2)}`,
        move: ([x]) => {
          save({ scales: replaced("scales", k, within(x - at(k)[0], thinnest, widest)) });
          place(k);
        },
      });
      knob.element.setAttribute("r", 6);
      knob.element.style.stroke = colour(k);
      return knob;
    });
    stage.replaceChildren(chart.svg);
    marks = { total, parts, knobs, widths };
  }

  const grid = Array.from({ length: 401 }, (_, i) => -extent + (2 * extent * i) / 400);
  const ask = oncePerFrame(() => {
    if (!marks) build();
    marks.total.set(grid.map((x) => [x, p(x)]));
    bells.forEach((k) => {
      const [mean, scale, weight] = at(k);
      marks.parts[k].set(grid.map((x) => [x, bell(x, mean, scale, weight)]));
      place(k);
    });
    const highest = Math.max(...grid.map(p));
    readout.textContent = `area ${areaUnder(p, -25, 25).toFixed(4)}   highest p(x) ${highest.toFixed(2)}`;
  });
  const observer = new ResizeObserver(() => {
    if (stage.clientWidth === width) return; // it is only as high as it was made
    width = stage.clientWidth;
    marks = null;
    ask();
  });
  observer.observe(stage);
  const stop = listen(model, ["means", "scales", "weights"], ask);
  ask();
  return () => {
    stop();
    observer.disconnect();
    ask.cancel();
  };
}

export default { render };
