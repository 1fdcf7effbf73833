// What a masked network sees: every path of dependence is followed from the answer back to the image.

const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// Offsets [row, column] of a kernel: rows above in full width, and the row itself from the left up to `last`.
function offsetsOf(reach, { above = true, last = 0 } = {}) {
  const offsets = [];
  for (let r = above ? -reach : 0; r <= 0; r++) {
    for (let c = -reach; c <= (r < 0 ? reach : last); c++) offsets.push([r, c]);
  }
  return offsets;
}

// The places that the places of `set` look at, by offsets; a set is one byte a pixel.
function spreadBy(set, size, offsets) {
  const next = new Uint8Array(size * size);
  for (let p = 0; p < set.length; p++) {
    if (!set[p]) continue;
    for (const [r, c] of offsets) {
      const [row, column] = [Math.floor(p / size) + r, (p % size) + c];
      if (row >= 0 && row < size && column >= 0 && column < size) next[row * size + column] = 1;
    }
  }
  return next;
}

const union = (a, b) => a.map((value, p) => value | b[p]);

function seenBy(network, layers, kernel, size, start) {
  const reach = (kernel - 1) / 2;
  const spread = (set, offsets) => spreadBy(set, size, offsets);
  const maskA = offsetsOf(reach, { last: -1 });
  let set = new Uint8Array(size * size);
  set[start] = 1;
  if (network === "Gated PixelCNN") {
    // The vertical kernel sees its own row too: its input is the image moved one row down.
    const whole = offsetsOf(reach, { last: reach });
    let above = new Uint8Array(size * size);
    for (let k = layers; k >= 1; k--) {
      above = spread(union(above, set), whole);
      set = spread(set, offsetsOf(reach, { above: false, last: k > 1 ? 0 : -1 }));
    }
    return union(set, spread(above, [[-1, 0]]));
  }
  if (network === "PixelRNN") {
    const state = Array.from({ length: kernel }, (_, k) => [-1, k - reach]); // the row above, and what it remembers
    for (let k = 0; k < layers; k++) {
      let reached = set;
      for (let row = 1; row < size; row++) reached = union(reached, spread(reached, state));
      set = union(set, spread(reached, offsetsOf(reach, { above: false })));
    }
    return spread(set, maskA);
  }
  for (let k = 1; k < layers; k++) set = spread(set, offsetsOf(reach));
  return spread(set, maskA);
}

function render({ model, el }) {
  const size = model.get("size");
  const names = model.get("networks");
  const [seenColour, missedColour, laterColour, hereColour] = model.get("colours");
  const root = makeRoot(el, "What a masked network sees");
  const save = (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };

  const cells = Array.from({ length: size * size }, (_, p) =>
    makeSvg("rect", { x: p % size, y: Math.floor(p / size), width: 1, height: 1, style: "stroke: var(--gc-paper); stroke-width: 0.06" }));
  const field = makeSvg("svg", {
    class: "gc-plane gc-field", viewBox: `0 0 ${size} ${size}`, tabindex: 0, role: "application",
    "aria-label": "The image. The arrow keys choose the pixel that is asked about.",
  }, ...cells);
  const within = (value) => Math.min(size - 1, Math.max(0, value));
  const follow = (event) => {
    const box = field.getBoundingClientRect();
    const at = (offset, length) => within(Math.floor((offset / length) * size));
    save({ row: at(event.clientY - box.top, box.height), column: at(event.clientX - box.left, box.width) });
  };
  field.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    field.setPointerCapture(event.pointerId);
    follow(event);
  });
  field.addEventListener("pointermove", (event) => field.hasPointerCapture(event.pointerId) && follow(event));
  field.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    save({ row: within(model.get("row") + move[0]), column: within(model.get("column") + move[1]) });
  });

  const choice = makeChoice("Network", names, (k) => save({ network: names[k] }));
  const whole = (value) => String(value);
  const depth = makeSlider("Layers", { min: 1, max: model.get("deepest"), step: 1, value: model.get("layers"), say: whole }, (layers) => save({ layers }));
  const width = makeSlider("Kernel", { min: 3, max: 5, step: 2, value: model.get("kernel"), say: (k) => `${k}×${k}` }, (kernel) => save({ kernel }));
  const readout = make("output", { class: "gc-seen", "aria-live": "polite" });
  root.append(make("div", { class: "gc-pair" },
    make("div", { class: "gc-side" }, field),
    make("div", { class: "gc-side" }, choice.row, make("p", {}), depth.row, width.row, make("p", {}, readout),
      makeKey([["seen", seenColour], ["before, not seen", missedColour], ["later", laterColour], ["asked about", hereColour]]),
      make("div", { class: "gc-hint" }, "Click or drag on the image, or use the arrow keys."))));

  const ask = oncePerFrame(() => {
    const [network, layers, kernel] = ["network", "layers", "kernel"].map((name) => model.get(name));
    const here = model.get("row") * size + model.get("column");
    const seen = seenBy(network, layers, kernel, size, here);
    cells.forEach((cell, p) => {
      cell.style.fill = p === here ? hereColour : seen[p] ? seenColour : p < here ? missedColour : laterColour;
      cell.style.fillOpacity = p > here ? 0.45 : 1;
    });
    choice.mark(names.indexOf(network));
    depth.set(layers);
    width.set(kernel);
    const count = seen.reduce((sum, value) => sum + value, 0);
    readout.textContent = `Of ${here} pixels before it, ${count} are seen and ${here - count} are not.`;
    root.dataset.seen = Array.from(seen).join("");
  });
  const stop = listen(model, ["network", "layers", "kernel", "row", "column"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
