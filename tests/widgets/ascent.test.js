import assert from "node:assert/strict";
import { test } from "node:test";
import { ascend, slopeOf } from "../../gencourse/widgets/shared/ascent.js";

const hill = (/** @type {number[]} */ [x, y]) => -((x - 1) ** 2) - 3 * (y + 2) ** 2;

test("slopes are the derivatives", () => {
  const [dx, dy] = slopeOf(hill, [0, 0]);
  assert.ok(Math.abs(dx - 2) < 1e-6 && Math.abs(dy + 12) < 1e-6);
});

test("no step leads down, whatever the rate", () => {
  for (const rate of [0.01, 1, 1000]) {
    let at = [4, 3];
    for (let step = 0; step < 300; step++) {
      const next = ascend(hill, at, rate);
      assert.ok(hill(next) >= hill(at));
      at = next;
    }
    assert.ok(hill(at) > -0.05, `${at} with a rate of ${rate}`);
  }
});

test("at a maximum nothing moves", () => {
  const top = [1, -2];
  assert.equal(ascend(hill, top, 1), top);
});
