// Four recorded trainings of DINO: two switches, a player, curves and bars.

const [BLUE, ORANGE] = ["#3b8fd4", "#e8743b"];
const MOMENTS_A_SECOND = 12;

function render({ model, el }) {
  const [names, step, outputs] = ["names", "step", "outputs"].map((name) => model.get(name));
  const moments = step.length;
  const [entropy, kl] = ["entropy", "kl"].map((name) => rowsOf(model.get(name), moments)); // row h: a history
  const probs = rowsOf(model.get("probs"), outputs); // row h · moments + s
  const full = Math.log(outputs);
  // One height for the bars of a history, so that they can be compared as it plays.
  const tallest = names.map((_, h) => 1.15 * Math.max(3 / outputs, ...probs.slice(h * moments, (h + 1) * moments).flat()));
  const history = () => (model.get("centering") ? 0 : 1) + (model.get("sharpening") ? 0 : 2);
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
    ask();
  };

  const root = makeRoot(el, "DINO with and without centering and sharpening");
  const switches = ["centering", "sharpening"].map((name) => {
    const box = make("input", { type: "checkbox", role: "switch", onchange: () => save({ [name]: box.checked }) });
    return { name, box, row: make("label", { class: "gc-switch" }, box, name) };
  });
  const title = make("strong", { "aria-live": "polite" });
  const slider = makeSlider("step", { min: 0, max: moments - 1, step: 1, value: model.get("moment"), say: (s) => String(step[s]) }, (s) => {
    pause();
    save({ moment: s });
  });
  const play = make("button", { type: "button", class: "gc-play", onclick: () => (playing ? pause() : start()) }, "Play");
  const top = 1.12 * Math.max(full, ...entropy.flat(), ...kl.flat());
  const chart = makeChart("Entropy of the teacher's output and its divergence from the student's, against the step",
    { x: [step[0], Math.max(step[0] + 1, step.at(-1))], y: [0, top], xLabel: "step", yLabel: "nats", width: 430, height: 270 });
  const limit = chart.curve({ colour: "currentColor", dash: "6 4", weight: 1.3 });
  const curves = [chart.curve({ colour: BLUE, weight: 2.4 }), chart.curve({ colour: ORANGE, weight: 2.4 })];
  const marker = chart.curve({ colour: "currentColor", weight: 1.2 });
  const dots = chart.dots({ radius: 4.5 });
  const bars = makeChart("The teacher's mean output", { x: [-1, outputs], y: [0, 1], xLabel: `the ${outputs} outputs`, yLabel: "teacher’s output, mean over images", xTicks: false, width: 430, height: 270 });
  const columns = bars.bars({ breadth: 0.76 });
  const uniform = bars.curve({ colour: "currentColor", dash: "6 4", weight: 1.3 });
  const readout = make("output", { class: "gc-readout gc-wrap" });
  const verdict = make("div", { class: "gc-hint" });
  root.append(
    make("div", { class: "gc-bar", style: "margin: 0 0 8px" }, title, make("div", { class: "gc-buttons" }, ...switches.map(({ row }) => row))),
    make("div", { class: "gc-player" }, make("div", { class: "gc-buttons" }, play), slider.row),
    make("div", { class: "gc-pair", style: "margin-top: 10px" },
      make("div", { class: "gc-side" }, chart.svg, makeKey([["entropy of the teacher’s output", BLUE], ["KL from teacher to student", ORANGE]])),
      make("div", { class: "gc-side" }, bars.svg, make("div", { class: "gc-hint" }, "Dashed: log K on the left, 1/K on the right, where all outputs are alike."))),
    make("div", { class: "gc-bar" }, readout), verdict);

  let [playing, started, from] = [0, 0, 0];
  const pause = () => {
    cancelAnimationFrame(playing);
    playing = 0;
    play.textContent = "Play";
  };
  const start = () => {
    from = model.get("moment") >= moments - 1 ? 0 : model.get("moment");
    started = performance.now();
    play.textContent = "Pause";
    const advance = (now) => {
      const at = Math.min(moments - 1, from + Math.max(0, Math.floor(((now - started) / 1000) * MOMENTS_A_SECOND)));
      if (at !== model.get("moment")) save({ moment: at });
      if (at === moments - 1) pause();
      else playing = requestAnimationFrame(advance);
    };
    playing = requestAnimationFrame(advance);
  };

  const draw = () => {
    const [h, s] = [history(), model.get("moment")];
    const p = probs[h * moments + s];
    title.textContent = names[h];
    switches.forEach(({ name, box }) => (box.checked = model.get(name)));
    slider.set(s);
    [entropy, kl].forEach((values, k) => curves[k].set(values[h].map((value, i) => [step[i], value])));
    limit.set([[step[0], full], [Math.max(step[0] + 1, step.at(-1)), full]]);
    marker.set([[step[s], 0], [step[s], top]]);
    dots.set([{ x: step[s], y: entropy[h][s], colour: BLUE }, { x: step[s], y: kl[h][s], colour: ORANGE }]);
    const highest = Math.max(...p);
    bars.setRange([-1, outputs], [0, tallest[h]]);
    columns.set(p.map((value, k) => ({ x: k, from: 0, to: value, colour: BLUE })));
    uniform.set([[-1, 1 / outputs], [outputs, 1 / outputs]]);
    readout.textContent = `entropy ${entropy[h][s].toFixed(2)} of log K = ${full.toFixed(2)} nats   KL ${kl[h][s].toFixed(2)} nats   highest output ${highest.toFixed(2)}`;
    verdict.textContent = entropy[h][s] > 0.98 * full ? "The teacher’s output is nearly uniform: it tells no image from another."
      : highest > 0.9 ? "One output takes nearly everything: all images get the same answer."
      : "";
    const text = `${names[h]}, step ${step[s]}: ${readout.textContent}`;
    chart.svg.setAttribute("aria-label", text);
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["centering", "sharpening", "moment"], ask);
  draw();
  return () => {
    stop();
    cancelAnimationFrame(playing);
    ask.cancel();
  };
}

export default { render };
