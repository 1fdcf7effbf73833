// Points of the reader's own: drawn by mouse, finger or keys, or pasted as numbers.

import { clamp } from "../numbers.js";
import { arrowOf, box, drag, make, makeButton } from "../page.js";
import { REACH } from "./setting.js";

const MOST = 600;
const FEWEST = 8;
const SPREAD = 0.07; // of the points that one touch of the brush leaves
const TOUCH = 3; // points
const STEP = 0.15; // of an arrow key

/**
 * Numbers as people write them, two a point -> points; where they reach beyond the plane they are moved and shrunk into it.
 *
 * @param {string} text
 */
export function pasted(text) {
  const numbers = (text.replaceAll("−", "-").match(/-?\d*\.?\d+(?:e[+-]?\d+)?/gi) ?? []).map(Number);
  if (numbers.length < 2 * FEWEST || numbers.length % 2) {
    throw new Error(`${numbers.length} numbers: allowed are ${FEWEST} points or more, two numbers each`);
  }
  const ends = [0, 1].map((j) => {
    const column = numbers.filter((_, k) => k % 2 === j);
    return [Math.min(...column), Math.max(...column)];
  });
  const fits = ends.every(([low, high]) => low >= -REACH && high <= REACH);
  const size = Math.max(...ends.map(([low, high]) => high - low)) || 1;
  const place = (/** @type {number} */ value, /** @type {number} */ j) =>
    fits ? value : ((value - (ends[j][0] + ends[j][1]) / 2) / size) * 4;
  return numbers.slice(0, 2 * MOST).map((value, k) => place(value, k % 2));
}

/**
 * Lets the reader draw on canvases. `change` is told all points, each time that the hand is lifted.
 *
 * @param {HTMLCanvasElement[]} canvases
 * @param {(points: number[]) => void} change
 * @param {() => void} show asks for a frame
 */
export function makeOwn(canvases, change, show) {
  /** @type {number[]} */
  let points = [];
  /** @type {number[] | null} */
  let cursor = null;
  let on = false;
  const words = box("gc-caption gc-below");
  const say = () => {
    const n = points.length / 2;
    const more = n < FEWEST ? `; ${FEWEST} are the fewest` : "";
    words.textContent = `${n} points drawn${more}. Draw on the plane, or Tab to it: arrow keys move the cross, Space draws.`;
  };
  const touch = (/** @type {number[]} */ at) => {
    for (let k = 0; k < TOUCH && points.length < 2 * MOST; k++) {
      const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
      points.push(...at.map((value) => clamp(value + SPREAD * normal(), -REACH, REACH)));
    }
    say();
    show();
  };
  const done = () => points.length >= 2 * FEWEST && change(points);
  for (const canvas of canvases) {
    drag(canvas, ([u, v]) => on && touch([(2 * u - 1) * REACH, (1 - 2 * v) * REACH]));
    canvas.addEventListener("pointerup", () => on && done());
    canvas.addEventListener("blur", () => {
      cursor = null;
      show();
    });
    canvas.addEventListener("keydown", (event) => {
      if (!on) return;
      const arrow = arrowOf(event);
      if (!arrow && event.key !== " ") return;
      event.preventDefault();
      cursor ??= [0, 0];
      if (arrow) cursor = cursor.map((value, j) => clamp(value + STEP * arrow[j], -REACH, REACH));
      else {
        touch(cursor);
        done();
      }
      show();
    });
  }
  const text = make("textarea", { class: "gc-text gc-paste", "aria-label": "Points as numbers, two a line", rows: 3 });
  const take = () => {
    try {
      points = pasted(text.value);
      done();
    } catch (error) {
      words.textContent = /** @type {Error} */ (error).message;
    }
  };
  const clear = () => {
    points = [];
    say();
    show();
  };
  const buttons = box("gc-buttons gc-below", makeButton("Clear", clear), makeButton("Take these numbers", take));
  const element = box("gc-own", words, text, buttons);
  return {
    element,
    cursor: () => (on ? cursor : null),
    points: () => points,
    /** Whether the hand draws, and with which points it begins. */
    set(/** @type {boolean} */ draws, /** @type {ArrayLike<number>} */ from) {
      on = draws;
      points = Array.from(from);
      element.hidden = !draws;
      for (const canvas of canvases) canvas.style.touchAction = draws ? "none" : "auto";
      say();
    },
  };
}
