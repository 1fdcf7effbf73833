// A queue drawn as a ring, its keys coloured by how well they agree with the encoder of now.

/** @import { Context } from "./shared/page.js" */
/** @import { Pair } from "./shared/scale.js" */
import { rowsOf } from "./shared/bytes.js";
import { makeChoice, makeKey, makeSlider } from "./shared/controls.js";
import { signed, sum } from "./shared/numbers.js";
import { box, listen, make, makeRoot, makeSvg, oncePerFrame, read, stepOf, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/**
 * @typedef {object} Traits
 * @property {DataView} born (momenta, moments, keys) floats: the step at which the key of a place was made, or -1
 * @property {DataView} cosines (momenta, moments, keys) with the key that the encoder would make now
 * @property {[momenta: number, moments: number, keys: number]} size
 * @property {number[]} step of each moment
 * @property {string[]} momenta
 * @property {string[]} colours
 * @property {number} momentum
 * @property {number} moment
 * @property {number} place
 */

const [FRESH, STALE, GREEN] = ["#1870c2", "#b3520e", "#0b7f4f"]; // the momenta have other colours
const [SIDE, OUTER, INNER] = [320, 132, 84];

/**
 * The place of the next key: the first after the newest ones.
 *
 * @param {number[]} born
 */
function pointerOf(born) {
  const newest = Math.max(...born);
  return Math.max(
    0,
    born.findIndex((step, k) => step !== newest && born.at(k - 1) === newest),
  );
}

/**
 * [[age, mean cosine], …] of the keys there are, by rising age.
 *
 * @param {number[]} born
 * @param {number[]} cosines
 * @param {number} now
 */
function meansByAge(born, cosines, now) {
  /** @type {Map<number, number[]>} */
  const groups = new Map();
  born.forEach((step, k) => {
    if (step >= 0) groups.set(now - step, [...(groups.get(now - step) ?? []), cosines[k]]);
  });
  const sorted = [...groups].sort((a, b) => a[0] - b[0]);
  return sorted.map(([age, values]) => /** @type {Pair} */ ([age, sum(values) / values.length]));
}

/**
 * The outline of the k-th of `count` wedges, clockwise from the top.
 *
 * @param {number} k
 * @param {number} count
 */
function wedge(k, count) {
  const gap = count > 100 ? 0.004 : 0.012;
  const at = (/** @type {number} */ radius, /** @type {number} */ turn) =>
    `${(SIDE / 2 + radius * Math.sin(turn)).toFixed(2)},${(SIDE / 2 - radius * Math.cos(turn)).toFixed(2)}`;
  const [from, to] = [(2 * Math.PI * k) / count + gap / 2, (2 * Math.PI * (k + 1)) / count - gap / 2];
  const large = to - from > Math.PI ? 1 : 0;
  const outer = `L${at(OUTER, from)}A${OUTER},${OUTER} 0 ${large} 1 ${at(OUTER, to)}`;
  return `M${at(INNER, from)}${outer}L${at(INNER, to)}A${INNER},${INNER} 0 ${large} 0 ${at(INNER, from)}Z`;
}

/**
 * @param {number} count of places
 * @param {(place: number) => void} choose
 */
function makeRing(count, choose) {
  const ring = makeSvg("svg", {
    class: "gc-ring",
    viewBox: `0 0 ${SIDE} ${SIDE}`,
    tabindex: 0,
    role: "slider",
    "aria-label": "Place in the queue",
    "aria-valuemin": 1,
    "aria-valuemax": count,
  });
  const wedges = Array.from({ length: count }, (_, k) => makeSvg("path", { d: wedge(k, count) }));
  wedges.forEach((path, k) => {
    path.addEventListener("pointerdown", () => choose(k));
  });
  const chosen = makeSvg("path", { class: "gc-ring-chosen" });
  const pointer = makeSvg("path", {
    style: `fill: ${GREEN}`,
    d: `M${SIDE / 2},${SIDE / 2 - OUTER - 2}l-7,-15h14Z`,
  });
  const middle = [-8, 14].map((dy) => makeSvg("text", { x: SIDE / 2, y: SIDE / 2 + dy, "text-anchor": "middle" }));
  ring.append(...wedges, chosen, pointer, ...middle);
  return { ring, wedges, chosen, pointer, middle };
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [[momenta, moments, count], step, names, colours] = read(model, "size", "step", "momenta", "colours");
  const [born, cosines] = read(model, "born", "cosines").map((view) => rowsOf(view, count)); // row m · moments + s
  const row = (/** @type {number} */ m) => m * moments + model.get("moment");
  const kept = cosines.flatMap((values, r) => values.filter((_, k) => born[r][k] >= 0));
  const least = kept.reduce((a, b) => Math.min(a, b), 1);
  const low = Math.min(0.9, Math.floor(10 * least) / 10);
  const ages = born.flatMap((values, r) => values.map((b) => (b >= 0 ? step[r % moments] - b : 0)));
  const oldest = ages.reduce((a, b) => Math.max(a, b), 1);
  const colourOf = (/** @type {number} */ cosine) => {
    const share = (100 * Math.max(0, cosine - low)) / (1 - low);
    return `color-mix(in oklab, ${FRESH} ${share.toFixed(1)}%, ${STALE})`;
  };
  const save = (/** @type {Partial<Traits>} */ traits) => write(model, traits);

  const root = makeRoot(el, "The queue of keys as a ring");
  const { ring, wedges, chosen, pointer, middle } = makeRing(count, (place) => save({ place }));
  const chart = makeChart("Cosine against the age of the key", {
    x: [0, oldest * 1.03],
    y: [low - 0.02, 1 + 0.14 * (1 - low)],
    xLabel: "age of the key (steps)",
    yLabel: "cosine with the key of now",
    height: 270,
  });
  const curves = names.map((_, m) => chart.curve({ colour: colours[m], weight: 1.6 }));
  const dots = chart.dots({ radius: 3 });
  const mark = chart.dots({ radius: 6 });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const say = (/** @type {number} */ s) => String(step[s]);
  const range = { min: 0, max: moments - 1, step: 1, value: model.get("moment"), say };
  const slider = makeSlider("step", range, (moment) => save({ moment }));
  const choice = makeChoice("Momentum", names, (momentum) => save({ momentum }));
  const gradient = `background: linear-gradient(to right in oklab, ${STALE}, ${FRESH})`;
  const scale = box(
    "gc-legend gc-middle",
    `cosine ${low.toFixed(1).replace("-", "−")}`,
    make("span", { class: "gc-scale", style: gradient }),
    "1",
    make("span", {}, make("span", { class: "gc-dot", style: `background: ${GREEN}` }), "the next key goes here"),
  );
  const several = momenta > 1;
  root.append(
    box("gc-bar gc-first", several ? box("gc-buttons", make("span", {}, "momentum"), choice.row) : ""),
    slider.row,
    box(
      "gc-pair gc-below",
      box("gc-side", ring, scale),
      box(
        "gc-side",
        chart.svg,
        several ? makeKey(names.map((name, m) => [`momentum ${name}`, colours[m]])) : "",
        box("gc-bar", readout),
        box("gc-hint", "Click a key, or go round the ring by the arrow keys."),
      ),
    ),
  );

  const draw = () => {
    const [m, s, place] = read(model, "momentum", "moment", "place");
    const [births, values] = [born[row(m)], cosines[row(m)]];
    wedges.forEach((path, k) => {
      path.style.fill = births[k] < 0 ? "transparent" : colourOf(values[k]);
      path.classList.toggle("gc-empty", births[k] < 0);
    });
    chosen.setAttribute("d", wedge(place, count));
    pointer.setAttribute("transform", `rotate(${(360 * pointerOf(births)) / count} ${SIDE / 2} ${SIDE / 2})`);
    const there = values.filter((_, k) => births[k] >= 0);
    middle[0].textContent = `${there.length} of ${count} keys`;
    middle[1].textContent = there.length ? `mean cosine ${signed(sum(there) / there.length)}` : "";
    curves.forEach((curve, other) => {
      curve.set(meansByAge(born[row(other)], cosines[row(other)], step[s]));
      curve.element.style.opacity = String(other === m ? 1 : 0.45);
    });
    const dotOf = (/** @type {number} */ k) => ({ x: step[s] - births[k], y: values[k], colour: colourOf(values[k]) });
    const full = values.map((_, k) => k).filter((k) => births[k] >= 0);
    dots.set(full.map(dotOf));
    mark.set(births[place] < 0 ? [] : [{ ...dotOf(place), colour: "var(--gc-ink)" }]);
    slider.set(s);
    choice.mark(m);
    const age = `born at step ${births[place]}, age ${step[s] - births[place]}, cosine ${signed(values[place])}`;
    const text = `place ${place + 1}: ${births[place] < 0 ? "empty" : age}`;
    readout.textContent = text;
    ring.setAttribute("aria-valuenow", String(place + 1));
    ring.setAttribute("aria-valuetext", text);
  };
  const ask = oncePerFrame(draw);
  ring.addEventListener("keydown", (event) => {
    const way = stepOf(event);
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
