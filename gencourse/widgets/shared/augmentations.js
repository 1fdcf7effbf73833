// The operations of data/augment.py on one image: three planes of H × W numbers in [0, 1], one after the other.

import { clamp, sum } from "./numbers.js";

/** @typedef {[height: number, width: number]} Size */
/** @typedef {{ crop: number, flip: number, rotate: number, jitter: number, hue: number, grey: number, blur: number }} Strength */

const GREY = [0.2989, 0.587, 0.114];
const clamp01 = (/** @type {number} */ x) => clamp(x, 0, 1);

/**
 * @param {number} r
 * @param {number} g
 * @param {number} b
 */
const greyOf = (r, g, b) => GREY[0] * r + GREY[1] * g + GREY[2] * b;

/**
 * A new image, its pixels made from each old pixel's red, green and blue.
 *
 * @param {Float32Array} x
 * @param {(r: number, g: number, b: number) => number[]} change
 */
function perPixel(x, change) {
  const plane = x.length / 3;
  const out = new Float32Array(x.length);
  for (let i = 0; i < plane; i++) {
    [out[i], out[i + plane], out[i + 2 * plane]] = change(x[i], x[i + plane], x[i + 2 * plane]);
  }
  return out;
}

/**
 * A coordinate in pixels, mirrored at the image's edges and then kept on its pixels.
 *
 * @param {number} at
 * @param {number} length
 */
function reflect(at, length) {
  const folded = (((at + 0.5) % (2 * length)) + 2 * length) % (2 * length);
  return clamp((folded > length ? 2 * length - folded : folded) - 0.5, 0, length - 1);
}

/**
 * A turned part of an image at size × size, bilinearly.
 *
 * @param {Float32Array} x
 * @param {Size} size of x
 * @param {[top: number, left: number, height: number, width: number]} box in pixels
 * @param {number} size of what is returned
 * @param {number} [angle] in degrees anticlockwise, about the box's middle
 * @param {boolean} [flip]
 */
export function cropResize(x, [height, width], [top, left, tall, wide], size, angle = 0, flip = false) {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin, mirror] = [Math.cos(turn), Math.sin(turn), flip ? -1 : 1];
  const out = new Float32Array(3 * size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [u, v] = [(((2 * column + 1) / size - 1) * mirror * wide) / 2, (((2 * row + 1) / size - 1) * tall) / 2];
      const across = reflect(left + wide / 2 + cos * u - sin * v - 0.5, width);
      const down = reflect(top + tall / 2 + sin * u + cos * v - 0.5, height);
      const [x0, y0] = [Math.floor(across), Math.floor(down)];
      const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
      const [fx, fy] = [across - x0, down - y0];
      for (let c = 0; c < 3; c += 1) {
        const at = (/** @type {number} */ y, /** @type {number} */ z) => x[(c * height + y) * width + z];
        const upper = at(y0, x0) * (1 - fx) + at(y0, x1) * fx;
        const lower = at(y1, x0) * (1 - fx) + at(y1, x1) * fx;
        out[(c * size + row) * size + column] = clamp01(upper * (1 - fy) + lower * fy);
      }
    }
  }
  return out;
}

/**
 * @param {Float32Array} x
 * @param {number} factor
 */
export const adjustBrightness = (x, factor) => x.map((value) => clamp01(factor * value));

/**
 * @param {Float32Array} x
 * @param {number} factor
 */
export function adjustContrast(x, factor) {
  const plane = x.length / 3;
  let mean = 0;
  for (let i = 0; i < plane; i += 1) mean += greyOf(x[i], x[i + plane], x[i + 2 * plane]) / plane;
  return x.map((value) => clamp01(factor * (value - mean) + mean));
}

/**
 * @param {Float32Array} x
 * @param {number} factor
 */
export const adjustSaturation = (x, factor) =>
  perPixel(x, (...rgb) => {
    const shade = greyOf(...rgb);
    return rgb.map((value) => clamp01(factor * (value - shade) + shade));
  });

/**
 * @param {Float32Array} x
 * @param {number} shift in turns of the colour circle
 */
export const adjustHue = (x, shift) =>
  perPixel(x, (r, g, b) => {
    const top = Math.max(r, g, b);
    const chroma = top - Math.min(r, g, b);
    const [red, green, blue] = [r, g, b].map((value) => (top - value) / (chroma || 1));
    const sixths = top === r ? blue - green : top === g ? 2 + red - blue : 4 + green - red;
    const hue = (((sixths / 6 + 1) % 1) + shift + 1) % 1;
    return [5, 3, 1].map((offset) => {
      const turns = (hue * 6 + offset) % 6;
      return top - chroma * clamp01(Math.min(turns, 4 - turns));
    });
  });

/** @param {Float32Array} x */
export const toGrey = (x) => perPixel(x, (...rgb) => Array(3).fill(greyOf(...rgb)));

/**
 * Five taps each way, mirrored about the border's pixels.
 *
 * @param {Float32Array} x
 * @param {Size} size
 * @param {number} sigma in pixels
 */
export function gaussianBlur(x, [height, width], sigma) {
  const weights = [-2, -1, 0, 1, 2].map((place) => Math.exp(-0.5 * (place / sigma) ** 2));
  const taps = weights.map((weight) => weight / sum(weights));
  const mirrored = (/** @type {number} */ at, /** @type {number} */ length) =>
    at < 0 ? -at : at >= length ? 2 * length - 2 - at : at;
  /**
   * @param {Float32Array} from
   * @param {(row: number, column: number, step: number) => number} indexOf
   */
  const pass = (from, indexOf) =>
    from.map((_, i) => {
      const [plane, rest] = [Math.floor(i / (height * width)) * height * width, i % (height * width)];
      const [row, column] = [Math.floor(rest / width), rest % width];
      return taps.reduce((total, tap, k) => total + tap * from[plane + indexOf(row, column, k - 2)], 0);
    });
  const along = pass(x, (row, column, step) => mirrored(row + step, height) * width + column);
  return pass(along, (row, column, step) => row * width + mirrored(column + step, width));
}

/**
 * A random view as `Augment` draws it.
 *
 * @param {Float32Array} x
 * @param {Size} size of x
 * @param {number} size of the view
 * @param {Strength} strength
 * @param {() => number} random uniform in (0, 1)
 */
export function drawView(x, [height, width], size, strength, random) {
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + (high - low) * random();
  const area = height * width * between(strength.crop, 1);
  const ratio = Math.exp(between(Math.log(3 / 4), Math.log(4 / 3)));
  const [wide, tall] = [Math.min(width, Math.sqrt(area * ratio)), Math.min(height, Math.sqrt(area / ratio))];
  const [top, left] = [random() * (height - tall), random() * (width - wide)];
  const [angle, flip] = [between(-strength.rotate, strength.rotate), random() < strength.flip];
  const factor = () => between(1 - strength.jitter, 1 + strength.jitter);
  let view = cropResize(x, [height, width], [top, left, tall, wide], size, angle, flip);
  view = adjustSaturation(adjustContrast(adjustBrightness(view, factor()), factor()), factor());
  view = adjustHue(view, between(-strength.hue, strength.hue));
  const [isGrey, isBlurred, sigma] = [random() < strength.grey, random() < strength.blur, between(0.1, 2)];
  if (isGrey) view = toGrey(view);
  return isBlurred ? gaussianBlur(view, [size, size], sigma) : view;
}
