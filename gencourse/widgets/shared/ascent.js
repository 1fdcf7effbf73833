// Gradient ascent on any function of a few numbers, its slopes by central differences.

/** @typedef {(at: number[]) => number} Height  What is climbed. */

/**
 * @param {Height} height
 * @param {number[]} at
 * @param {number} [width] of the difference
 */
export function slopeOf(height, at, width = 1e-4) {
  return at.map((_, d) => {
    const [up, down] = [width, -width].map((shift) => height(at.map((a, e) => (e === d ? a + shift : a))));
    return (up - down) / (2 * width);
  });
}

/**
 * One step up the slope. A step that would lead down is halved until it does not; at a maximum nothing moves.
 *
 * @param {Height} height
 * @param {number[]} at
 * @param {number} rate
 */
export function ascend(height, at, rate) {
  const [before, slope] = [height(at), slopeOf(height, at)];
  for (let size = rate; size > rate * 1e-8; size /= 2) {
    const next = at.map((a, d) => a + size * slope[d]);
    if (height(next) > before) return next;
  }
  return at;
}

/**
 * Calls `step` a few times each frame until it returns false; the newest run stops the one before.
 *
 * @param {number} [each] how often a frame
 */
export function makeRunner(each = 4) {
  let frame = 0;
  const stop = () => cancelAnimationFrame(frame);
  const run = (/** @type {() => boolean} */ step) => {
    stop();
    const next = () => {
      for (let k = 0; k < each; k++) if (!step()) return;
      frame = requestAnimationFrame(next);
    };
    next();
  };
  return { run, stop };
}
