// Training beside the page: in a Web Worker made of text, or where the page may not start one, in slices.

/** @import { Order, Report } from "./loop.js" */
import wasm from "../../bundles/arithmetic.wasm";
// @ts-expect-error: build.mjs makes text of it
import worker from "./learn.worker.js";
import { makeLoop } from "./loop.js";

const SLICE = 8; // milliseconds; a frame has 16

/**
 * @param {(report: Report) => void} show is told what there is to see, each time that it was asked for
 * @returns {{ order: (order: Order) => void, stop: () => void, inWorker: boolean }}
 */
export function makeTrainer(show) {
  try {
    const address = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
    const own = new Worker(address);
    own.onmessage = ({ data }) => show(data);
    const stop = () => {
      own.terminate();
      URL.revokeObjectURL(address);
    };
    return { order: (order) => own.postMessage(order), stop, inWorker: true };
  } catch {
    let stopped = false;
    const rest = (/** @type {() => void} */ resume) => void setTimeout(() => !stopped && resume(), 0);
    return {
      order: makeLoop(show, rest, SLICE, wasm),
      stop: () => {
        stopped = true;
      },
      inWorker: false,
    };
  }
}
