import assert from "node:assert/strict";
import { test } from "node:test";
import { makeModel } from "../../gencourse/widgets/shared/host.js";

test("bytes become a DataView, anything else stays", () => {
  const model = makeModel({ weights: { base64: "AQID" }, z: [0, 1], chosen: null });
  const view = /** @type {DataView} */ (model.get("weights"));
  assert.deepEqual([...new Uint8Array(view.buffer)], [1, 2, 3]);
  assert.deepEqual(model.get("z"), [0, 1]);
  assert.equal(model.get("chosen"), null);
});

test("a change is told once, to the trait's listeners and then to all", () => {
  /** @type {string[]} */
  const heard = [];
  const model = makeModel({ t: 0, path: "linear" });
  model.on("change", () => heard.push("any"));
  model.on("change:t", () => heard.push(`t is ${model.get("t")}`));
  model.set("t", 0);
  assert.deepEqual(heard, []);
  model.set("t", 1);
  model.set("path", "spherical");
  assert.deepEqual(heard, ["t is 1", "any", "any"]);
});

test("whoever stops listening hears nothing, and may stop while being told", () => {
  let [first, second] = [0, 0];
  const model = makeModel({ t: 0 });
  const once = () => {
    first += 1;
    model.off("change:t", once);
  };
  model.on("change:t", once);
  model.on("change:t", () => {
    second += 1;
  });
  model.set("t", 1);
  model.set("t", 2);
  assert.deepEqual([first, second], [1, 2]);
  model.off("change:t");
  model.set("t", 3);
  assert.equal(second, 2);
  model.on("change", once);
  model.off();
  model.set("t", 4);
  assert.equal(first, 1);
});

test("what a reader says under a key is kept by the browser, and there again", () => {
  const store = new Map();
  globalThis.localStorage = /** @type {any} */ ({
    getItem: (/** @type {string} */ name) => store.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => store.set(name, value),
  });
  const model = makeModel({ key: "10/kl", said: null });
  assert.equal(model.get("said"), null);
  model.set("said", [2, 0, 1]);
  model.save_changes();
  assert.deepEqual(makeModel({ key: "10/kl", said: null }).get("said"), [2, 0, 1]);
  assert.equal(makeModel({ key: "10/other", said: null }).get("said"), null);
  store.set("gencourse 10/kl", "not JSON");
  assert.equal(makeModel({ key: "10/kl", said: null }).get("said"), null);
});
