// What is climbed, a log-density; and gradient ascent on any function of a few numbers, its slopes by central differences.

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);
const logNormal = (x, mean, scale) => -0.5 * ((x - mean) / scale) ** 2 - Math.log(scale) - HALF_LOG_2PI;

function slopeOf(value, at, width = 1e-4) {
  return at.map((_, d) => {
    const [up, down] = [width, -width].map((shift) => value(at.map((a, e) => (e === d ? a + shift : a))));
    return (up - down) / (2 * width);
  });
}

// One step up the slope. A step that would lead down is halved until it does not; at a maximum nothing moves.
function ascend(value, at, rate) {
  const [before, slope] = [value(at), slopeOf(value, at)];
  for (let size = rate; size > rate * 1e-8; size /= 2) {
    const next = at.map((a, d) => a + size * slope[d]);
    if (value(next) > before) return next;
  }
  return at;
}

// Calls `step` a few times each frame until it returns false; the newest run stops the one before.
function makeRunner(each = 4) {
  let frame = 0;
  const stop = () => cancelAnimationFrame(frame);
  const run = (step) => {
    stop();
    const next = () => {
      for (let k = 0; k < each; k++) if (!step()) return;
      frame = requestAnimationFrame(next);
    };
    next();
  };
  return { run, stop };
}
