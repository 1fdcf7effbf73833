// A queue drawn as a ring, its keys coloured by how well they agree with the encoder of now.

const [FRESH, STALE, GREEN] = ["#3b8fd4", "#e8743b", "#2fa37c"]; // the momenta have other colours
const [SIDE, OUTER, INNER] = [320, 132, 84];

// The place of the next key: the first after the newest ones.
function pointerOf(born) {
  const newest = Math.max(...born);
  const at = born.findIndex((step, k) => step !== newest && born.at(k - 1) === newest);
  return Math.max(0, at);
}

// [[age, mean cosine], …] of the keys there are, by rising age.
function meansByAge(born, cosines, now) {
  const groups = new Map();
  born.forEach((step, k) => step >= 0 && groups.set(now - step, [...(groups.get(now - step) ?? []), cosines[k]]));
  return [...groups].sort((a, b) => a[0] - b[0]).map(([age, values]) => [age, values.reduce((a, b) => a + b, 0) / values.length]);
}

// The outline of the k-th of `count` wedges, clockwise from the top.
function wedge(k, count) {
  const gap = count > 100 ? 0.004 : 0.012;
  const at = (radius, turn) => `${(SIDE / 2 + radius * Math.sin(turn)).toFixed(2)},${(SIDE / 2 - radius * Math.cos(turn)).toFixed(2)}`;
  const [from, to] = [(2 * Math.PI * k) / count + gap / 2, (2 * Math.PI * (k + 1)) / count - gap / 2];
  const large = to - from > Math.PI ? 1 : 0;
  return `M${at(INNER, from)}L${at(OUTER, from)}A${OUTER},${OUTER} 0 ${large} 1 ${at(OUTER, to)}L${at(INNER, to)}A${INNER},${INNER} 0 ${large} 0 ${at(INNER, from)}Z`;
}

function render({ model, el }) {
  const [[momenta, moments, count], step, names, colours] = ["size", "step", "momenta", "colours"].map((name) => model.get(name));
  const [born, cosines] = ["born", "cosines"].map((name) => rowsOf(model.get(name), count)); // row m · moments + s
  const row = (m) => m * moments + model.get("moment");
  const kept = cosines.flatMap((values, r) => values.filter((_, k) => born[r][k] >= 0));
  const low = Math.min(0.9, Math.floor(10 * kept.reduce((a, b) => Math.min(a, b), 1)) / 10);
  const oldest = Math.max(1, ...born.map((values, r) => values.reduce((age, b) => (b >= 0 ? Math.max(age, step[r % moments] - b) : age), 0)));
  const colourOf = (cosine) => `color-mix(in oklab, ${FRESH} ${(100 * Math.max(0, cosine - low) / (1 - low)).toFixed(1)}%, ${STALE})`;
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
    ask();
  };

  const root = makeRoot(el, "The queue of keys as a ring");
  const ring = makeSvg("svg", { class: "gc-ring", viewBox: `0 0 ${SIDE} ${SIDE}`, tabindex: 0, role: "slider", "aria-label": "Place in the queue", "aria-valuemin": 1, "aria-valuemax": count });
  const wedges = Array.from({ length: count }, (_, k) => makeSvg("path", { d: wedge(k, count) }));
  wedges.forEach((path, k) => path.addEventListener("pointerdown", () => save({ place: k })));
  const chosen = makeSvg("path", { class: "gc-ring-chosen" });
  const pointer = makeSvg("path", { style: `fill: ${GREEN}`, d: `M${SIDE / 2},${SIDE / 2 - OUTER - 2}l-7,-15h14Z` });
  const middle = [-8, 14].map((dy) => makeSvg("text", { x: SIDE / 2, y: SIDE / 2 + dy, "text-anchor": "middle" }));
  ring.append(...wedges, chosen, pointer, ...middle);

  const chart = makeChart("Cosine against the age of the key", { x: [0, oldest * 1.03], y: [low - 0.02, 1 + 0.14 * (1 - low)], xLabel: "age of the key (steps)", yLabel: "cosine with the key of now", width: 440, height: 270 });
  const curves = names.map((_, m) => chart.curve({ colour: colours[m], weight: 1.6 }));
  const dots = chart.dots({ radius: 3 });
  const mark = chart.dots({ radius: 6 });
  const readout = make("output", { class: "gc-readout gc-wrap", "aria-live": "polite" });
  const slider = makeSlider("step", { min: 0, max: moments - 1, step: 1, value: model.get("moment"), say: (s) => String(step[s]) }, (s) => save({ moment: s }));
  const choice = makeChoice("Momentum", names, (m) => save({ momentum: m }));
  const scale = make("div", { class: "gc-legend", style: "justify-content: center" }, `cosine ${low.toFixed(1).replace("-", "−")}`,
    make("span", { style: `width: 90px; height: 10px; border-radius: 3px; background: linear-gradient(to right in oklab, ${STALE}, ${FRESH})` }), "1",
    make("span", {}, make("span", { class: "gc-dot", style: `background: ${GREEN}` }), "the next key goes here"));
  root.append(
    make("div", { class: "gc-bar", style: "margin: 0 0 6px" }, momenta > 1 ? make("div", { class: "gc-buttons" }, make("span", {}, "momentum"), choice.row) : ""),
    slider.row,
    make("div", { class: "gc-pair", style: "margin-top: 10px" },
      make("div", { class: "gc-side" }, ring, scale),
      make("div", { class: "gc-side" }, chart.svg, momenta > 1 ? makeKey(names.map((name, m) => [`momentum ${name}`, colours[m]])) : "",
        make("div", { class: "gc-bar" }, readout), make("div", { class: "gc-hint" }, "Click a key, or go round the ring by the arrow keys."))));

  const draw = () => {
    const [m, s, place] = ["momentum", "moment", "place"].map((name) => model.get(name));
    const [births, values] = [born[row(m)], cosines[row(m)]];
    wedges.forEach((path, k) => {
      path.style.fill = births[k] < 0 ? "transparent" : colourOf(values[k]);
      path.classList.toggle("gc-empty", births[k] < 0);
    });
    chosen.setAttribute("d", wedge(place, count));
    pointer.setAttribute("transform", `rotate(${(360 * pointerOf(births)) / count} ${SIDE / 2} ${SIDE / 2})`);
    const there = values.filter((_, k) => births[k] >= 0);
    const mean = there.reduce((a, b) => a + b, 0) / there.length;
    middle[0].textContent = `${there.length} of ${count} keys`;
    middle[1].textContent = there.length ? `mean cosine ${signed(mean)}` : "";
    names.forEach((_, other) => {
      curves[other].set(meansByAge(born[row(other)], cosines[row(other)], step[s]));
      curves[other].element.style.opacity = other === m ? 1 : 0.45;
    });
    dots.set(values.map((y, k) => ({ x: step[s] - births[k], y, colour: colourOf(y), there: births[k] >= 0 })).filter((dot) => dot.there));
    mark.set(births[place] < 0 ? [] : [{ x: step[s] - births[place], y: values[place], colour: "var(--gc-ink)" }]);
    slider.set(s);
    choice.mark(m);
    const text = births[place] < 0 ? `place ${place + 1}: empty` : `place ${place + 1}: born at step ${births[place]}, age ${step[s] - births[place]}, cosine ${signed(values[place])}`;
    readout.textContent = text;
    ring.setAttribute("aria-valuenow", place + 1);
    ring.setAttribute("aria-valuetext", text);
  };
  const ask = oncePerFrame(draw);
  ring.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    save({ place: (model.get("place") + way + count) % count });
  });
  const stop = listen(model, ["momentum", "moment", "place"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
