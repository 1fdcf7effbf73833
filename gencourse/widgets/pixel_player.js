// A MADE that writes an image in the page, pixel by pixel, below the rows that the reader drew.

/** @import { Context } from "./shared/page.js" */
import { fromHalf } from "./shared/bytes.js";
import { makeChoice, makeSlider } from "./shared/controls.js";
import { ACTIVATIONS, linear } from "./shared/decoder.js";
import { clamp, makeRandom, signed, softmax } from "./shared/numbers.js";
import {
  arrowOf,
  box,
  drag,
  listen,
  make,
  makeButton,
  makeRoot,
  oncePerFrame,
  read,
  tell,
  write,
} from "./shared/page.js";
import { paint } from "./shared/paint.js";
import { makeChart } from "./shared/plane.js";

/**
 * @typedef {object} Traits
 * @property {[height: number, width: number]} size
 * @property {number} levels of a pixel
 * @property {number[]} hidden
 * @property {boolean} direct whether each pixel goes to the outputs of later ones
 * @property {DataView} weights half floats
 * @property {number[]} levels_of each pixel
 * @property {number} next
 * @property {number} kept rows that are the reader's
 * @property {number} temperature
 * @property {number} seed
 */

const SECONDS = 8; // for a whole image

/**
 * The network, with what the first layer adds up to kept up to date while pixels are set.
 *
 * @param {Float32Array} weights
 * @param {number[]} hidden
 * @param {boolean} direct
 * @param {number} pixels
 * @param {number} outputs
 */
function makeMade(weights, hidden, direct, pixels, outputs) {
  let at = 0;
  const take = (/** @type {number} */ n) => {
    at += n;
    return weights.subarray(at - n, at);
  };
  const first = { columns: take(pixels * hidden[0]), bias: take(hidden[0]) };
  const middle = hidden.slice(1).map((width, i) => ({ width, weight: take(width * hidden[i]), bias: take(width) }));
  const width = hidden[hidden.length - 1];
  const last = { weight: take(pixels * outputs * width), bias: take(pixels * outputs) };
  const straight = direct ? take(pixels * outputs * pixels) : null; // from each pixel to the outputs of later ones
  const total = new Float32Array(hidden[0]);
  const inputs = new Float32Array(pixels);
  const add = (/** @type {number} */ pixel, /** @type {number} */ amount) => {
    inputs[pixel] += amount;
    const from = pixel * hidden[0];
    for (let j = 0; j < hidden[0]; j++) total[j] += amount * first.columns[from + j];
  };
  return {
    // `values` in [0, 1]; the network is given 2·value − 1.
    begin(/** @type {number[]} */ values) {
      total.set(first.bias);
      inputs.fill(0);
      values.forEach((value, pixel) => {
        add(pixel, 2 * value - 1);
      });
    },
    change: (/** @type {number} */ pixel, /** @type {number} */ difference) => add(pixel, 2 * difference),
    logits(/** @type {number} */ pixel) {
      const [from, to] = [pixel * outputs, (pixel + 1) * outputs];
      let h = total.map(ACTIVATIONS.relu);
      for (const layer of middle) h = linear(h, layer.weight, layer.bias, layer.width).map(ACTIVATIONS.relu);
      const rows = last.weight.subarray(from * width, to * width);
      const logits = linear(h, rows, last.bias.subarray(from, to), outputs);
      if (!straight) return Array.from(logits);
      return Array.from(linear(inputs, straight.subarray(from * pixels, to * pixels), logits, outputs));
    },
  };
}

/**
 * Logits, or the one logit of level 1 against level 0, as probabilities.
 *
 * @param {number[]} logits
 * @param {number} temperature
 */
const shares = (logits, temperature) =>
  softmax((logits.length === 1 ? [0, logits[0]] : logits).map((value) => value / temperature));

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [[height, width], levels] = read(model, "size", "levels");
  const pixels = height * width;
  const outputs = levels === 2 ? 1 : levels;
  const made = makeMade(fromHalf(model.get("weights")), model.get("hidden"), model.get("direct"), pixels, outputs);
  const root = makeRoot(el, "An image written pixel by pixel");
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);

  const canvas = make("canvas", {
    class: "gc-pixels",
    tabindex: 0,
    role: "application",
    "aria-label": "The image: draw with the pointer, or move by the arrow keys and press space",
  });
  const mark = make("div", { class: "gc-pixel-mark", "aria-hidden": "true" });
  const cursor = make("div", { class: "gc-pixel-mark gc-pixel-cursor", "aria-hidden": "true", hidden: true });
  const line = make("div", { class: "gc-pixel-line", "aria-hidden": "true" });
  const chart = makeChart("The distribution of the next pixel", {
    x: [-0.6, levels - 0.4],
    y: [0, 1.12],
    xLabel: levels === 2 ? "next pixel: black or white" : "level of the next pixel",
    yLabel: "probability",
    height: 240,
    xTicks: levels > 2,
  });
  const bars = chart.bars({ breadth: 0.7 });
  const readout = make("output", { class: "gc-readout", "aria-live": "off" });
  const play = makeButton("Play", () => (running ? stop() : start()), "gc-play");
  const one = makeButton("One pixel", () => {
    stop();
    if (next < pixels) advance();
    keep();
  });
  const again = makeButton("Write again", () => rewrite());
  const clear = makeButton("Clear", () =>
    edit(
      values.map(() => 0),
      0,
    ),
  );
  const pen = makeChoice("What the pointer does", ["draw", "erase"], (k) => setPen(k));
  const keptRange = { min: 0, max: height, step: 1, value: model.get("kept"), say: String };
  const rows = makeSlider("rows that are yours", keptRange, (value) => edit(values, value));
  const heatRange = { min: 0.1, max: 2, step: 0.05, value: model.get("temperature") };
  const heat = makeSlider("temperature", heatRange, (temperature) => save({ temperature }));
  root.append(
    box(
      "gc-columns",
      make(
        "div",
        {},
        box("gc-pixel-stage", canvas, line, mark, cursor),
        box("gc-buttons", play, one, again, clear),
        box("gc-buttons gc-below", make("span", {}, "pointer"), pen.row),
      ),
      make("div", {}, chart.svg, readout),
    ),
    box("gc-sliders", rows.row, heat.row),
  );

  /** @type {number[]} levels, in raster order */
  let values = [];
  let [next, nats] = [0, 0];
  let random = makeRandom(0);
  let erasing = false;
  const setPen = (/** @type {number} */ k) => {
    erasing = k === 1;
    pen.mark(k);
  };
  setPen(0);
  const priceOf = (/** @type {number} */ pixel) =>
    -Math.log(Math.max(1e-30, shares(made.logits(pixel), 1)[values[pixel]]));

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
  // The reader's rows of an image; the rest is blank.
  const mine = (/** @type {number[]} */ drawn, /** @type {number} */ kept) =>
    drawn.map((value, pixel) => (pixel < kept * width ? value : 0));
  const edit = (/** @type {number[]} */ drawn, /** @type {number} */ kept) => {
    stop();
    save({ levels_of: mine(drawn, kept), kept, next: kept * width });
  };
  const advance = () => {
    const p = shares(made.logits(next), model.get("temperature"));
    const u = random();
    let [level, sum] = [0, p[0]];
    while (level < levels - 1 && u >= sum) {
      level += 1;
      sum += p[level];
    }
    values[next] = level;
    nats += priceOf(next);
    if (level) made.change(next, level / (levels - 1));
    next += 1;
  };

  const place = (/** @type {HTMLElement} */ element, /** @type {number} */ pixel) => {
    element.style.left = `${(100 * (pixel % width)) / width}%`;
    element.style.top = `${(100 * Math.floor(pixel / width)) / height}%`;
    element.style.width = `${100 / width}%`;
    element.style.height = `${100 / height}%`;
  };
  const draw = () => {
    const [kept, temperature] = read(model, "kept", "temperature");
    const over = next >= pixels;
    paint(canvas, values, [1, height, width], levels - 1);
    mark.hidden = over;
    place(mark, next);
    line.style.top = `${(100 * kept) / height}%`;
    rows.set(kept);
    heat.set(temperature);
    const p = over ? [] : shares(made.logits(next), temperature);
    bars.set(p.map((value, level) => ({ x: level, from: 0, to: value, colour: "var(--gc-accent)" })));
    chart.svg.dataset.p = JSON.stringify(p);
    const white = levels === 2 ? `white with probability ${p[1]?.toFixed(3)}\n` : "";
    tell(
      readout,
      `pixel ${Math.min(next + 1, pixels)} of ${pixels}   ${over ? "finished\n" : white}` +
        `log p of what is there: ${signed(-nats)} nats, exact`,
    );
  };
  const ask = oncePerFrame(draw);

  let [running, owed, last] = [0, 0, 0];
  const frame = (/** @type {number} */ time) => {
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
  function start() {
    if (next >= pixels) rewrite();
    play.textContent = "Pause";
    [owed, last] = [0, performance.now()];
    running = requestAnimationFrame(frame);
  }
  function rewrite() {
    stop();
    save({ seed: model.get("seed") + 1 });
    edit(values, model.get("kept"));
  }

  // Drawing: a pen as thick as the digits' strokes, one pixel on small images.
  const stroke = (/** @type {number} */ row, /** @type {number} */ column) => {
    const kept = model.get("kept");
    const drawn = mine(values, kept);
    const radius = width > 12 ? 1.2 : 0.4;
    let lowest = 0;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const [r, c] = [Math.floor(pixel / width), pixel % width];
      if (Math.hypot(r - row, c - column) > radius) continue;
      drawn[pixel] = erasing ? 0 : levels - 1;
      lowest = Math.max(lowest, r);
    }
    edit(drawn, Math.max(kept, erasing ? 0 : lowest + 1));
  };
  drag(canvas, ([x, y]) => stroke(y * height - 0.5, x * width - 0.5));
  let [row, column] = [0, 0];
  canvas.addEventListener("keydown", (event) => {
    const [right, up] = arrowOf(event) ?? [0, 0];
    if (!right && !up && event.key !== " ") return;
    event.preventDefault();
    row = clamp(row - up, 0, height - 1);
    column = clamp(column + right, 0, width - 1);
    cursor.hidden = false;
    place(cursor, row * width + column);
    if (event.key === " ") stroke(row, column);
  });
  canvas.addEventListener("blur", () => {
    cursor.hidden = true;
  });

  const follow = () => {
    const [levelsOf, there] = read(model, "levels_of", "next");
    const known = next === there && values.every((value, pixel) => value === levelsOf[pixel]);
    if (!running && !known) begin();
    ask();
  };
  const stops = [listen(model, ["temperature"], ask), listen(model, ["levels_of", "kept", "next"], follow)];
  begin();
  draw();
  return () => {
    cancelAnimationFrame(running);
    for (const each of stops) each();
    ask.cancel();
  };
}

export default { render };
