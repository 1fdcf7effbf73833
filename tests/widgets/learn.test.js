import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeModel, NETWORKS } from "../../gencourse/widgets/shared/learn/families.js";
import { makeKernel } from "../../gencourse/widgets/shared/learn/kernel.js";
import { Mixture } from "../../gencourse/widgets/shared/learn/mixture.js";
import { drawPoints } from "../../gencourse/widgets/shared/learn/points.js";
import { Random } from "../../gencourse/widgets/shared/learn/random.js";

const read = (/** @type {string} */ name) => readFileSync(new URL(name, import.meta.url));
const numbers = JSON.parse(read("learn.json").toString());
const wasm = new Uint8Array(read("../../gencourse/widgets/bundles/arithmetic.wasm"));
const NONE = new Float32Array(2);

/** @param {string} text */
function floats(text) {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, "base64");
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function apart(a, b) {
  let [off, size] = [0, 0];
  for (let k = 0; k < b.length; k++) [off, size] = [off + (a[k] - b[k]) ** 2, size + b[k] ** 2];
  return Math.sqrt(off / size);
}

/**
 * Sets a model's parameters to torch's.
 *
 * @param {any} model
 * @param {any} state
 */
function load(model, state) {
  model.blocks.forEach((/** @type {any} */ block, /** @type {number} */ b) => {
    const parts = state.weights[b].map(floats);
    if (!block.layers) block.values.set(parts[0]);
    block.load?.(
      block.layers?.map((/** @type {any} */ _, /** @type {number} */ l) => {
        const [out, ins] = state.shapes[b][2 * l];
        const weight = Array.from({ length: out }, (_, j) => [...parts[2 * l].subarray(j * ins, (j + 1) * ins)]);
        return { weight, bias: [...parts[2 * l + 1]] };
      }),
    );
  });
}

/** The mean of some numbers, and its standard error. @param {number[]} values */
function averaged(values) {
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(square / values.length) };
}

/** @param {any} state */
const noiseOf = ({ drawn: { t, noise } }) => (t ? { t, noise: floats(noise) } : noise && floats(noise));

for (const name of Object.keys(NETWORKS)) {
  for (const [way, bytes] of /** @type {[string, any][]} */ ([
    ["WebAssembly", wasm],
    ["JavaScript", null],
  ])) {
    test(`${name}: in ${way}, loss and gradients are torch's, at the start and after 200 steps`, () => {
      const { knobs, states, rate } = numbers.families[name];
      const model = makeModel({ name, knobs }, makeKernel(bytes), NONE, new Random(0));
      assert.equal(model.rate, rate);
      for (const state of states) {
        load(model, state);
        for (const block of model.blocks) block.gradient.fill(0);
        const { loss } = model.loss(floats(state.x), noiseOf(state));
        assert.ok(Math.abs(loss / state.loss - 1) < 1e-5, `${loss} and ${state.loss}`);
        model.blocks.forEach((/** @type {any} */ block, /** @type {number} */ b) => {
          const torch = floats(state.gradients[b]);
          const off = apart(block.gradients?.() ?? block.gradient.subarray(0, torch.length), torch);
          assert.ok(off < 1e-5, `block ${b}: ${off}`);
        });
      }
    });
  }

  test(`${name}: 200 steps end where torch's do`, () => {
    const { ends, knobs } = numbers.families[name].band;
    const own = [1, 2, 3, 4].map((seed) => {
      const random = new Random(seed);
      const model = makeModel({ name, knobs }, makeKernel(wasm), NONE, random);
      let end = 0;
      for (let step = 0; step < 200; step++) {
        const { loss } = model.loss(drawPoints("moons", 256, 0.1, 1000 + step), model.noise(random));
        for (const block of model.blocks) block.learn(model.rate);
        if (step >= 150) end += loss / 50;
      }
      return end;
    });
    const [page, torch] = [own, ends].map(averaged);
    const band = 4 * Math.hypot(page.error, torch.error) + 0.01;
    assert.ok(Math.abs(page.mean - torch.mean) < band, `${own}, and torch's ${ends}`);
  });
}

test("ten steps of EM are the package's", () => {
  const { x, before, after, logProb } = numbers.mixture;
  const points = Float32Array.from(x);
  const model = new Mixture({ components: 4, floor: 0.1 }, points, new Random(0));
  model.components = before;
  for (let step = 0; step < 10; step++) model.step();
  model.components.forEach(({ weight, mean, covariance }, k) => {
    const torch = after[k];
    assert.ok(apart([weight, ...mean, ...covariance], [torch.weight, ...torch.mean, ...torch.covariance]) < 1e-5);
  });
  assert.ok(apart(model.logProb(points), logProb) < 1e-5);
});

test("random numbers and points are Python's", () => {
  const { uniform, normal, points } = numbers.random;
  const random = new Random(5);
  assert.deepEqual(Array.from({ length: 4 }, random.uniform), uniform);
  random.normal(5).forEach((value, k) => {
    assert.ok(Math.abs(value - normal[k]) < 1e-6);
  });
  for (const [name, torch] of Object.entries(points)) {
    drawPoints(name, 8, 0.1, 3).forEach((value, k) => {
      assert.ok(Math.abs(value - torch[k]) < 1e-6, name);
    });
  }
});
