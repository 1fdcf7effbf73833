import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestKnob } from "../../gencourse/widgets/shared/knobs.js";
import { clampTo, project, tickLabel, ticksWithin } from "../../gencourse/widgets/shared/scale.js";

/** @typedef {[number, number]} Pair */

test("a place goes to pixels and back, upright axes too", () => {
  /** @type {[Pair, Pair]} */
  const [range, pixels] = [
    [-3, 5],
    [200, 12],
  ];
  assert.equal(project(-3, range, pixels), 200);
  assert.equal(project(5, range, pixels), 12);
  for (const value of [-4, 0.1, 7]) {
    assert.ok(Math.abs(project(project(value, range, pixels), pixels, range) - value) < 1e-12);
  }
});

test("ticks are round, within the range, and about as many as asked for", () => {
  /** @type {Pair[]} */
  const ranges = [
    [0, 1],
    [-5, 5],
    [0.013, 0.019],
    [-1234, -17],
  ];
  for (const [low, high] of ranges) {
    for (const count of [2, 4, 8]) {
      const ticks = ticksWithin([low, high], count);
      assert.ok(ticks.length >= 1 && ticks.length <= count + 1, `${ticks}`);
      for (const tick of ticks) {
        assert.ok(tick >= low - 1e-9 && tick <= high + 1e-9);
        assert.ok(tickLabel(tick).length <= 6, tickLabel(tick));
      }
    }
  }
  assert.deepEqual(ticksWithin([0, 1], 5).map(tickLabel), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assert.deepEqual(ticksWithin([-2, 2], 4).map(tickLabel), ["−2", "−1", "0", "1", "2"]);
});

test("a point is kept within the chart", () => {
  /** @type {{ x: Pair, y: Pair }} */
  const ranges = { x: [0, 1], y: [-1, 1] };
  assert.deepEqual(clampTo(ranges, [2, -3]), [1, -1]);
  assert.deepEqual(clampTo(ranges, [0.5, 0]), [0.5, 0]);
});

test("the nearest knob within reach is taken, the later of two at one place, and none that stands nowhere", () => {
  const knob = (/** @type {Pair} */ place) => ({ at: () => place });
  const knobs = [knob([10, 10]), knob([30, 10]), knob([30, 10]), knob([Number.NaN, Number.NaN])];
  assert.equal(nearestKnob(knobs, [12, 10], 24), knobs[0]);
  assert.equal(nearestKnob(knobs, [25, 10], 24), knobs[2]);
  assert.equal(nearestKnob(knobs, [60, 60], 24), null);
});
