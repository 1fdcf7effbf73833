// What is pressed and slid, beside what is shown.

/** @import { Shape } from "./bytes.js" */
import { clamp, signed } from "./numbers.js";
import { drag, focusedOf, make, makeButton, stepOf } from "./page.js";
import { paint } from "./paint.js";

/**
 * Buttons of a group as radio buttons: Tab reaches the group, the arrow keys choose. The returned `mark(k)` shows k as
 * chosen.
 *
 * @param {HTMLElement} group
 * @param {HTMLButtonElement[]} buttons
 * @param {(k: number) => void} choose
 */
export function makeRadios(group, buttons, choose) {
  const mark = (/** @type {number} */ chosen) =>
    buttons.forEach((button, k) => {
      button.setAttribute("aria-checked", String(k === chosen));
      button.tabIndex = k === Math.max(chosen, 0) ? 0 : -1;
    });
  buttons.forEach((button, k) => {
    button.addEventListener("click", () => choose(k));
  });
  group.addEventListener("keydown", (event) => {
    const step = stepOf(event);
    if (!step) return;
    event.preventDefault();
    const next = (focusedOf(buttons) + step + buttons.length) % buttons.length;
    choose(next);
    buttons[next].focus();
  });
  mark(-1);
  return mark;
}

/**
 * A row of thumbnails as radio buttons; `mark(k)` shows k as chosen.
 *
 * @param {string} title
 * @param {ArrayLike<number>[]} images of values up to 255
 * @param {(string | number)[]} labels
 * @param {Shape} shape
 * @param {(k: number) => void} choose
 */
export function makeStrip(title, images, labels, shape, choose) {
  const buttons = images.map((image, k) => {
    const canvas = make("canvas", { "aria-hidden": "true" });
    paint(canvas, image, shape, 255);
    const name = `${title}: image ${k + 1}, class ${labels[k]}`;
    return make("button", { type: "button", role: "radio", "aria-label": name, title: `class ${labels[k]}` }, canvas);
  });
  const strip = make("div", { class: "gc-strip", role: "radiogroup", "aria-label": title }, ...buttons);
  return { strip, mark: makeRadios(strip, buttons, choose) };
}

/**
 * A canvas for a square matrix whose rows are chosen: by pointing, or by the arrow keys, Home and End. `mark(row, words)`
 * says which one is.
 *
 * @param {string} label
 * @param {number} size of the matrix
 * @param {() => number} chosen
 * @param {(row: number) => void} choose
 */
export function makeRows(label, size, chosen, choose) {
  const about = { class: "gc-matrix", tabindex: 0, role: "slider", "aria-label": label };
  const matrix = make("canvas", { ...about, "aria-valuemin": 1, "aria-valuemax": size });
  const to = (/** @type {number} */ row) => choose(clamp(row, 0, size - 1));
  drag(matrix, ([, y]) => to(Math.floor(y * size)));
  matrix.addEventListener("keydown", (event) => {
    const way = stepOf(event);
    if (!way && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    if (way) to(chosen() + way);
    else to(event.key === "Home" ? 0 : size - 1);
  });
  const mark = (/** @type {number} */ row, /** @type {string} */ words) => {
    matrix.setAttribute("aria-valuenow", String(row + 1));
    matrix.setAttribute("aria-valuetext", words);
  };
  return { matrix, mark };
}

/**
 * A slider with its name and its value in words; `input` is told each new value.
 *
 * @param {string} name
 * @param {{ min: number, max: number, step: number, value: number, say?: (value: number) => string }} options
 * @param {(value: number) => void} input
 */
export function makeSlider(name, { min, max, step, value, say = signed }, input) {
  const number = make("output", { class: "gc-number" }, say(value));
  const slider = make("input", { type: "range", class: "gc-slider", min, max, step, value, "aria-label": name });
  const set = (/** @type {number} */ next) => {
    slider.value = String(next);
    slider.setAttribute("aria-valuetext", say(next));
    number.textContent = say(next);
  };
  slider.addEventListener("input", () => {
    set(Number(slider.value));
    input(Number(slider.value));
  });
  set(value);
  return { row: make("label", { class: "gc-control" }, make("span", {}, name), slider, number), set };
}

/**
 * [[name, colour], …] -> a row of coloured dots with their names.
 *
 * @param {[name: string, colour: string][]} entries
 */
export function makeKey(entries) {
  const keys = entries.map(([name, colour]) =>
    make("span", { role: "listitem" }, make("span", { class: "gc-dot", style: `background: ${colour}` }), name),
  );
  return make("div", { class: "gc-legend", role: "list" }, ...keys);
}

/**
 * Buttons of which one is pressed: `choose(k)` when another is; `mark(k)` shows k as pressed.
 *
 * @param {string} label
 * @param {string[]} names
 * @param {(k: number) => void} choose
 */
export function makeChoice(label, names, choose) {
  const buttons = names.map((name, k) => makeButton(name, () => choose(k)));
  const mark = (/** @type {number} */ chosen) =>
    buttons.forEach((button, k) => {
      button.setAttribute("aria-pressed", String(k === chosen));
    });
  return { row: make("div", { class: "gc-buttons", role: "group", "aria-label": label }, ...buttons), mark };
}
