// The arithmetic of dense layers, in AssemblyScript: what takes the time when a network trains. build.mjs makes
// bundles/arithmetic.wasm of it. kernel.js holds the same functions in JavaScript, and says what each of them computes.
//
// Places are bytes. Matrices lie row after row; widths are multiples of 4, so that four numbers are worked on at once.

/** A row of four numbers of A, added to what four columns of B make of it. */
function times(sum: v128, a: usize, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(v128.load32_splat(a), b));
}

export function multiply(
  a: usize,
  rowStep: usize,
  columnStep: usize,
  b: usize,
  c: usize,
  rows: usize,
  columns: usize,
  depth: usize,
): void {
  const down: usize = rowStep << 2;
  const along: usize = columnStep << 2;
  const wide: usize = columns << 2;
  for (let i: usize = 0; i < rows; i += 4) {
    const top: usize = a + i * down;
    let j: usize = 0;
    // Four rows of C and eight columns stay in registers while the depth is walked.
    for (; j + 8 <= columns; j += 8) {
      const here: usize = c + i * wide + (j << 2);
      let c00 = v128.load(here);
      let c01 = v128.load(here, 16);
      let c10 = v128.load(here + wide);
      let c11 = v128.load(here + wide, 16);
      let c20 = v128.load(here + 2 * wide);
      let c21 = v128.load(here + 2 * wide, 16);
      let c30 = v128.load(here + 3 * wide);
      let c31 = v128.load(here + 3 * wide, 16);
      let p: usize = top;
      let q: usize = b + (j << 2);
      for (let k: usize = 0; k < depth; k++) {
        const b0 = v128.load(q);
        const b1 = v128.load(q, 16);
        c00 = times(c00, p, b0);
        c01 = times(c01, p, b1);
        c10 = times(c10, p + down, b0);
        c11 = times(c11, p + down, b1);
        c20 = times(c20, p + 2 * down, b0);
        c21 = times(c21, p + 2 * down, b1);
        c30 = times(c30, p + 3 * down, b0);
        c31 = times(c31, p + 3 * down, b1);
        p += along;
        q += wide;
      }
      v128.store(here, c00);
      v128.store(here, c01, 16);
      v128.store(here + wide, c10);
      v128.store(here + wide, c11, 16);
      v128.store(here + 2 * wide, c20);
      v128.store(here + 2 * wide, c21, 16);
      v128.store(here + 3 * wide, c30);
      v128.store(here + 3 * wide, c31, 16);
    }
    for (; j < columns; j += 4) {
      const here: usize = c + i * wide + (j << 2);
      let c0 = v128.load(here);
      let c1 = v128.load(here + wide);
      let c2 = v128.load(here + 2 * wide);
      let c3 = v128.load(here + 3 * wide);
      let p: usize = top;
      let q: usize = b + (j << 2);
      for (let k: usize = 0; k < depth; k++) {
        const b0 = v128.load(q);
        c0 = times(c0, p, b0);
        c1 = times(c1, p + down, b0);
        c2 = times(c2, p + 2 * down, b0);
        c3 = times(c3, p + 3 * down, b0);
        p += along;
        q += wide;
      }
      v128.store(here, c0);
      v128.store(here + wide, c1);
      v128.store(here + 2 * wide, c2);
      v128.store(here + 3 * wide, c3);
    }
  }
}

export function transpose(a: usize, b: usize, rows: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    for (let j: usize = 0; j < columns; j++) {
      f32.store(b + ((j * rows + i) << 2), f32.load(a + ((i * columns + j) << 2)));
    }
  }
}

export function spread(row: usize, y: usize, rows: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++) memory.copy(y + ((i * columns) << 2), row, columns << 2);
}

export function gather(y: usize, row: usize, rows: usize, columns: usize): void {
  for (let j: usize = 0; j < columns; j += 4) {
    let sum = v128.load(row + (j << 2));
    for (let i: usize = 0; i < rows; i++) sum = f32x4.add(sum, v128.load(y + ((i * columns + j) << 2)));
    v128.store(row + (j << 2), sum);
  }
}

/** exp(x) of four numbers: a power of two, times a polynomial for the rest [Cephes, expf]. */
function exp(x: v128): v128 {
  x = f32x4.pmax(f32x4.splat(-87), f32x4.pmin(f32x4.splat(87), x));
  // To so large a number only whole ones can be added: its last bits hold the exponent.
  const whole = f32x4.add(f32x4.mul(x, f32x4.splat(<f32>Math.LOG2E)), f32x4.splat(12582912));
  const n = f32x4.sub(whole, f32x4.splat(12582912));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let p = f32x4.splat(1.9875691e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  return f32x4.mul(p, i32x4.shl(i32x4.add(whole, i32x4.splat(127)), 23));
}

export function leaky(x: usize, y: usize, slope: usize, n: usize): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < n << 2; i += 16) {
    const at = v128.load(x + i);
    const s = v128.bitselect(one, f32x4.splat(0.2), f32x4.gt(at, f32x4.splat(0)));
    v128.store(y + i, f32x4.mul(at, s));
    v128.store(slope + i, s);
  }
}

export function silu(x: usize, y: usize, slope: usize, n: usize): void {
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < n << 2; i += 16) {
    const at = v128.load(x + i);
    const s = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(at))));
    const out = f32x4.mul(at, s);
    v128.store(y + i, out);
    v128.store(slope + i, f32x4.add(s, f32x4.mul(out, f32x4.sub(one, s))));
  }
}

export function scale(d: usize, slope: usize, n: usize): void {
  for (let i: usize = 0; i < n << 2; i += 16) v128.store(d + i, f32x4.mul(v128.load(d + i), v128.load(slope + i)));
}

export function adam(w: usize, g: usize, m: usize, v: usize, n: usize, rate: f32, first: f32, second: f32): void {
  const scale = f32x4.splat(rate / first);
  const root = f32x4.splat(second);
  for (let i: usize = 0; i < n << 2; i += 16) {
    const slope = v128.load(g + i);
    const mean = f32x4.add(f32x4.mul(v128.load(m + i), f32x4.splat(0.9)), f32x4.mul(slope, f32x4.splat(0.1)));
    const square = f32x4.mul(f32x4.mul(slope, slope), f32x4.splat(0.001));
    const spread = f32x4.add(f32x4.mul(v128.load(v + i), f32x4.splat(0.999)), square);
    const size = f32x4.add(f32x4.sqrt(f32x4.div(spread, root)), f32x4.splat(1e-8));
    v128.store(m + i, mean);
    v128.store(v + i, spread);
    v128.store(w + i, f32x4.sub(v128.load(w + i), f32x4.div(f32x4.mul(scale, mean), size)));
    v128.store(g + i, f32x4.splat(0));
  }
}
