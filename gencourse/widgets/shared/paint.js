// Images of numbers on canvases.

/** @import { Shape } from "./bytes.js" */
import { make } from "./page.js";

/** @param {HTMLCanvasElement} canvas */
export const brushOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** @param {string} label what the small picture on it shows, in words */
export const makePicture = (label) => make("canvas", { class: "gc-thumb", role: "img", "aria-label": label });

/**
 * Draws an image of C·H·W numbers, at most `top` each, on a canvas of W × H pixels; CSS makes it large.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} image
 * @param {Shape} shape
 * @param {number} [top]
 */
export function paint(canvas, image, [channels, height, width], top = 1) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const brush = brushOf(canvas);
  const pixels = brush.createImageData(width, height);
  const plane = height * width;
  const [green, blue] = channels === 3 ? [plane, 2 * plane] : [0, 0];
  for (let i = 0; i < plane; i++) {
    pixels.data[4 * i] = (255 / top) * image[i]; // a clamped array: it rounds by itself
    pixels.data[4 * i + 1] = (255 / top) * image[i + green];
    pixels.data[4 * i + 2] = (255 / top) * image[i + blue];
    pixels.data[4 * i + 3] = 255;
  }
  brush.putImageData(pixels, 0, 0);
}
