// q's mean and spread are dragged over the posterior; ELBO and gap share log p(x) between them.

const [BLUE, ORANGE, GREEN] = ["#3b8fd4", "#e8743b", "#2fa37c"];
const PLANE = { x: [-2.9, 2.9], y: [-2, 2] };
const SHOWN = 12; // nats of the bar

function render({ model, el }) {
  const sigma = model.get("sigma");
  const root = makeRoot(el, "The bound, the gap, and log p(x) while q is dragged");
  let conditioned = condition(model.get("x"), sigma);

  const plane = makeChart("The curve f(z), and the observed x", { ...PLANE, xLabel: "x₁", yLabel: "x₂", width: 400, height: 270 });
  plane.curve({ colour: "var(--gc-soft)", weight: 1.2 }).set(Array.from(Z.filter((z) => Math.abs(z) <= 2), curveAt));
  const cloud = plane.dots({ radius: 4 });
  const observed = plane.handle({ label: "x, the observed point", colour: GREEN, step: [0.05, 0.05], move: (to) => change({ x: clampTo(PLANE, to) }) });

  const line = makeChart("The posterior and q over z", { x: [-3, 3], y: [0, 2], xLabel: "z", yTicks: false, width: 400, height: 270 });
  const posterior = line.curve({ colour: GREEN, fill: true });
  const q = line.curve({ colour: BLUE, weight: 2.5 });
  const peak = () => Math.exp(logNormal(0, 0, model.get("spread")));
  const centre = line.handle({ label: "mean of q", colour: BLUE, step: [0.05, 0], move: ([z]) => change({ mean: z }), say: ([z]) => signed(z) });
  const side = line.handle({ label: "spread of q", colour: "var(--gc-paper)", ring: BLUE, step: [0.05, 0], move: ([z]) => change({ spread: Math.abs(z - model.get("mean")) }),
    say: () => signed(model.get("spread")) });

  const bar = makeChart("ELBO and gap add up to log p(x)", { x: [-SHOWN, 0], y: [0, 1], xLabel: "nats", yTicks: false, width: 820, height: 92 });
  const parts = bar.stretches();
  const mark = bar.curve({ colour: "currentColor", dash: "5 4" });
  const names = [bar.note({ colour: "#fff" }), bar.note({ colour: "#fff", anchor: "end" })];
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });

  let climbing = 0;
  const change = (traits) => {
    cancelAnimationFrame(climbing);
    save(traits);
  };
  const save = (traits) => {
    if (traits.mean !== undefined) model.set("mean", Math.min(3, Math.max(-3, traits.mean)));
    if (traits.spread !== undefined) model.set("spread", Math.min(1.5, Math.max(0.05, traits.spread)));
    if (traits.x) model.set("x", traits.x);
    model.save_changes();
    place(); // at once: a key on one knob may follow a key on the other within a frame
    ask();
  };
  // Plain gradient ascent on the ELBO by q's mean and log-spread; the slopes by differences on the grid.
  const climb = () => {
    cancelAnimationFrame(climbing);
    const elbo = (mean, logSpread) => boundTerms(conditioned, mean, Math.exp(logSpread)).elbo;
    const advance = () => {
      let [mean, logSpread, steepness] = [model.get("mean"), Math.log(model.get("spread")), 0];
      for (let step = 0; step < 6; step += 1) {
        const slope = (d) => (elbo(mean + d[0], logSpread + d[1]) - elbo(mean - d[0], logSpread - d[1])) / 2e-4;
        const slopes = [slope([1e-4, 0]), slope([0, 1e-4])];
        steepness = Math.hypot(...slopes);
        const rate = 0.008 / Math.max(1, steepness / 8);
        [mean, logSpread] = [mean + rate * slopes[0], logSpread + rate * slopes[1]];
      }
      save({ mean, spread: Math.exp(logSpread) });
      if (steepness > 0.01) climbing = requestAnimationFrame(advance);
    };
    advance();
  };
  const button = (text, action, name) => make("button", { type: "button", class: name, onclick: action }, text);
  root.append(
    make("div", { class: "gc-pair" },
      make("div", { class: "gc-side" }, plane.svg, make("div", { class: "gc-hint" }, "Drag x. Blue: where q says that x came from.")),
      make("div", { class: "gc-side" }, line.svg, makeKey([["p(z | x), exact", GREEN], ["q(z | x)", BLUE]]),
        make("div", { class: "gc-hint" }, "Drag the blue knob for the mean of q, the hollow one for its spread."))),
    bar.svg,
    make("div", { class: "gc-bar" }, readout, make("div", { class: "gc-buttons" },
      button("x at the end", () => change({ x: [2, 0] }), "gc-end"), button("x at the crossing", () => change({ x: [0, 0] }), "gc-crossing"),
      button("Gradient ascent on q", climb, "gc-climb"))));

  const place = () => {
    centre.set([model.get("mean"), peak()]);
    side.set([model.get("mean") + model.get("spread"), peak() * Math.exp(-0.5)]);
  };
  const draw = () => {
    const [mean, spread, x] = ["mean", "spread", "x"].map((name) => model.get(name));
    const density = Array.from(Z, (z, k) => [z, conditioned.posterior[k]]).filter(([z]) => Math.abs(z) <= 3);
    const top = 1.15 * Math.max(1, peak(), ...density.map(([, p]) => p));
    line.setRange([-3, 3], [0, top]);
    posterior.set(density);
    q.set(density.map(([z]) => [z, Math.exp(logNormal(z, mean, spread))]));
    place();
    observed.set(x);
    cloud.set(Array.from({ length: 41 }, (_, k) => -2 + k * 0.1).map((t) => {
      const [a, b] = curveAt(mean + t * spread);
      return { x: a, y: b, colour: `color-mix(in srgb, ${BLUE} ${Math.round(75 * Math.exp(-0.5 * t * t))}%, transparent)` };
    }));

    const { elbo, gap, reconstruction, klPrior } = boundTerms(conditioned, mean, spread);
    const [low, high] = [conditioned.logP - SHOWN, conditioned.logP + 0.4];
    const end = Math.max(elbo, low);
    bar.setRange([low, high], [0, 1]);
    parts.set([{ from: low, to: end, y: [0.1, 0.9], colour: BLUE }, { from: end, to: conditioned.logP, y: [0.1, 0.9], colour: ORANGE }]);
    mark.set([[conditioned.logP, 0], [conditioned.logP, 1]]);
    names[0].set({ at: [low + 0.1, 0.4], text: end - low > 1.5 ? `ELBO ${signed(elbo)}` : "" });
    names[1].set({ at: [conditioned.logP - 0.1, 0.4], text: conditioned.logP - end > 1.2 ? `gap ${signed(gap)}` : "" });
    readout.textContent = `ELBO ${signed(elbo)} + KL(q ‖ posterior) ${signed(gap)} = log p(x) ${signed(conditioned.logP)}\n` +
      `ELBO = reconstruction ${signed(reconstruction)} − KL(q ‖ prior) ${signed(klPrior)}`;
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["mean", "spread", "x"], () => {
    conditioned = condition(model.get("x"), sigma);
    ask();
  });
  draw();
  return () => {
    stop();
    cancelAnimationFrame(climbing);
    ask.cancel();
  };
}

export default { render };
