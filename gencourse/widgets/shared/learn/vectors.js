// Points in the plane, and how they go into networks whose rows are wider.

export const ROWS = 256; // points in a batch

/**
 * Copies the rows of a list of numbers into wider rows.
 *
 * @param {Float32Array} from
 * @param {number} width of a row of `from`
 * @param {Float32Array} to
 * @param {number} wide
 */
export function put(from, width, to, wide) {
  const rows = Math.min(from.length / width, to.length / wide);
  for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) to[i * wide + j] = from[i * width + j];
}

/**
 * The first `width` numbers of each of the first n rows.
 *
 * @param {Float32Array} from
 * @param {number} wide
 * @param {number} width
 * @param {number} n
 */
export function pick(from, wide, width, n) {
  const to = new Float32Array(n * width);
  for (let i = 0; i < n; i++) for (let j = 0; j < width; j++) to[i * width + j] = from[i * wide + j];
  return to;
}

/** log(1 + exp(u)). @param {number} u */
export const softplus = (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
