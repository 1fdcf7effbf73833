// Twenty running estimates of log p(x), from samples drawn in the page.

const [BLUE, ORANGE] = ["#3b8fd4", "#e8743b"];
const LATENTS = [1, 2, 5, 10, 20];
const [STREAMS, MOST] = [20, 10000];
const MARKS = [...new Set(Array.from({ length: 161 }, (_, k) => Math.round(10 ** (k / 40))))]; // numbers of samples at which it is drawn
const LOG_2PI = Math.log(2 * Math.PI);

function makeNormals(seed) {
  const random = makeRandom(seed);
  let spare = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const [radius, angle] = [Math.sqrt(-2 * Math.log(random())), 2 * Math.PI * random()];
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

// One stream: at each of MARKS the estimate of log p(x), and the share that the largest weight has in it.
function runStream(x, sigma, source, normal) {
  const variance = 1 + sigma * sigma;
  const spread = source === "prior" ? 1 : (1.3 * sigma) / Math.sqrt(variance);
  const constant = x.length * (Math.log(spread) - 0.5 * LOG_2PI - Math.log(sigma));
  const rows = [];
  let [top, sum, next] = [-Infinity, 0, 0];
  for (let k = 1; k <= MOST; k += 1) {
    let weight = constant;
    for (const value of x) {
      const noise = normal();
      const z = (source === "prior" ? 0 : value / variance) + spread * noise;
      weight += 0.5 * (noise * noise - z * z - ((value - z) / sigma) ** 2);
    }
    if (weight > top) [sum, top] = [sum * Math.exp(top - weight) + 1, weight];
    else sum += Math.exp(weight - top);
    if (k === MARKS[next]) {
      rows.push({ k, estimate: top + Math.log(sum / k), share: 1 / sum });
      next += 1;
    }
  }
  return rows;
}

function render({ model, el }) {
  const sigma = model.get("sigma");
  const root = makeRoot(el, "Estimates of log p(x) from samples");
  const chart = makeChart("Twenty estimates of log p(x) against the number of samples", { x: [0, 4], y: [-20, 0], xTicks: false, yLabel: "nats", width: 820, height: 290 });
  const powers = [0, 1, 2, 3, 4].map((power) => chart.note({ anchor: power === 4 ? "end" : power ? "middle" : "start", colour: "var(--gc-soft)" }));
  const streams = Array.from({ length: STREAMS }, () => chart.curve({ colour: BLUE, weight: 1.1 }));
  const truth = chart.curve({ colour: "currentColor", dash: "6 4", weight: 1.6 });
  const cursor = chart.curve({ colour: ORANGE, weight: 1.6 });
  const dots = chart.dots({ radius: 3.2 });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
  };
  const sizes = makeChoice("Latents", LATENTS.map(String), (k) => save({ latents: LATENTS[k] }));
  const sources = makeChoice("Where samples come from", ["prior p(z)", "a good q(z | x)"], (k) => save({ source: ["prior", "q"][k] }));
  const slider = makeSlider("samples K", { min: 0, max: 4, step: 0.025, value: model.get("log_k"), say: (value) => Math.round(10 ** value).toLocaleString("en") }, (value) => save({ log_k: value }));
  const again = make("button", { type: "button", class: "gc-again", onclick: () => save({ seed: model.get("seed") + 1 }) }, "Draw again");
  root.append(
    make("div", { class: "gc-bar gc-section" }, make("div", { class: "gc-buttons" }, make("span", {}, "latents"), sizes.row), make("div", { class: "gc-buttons" }, make("span", {}, "samples of"), sources.row)),
    chart.svg, slider.row, make("div", { class: "gc-bar" }, readout, make("div", { class: "gc-buttons" }, again)));

  let [runs, logP, stale] = [[], 0, true];
  const compute = () => {
    const x = model.get("x").slice(0, model.get("latents"));
    const variance = 1 + sigma * sigma;
    logP = x.reduce((sum, value) => sum - 0.5 * (value * value / variance + LOG_2PI + Math.log(variance)), 0);
    const normal = makeNormals(model.get("seed") * 7919 + 1);
    runs = streams.map(() => runStream(x, sigma, model.get("source"), normal));
    const range = [logP - 16, logP + 5];
    chart.setRange([0, 4], range);
    runs.forEach((rows, k) => streams[k].set(rows.filter((row) => row.estimate > range[0]).map((row) => [Math.log10(row.k), row.estimate])));
    truth.set([[0, logP], [4, logP]]);
    powers.forEach((note, power) => note.set({ at: [power, range[0] - 1.2], text: (10 ** power).toLocaleString("en") }));
    sizes.mark(LATENTS.indexOf(model.get("latents")));
    sources.mark(["prior", "q"].indexOf(model.get("source")));
    stale = false;
  };
  const draw = () => {
    if (stale) compute();
    const logK = model.get("log_k");
    const index = MARKS.findLastIndex((k) => k <= Math.round(10 ** logK));
    const now = runs.map((rows) => rows[index]);
    const values = now.map((row) => row.estimate).sort((a, b) => a - b);
    const share = now.map((row) => row.share).sort((a, b) => a - b)[STREAMS / 2];
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - logP) ** 2, 0) / STREAMS);
    cursor.set([[logK, logP - 16], [logK, logP + 5]]);
    dots.set(values.filter((value) => value > logP - 16).map((value) => ({ x: logK, y: value, colour: ORANGE })));
    slider.set(logK);
    readout.textContent = `truth ${signed(logP)}   estimates ${signed(values[0])} to ${signed(values.at(-1))}   root-mean-square error ${error.toFixed(2)} nats\n` +
      `the largest weight is ${Math.round(100 * share)} % of the sum (median of the twenty)`;
  };
  const ask = oncePerFrame(draw);
  const stops = [listen(model, ["log_k"], ask), listen(model, ["latents", "source", "seed"], () => {
    stale = true;
    ask();
  })];
  draw();
  return () => {
    stops.forEach((stop) => stop());
    ask.cancel();
  };
}

export default { render };
