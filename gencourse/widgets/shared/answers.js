// What a reader answers with: choices, a number, an order, pairs, a curve. Each control is an element with `read()`, the
// answer as JSON or null while there is none, `show(answer)`, and `lock()`. `changed` is told of each change.

import { box, drag, make, makeButton, makeSvg, setAll } from "./page.js";

/**
 * @typedef {object} Control
 * @property {HTMLElement | SVGSVGElement} element
 * @property {() => unknown} read
 * @property {(answer: any) => void} show
 * @property {() => void} lock  from now on it only shows
 */

/**
 * Text with `code` in backticks, as nodes: no markup in a question is ever interpreted.
 *
 * @param {string} text
 */
export const inline = (text) => text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? make("code", {}, part) : part));

let groups = 0; // the same question may be shown twice on a page; each view's radio buttons are a group of their own

/**
 * One choice, or several: the number of the chosen one, or of all that are chosen.
 *
 * @param {string[]} texts
 * @param {boolean} several
 * @param {() => void} changed
 * @returns {Control}
 */
export function makeChoices(texts, several, changed) {
  groups += 1;
  const type = several ? "checkbox" : "radio";
  const inputs = texts.map((_, i) => make("input", { type, name: `gencourse-choices-${groups}`, value: i }));
  const labels = texts.map((text, i) => make("label", {}, inputs[i], make("span", {}, ...inline(text))));
  const element = box("gc-choices", ...labels);
  element.addEventListener("change", changed);
  return {
    element,
    read: () => {
      const chosen = inputs.flatMap((input, i) => (input.checked ? [i] : []));
      return chosen.length ? (several ? chosen : chosen[0]) : null;
    },
    show: (answer) => {
      inputs.forEach((input, i) => {
        input.checked = several ? (answer ?? []).includes(i) : answer === i;
      });
    },
    lock: () => {
      for (const input of inputs) input.disabled = true;
    },
  };
}

/**
 * A number as people write it: 25,304 and 1.5e3 and −2; null if it is none.
 *
 * @param {string} text
 */
export function parseNumber(text) {
  const plain = text
    .trim()
    .replace("−", "-")
    .replace(/(?<=\d),(?=\d{3}(\D|$))/g, "")
    .replace(",", ".");
  const value = Number(plain);
  return plain && Number.isFinite(value) ? value : null;
}

/**
 * @param {number} value
 * @returns {string} at most four digits that count, with commas between the thousands
 */
export function sayNumber(value) {
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e9)) {
    const [digits, power] = value.toExponential(2).split("e");
    return `${Number(digits)} · 10^${Number(power)}`.replaceAll("-", "−");
  }
  const digits = size >= 1000 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(size || 1)));
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits }).replace("-", "−");
}

/**
 * A number, typed; with a scale also slid: { low, high, log }.
 *
 * @param {string} unit
 * @param {{ low: number, high: number, log: boolean } | null} scale
 * @param {() => void} changed
 * @returns {Control}
 */
export function makeNumber(unit, scale, changed) {
  const field = make("input", { type: "text", inputmode: "decimal", size: 9, "aria-label": `a number ${unit}` });
  const typed = make("label", { class: "gc-typed" }, field, make("span", {}, unit));
  const slider = make("input", {
    type: "range",
    min: 0,
    max: 1,
    step: 0.005,
    value: 0.5,
    "aria-label": "slide the number",
  });
  const place = (/** @type {number} */ value) => (scale ? share(value, scale.low, scale.high, scale.log) : 0);
  slider.addEventListener("input", () => {
    if (!scale) return;
    const at = Number(slider.value);
    const value = scale.log ? scale.low * (scale.high / scale.low) ** at : scale.low + at * (scale.high - scale.low);
    field.value = String(Number(value.toPrecision(2)));
    changed();
  });
  field.addEventListener("input", () => {
    const value = parseNumber(field.value);
    if (value !== null) slider.value = String(place(value));
    changed();
  });
  const ends = scale
    ? box("gc-ends", make("span", {}, sayNumber(scale.low)), make("span", {}, sayNumber(scale.high)))
    : null;
  return {
    element: ends ? box("gc-number-answer", box("gc-slide", slider, ends), typed) : typed,
    read: () => parseNumber(field.value),
    show: (answer) => {
      field.value = answer === null ? "" : sayNumber(answer);
      if (answer !== null) slider.value = String(place(answer));
    },
    lock: () => {
      field.disabled = slider.disabled = true;
    },
  };
}

/**
 * Where a value lies between low and high, 0 to 1; those beyond lie at the ends.
 *
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @param {boolean} log
 */
export function share(value, low, high, log) {
  const at = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, Number.isNaN(at) ? 0 : at));
}

/**
 * 0 … n − 1 in an order of its own, the same each time for a text, and never 0, 1, 2 …
 *
 * @param {number} n
 * @param {string} text
 */
export function shuffled(n, text) {
  let seed = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const order = [...Array(n).keys()];
  for (let i = n - 1; i > 0; i--) {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    const j = Math.floor((seed / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.every((k, i) => k === i) ? [...order.slice(1), order[0]] : order;
}

/**
 * Items to be put in order, by buttons or by the arrow keys: the items' numbers, from the top.
 *
 * @param {string[]} items
 * @param {string} question
 * @param {() => void} changed
 * @returns {Control}
 */
export function makeOrder(items, question, changed) {
  let order = shuffled(items.length, question);
  let touched = false;
  const list = make("ol", { class: "gc-order" });
  const rows = items.map((item, k) => {
    const buttons = [-1, 1].map((step) => {
      const button = makeButton(step < 0 ? "▲" : "▼", () => move(k, step));
      button.setAttribute("aria-label", `${item}: ${step < 0 ? "up" : "down"}`);
      return button;
    });
    const row = make("li", {}, box("gc-moves", ...buttons), make("span", {}, ...inline(item)));
    row.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      move(k, step);
      buttons[step < 0 ? 0 : 1].focus();
    });
    return row;
  });
  const draw = () => list.replaceChildren(...order.map((k) => rows[k]));
  const move = (/** @type {number} */ item, /** @type {number} */ step) => {
    const from = order.indexOf(item);
    const to = from + step;
    touched = true;
    if (to >= 0 && to < order.length) [order[from], order[to]] = [order[to], order[from]];
    draw();
    changed();
  };
  draw();
  return {
    element: list,
    read: () => (touched ? [...order] : null),
    show: (answer) => {
      if (answer === null) return;
      order = [...answer];
      touched = true;
      draw();
    },
    lock: () => {
      for (const button of list.querySelectorAll("button")) button.disabled = true;
    },
  };
}

/**
 * To each left side one of the right sides: their numbers, in the order of the left sides.
 *
 * @param {string[]} left
 * @param {string[]} right
 * @param {string} question
 * @param {() => void} changed
 * @returns {Control}
 */
export function makeMatching(left, right, question, changed) {
  const order = shuffled(right.length, question);
  const selects = left.map((text) => {
    const options = order.map((k) => make("option", { value: k }, right[k].replaceAll("`", "")));
    return make("select", { "aria-label": text }, make("option", { value: "" }, "…"), ...options);
  });
  const rows = left.map((text, i) => make("label", {}, make("span", {}, ...inline(text)), selects[i]));
  const element = box("gc-matching", ...rows);
  element.addEventListener("change", changed);
  return {
    element,
    read: () => {
      const chosen = selects.map((select) => select.value);
      return chosen.includes("") ? null : chosen.map(Number);
    },
    show: (answer) => {
      selects.forEach((select, i) => {
        select.value = answer === null ? "" : String(answer[i]);
      });
    },
    lock: () => {
      for (const select of selects) select.disabled = true;
    },
  };
}

/** @typedef {{ x: [number, number], y: [number, number], xlabel: string, ylabel: string }} Axes */

export const POINTS = 21; // of a sketched curve
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [340, 190, 52, 40, 10];

/**
 * An empty plot for curves of POINTS values each.
 *
 * @param {Axes} axes
 * @param {string} label
 */
export function makePlot({ x, y, xlabel, ylabel }, label) {
  const svg = makeSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "gc-plot", role: "img", "aria-label": label });
  const toX = (/** @type {number} */ k) => LEFT + ((WIDTH - LEFT - 12) * k) / (POINTS - 1);
  const toY = (/** @type {number} */ value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - y[0]) / (y[1] - y[0]));
  const word = (/** @type {string} */ text, /** @type {Record<string, string | number>} */ at) =>
    makeSvg("text", at, text);
  svg.append(
    makeSvg("path", { class: "gc-axes", d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 12}` }),
    word(sayNumber(x[0]), { x: LEFT, y: HEIGHT - 22, "text-anchor": "middle" }),
    word(sayNumber(x[1]), { x: WIDTH - 12, y: HEIGHT - 22, "text-anchor": "end" }),
    word(xlabel, { x: (LEFT + WIDTH) / 2, y: HEIGHT - 6, "text-anchor": "middle" }),
    word(sayNumber(y[0]), { x: LEFT - 6, y: HEIGHT - BOTTOM, "text-anchor": "end" }),
    word(sayNumber(y[1]), { x: LEFT - 6, y: TOP + 10, "text-anchor": "end" }),
    word(ylabel, {
      x: 0,
      y: 0,
      "text-anchor": "middle",
      transform: `translate(14 ${(HEIGHT - BOTTOM) / 2 + TOP}) rotate(-90)`,
    }),
  );
  const line = (/** @type {string} */ name) => svg.appendChild(makeSvg("path", { class: name, fill: "none" }));
  const trace = (/** @type {(number | null)[]} */ values) =>
    values.flatMap((value, k) => (value === null ? [] : [`${toX(k)} ${toY(value)}`])).join("L");
  const draw = (/** @type {SVGPathElement} */ path, /** @type {(number | null)[]} */ values) => {
    const points = trace(values);
    setAll(path, { d: points && `M${points}` });
  };
  return { svg, line, draw, toX, toY };
}

/**
 * A curve, sketched by hand, by finger, or by keys: left and right choose a place, up and down move it.
 *
 * @param {Axes} axes
 * @param {() => void} changed
 * @returns {Control}
 */
export function makeCurve(axes, changed) {
  const { svg, line, draw, toX, toY } = makePlot(axes, "");
  /** @type {(number | null)[]} */
  let values = Array(POINTS).fill(null);
  let [at, locked] = [0, false];
  let last = -1;
  const path = line("gc-yours");
  const dot = svg.appendChild(makeSvg("circle", { class: "gc-cursor", r: 6 }));
  const [low, high] = axes.y;
  const refresh = () => {
    draw(path, values);
    setAll(dot, { cx: toX(at), cy: toY(values[at] ?? (low + high) / 2) });
    const height = values[at] === null ? "nothing yet" : sayNumber(/** @type {number} */ (values[at]));
    svg.setAttribute("aria-valuetext", `place ${at + 1} of ${POINTS}: ${height}`);
  };
  const put = (/** @type {number} */ k, /** @type {number} */ value) => {
    values[k] = Math.min(high, Math.max(low, value));
    at = k;
  };
  setAll(svg, { role: "slider", tabindex: 0, "aria-label": `sketch: ${axes.ylabel} against ${axes.xlabel}` });
  svg.addEventListener("pointerdown", () => {
    last = -1;
  });
  drag(svg, ([u, v]) => {
    if (locked) return;
    const k = Math.round(((u * WIDTH - LEFT) / (WIDTH - LEFT - 12)) * (POINTS - 1));
    const value = low + (high - low) * (1 - (v * HEIGHT - TOP) / (HEIGHT - TOP - BOTTOM));
    const [to, from] = [Math.min(POINTS - 1, Math.max(0, k)), last < 0 ? k : last];
    const start = values[Math.min(POINTS - 1, Math.max(0, from))] ?? value;
    const steps = Math.max(1, Math.abs(to - from));
    for (let i = 1; i <= steps; i++) {
      const between = from + Math.round(((to - from) * i) / steps);
      put(Math.min(POINTS - 1, Math.max(0, between)), start + ((value - start) * i) / steps);
    }
    last = to;
    refresh();
    changed();
  });
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const rise = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (locked || (!step && !rise)) return;
    event.preventDefault();
    if (step) at = Math.min(POINTS - 1, Math.max(0, at + step));
    else if (rise) put(at, (values[at] ?? nearest(values, at) ?? (low + high) / 2) + (rise * (high - low)) / 20);
    refresh();
    changed();
  });
  refresh();
  return {
    element: svg,
    read: () => (values.filter((value) => value !== null).length < 2 ? null : filled(values)),
    show: (answer) => {
      if (answer !== null) values = [...answer];
      refresh();
    },
    lock: () => {
      locked = true;
      dot.remove();
      svg.removeAttribute("tabindex");
    },
  };
}

/**
 * @param {(number | null)[]} values
 * @param {number} at
 */
function nearest(values, at) {
  const known = values.map((value, k) => ({ value, far: Math.abs(k - at) })).filter(({ value }) => value !== null);
  known.sort((a, b) => a.far - b.far);
  return known[0]?.value ?? null;
}

/**
 * A sketch with its gaps filled: straight between places, level beyond the first and the last.
 *
 * @param {(number | null)[]} values
 * @returns {number[]}
 */
export function filled(values) {
  const known = values.flatMap((value, k) => (value === null ? [] : [{ k, value }]));
  return values.map((value, k) => {
    if (value !== null) return value;
    const [before, after] = [known.findLast((p) => p.k < k), known.find((p) => p.k > k)];
    if (!before || !after) return /** @type {{ value: number }} */ (before ?? after).value;
    return before.value + ((after.value - before.value) * (k - before.k)) / (after.k - before.k);
  });
}
