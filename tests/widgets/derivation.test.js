import assert from "node:assert/strict";
import { test } from "node:test";
import { hatched, valuesAt } from "../../gencourse/widgets/derivation.js";
import { averageOver, boundTerms, condition } from "../../gencourse/widgets/shared/figure_eight.js";
import { readNumbers } from "./numbers.js";

const { x, sigma, mean, spread, z, lines, bound } = readNumbers().derivation;
const conditioned = condition(x, sigma);
const values = valuesAt(conditioned, mean, spread);

lines.forEach(({ averaged, keys, values: expected }, number) => {
  test(`line ${number} has torch's terms`, () => {
    keys.forEach((signed, k) => {
      const value = values[/** @type {keyof typeof values} */ (signed.slice(1))];
      const term = averaged ? averageOver(mean, spread, value) : value(z);
      assert.ok(Math.abs((signed[0] === "-" ? -term : term) - expected[k]) < 1e-3, signed);
    });
  });
});

test("ELBO and gap are torch's, and add up to log p(x)", () => {
  const terms = boundTerms(conditioned, mean, spread);
  assert.ok(Math.abs(terms.elbo - bound.elbo) < 1e-3);
  assert.ok(Math.abs(terms.gap - bound.gap) < 1e-3);
  assert.ok(Math.abs(conditioned.logP - bound.logP) < 1e-3);
});

test("wherever z is, the terms of a line that is not averaged add up to log p(x)", () => {
  for (const at of [-1.3, 0, 0.4, 2]) {
    const { likelihood, prior, posterior } = values;
    assert.ok(Math.abs(likelihood(at) + prior(at) - posterior(at) - conditioned.logP) < 1e-9);
  }
});

test("a hatched bar stays within its edges", () => {
  const points = hatched(2, 0.5, -3, -2);
  assert.deepEqual(
    [0, 1].map((axis) => [Math.min(...points.map((p) => p[axis])), Math.max(...points.map((p) => p[axis]))]),
    [
      [1.75, 2.25],
      [-3, -2],
    ],
  );
});
