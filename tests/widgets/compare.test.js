import assert from "node:assert/strict";
import { test } from "node:test";
import { filled, parseNumber, sayNumber, share, shuffled } from "../../gencourse/widgets/shared/answers.js";
import { compare } from "../../gencourse/widgets/shared/compare.js";

/** @type {any} */
const log = { kind: "number", low: 1, high: 1e6, log: true, unit: "times" };
/** @type {any} */
const linear = { kind: "number", low: 0, high: 100, unit: "nats" };

test("a number on a logarithmic scale is told in factors and in orders of magnitude", () => {
  assert.deepEqual(compare(log, 10, 25304), {
    near: false,
    words: "You said 10 times; it is 25,304 times: three orders of magnitude too low.",
  });
  assert.equal(compare(log, 60, 20).words, "You said 60 times; it is 20 times: 3 times too high.");
  assert.equal(compare(log, 100, 10).words, "You said 100 times; it is 10 times: one order of magnitude too high.");
  assert.equal(compare(log, 15, 10).near, true);
});

test("a number on a linear scale is told by its distance", () => {
  assert.equal(compare(linear, 30, 55).words, "You said 30 nats; it is 55 nats: 25 too low.");
  assert.equal(compare(linear, 50, 55).near, true);
  assert.equal(compare({ ...linear, low: -100 }, -5, -60).words, "You said −5 nats; it is −60 nats: 55 too high.");
});

test("choices, orders and curves", () => {
  const choices = /** @type {any} */ ({ kind: "choice", choices: ["It falls.", "It rises."] });
  assert.equal(compare(choices, 1, 1).words, "You said: It rises. So it is.");
  const order = /** @type {any} */ ({ kind: "order", items: ["a", "b", "c"] });
  assert.deepEqual(compare(order, [2, 0, 1], [2, 1, 0]), {
    near: false,
    words: "It is: c · b · a. 1 of your 3 stand in their places.",
  });
  const curve = /** @type {any} */ ({ kind: "curve", y: [0, 10], unit: "nats" });
  assert.equal(
    compare(curve, [0, 0, 0], [3, 3, 3]).words,
    "Your sketch lies 3 nats from what was measured, on average.",
  );
  assert.equal(compare(curve, [0, 0, 0], [1, 1, 1]).near, true);
});

test("numbers as people write them", () => {
  const written = {
    "25,304": 25304,
    "1.5e3": 1500,
    "−2": -2,
    "0,5": 0.5,
    "1,234,567.5": 1234567.5,
    "": null,
    ten: null,
  };
  for (const [text, value] of Object.entries(written)) assert.equal(parseNumber(text), value, text);
  for (const value of [0, 3, 25304, 0.534, -1.25, 12.345])
    assert.ok(Math.abs((parseNumber(sayNumber(value)) ?? 9) - value) < 0.005);
  assert.equal(sayNumber(1e12), "1 · 10^12");
});

test("an order of its own, the same each time, and never the right one", () => {
  for (const text of ["a", "b", "What?", "Which is larger?"]) {
    for (const n of [2, 3, 5]) {
      const order = shuffled(n, text);
      assert.deepEqual(order, shuffled(n, text));
      assert.deepEqual([...order].sort(), [...Array(n).keys()]);
      assert.notDeepEqual(order, [...Array(n).keys()]);
    }
  }
});

test("a sketch is filled in between and goes on level", () => {
  assert.deepEqual(filled([null, 1, null, 3, null]), [1, 1, 2, 3, 3]);
});

test("shares of a scale", () => {
  assert.equal(share(10, 1, 100, true), 0.5);
  assert.equal(share(-5, 0, 10, false), 0);
  assert.equal(share(-5, 1, 10, true), 0);
});
