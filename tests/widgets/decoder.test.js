import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHalf } from "../../gencourse/widgets/shared/bytes.js";
import { makeDecoder } from "../../gencourse/widgets/shared/decoder.js";
import { readNumbers, viewOf } from "./numbers.js";

const { decoders } = readNumbers();

for (const [name, { program, weights, z, images }] of Object.entries(decoders)) {
  test(`${name}: the images are torch's`, () => {
    const decode = makeDecoder(program, viewOf(weights));
    z.forEach((code, k) => {
      const image = decode(code);
      assert.equal(image.length, images[k].length);
      for (let i = 0; i < image.length; i++) assert.ok(Math.abs(image[i] - images[k][i]) < 2e-3, `pixel ${i} of ${k}`);
    });
  });
}

test("half floats are read exactly, wherever their view begins", () => {
  const halves = Uint16Array.of(0x0000, 0x0001, 0x8200, 0x2e66, 0xbe00, 0x7bff);
  const bytes = new Uint8Array(halves.byteLength + 1);
  bytes.set(new Uint8Array(halves.buffer), 1);
  const expected = [0, 2 ** -24, -(2 ** -15), 0.0999755859375, -1.5, 65504];
  assert.deepEqual([...fromHalf(new DataView(bytes.buffer, 1))], expected);
});
