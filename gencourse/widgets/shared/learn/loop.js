// The loop that trains: in a worker without a pause, in the page in slices that leave room for hand and frame.

/** @import { Choice } from "./setting.js" */
/** @import { View } from "./session.js" */
import { makeKernel } from "./kernel.js";
import { Session } from "./session.js";

/** @typedef {{ kind: "begin", models: Choice[], data: { train: Float32Array, held: Float32Array }, seed: number }} Begin */
/** @typedef {Begin | { kind: "play", on: boolean } | { kind: "step" } | { kind: "look", layers: string[] }} Order */
/** @typedef {{ views: View[], playing: boolean, run: number, cost: number }} Report  cost: milliseconds of looking */

const EM_A_SECOND = 8; // steps of EM, so that they can be followed
const LIMIT = 60; // seconds of training after which a run rests until it is played again

/**
 * @param {(report: Report) => void} post
 * @param {(resume: () => void) => void} rest lets others work, then calls `resume`
 * @param {number} slice milliseconds at a stretch
 * @param {Uint8Array<ArrayBuffer> | null} wasm
 * @returns a function that takes orders
 */
export function makeLoop(post, rest, slice, wasm) {
  /** @type {Session[]} */
  let sessions = [];
  let run = 0;
  let playing = false;
  let left = LIMIT;
  let wanted = false;
  /** @type {string[]} */
  let layers = [];
  let cost = 0;
  let busy = false;
  /** @type {Generator<void, View[]> | null} */
  let looking = null;

  function* lookAtAll() {
    const views = [];
    for (const session of sessions) views.push(yield* session.view(layers));
    return views;
  }

  /** Each session trains for its part of the time. */
  function train(/** @type {number} */ until) {
    const share = (until - performance.now()) / sessions.length;
    for (const session of sessions) {
      const start = performance.now();
      do {
        if (session.byEM && session.step > session.seconds * EM_A_SECOND) {
          session.seconds += share / 1000;
          break;
        }
        session.advance();
        if (session.byEM) break;
      } while (performance.now() - start < share);
      if (!session.byEM) session.seconds += (performance.now() - start) / 1000;
    }
    left -= slice / 1000;
    if (left <= 0) playing = false;
  }

  function turn() {
    const until = performance.now() + slice;
    if (looking || wanted) {
      if (!looking) [looking, cost] = [lookAtAll(), 0];
      wanted = false;
      const start = performance.now();
      while (looking && performance.now() < until) {
        const { done, value } = looking.next();
        if (!done) continue;
        looking = null;
        cost += performance.now() - start;
        post({ views: /** @type {View[]} */ (value), playing, run, cost });
      }
      if (looking) cost += performance.now() - start;
    } else if (playing) train(until);
    busy = playing || wanted || looking !== null;
    if (busy) rest(turn);
  }

  return (/** @type {Order} */ order) => {
    if (order.kind === "begin") {
      const { data, seed } = order;
      sessions = order.models.map((choice) => new Session(choice, data, seed, makeKernel(wasm)));
      [looking, run, left] = [null, run + 1, LIMIT];
    } else if (order.kind === "play") [playing, left] = [order.on, LIMIT];
    else if (order.kind === "step") for (const session of sessions) session.advance();
    if (order.kind === "look") layers = order.layers;
    wanted ||= order.kind === "look";
    if (busy) return;
    busy = true;
    rest(turn);
  };
}
