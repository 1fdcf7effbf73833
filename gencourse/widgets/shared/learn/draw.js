// What a panel shows of a model, on a canvas: its density, the plane of codes, the data and the samples.

/** @import { View } from "./session.js" */
import { brushOf } from "../paint.js";
import { GRID } from "./session.js";
import { REACH } from "./setting.js";

/** @typedef {"density" | "data" | "samples" | "codes" | "steps"} Layer */
/** @typedef {{ samples: string, ink: string }} Colours */

const WAY = 2600; // milliseconds of a diffusion's way from noise to data, and then a rest
const REST = 900;

/** How far along its way a diffusion is shown, 0 to 1. @param {number} now */
export const alongOf = (now) => Math.min(1, (now % (WAY + REST)) / WAY);

/**
 * The density that a tenth of the mass lies above: what is shown in full colour, whatever peaks there are.
 *
 * @param {Float32Array} density
 */
function topOf(density) {
  const sorted = density.toSorted().reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  let [k, mass] = [0, 0];
  for (; k < sorted.length - 1 && mass <= 0.1 * total; k++) mass += sorted[k];
  return sorted[k];
}

/**
 * A density as a small picture in one colour, the more of it the denser.
 *
 * @param {Float32Array} logDensity
 * @param {string} colour
 */
export function heatOf(logDensity, colour) {
  const density = logDensity.map(Math.exp);
  const top = topOf(density) || 1;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [GRID, GRID];
  const brush = brushOf(canvas);
  brush.fillStyle = colour;
  brush.fillRect(0, 0, GRID, GRID);
  const picture = brush.getImageData(0, 0, GRID, GRID);
  density.forEach((value, k) => {
    picture.data[4 * k + 3] = 190 * Math.min(1, value / top) ** 0.6;
  });
  brush.putImageData(picture, 0, 0);
  return canvas;
}

/**
 * Lines from the lower left to the upper right are taken out of what has been drawn: a bound is not the density itself.
 *
 * @param {CanvasRenderingContext2D} brush
 * @param {number} side
 * @param {number} gap
 */
function hatch(brush, side, gap) {
  brush.save();
  brush.globalCompositeOperation = "destination-out";
  brush.lineWidth = gap / 3;
  brush.beginPath();
  for (let x = -side; x < side; x += gap) {
    brush.moveTo(x, side);
    brush.lineTo(x + side, 0);
  }
  brush.stroke();
  brush.restore();
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 * @param {{ points: Float32Array, heat: HTMLCanvasElement | null, layers: Set<Layer>, colours: Colours, along: number,
 *   cursor: number[] | null }} what
 */
export function drawView(canvas, view, { points, heat, layers, colours, along, cursor }) {
  const brush = brushOf(canvas);
  const side = canvas.width;
  const unit = side / (2 * REACH);
  const dot = Math.max(1, side / 300); // a radius
  brush.clearRect(0, 0, side, side);
  if (heat && layers.has("density")) {
    brush.imageSmoothingQuality = "high";
    brush.drawImage(heat, 0, 0, side, side);
    if (view.way === "bound") hatch(brush, side, side / 42);
  }
  if (layers.has("codes")) drawMesh(brush, view.mesh, unit, colours.samples, dot);
  if (layers.has("data")) drawDots(brush, points, unit, dot, colours.ink, 0.45);
  if (layers.has("steps") && view.path.length) {
    const at = along * (view.path.length - 1);
    drawDots(brush, between(view.path, at), unit, 1.35 * dot, colours.samples, 0.95);
  } else if (layers.has("samples")) drawDots(brush, view.samples, unit, 1.35 * dot, colours.samples, 0.95);
  if (cursor) drawCross(brush, cursor, unit, dot, colours.ink);
}

/** Points between two of a way. @param {Float32Array[]} path @param {number} at */
function between(path, at) {
  const [before, after] = [path[Math.floor(at)], path[Math.ceil(at)]];
  const share = at - Math.floor(at);
  return before.map((value, k) => value + share * (after[k] - value));
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {Float32Array} points
 * @param {number} unit
 * @param {number} radius
 * @param {string} colour
 * @param {number} alpha
 */
function drawDots(brush, points, unit, radius, colour, alpha) {
  brush.globalAlpha = alpha;
  brush.fillStyle = colour;
  brush.beginPath();
  for (let k = 0; k < points.length; k += 2) {
    const [x, y] = [(points[k] + REACH) * unit, (REACH - points[k + 1]) * unit];
    brush.moveTo(x + radius, y);
    brush.arc(x, y, radius, 0, 7);
  }
  brush.fill();
  brush.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {Float32Array[]} lines
 * @param {number} unit
 * @param {string} colour
 * @param {number} dot
 */
function drawMesh(brush, lines, unit, colour, dot) {
  brush.strokeStyle = colour;
  brush.globalAlpha = 0.7;
  brush.lineWidth = lines.length === 1 ? 1.6 * dot : 0.7 * dot;
  brush.beginPath();
  for (const line of lines) {
    for (let k = 0; k < line.length; k += 2) {
      const [x, y] = [(line[k] + REACH) * unit, (REACH - line[k + 1]) * unit];
      if (k) brush.lineTo(x, y);
      else brush.moveTo(x, y);
    }
  }
  brush.stroke();
  brush.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {number[]} at
 * @param {number} unit
 * @param {number} dot
 * @param {string} colour
 */
function drawCross(brush, [x, y], unit, dot, colour) {
  const [left, down] = [(x + REACH) * unit, (REACH - y) * unit];
  brush.strokeStyle = colour;
  brush.lineWidth = 1.2 * dot;
  brush.beginPath();
  brush.moveTo(left - 9 * dot, down);
  brush.lineTo(left + 9 * dot, down);
  brush.moveTo(left, down - 9 * dot);
  brush.lineTo(left, down + 9 * dot);
  brush.stroke();
}
