// Steps through a derivation: the lines so far, and the terms of the current one as bars.

const COLOUR = {
  logP: "#7d8590", likelihood: "#3b8fd4", prior: "#c79a1b", posterior: "#2fa37c", q: "#7a6fd0", toPrior: "#e8743b", toPosterior: "#c9569c",
};
const SUM = "#7d8590";

function valuesAt(conditioned, mean, std) {
  const q = (z) => logNormal(z, mean, std);
  const prior = (z) => logNormal(z, 0, 1);
  return {
    logP: () => conditioned.logP, likelihood: conditioned.logLikelihood, prior, posterior: conditioned.logPosterior, q,
    toPrior: (z) => q(z) - prior(z), toPosterior: (z) => q(z) - conditioned.logPosterior(z),
  };
}

function render({ model, el }) {
  const lines = model.get("lines");
  const [mean, spread] = [model.get("mean"), model.get("spread")];
  const conditioned = condition(model.get("x"), model.get("sigma"));
  const functions = valuesAt(conditioned, mean, spread);
  const averages = Object.fromEntries(Object.entries(functions).map(([key, f]) => [key, averageOver(mean, spread, f)]));
  const valueOf = (line, term, z) => (term.sign === "-" ? -1 : 1) * (line.averaged ? averages[term.key] : functions[term.key](z));

  const root = makeRoot(el, "The derivation of the ELBO, line by line");
  const list = make("ol", { class: "gc-lines", "aria-label": "The lines so far" });
  const chart = makeChart("The terms of this line and their sum, in nats", { x: [-0.5, 5.5], y: [-10, 10], yLabel: "nats", xTicks: false, width: 820, height: 250 });
  const zero = chart.curve({ colour: "var(--gc-soft)", weight: 1 });
  const target = chart.curve({ colour: "currentColor", dash: "5 4", weight: 1.5 });
  const bars = chart.bars({ breadth: 0.55 });
  const notes = lines.reduce((most, line) => Math.max(most, line.terms.length), 0) + 1;
  const numbers = Array.from({ length: notes + 1 }, () => chart.note({ anchor: "middle" }));
  const range = [mean - 1.5 * spread, mean + 1.5 * spread];
  const slider = makeSlider("z", { min: range[0], max: range[1], step: (range[1] - range[0]) / 200, value: model.get("z") }, (z) => save({ z }));
  const silent = make("div", { class: "gc-hint" }, "z has been averaged over.");
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const back = make("button", { type: "button", class: "gc-back", onclick: () => save({ line: model.get("line") - 1 }) }, "Back");
  const next = make("button", { type: "button", class: "gc-next", onclick: () => save({ line: model.get("line") + 1 }) }, "Next line");
  root.append(list, make("div", { class: "gc-section" }), chart.svg, slider.row, silent,
    make("div", { class: "gc-bar" }, readout, make("div", { class: "gc-buttons" }, back, next)));

  function save(traits) {
    if (traits.line !== undefined) model.set("line", Math.min(lines.length - 1, Math.max(0, traits.line)));
    if (traits.z !== undefined) model.set("z", traits.z);
    model.save_changes();
    ask();
  }
  root.addEventListener("keydown", (event) => {
    if (event.target.matches("input") || !["ArrowRight", "ArrowLeft"].includes(event.key)) return;
    event.preventDefault();
    save({ line: model.get("line") + (event.key === "ArrowRight" ? 1 : -1) });
  });

  function makeLine(line, number, current) {
    const before = number ? lines[number - 1].terms.map((term) => term.sign + term.formula) : [];
    const terms = line.terms.flatMap((term, k) => {
      const fresh = number === current && !before.includes(term.sign + term.formula);
      const box = make("span", { class: fresh ? "gc-term gc-new" : "gc-term" });
      box.innerHTML = term.formula; // MathML made by mathml.py
      const sign = term.sign === "-" ? "−" : k ? "+" : "";
      return sign ? [make("span", {}, sign), box] : [box];
    });
    const relation = number === lines.length - 1 ? "≥" : number ? "=" : "";
    const why = number === current ? [make("p", { class: "gc-why" }, line.why)] : [];
    return make("li", { "aria-current": number === current ? "step" : null }, make("span", {}, relation), make("div", { class: "gc-sum" }, ...terms), ...why);
  }

  // The range that holds every bar and every partial sum of a line, wherever z is moved.
  function rangeOf(line) {
    const places = line.averaged ? [mean] : Array.from({ length: 41 }, (_, k) => range[0] + (k / 40) * (range[1] - range[0]));
    const all = places.flatMap((z) => line.terms.map((term) => valueOf(line, term, z))).concat(conditioned.logP, 0);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const room = 0.16 * (high - low);
    return [low - room, high + room];
  }

  let drawn = -1;
  const draw = () => {
    const [current, z] = [model.get("line"), model.get("z")];
    const line = lines[current];
    const values = line.terms.map((term) => valueOf(line, term, z));
    const sum = values.reduce((a, b) => a + b, 0);
    if (drawn !== current) {
      list.replaceChildren(...lines.slice(0, current + 1).map((each, k) => makeLine(each, k, current)));
      chart.setRange([-0.6, line.terms.length + 0.8], rangeOf(line));
      [back.disabled, next.disabled] = [current === 0, current === lines.length - 1];
      slider.row.hidden = line.averaged || current === 0;
      silent.hidden = !line.averaged;
      drawn = current;
    }
    slider.set(z);
    const place = (k) => (k < values.length ? k : k + 0.2);
    bars.set([...values, sum].map((value, k) => ({ x: place(k), from: 0, to: value, colour: k < values.length ? COLOUR[line.terms[k].key] : SUM })));
    const width = line.terms.length + 0.8;
    zero.set([[-0.6, 0], [width, 0]]);
    target.set([[-0.6, conditioned.logP], [width, conditioned.logP]]);
    const [low, high] = rangeOf(line);
    numbers.forEach((note, k) => {
      const value = [...values, sum][k];
      const above = (value >= 0 ? 0.03 : -0.085) * (high - low);
      note.set({ at: [place(k), (value ?? 0) + above], text: k > values.length ? "" : k === values.length ? `sum ${signed(sum)}` : signed(value) });
    });
    readout.textContent = `sum ${signed(sum)}   log p(x) ${signed(conditioned.logP)}` +
      (current === lines.length - 1 ? `   dropped ${signed(averages.toPosterior)}` : "");
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["z", "line"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
