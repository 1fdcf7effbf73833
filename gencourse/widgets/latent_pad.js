// The plane of two latents: a canvas to drag on, and the decoded image beside it.

/** @import { Program } from "./shared/decoder.js" */
/** @import { Context } from "./shared/page.js" */
/** @import { Pair } from "./shared/scale.js" */
import { pointsOf } from "./shared/bytes.js";
import { makeDecoder } from "./shared/decoder.js";
import { clamp, norm, normalSample, signed } from "./shared/numbers.js";
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
import { brushOf, paint } from "./shared/paint.js";

/**
 * @typedef {object} Traits
 * @property {Program} program
 * @property {DataView} weights
 * @property {number[]} z
 * @property {number} extent how far the plane reaches
 * @property {DataView} codes (N, 2) floats, of images
 * @property {number[]} labels
 * @property {boolean} covered the images are laid on the plane by a button
 * @property {boolean} laid
 * @property {string[]} names of the classes
 * @property {string[]} colours
 */

const MID = "#7d8590"; // reads on a light page and on a dark one

/**
 * Text that stands clear of the points under it: they are rubbed out around it, whatever the page's colour.
 *
 * @param {CanvasRenderingContext2D} brush
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
function drawLabel(brush, text, x, y) {
  brush.globalCompositeOperation = "destination-out";
  brush.lineWidth = 4;
  brush.lineJoin = "round";
  brush.strokeText(text, x, y);
  brush.globalCompositeOperation = "source-over";
  brush.lineWidth = 1;
  brush.fillText(text, x, y);
}

/**
 * What does not move: axes, the prior's circles and the encoded images.
 *
 * @param {CanvasRenderingContext2D} brush
 * @param {number} size in pixels
 * @param {number} extent
 * @param {Pair[]} points
 * @param {(k: number) => string} colourOf
 */
function drawBackground(brush, size, extent, points, colourOf) {
  const unit = size / (2 * extent);
  const at = (/** @type {number} */ x) => size / 2 + x * unit;
  const circle = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ radius) => {
    brush.beginPath();
    brush.arc(x, y, radius, 0, 2 * Math.PI);
  };
  brush.lineWidth = 1;
  brush.strokeStyle = MID;
  brush.globalAlpha = 0.35;
  brush.beginPath();
  brush.moveTo(0, size / 2);
  brush.lineTo(size, size / 2);
  brush.moveTo(size / 2, 0);
  brush.lineTo(size / 2, size);
  brush.stroke();
  brush.globalAlpha = 0.72;
  points.forEach(([x, y], k) => {
    brush.fillStyle = colourOf(k);
    circle(at(x), at(-y), Math.max(1.9, size / 190));
    brush.fill();
  });
  brush.globalAlpha = 1;
  brush.fillStyle = MID;
  brush.font = "12px system-ui, sans-serif";
  brush.setLineDash([5, 4]);
  const radii = [1, 2].filter((radius) => radius < extent);
  for (const radius of radii) {
    circle(at(0), at(0), radius * unit);
    brush.stroke();
  }
  brush.setLineDash([]);
  for (const radius of radii) drawLabel(brush, String(radius), at(radius * 0.71) + 4, at(-radius * 0.71) - 3);
  drawLabel(brush, "z₁", size - 20, at(0) - 6);
  drawLabel(brush, "z₂", at(0) + 6, 15);
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {number} x
 * @param {number} y
 */
function drawHandle(brush, x, y) {
  const rings = /** @type {const} */ ([
    [9, "#000c"],
    [7.5, "#fff"],
    [4.5, "#1976d2"],
  ]);
  for (const [radius, colour] of rings) {
    brush.fillStyle = colour;
    brush.beginPath();
    brush.arc(x, y, radius, 0, 2 * Math.PI);
    brush.fill();
  }
}

/**
 * @param {number[]} labels
 * @param {string[]} names
 * @param {string[]} colours
 */
function makeLegend(labels, names, colours) {
  const present = [...new Set(labels)].sort((a, b) => a - b);
  const keys = present.map((label) => {
    const dot = make("span", { class: "gc-dot", style: `background: ${colours[label % colours.length]}` });
    return make("span", { role: "listitem" }, dot, names[label]);
  });
  return make("div", { class: "gc-legend", role: "list", "aria-label": "Classes of the encoded images" }, ...keys);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [program, extent, labels, colours] = read(model, "program", "extent", "labels", "colours");
  const decode = makeDecoder(program, model.get("weights"));
  const points = pointsOf(model.get("codes"));
  const colourOf = (/** @type {number} */ k) => colours[labels[k] % colours.length];

  const root = makeRoot(el, "Two latents and the image they decode to");
  const plane = make("canvas", {
    class: "gc-plane",
    tabindex: 0,
    role: "application",
    "aria-label":
      "Plane of the two latents. The arrow keys move the point, with Shift in larger steps; Home goes to the origin.",
  });
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const move = (/** @type {number[]} */ z) =>
    write(model, { z: z.map((x) => clamp(Math.round(x * 1000) / 1000, -extent, extent)) });
  const buttons = box(
    "gc-buttons",
    makeButton("Random z", () => move(normalSample(2)), "gc-random"),
    makeButton("Origin", () => move([0, 0]), "gc-reset"),
  );
  const toggle = makeButton("", () => write(model, { laid: !model.get("laid") }), "gc-lay");
  if (model.get("covered")) buttons.append(toggle);
  const legend = labels.length ? makeLegend(labels, model.get("names"), colours) : null;
  const hint = box("gc-hint", "Drag, or use the arrow keys. Dashed: the prior’s radii 1 and 2.");
  root.append(
    box(
      "gc-pair",
      box("gc-side", plane, legend ?? hint),
      box("gc-side gc-beside", picture, make("div", {}, box("gc-bar", readout, buttons), legend ? hint : "")),
    ),
  );

  const background = make("canvas");
  const resize = () => {
    const size = plane.clientWidth;
    const dense = window.devicePixelRatio || 1;
    if (!size) return;
    for (const canvas of [plane, background]) {
      canvas.width = Math.round(size * dense);
      canvas.height = canvas.width;
    }
    const brush = brushOf(background);
    brush.scale(dense, dense);
    const laid = model.get("laid");
    drawBackground(brush, size, extent, laid ? points : [], colourOf);
    legend?.style.setProperty("visibility", laid ? "visible" : "hidden");
    toggle.textContent = laid ? "Take the images away" : `Lay ${points.length} images on the plane`;
    ask();
  };
  const ask = oncePerFrame(() => {
    const z = model.get("z");
    const brush = brushOf(plane);
    const scale = plane.width / (2 * extent);
    const [x, y] = [z[0], -z[1]].map((u) => plane.width / 2 + clamp(u, -extent, extent) * scale);
    const dense = plane.width / (plane.clientWidth || plane.width);
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, plane.width, plane.height);
    brush.drawImage(background, 0, 0);
    brush.scale(dense, dense);
    drawHandle(brush, x / dense, y / dense);
    paint(picture, decode(z), program.shape);
    const text = `z = (${signed(z[0])}, ${signed(z[1])})`;
    tell(readout, `${text}   |z| = ${norm(z).toFixed(2)}`);
    picture.setAttribute("aria-label", `The image decoded at ${text}`);
  });

  drag(plane, ([x, y]) => move([(2 * x - 1) * extent, (1 - 2 * y) * extent]));
  plane.addEventListener("keydown", (event) => {
    const arrow = arrowOf(event);
    if (!arrow && event.key !== "Home") return;
    event.preventDefault();
    const size = extent / (event.shiftKey ? 6 : 30);
    move(arrow ? model.get("z").map((x, d) => x + size * arrow[d]) : [0, 0]);
  });
  const observer = new ResizeObserver(resize);
  observer.observe(plane);
  const stops = [listen(model, ["z"], ask), listen(model, ["laid"], resize)];
  resize();
  ask();
  return () => {
    for (const stop of stops) stop();
    observer.disconnect();
    ask.cancel();
  };
}

export default { render };
