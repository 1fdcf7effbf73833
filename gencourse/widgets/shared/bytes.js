// What Python sends as bytes, as numbers again.

/** @typedef {[channels: number, height: number, width: number]} Shape */

/**
 * A DataView as anywidget hands it over, copied so that typed arrays of any width are aligned.
 *
 * @param {DataView} view
 */
export const bytesOf = (view) =>
  /** @type {ArrayBuffer} */ (view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

/**
 * Half floats as floats.
 *
 * @param {DataView} view
 */
export function fromHalf(view) {
  const halves = new Uint16Array(bytesOf(view));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const sign = halves[i] & 0x8000 ? -1 : 1;
    const exponent = (halves[i] >> 10) & 31;
    const fraction = halves[i] & 1023;
    floats[i] = sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
  }
  return floats;
}

/**
 * The images in a Bytes trait, one byte a value.
 *
 * @param {DataView} view
 * @param {Shape} shape
 */
export function imagesOf(view, [channels, height, width]) {
  const all = new Uint8Array(bytesOf(view));
  const size = channels * height * width;
  return Array.from({ length: all.length / size }, (_, k) => all.subarray(k * size, (k + 1) * size));
}

/**
 * The rows of a Bytes trait of float32 numbers, each of `columns`.
 *
 * @param {DataView} view
 * @param {number} columns
 */
export function rowsOf(view, columns) {
  const all = new Float32Array(bytesOf(view));
  const row = (/** @type {number} */ k) => Array.from(all.subarray(k * columns, (k + 1) * columns));
  return Array.from({ length: all.length / columns }, (_, k) => row(k));
}

/**
 * The points of a Bytes trait of float32 numbers, two a point.
 *
 * @param {DataView} view
 */
export const pointsOf = (view) => /** @type {[number, number][]} */ (rowsOf(view, 2));
