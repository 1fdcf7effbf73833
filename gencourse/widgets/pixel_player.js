// A MADE that writes an image in the page, pixel by pixel, below the rows that the reader drew.

const SECONDS = 8; // for a whole image

// The network, with what the first layer adds up to kept up to date while pixels are set.
function makeMade(weights, hidden, direct, pixels, outputs) {
  let at = 0;
  const take = (n) => weights.subarray(at, (at += n));
  const first = { columns: take(pixels * hidden[0]), bias: take(hidden[0]) };
  const middle = hidden.slice(1).map((width, i) => ({ width, weight: take(width * hidden[i]), bias: take(width) }));
  const last = { weight: take(pixels * outputs * hidden.at(-1)), bias: take(pixels * outputs) };
  const straight = direct ? take(pixels * outputs * pixels) : null; // from each pixel to the outputs of later ones
  const total = new Float32Array(hidden[0]);
  const inputs = new Float32Array(pixels);
  const add = (pixel, amount) => {
    inputs[pixel] += amount;
    const from = pixel * hidden[0];
    for (let j = 0; j < hidden[0]; j++) total[j] += amount * first.columns[from + j];
  };
  return {
    // `values` in [0, 1]; the network is given 2·value − 1.
    begin(values) {
      total.set(first.bias);
      inputs.fill(0);
      values.forEach((value, pixel) => add(pixel, 2 * value - 1));
    },
    change: (pixel, difference) => add(pixel, 2 * difference),
    logits(pixel) {
      let h = total.map(ACTIVATIONS.relu);
      for (const layer of middle) h = linear(h, layer.weight, layer.bias, layer.width).map(ACTIVATIONS.relu);
      const rows = last.weight.subarray(pixel * outputs * h.length, (pixel + 1) * outputs * h.length);
      const logits = linear(h, rows, last.bias.subarray(pixel * outputs, (pixel + 1) * outputs), outputs);
      if (!straight) return Array.from(logits);
      const own = straight.subarray(pixel * outputs * pixels, (pixel + 1) * outputs * pixels);
      return Array.from(linear(inputs, own, logits, outputs));
    },
  };
}

// Logits, or the one logit of level 1 against level 0, as probabilities.
function shares(logits, temperature) {
  const all = (logits.length === 1 ? [0, logits[0]] : logits).map((value) => value / temperature);
  const top = Math.max(...all);
  const weights = all.map((value) => Math.exp(value - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((value) => value / sum);
}

function render({ model, el }) {
  const [[height, width], levels] = [model.get("size"), model.get("levels")];
  const pixels = height * width;
  const made = makeMade(fromHalf(model.get("weights")), model.get("hidden"), model.get("direct"), pixels, levels === 2 ? 1 : levels);
  const root = makeRoot(el, "An image written pixel by pixel");
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
  };

  const canvas = make("canvas", { class: "gc-pixels", tabindex: 0, role: "application", "aria-label": "The image: draw with the pointer, or move by the arrow keys and press space" });
  const mark = make("div", { class: "gc-pixel-mark", "aria-hidden": "true" });
  const cursor = make("div", { class: "gc-pixel-mark gc-pixel-cursor", "aria-hidden": "true", hidden: true });
  const line = make("div", { class: "gc-pixel-line", "aria-hidden": "true" });
  const stage = make("div", { class: "gc-pixel-stage" }, canvas, line, mark, cursor);
  const chart = makeChart("The distribution of the next pixel", { x: [-0.6, levels - 0.4], y: [0, 1.12], xLabel: levels === 2 ? "next pixel: black or white" : "level of the next pixel", yLabel: "probability", width: 340, height: 240, xTicks: levels > 2 });
  const bars = chart.bars({ breadth: 0.7 });
  const readout = make("output", { class: "gc-readout", "aria-live": "off" });
  const play = make("button", { type: "button", class: "gc-play" }, "Play");
  const one = make("button", { type: "button" }, "One pixel");
  const again = make("button", { type: "button" }, "Write again");
  const clear = make("button", { type: "button" }, "Clear");
  const pen = makeChoice("What the pointer does", ["draw", "erase"], (k) => setPen(k));
  const rows = makeSlider("rows that are yours", { min: 0, max: height, step: 1, value: model.get("kept"), say: String }, (value) => edit(values, value));
  const heat = makeSlider("temperature", { min: 0.1, max: 2, step: 0.05, value: model.get("temperature") }, (value) => save({ temperature: value }));
  root.append(
    make("div", { class: "gc-columns" },
      make("div", {}, stage, make("div", { class: "gc-buttons" }, play, one, again, clear), make("div", { class: "gc-buttons" }, make("span", {}, "pointer"), pen.row)),
      make("div", {}, chart.svg, readout)),
    rows.row, heat.row);

  let values = []; // levels, in raster order
  let [next, nats, random] = [0, 0, null];
  let erasing = 0;
  const setPen = (k) => {
    erasing = k;
    pen.mark(k);
  };
  setPen(0);
  const priceOf = (pixel) => -Math.log(Math.max(1e-30, shares(made.logits(pixel), 1)[values[pixel]]));

  // Starts from the reader's rows: what lies below is blank, and the model has read what lies above.
  const begin = () => {
    values = Array.from(model.get("levels_of"));
    next = model.get("next");
    made.begin(values.map((value) => value / (levels - 1)));
    nats = 0;
    for (let pixel = 0; pixel < next; pixel++) nats += priceOf(pixel);
    random = makeRandom(7919 * model.get("seed") + next);
  };
  const keep = () => save({ levels_of: [...values], next });
  const edit = (drawn, kept) => {
    stop();
    save({ levels_of: drawn.map((value, pixel) => (pixel < kept * width ? value : 0)), kept, next: kept * width });
  };
  const advance = () => {
    const p = shares(made.logits(next), model.get("temperature"));
    const u = random();
    let [level, sum] = [0, p[0]];
    while (level < levels - 1 && u >= sum) sum += p[(level += 1)];
    values[next] = level;
    nats += priceOf(next);
    if (level) made.change(next, level / (levels - 1));
    next += 1;
  };

  const place = (element, pixel, down = Math.floor(pixel / width)) => {
    element.style.left = `${(100 * (pixel % width)) / width}%`;
    element.style.top = `${(100 * down) / height}%`;
    element.style.width = `${100 / width}%`;
    element.style.height = `${100 / height}%`;
  };
  const draw = () => {
    paint(canvas, values, [1, height, width], levels - 1);
    mark.hidden = next >= pixels;
    place(mark, next);
    line.style.top = `${(100 * model.get("kept")) / height}%`;
    rows.set(model.get("kept"));
    heat.set(model.get("temperature"));
    const p = next < pixels ? shares(made.logits(next), model.get("temperature")) : [];
    bars.set(p.map((value, level) => ({ x: level, from: 0, to: value, colour: "var(--gc-accent)" })));
    chart.svg.dataset.p = JSON.stringify(p);
    const share = next < pixels && levels === 2 ? `white with probability ${p[1].toFixed(3)}\n` : next < pixels ? "" : "finished\n";
    readout.textContent = `pixel ${Math.min(next + 1, pixels)} of ${pixels}   ${share}log p of what is there: ${signed(-nats)} nats, exact`;
  };
  const ask = oncePerFrame(draw);

  let [running, owed, last] = [0, 0, 0];
  const frame = (time) => {
    owed += ((time - last) / 1000) * (pixels / SECONDS);
    last = time;
    for (; owed >= 1 && next < pixels; owed -= 1) advance();
    draw();
    if (next < pixels) running = requestAnimationFrame(frame);
    else stop();
  };
  function stop() {
    if (!running) return;
    cancelAnimationFrame(running);
    running = 0;
    play.textContent = "Play";
    keep();
  }
  const rewrite = () => {
    stop();
    save({ seed: model.get("seed") + 1 });
    edit(values, model.get("kept"));
  };
  play.addEventListener("click", () => {
    if (running) return stop();
    if (next >= pixels) rewrite();
    play.textContent = "Pause";
    [owed, last] = [0, performance.now()];
    running = requestAnimationFrame(frame);
  });
  one.addEventListener("click", () => {
    stop();
    if (next < pixels) advance();
    keep();
    ask();
  });
  again.addEventListener("click", rewrite);
  clear.addEventListener("click", () => edit(values.map(() => 0), 0));

  // Drawing: a pen as thick as the digits' strokes, one pixel on small images.
  const stroke = (row, column) => {
    const drawn = values.map((value, pixel) => (pixel < model.get("kept") * width ? value : 0));
    const radius = width > 12 ? 1.2 : 0.4;
    let lowest = 0;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const [r, c] = [Math.floor(pixel / width), pixel % width];
      if (Math.hypot(r - row, c - column) > radius) continue;
      drawn[pixel] = erasing ? 0 : levels - 1;
      lowest = Math.max(lowest, r);
    }
    edit(drawn, Math.max(model.get("kept"), erasing ? 0 : lowest + 1));
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientY - box.top) / box.height) * height - 0.5, ((event.clientX - box.left) / box.width) * width - 0.5];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    canvas.focus();
    stroke(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && stroke(...at(event)));
  let [row, column] = [0, 0];
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], " ": [0, 0] }[event.key];
    if (!move) return;
    event.preventDefault();
    row = Math.min(height - 1, Math.max(0, row + move[0]));
    column = Math.min(width - 1, Math.max(0, column + move[1]));
    cursor.hidden = false;
    place(cursor, row * width + column);
    if (event.key === " ") stroke(row, column);
  });
  canvas.addEventListener("blur", () => (cursor.hidden = true));

  const stopListening = [listen(model, ["temperature"], ask), listen(model, ["levels_of", "kept", "next"], () => {
    if (running || (next === model.get("next") && values.every((value, pixel) => value === model.get("levels_of")[pixel]))) return ask();
    begin();
    ask();
  })];
  begin();
  draw();
  return () => {
    cancelAnimationFrame(running);
    stopListening.forEach((done) => done());
    ask.cancel();
  };
}

export default { render };
