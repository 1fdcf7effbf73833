// A target, a Gaussian with knobs, and both KLs: their values, their integrands, and descents down either.

const POINTS = 1201;
const NAMES = ["forward KL(p‖q)", "reverse KL(q‖p)"];
const WORDS = ["averaged under p: costly where p has mass and q has none", "averaged under q: costly where q has mass and p has none"];
const LONGEST = 3; // nats: a bar of full length

function logMixture(x, { means, scales, weights }) {
  const logs = means.map((mean, k) => Math.log(weights[k]) + logNormal(x, mean, scales[k]));
  const top = Math.max(...logs);
  return top + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

function render({ model, el }) {
  const target = model.get("target");
  const view = model.get("view");
  const colours = model.get("colours");
  const every = (low, high, count) => Array.from({ length: count }, (_, k) => low + (k / (count - 1)) * (high - low));
  const grid = every(-3 * view, 3 * view, POINTS); // q may be wide: far beyond what is drawn
  const logP = grid.map((x) => logMixture(x, target));
  const near = grid.map((_, k) => k).filter((k) => Math.abs(grid[k]) <= view);

  // log p − log q at each point of the grid, weighted by p (0) or, turned, by q (1).
  const integrand = (direction, mean, scale) =>
    grid.map((x, k) => {
      const logQ = logNormal(x, mean, scale);
      return direction ? Math.exp(logQ) * (logQ - logP[k]) : Math.exp(logP[k]) * (logP[k] - logQ);
    });
  const area = (values) => values.reduce((a, b) => a + b, 0) * (grid[1] - grid[0]);
  const keep = (mean, scale) => [Math.min(view, Math.max(-view, mean)), Math.min(view / 2, Math.max(0.15, scale))];
  const set = (mean, scale) => {
    [mean, scale] = keep(mean, scale);
    model.set("mean", mean);
    model.set("scale", scale);
    model.save_changes();
    ask();
  };
  const move = (mean, scale) => {
    runner.stop();
    set(mean, scale);
  };
  const start = [model.get("mean"), model.get("scale")];
  const runner = makeRunner(2);
  const descend = (direction) => {
    const value = ([mean, logScale]) => -area(integrand(direction, ...keep(mean, Math.exp(logScale))));
    const at = [model.get("mean"), Math.log(model.get("scale"))];
    const next = ascend(value, at, 0.08);
    const gain = value(next) - value(at);
    set(next[0], Math.exp(next[1]));
    return gain > 1e-8;
  };

  const root = makeRoot(el, "A target with several modes, a Gaussian, and the KL divergence in both directions");
  const drawn = every(-view, view, 301);
  const peak = Math.max(...drawn.map((x) => Math.exp(logMixture(x, target))));
  const chart = makeChart("The densities p and q", { x: [-view, view], y: [0, 1], width: fittingWidth(root), height: 240, yLabel: "density" });
  chart.curve({ colour: "var(--gc-soft)", fill: true, weight: 1.5 }).set(drawn.map((x) => [x, Math.exp(logMixture(x, target))]));
  const q = chart.curve({ colour: colours[4], weight: 2.5 });
  const step = [view / 60, 0];
  const [mean, scale] = [() => model.get("mean"), () => model.get("scale")];
  const top = chart.handle({ label: "mean of q", colour: colours[4], step, move: ([x]) => move(x, scale()), say: ([x]) => x.toFixed(2) });
  const flank = chart.handle({ label: "scale of q", colour: colours[4], step, move: ([x]) => move(mean(), Math.abs(x - mean())), say: ([x]) => Math.abs(x - mean()).toFixed(2) });

  const sides = NAMES.map((name, direction) => {
    const colour = colours[direction];
    const number = make("output", { class: "gc-total", "aria-live": "polite" });
    const meter = make("div", { class: "gc-meter", style: `--gc-meter: ${colour}`, role: "meter", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": LONGEST }, make("div"));
    const part = makeChart(`The integrand of ${name}`, { x: [-view, view], y: [-0.5, 1], width: 340, height: 150 });
    const curve = part.curve({ colour, fill: true });
    const button = make("button", { type: "button", class: `gc-descend-${direction ? "reverse" : "forward"}`, onclick: () => runner.run(() => descend(direction)) }, `Descend ${name}`);
    const side = make("div", { class: "gc-side" }, number, meter, make("div", { class: "gc-hint" }, WORDS[direction]), part.svg, make("div", { class: "gc-buttons" }, button));
    const show = (m, s) => {
      const values = integrand(direction, m, s);
      const shown = near.map((k) => values[k]);
      const value = area(values);
      part.setRange([-view, view], [Math.min(-0.2, 1.1 * Math.min(...shown)), Math.max(0.5, 1.1 * Math.max(...shown))]);
      curve.set(near.map((k, i) => [grid[k], shown[i]]));
      number.textContent = `${name} = ${signed(value)}`;
      meter.firstChild.style.width = `${Math.min(100, (100 * value) / LONGEST)}%`;
      meter.setAttribute("aria-valuenow", Math.min(LONGEST, value).toFixed(2));
    };
    return { side, show };
  });
  root.append(chart.svg, makeKey([["target p", "var(--gc-soft)"], ["Gaussian q", colours[4]]]),
    make("div", { class: "gc-pair gc-divergences" }, ...sides.map(({ side }) => side)),
    make("div", { class: "gc-bar" },
      make("p", { class: "gc-hint" }, `Drag the knobs of q, or focus them and use the arrow keys. A KL is the area under its curve, in nats; a full bar is ${LONGEST} nats or more.`),
      make("div", { class: "gc-buttons" }, make("button", { type: "button", class: "gc-reset", onclick: () => move(...start) }, "Start again"))));

  const ask = oncePerFrame(() => {
    const [m, s] = [mean(), scale()];
    const density = (x) => Math.exp(logNormal(x, m, s));
    chart.setRange([-view, view], [0, 1.12 * Math.max(1.8 * peak, density(m))]);
    q.set(drawn.map((x) => [x, density(x)]));
    top.set([m, density(m)]);
    flank.set([m + s, density(m + s)]);
    sides.forEach(({ show }) => show(m, s));
  });
  const stopListening = listen(model, ["mean", "scale"], ask);
  ask();
  return () => {
    stopListening();
    runner.stop();
    ask.cancel();
  };
}

export default { render };
