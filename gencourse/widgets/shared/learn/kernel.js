// The arithmetic of dense layers and the memory it works on: in WebAssembly, or where a page refuses that, in JavaScript.
//
// Both have the same functions and agree to 1e-5 (tests/widgets/learn.test.js). Places are bytes; matrices lie row after
// row; widths and numbers of rows are multiples of 4.

/**
 * @typedef {object} Arithmetic
 * @property {(a: number, rowStep: number, columnStep: number, b: number, c: number, rows: number, columns: number,
 *   depth: number) => void} multiply C += A · B; A's steps, in numbers, from row to row and from column to column let it
 *   be read transposed
 * @property {(a: number, b: number, rows: number, columns: number) => void} transpose B = Aᵀ
 * @property {(row: number, y: number, rows: number, columns: number) => void} spread each row of Y becomes `row`
 * @property {(y: number, row: number, rows: number, columns: number) => void} gather row += the sum of Y's rows
 * @property {(x: number, y: number, slope: number, n: number) => void} leaky y = x where x > 0, else 0.2 x; and its slope
 * @property {(x: number, y: number, slope: number, n: number) => void} silu y = x · sigmoid(x); and its slope
 * @property {(d: number, slope: number, n: number) => void} scale d = d · slope, number by number
 * @property {(w: number, g: number, m: number, v: number, n: number, rate: number, first: number, second: number) => void
 *   } adam a step of Adam with β = 0.9 and 0.999; `first` and `second` are 1 − βᵗ; the gradient becomes 0
 */
/** @typedef {Arithmetic & { take: (n: number) => Float32Array }} Kernel  `take` gives n numbers of the memory, all 0. */

const PAGES = 512; // of 64 KiB: 32 MiB hold the largest of the playground's models several times

/**
 * @param {Uint8Array<ArrayBuffer> | null} wasm arithmetic.wasm, or null for JavaScript alone
 * @returns {Kernel}
 */
export function makeKernel(wasm) {
  const own = wasm && compiled(wasm);
  const buffer = own?.buffer ?? new ArrayBuffer(PAGES << 16);
  let used = 1024; // what AssemblyScript keeps for itself
  const take = (/** @type {number} */ n) => {
    const numbers = new Float32Array(buffer, used, n);
    used += (4 * n + 15) & ~15;
    return numbers;
  };
  return { ...(own?.arithmetic ?? inJavaScript(new Float32Array(buffer))), take };
}

/**
 * The kernel's functions and their memory, or null where the page lets no WebAssembly run.
 *
 * @param {Uint8Array<ArrayBuffer>} wasm
 */
function compiled(wasm) {
  try {
    const memory = new WebAssembly.Memory({ initial: PAGES });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env: { memory } });
    return { arithmetic: /** @type {Arithmetic} */ (/** @type {unknown} */ (exports)), buffer: memory.buffer };
  } catch {
    return null;
  }
}

/**
 * @param {Float32Array} f the memory
 * @returns {Arithmetic}
 */
function inJavaScript(f) {
  return {
    multiply(a, rowStep, columnStep, b, c, rows, columns, depth) {
      for (let i = 0; i < rows; i++) {
        const [top, out] = [(a >> 2) + i * rowStep, (c >> 2) + i * columns];
        for (let k = 0; k < depth; k++) {
          const factor = f[top + k * columnStep];
          const row = (b >> 2) + k * columns;
          for (let j = 0; j < columns; j++) f[out + j] += factor * f[row + j];
        }
      }
    },
    transpose(a, b, rows, columns) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) f[(b >> 2) + j * rows + i] = f[(a >> 2) + i * columns + j];
      }
    },
    spread(row, y, rows, columns) {
      for (let i = 0; i < rows; i++) f.copyWithin((y >> 2) + i * columns, row >> 2, (row >> 2) + columns);
    },
    gather(y, row, rows, columns) {
      for (let i = 0; i < rows * columns; i++) f[(row >> 2) + (i % columns)] += f[(y >> 2) + i];
    },
    leaky(x, y, slope, n) {
      for (let i = 0; i < n; i++) {
        const s = f[(x >> 2) + i] > 0 ? 1 : 0.2;
        f[(y >> 2) + i] = s * f[(x >> 2) + i];
        f[(slope >> 2) + i] = s;
      }
    },
    silu(x, y, slope, n) {
      for (let i = 0; i < n; i++) {
        const at = f[(x >> 2) + i];
        const s = 1 / (1 + Math.exp(-at));
        f[(y >> 2) + i] = at * s;
        f[(slope >> 2) + i] = s * (1 + at * (1 - s));
      }
    },
    scale(d, slope, n) {
      for (let i = 0; i < n; i++) f[(d >> 2) + i] *= f[(slope >> 2) + i];
    },
    adam(w, g, m, v, n, rate, first, second) {
      for (let i = 0; i < n; i++) {
        const [slope, at] = [f[(g >> 2) + i], (w >> 2) + i];
        const mean = 0.9 * f[(m >> 2) + i] + 0.1 * slope;
        const spread = 0.999 * f[(v >> 2) + i] + 0.001 * slope * slope;
        f[(m >> 2) + i] = mean;
        f[(v >> 2) + i] = spread;
        f[at] -= ((rate / first) * mean) / (Math.sqrt(spread / second) + 1e-8);
        f[(g >> 2) + i] = 0;
      }
    },
  };
}
