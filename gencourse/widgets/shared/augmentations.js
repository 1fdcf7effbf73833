// The operations of gencourse/augment.py on one image: three planes of H × W numbers in [0, 1], one after the other.

const GREY = [0.2989, 0.587, 0.114];
const clamp01 = (x) => Math.min(1, Math.max(0, x));
// A new image, its pixels made from each old pixel's red, green and blue.
const perPixel = (x, change) => {
  const plane = x.length / 3;
  const out = new Float32Array(x.length);
  for (let i = 0; i < plane; i += 1) change(x[i], x[i + plane], x[i + 2 * plane]).forEach((value, c) => (out[i + c * plane] = value));
  return out;
};
const greyOf = (r, g, b) => GREY[0] * r + GREY[1] * g + GREY[2] * b;

// A coordinate in pixels, mirrored at the image's edges and then kept on its pixels.
function reflect(at, length) {
  const folded = (((at + 0.5) % (2 * length)) + 2 * length) % (2 * length);
  return Math.min(length - 1, Math.max(0, (folded > length ? 2 * length - folded : folded) - 0.5));
}

// box: [top, left, height, width] in pixels; angle in degrees anticlockwise, about the box's middle. Bilinear, size × size.
function cropResize(x, [height, width], [top, left, tall, wide], size, angle = 0, flip = false) {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin, mirror] = [Math.cos(turn), Math.sin(turn), flip ? -1 : 1];
  const out = new Float32Array(3 * size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [u, v] = [((2 * column + 1) / size - 1) * mirror * wide / 2, ((2 * row + 1) / size - 1) * tall / 2];
      const across = reflect(left + wide / 2 + cos * u - sin * v - 0.5, width);
      const down = reflect(top + tall / 2 + sin * u + cos * v - 0.5, height);
      const [x0, y0] = [Math.floor(across), Math.floor(down)];
      const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
      const [fx, fy] = [across - x0, down - y0];
      for (let c = 0; c < 3; c += 1) {
        const at = (y, z) => x[(c * height + y) * width + z];
        const upper = at(y0, x0) * (1 - fx) + at(y0, x1) * fx;
        const lower = at(y1, x0) * (1 - fx) + at(y1, x1) * fx;
        out[(c * size + row) * size + column] = clamp01(upper * (1 - fy) + lower * fy);
      }
    }
  }
  return out;
}

const adjustBrightness = (x, factor) => x.map((value) => clamp01(factor * value));

function adjustContrast(x, factor) {
  const plane = x.length / 3;
  let mean = 0;
  for (let i = 0; i < plane; i += 1) mean += greyOf(x[i], x[i + plane], x[i + 2 * plane]) / plane;
  return x.map((value) => clamp01(factor * (value - mean) + mean));
}

const adjustSaturation = (x, factor) => perPixel(x, (...rgb) => {
  const shade = greyOf(...rgb);
  return rgb.map((value) => clamp01(factor * (value - shade) + shade));
});

// shift: in turns of the colour circle.
const adjustHue = (x, shift) => perPixel(x, (r, g, b) => {
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

const toGrey = (x) => perPixel(x, (...rgb) => Array(3).fill(greyOf(...rgb)));

// sigma: in pixels. Five taps each way, mirrored about the border's pixels.
function gaussianBlur(x, [height, width], sigma) {
  const weights = [-2, -1, 0, 1, 2].map((place) => Math.exp(-0.5 * (place / sigma) ** 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  const mirrored = (at, length) => (at < 0 ? -at : at >= length ? 2 * length - 2 - at : at);
  const pass = (from, indexOf) => from.map((_, i) => {
    const [plane, rest] = [Math.floor(i / (height * width)) * height * width, i % (height * width)];
    const [row, column] = [Math.floor(rest / width), rest % width];
    return weights.reduce((total, weight, k) => total + (weight / sum) * from[plane + indexOf(row, column, k - 2)], 0);
  });
  const along = pass(x, (row, column, step) => mirrored(row + step, height) * width + column);
  return pass(along, (row, column, step) => row * width + mirrored(column + step, width));
}

// A random view as `Augment` draws it. strength: crop, flip, rotate, jitter, hue, grey, blur; random: uniform in (0, 1).
function drawView(x, [height, width], size, strength, random) {
  const between = (low, high) => low + (high - low) * random();
  const area = height * width * between(strength.crop, 1);
  const ratio = Math.exp(between(Math.log(3 / 4), Math.log(4 / 3)));
  const [wide, tall] = [Math.min(width, Math.sqrt(area * ratio)), Math.min(height, Math.sqrt(area / ratio))];
  const box = [random() * (height - tall), random() * (width - wide), tall, wide];
  let view = cropResize(x, [height, width], box, size, between(-strength.rotate, strength.rotate), random() < strength.flip);
  const factor = () => between(1 - strength.jitter, 1 + strength.jitter);
  view = adjustSaturation(adjustContrast(adjustBrightness(view, factor()), factor()), factor());
  view = adjustHue(view, between(-strength.hue, strength.hue));
  const [isGrey, isBlurred, sigma] = [random() < strength.grey, random() < strength.blur, between(0.1, 2)];
  if (isGrey) view = toGrey(view);
  return isBlurred ? gaussianBlur(view, [size, size], sigma) : view;
}
