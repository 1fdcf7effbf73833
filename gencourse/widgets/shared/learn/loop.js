// The loop that trains: in a worker without a pause, in the page in slices that leave room for hand and frame.

/** @import { Choice } from "./setting.js" */
/** @import { View } from "./session.js" */
import { makeKernel } from "./kernel.js";
import { Session } from "./session.js";

/** @typedef {{ kind: "begin", models: Choice[], data: { train: Float32Array, held: Float32Array }, seed: number }} Begin */
/** @typedef {Begin | { kind: "play", on: boolean } | { kind: "step" } | { kind: "look", layers: string[] }} Order */
/** @typedef {{ views: View[], playing: boolean, run: number, cost: number }} Report  cost: milliseconds of looking */

const EM_PAUSE = 120; // milliseconds from one step of EM to the next, so that they can be followed
const IDLE = 20; // milliseconds
const LIMIT = 60_000; // milliseconds of training after which a run rests until it is played again

/**
 * @param {(report: Report) => void} post
 * @param {(resume: () => void, ms: number) => void} rest lets others work for some milliseconds or just once, then calls
 *   `resume`
 * @param {number} slice milliseconds at a stretch
 * @param {Uint8Array<ArrayBuffer> | null} wasm
 * @returns a function that takes orders
 */
export function makeLoop(post, rest, slice, wasm) {
  /** @type {Session[]} */
  let sessions = [];
  let run = 0;
  let playing = false;
  let end = 0; // of playing
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

  /** Each session trains for its part of the time; false if none had anything to do yet. */
  function train(/** @type {number} */ until) {
    const share = (until - performance.now()) / sessions.length;
    let worked = false;
    for (const session of sessions) {
      const start = performance.now();
      if (session.byEM && start < session.due) continue;
      worked = true;
      session.due = start + EM_PAUSE;
      do session.advance();
      while (!session.byEM && performance.now() - start < share);
    }
    if (performance.now() > end) playing = false;
    return worked;
  }

  function turn() {
    const until = performance.now() + slice;
    let pause = 0;
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
    } else if (playing) pause = train(until) ? 0 : IDLE;
    busy = playing || wanted || looking !== null;
    if (busy) rest(turn, pause);
  }

  return (/** @type {Order} */ order) => {
    if (order.kind === "begin") {
      const { data, seed } = order;
      sessions = order.models.map((choice) => new Session(choice, data, seed, makeKernel(wasm)));
      [looking, run, end] = [null, run + 1, performance.now() + LIMIT];
    } else if (order.kind === "play") [playing, end] = [order.on, performance.now() + LIMIT];
    else if (order.kind === "step") for (const session of sessions) session.advance();
    if (order.kind === "look") layers = order.layers;
    wanted ||= order.kind === "look";
    if (busy) return;
    busy = true;
    rest(turn, 0);
  };
}
