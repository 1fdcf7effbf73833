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
