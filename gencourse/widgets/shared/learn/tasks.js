// Tasks for the reader, and the judge that notices when one is done and says what it shows.

/** @import { View } from "./session.js" */
/** @import { Setting } from "./setting.js" */
import { signed } from "../numbers.js";

/** @typedef {{ setting: Setting, views: View[], memory: Record<string, any> }} Seen */
/** @typedef {{ name: string, words: string, start: string, judge: (seen: Seen) => string | null }} Task  */

/** The views of one family with what it is set to. @param {Seen} seen @param {string} family */
const of = ({ setting, views }, family) =>
  setting.models.flatMap(({ name, knobs }, k) => (name === family && views[k] ? [{ knobs, view: views[k] }] : []));

const last = (/** @type {View} */ view) => view.curve[view.curve.length - 1];

/** @type {Task[]} */
export const TASKS = [
  {
    name: "Make the GAN lose a mode",
    words: "Find knobs with which the GAN's samples leave out a part of the data, and go on leaving it out.",
    start: "gaussians n=400 noise=0.1 seed=1 | gan",
    judge: (seen) => {
      const lost = of(seen, "gan").find(({ view }) => view.step > 1500 && view.figures.missed > 0);
      if (!lost) return null;
      const { missed, parts } = lost.view.figures;
      return `Done: ${missed} of ${parts} parts are missed after ${lost.view.step} steps. The generator's loss asks only that each sample look real; nothing in it asks that all of the data be made.`;
    },
  },
  {
    name: "Find the β at which the VAE collapses",
    words:
      "Raise β until the codes say nothing: the KL is below 0.05 nats. Then find a β next to it at which it is not.",
    start: "moons n=400 noise=0.1 seed=1 | vae beta=1",
    judge: (seen) => {
      const { memory } = seen;
      for (const { knobs, view } of of(seen, "vae")) {
        if (view.step < 600) continue;
        const key = (view.figures.kl ?? 1) < 0.05 ? "collapsed" : "alive";
        memory[key] =
          key === "alive" ? Math.max(memory[key] ?? 0, knobs.beta) : Math.min(memory[key] ?? Infinity, knobs.beta);
      }
      const { alive = 0, collapsed = Infinity } = memory;
      if (!(collapsed < Infinity && alive > 0 && alive < collapsed && collapsed / alive <= 1.7)) return null;
      return `Done: it lives at β = ${alive} and collapses at ${collapsed}. A code is kept while what it saves in reconstruction, about the data's variance through σ², is worth more than β times its nats.`;
    },
  },
  {
    name: "Make the mixture overfit",
    words:
      "Few points, many narrow Gaussians: let the training curve rise while the held-out one falls. At which step did it turn?",
    start: "moons n=40 noise=0.1 seed=1 | mixture components=2 floor=0.2",
    judge: (seen) => {
      for (const { view } of of(seen, "mixture")) {
        const best = view.curve.reduce((a, b) => (b.held > a.held ? b : a));
        const now = last(view);
        if (now.train > best.train + 0.1 && now.held < best.held - 0.1) {
          return `Done: the held-out points were best at step ${best.step}, with ${signed(best.held)} nats; now they have ${signed(now.held)}, and the training points ${signed(now.train)}. EM never lets the training curve fall, and says nothing of the other.`;
        }
      }
      return null;
    },
  },
  {
    name: "Make an order matter",
    words:
      "Two autoregressive models, one reads x first and one y: find data and a number of Gaussians at which one is better by 0.1 nats.",
    start: "ring n=400 noise=0.1 seed=1 | autoregressive order=0 | autoregressive order=1",
    judge: (seen) => {
      const [a, b] = of(seen, "autoregressive");
      if (!a || !b || a.knobs.order === b.knobs.order || a.knobs.components !== b.knobs.components) return null;
      if (Math.min(a.view.step, b.view.step) < 1000) return null;
      const off = last(a.view).held - last(b.view).held;
      if (Math.abs(off) < 0.1) return null;
      const better = (off > 0 ? a : b).knobs.order ? "y" : "x";
      return `Done: it is better by ${signed(Math.abs(off))} nats to read ${better} first. Any order can say any density; a limited mixture says some conditionals more easily than others.`;
    },
  },
  {
    name: "Try to break the flow's thread",
    words:
      "Between two modes the flow leaves a thread of samples. Try three numbers of layers, 1,000 steps each: does it vanish?",
    start: "gaussians n=400 noise=0.1 seed=1 | flow layers=4",
    judge: (seen) => {
      const { memory } = seen;
      memory.tried ??= {};
      for (const { knobs, view } of of(seen, "flow")) {
        if (view.step >= 1000) memory.tried[knobs.layers] = view.figures.nothing;
      }
      const all = Object.entries(memory.tried);
      if (all.length < 3) return null;
      const told = all.map(([layers, share]) => `${layers} layers ${(100 * share).toFixed(1)} %`).join(", ");
      return `Done: on nothing lie ${told}. A flow is continuous and can be undone, so it carries a connected cloud to a connected cloud: the thread may become thin, and never nothing.`;
    },
  },
];
