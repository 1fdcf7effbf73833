// The loop in a Web Worker: build.mjs makes one self-contained script of it, as text.

import wasm from "../../bundles/arithmetic.wasm";
import { makeLoop } from "./loop.js";

const channel = new MessageChannel(); // setTimeout would wait 4 ms each time
/** @type {() => void} */
let resume = () => {};
channel.port1.onmessage = () => resume();
const take = makeLoop(
  (report) => postMessage(report),
  (next) => {
    resume = next;
    channel.port2.postMessage(0);
  },
  12,
  wasm,
);
addEventListener("message", ({ data }) => take(data));
