// A density with handles over fixed data: what each point costs as a stem, and their sum against the best.

const logit = (p) => Math.log(p / (1 - p));
const sigmoid = (u) => 1 / (1 + Math.exp(-u));
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const logAdd = (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));

// What a family is: log p of one x, its parameters as free numbers (for the climb) and back, and where they are kept.
// `room` is { low, high, unit, floor }: the axis, the data's standard deviation, and the least scale.
const FAMILIES = {
  coin: {
    logProb: (x, [p]) => Math.log(x ? p : 1 - p),
    free: ([p]) => [logit(p)],
    bound: ([u]) => [sigmoid(u)],
    keep: ([p]) => [clamp(p, 0.01, 0.99)],
  },
  gaussian: {
    logProb: (x, [mean, scale]) => logNormal(x, mean, scale),
    free: ([mean, scale], { unit }) => [mean / unit, Math.log(scale)],
    bound: ([u, v], { unit }) => [u * unit, Math.exp(v)],
    keep: ([mean, scale], room) => [clamp(mean, room.low, room.high), clamp(scale, room.floor, room.high - room.low)],
  },
  mixture: {
    logProb: (x, [m1, s1, m2, s2, w]) => logAdd(Math.log(w) + logNormal(x, m1, s1), Math.log(1 - w) + logNormal(x, m2, s2)),
    free: ([m1, s1, m2, s2, w], { unit }) => [m1 / unit, Math.log(s1), m2 / unit, Math.log(s2), logit(w)],
    bound: ([m1, s1, m2, s2, w], { unit }) => [m1 * unit, Math.exp(s1), m2 * unit, Math.exp(s2), sigmoid(w)],
    keep: (theta, room) => [
      ...FAMILIES.gaussian.keep(theta.slice(0, 2), room), ...FAMILIES.gaussian.keep(theta.slice(2, 4), room), clamp(theta[4], 0.02, 0.98),
    ],
  },
};

const nats = (x) => signed(x).replace(/\B(?=(\d{3})+(?!\d))/g, " ");

// The top chart of a coin: the log-likelihood against p, with a knob that runs along it.
function makeCoinTop({ total, best, move, colours, width }) {
  const floor = Math.min(best - 8, best * 2.2);
  const chart = makeChart("The log-likelihood against p", { x: [0, 1], y: [floor, -0.1 * floor], xLabel: "p, the probability of heads", yLabel: "Σ log p(x), nats", width, height: 230 });
  const grid = Array.from({ length: 393 }, (_, k) => 0.01 + k * 0.0025);
  chart.curve({ colour: colours[0] }).set(grid.map((p) => [p, total([p])]).filter(([, value]) => value >= floor));
  const knob = chart.handle({ label: "p, the probability of heads", colour: colours[0], step: [0.01, 0], move: ([p]) => move([p]), say: ([p]) => p.toFixed(2) });
  return { svg: chart.svg, show: ([p]) => knob.set([p, Math.max(floor, total([p]))]) };
}

// The top chart of numbers: the density, its components if there are two, and knobs for means and scales.
function makeDensityTop({ x, family, theta, move, room, colours, tint, width }) {
  const chart = makeChart("The density over the data", { x: [room.low, room.high], y: [0, 1], yLabel: "density", width, height: 250 });
  const grid = Array.from({ length: 351 }, (_, k) => room.low + (k / 350) * (room.high - room.low));
  const reach = chart.bars({ breadth: "1px" });
  const whole = chart.curve({ colour: "var(--gc-accent)", fill: true });
  const count = family === "mixture" ? 2 : 1;
  const parts = count === 2 ? [0, 1].map((k) => chart.curve({ colour: colours[k + 1], dash: "5 4", weight: 1.5 })) : [];
  const dots = chart.dots({ radius: 3.5 });
  const change = (k, value) => move(theta().map((old, d) => (d === k ? value : old)));
  const knobs = Array.from({ length: count }, (_, k) => {
    const [colour, name] = count === 2 ? [colours[k + 1], ` of component ${k + 1}`] : ["var(--gc-accent)", ""];
    const step = [(room.high - room.low) / 150, 0];
    return [
      chart.handle({ label: `mean${name}`, colour, step, move: ([u]) => change(2 * k, u), say: ([u]) => u.toFixed(2) }),
      chart.handle({ label: `width${name}`, colour, step, move: ([u]) => change(2 * k + 1, Math.abs(u - theta()[2 * k])), say: ([u]) => Math.abs(u - theta()[2 * k]).toFixed(2) }),
    ];
  });
  const show = (now) => {
    const weights = count === 2 ? [now[4], 1 - now[4]] : [1];
    const part = (u, k) => weights[k] * Math.exp(logNormal(u, now[2 * k], now[2 * k + 1]));
    const density = (u) => Math.exp(FAMILIES[family].logProb(u, now));
    const curve = grid.map((u) => [u, density(u)]);
    chart.setRange([room.low, room.high], [0, 1.12 * Math.max(0.55 / room.unit, ...curve.map(([, v]) => v), ...knobs.map((_, k) => part(now[2 * k], k)))]);
    whole.set(curve);
    parts.forEach((mark, k) => mark.set(grid.map((u) => [u, part(u, k)])));
    reach.set(x.map((u) => ({ x: u, from: 0, to: density(u), colour: tint(u, now, "55%") })));
    dots.set(x.map((u) => ({ x: u, y: 0, colour: tint(u, now) })));
    knobs.forEach(([mean, width], k) => {
      mean.set([now[2 * k], part(now[2 * k], k)]);
      width.set([now[2 * k] + now[2 * k + 1], part(now[2 * k] + now[2 * k + 1], k)]);
    });
  };
  return { svg: chart.svg, show };
}

function render({ model, el }) {
  const [family, x, colours] = [model.get("family"), [...model.get("x")], model.get("colours")];
  const { logProb, free, bound, keep } = FAMILIES[family];
  const [least, most] = [Math.min(...x), Math.max(...x)];
  const margin = 0.25 * (most - least);
  const mean = x.reduce((a, b) => a + b) / x.length;
  const unit = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length) || 1;
  const room = { low: least - margin, high: most + margin, unit, floor: model.get("floor") };
  const theta = () => model.get("theta");
  const total = (now) => x.reduce((sum, u) => sum + logProb(u, now), 0);
  const value = (u) => total(keep(bound(u, room), room)) / x.length;

  // The colour of a point: heads or tails, or of the component that it probably came from.
  const tint = (u, now, strength = "100%") => {
    let colour = family === "coin" ? colours[u ? 0 : 1] : colours[0];
    if (family === "mixture") {
      const first = Math.exp(Math.log(now[4]) + logNormal(u, now[0], now[1]) - logProb(u, now));
      colour = `color-mix(in srgb, ${colours[1]} ${(100 * first).toFixed(1)}%, ${colours[2]})`;
    }
    return `color-mix(in srgb, ${colour} ${strength}, transparent)`;
  };

  const set = (next) => {
    model.set("theta", keep(next, room));
    model.save_changes();
    ask();
  };
  const move = (next) => {
    runner.stop();
    set(next);
  };
  const runner = makeRunner();
  const climb = () => {
    const next = ascend(value, free(theta(), room), 0.3);
    const gain = value(next) - value(free(theta(), room));
    set(bound(next, room));
    return gain > 1e-9;
  };

  const root = makeRoot(el, "A density over fixed data, and the log-likelihood of each point");
  const width = fittingWidth(root);
  const shared = { x, family, theta, total, best: model.get("best"), move, room, colours, tint, width };
  const top = family === "coin" ? makeCoinTop(shared) : makeDensityTop(shared);
  const middle = family === "coin" ? 0 : -Math.log(unit);
  const bottom = family === "coin" ? -3.4 : Math.min(middle - 4.5, -2);
  const stems = makeChart("The log-likelihood of each point", {
    x: family === "coin" ? [0.3, x.length + 0.7] : [room.low, room.high], y: [bottom, family === "coin" ? 0.4 : Math.max(middle + 1.8, 0.5)],
    xLabel: family === "coin" ? "flip" : model.get("unit"), yLabel: "log p(x), nats", width, height: 200,
  });
  const bars = stems.bars({ breadth: family === "coin" ? "14px" : "2px" });
  const tips = stems.dots({ radius: family === "coin" ? 0 : 2.8 });
  const sum = make("output", { class: "gc-total", "aria-live": "polite" });
  const short = make("span", { class: "gc-hint" });
  const meter = make("div", { class: "gc-meter", role: "meter", "aria-label": "How near the best", "aria-valuemin": 0, "aria-valuemax": 100 }, make("div"));
  const button = (name, text, onclick) => make("button", { type: "button", class: name, onclick }, text);
  const buttons = make("div", { class: "gc-buttons" },
    button("gc-step", "One step of gradient ascent", () => (runner.stop(), climb())),
    button("gc-top", "To the maximum", () => runner.run(climb)),
    button("gc-reset", "Start again", () => move(model.get("start"))));
  const weight = family === "mixture" &&
    makeSlider("share of 1", { min: 0.02, max: 0.98, step: 0.01, value: theta()[4], say: (w) => w.toFixed(2) }, (w) => move([...theta().slice(0, 4), w]));
  const key = family === "coin" ? makeKey([["heads", colours[0]], ["tails", colours[1]]])
    : family === "mixture" ? makeKey([["component 1", colours[1]], ["component 2", colours[2]], ["both together", "var(--gc-accent)"]]) : "";
  root.append(top.svg, stems.svg, key,
    make("div", { class: "gc-score" }, sum, make("div", {}, meter, short)),
    ...(weight ? [weight.row] : []), buttons,
    make("p", { class: "gc-hint" }, family === "coin" ? "Drag the knob along the curve, or focus it and use the arrow keys." :
      "Drag a knob at a peak to move it, one on a flank to change the width; or focus it and use the arrow keys. Stems that reach the lower edge go on below it."));

  const ask = oncePerFrame(() => {
    const now = theta();
    top.show(now);
    bars.set(x.map((u, k) => ({ x: family === "coin" ? k + 1 : u, from: 0, to: Math.max(bottom, logProb(u, now)), colour: tint(u, now) })));
    tips.set(x.map((u) => ({ x: u, y: Math.max(bottom, logProb(u, now)), colour: tint(u, now) })));
    const [current, best] = [total(now), Math.max(model.get("best"), total(now))];
    const share = 100 * Math.exp((current - best) / x.length);
    sum.textContent = `Σ log p(x) = ${nats(current)} nats`;
    short.textContent = `${nats(best - current)} nats below the best, ${nats(best)}: a point is ${share.toFixed(share < 99.95 ? 1 : 0)} % as probable as there`;
    meter.firstChild.style.width = `${share}%`;
    meter.setAttribute("aria-valuenow", share.toFixed(1));
    if (weight) weight.set(now[4]);
  });
  const stopListening = listen(model, ["theta"], ask);
  ask();
  return () => {
    stopListening();
    runner.stop();
    ask.cancel();
  };
}

export default { render };
