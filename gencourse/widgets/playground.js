// Points, and one or two models that learn them before one's eyes: data, families, play, layers, tasks, and a line of text
// that holds it all.

/** @import { Context } from "./shared/page.js" */
/** @import { Layer } from "./shared/learn/draw.js" */
/** @import { View } from "./shared/learn/session.js" */
/** @import { Family, Setting } from "./shared/learn/setting.js" */
import { makeChoice, makeSlider } from "./shared/controls.js";
import { alongOf } from "./shared/learn/draw.js";
import { makeOwn } from "./shared/learn/own.js";
import { makePanel } from "./shared/learn/panel.js";
import { defaults, encoded, pointsOf, settingOf, textOf } from "./shared/learn/setting.js";
import { TASKS } from "./shared/learn/tasks.js";
import { makeTrainer } from "./shared/learn/trainer.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, write } from "./shared/page.js";

/** @typedef {{ state: string, families: Family[], shapes: string[], colours: string[] }} Traits */

const SHAPE_NAMES = { moons: "moons", gaussians: "eight Gaussians", ring: "ring", checkerboard: "checkerboard" };
const COUNTS = [20, 40, 100, 200, 400, 1000, 2000];
const NOISES = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3];
const PAUSE = 60; // milliseconds at least between two looks, and three times what a look takes: it keeps the model waiting
/** @type {[Layer, string][]} */
const LAYERS = [
  ["data", "data"],
  ["samples", "samples"],
  ["density", "density"],
  ["codes", "plane of codes"],
  ["steps", "diffusion's way"],
];

const nearestOf = (/** @type {number[]} */ all, /** @type {number} */ value) =>
  all.reduce((best, each, k) => (Math.abs(each - value) < Math.abs(all[best] - value) ? k : best), 0);

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [families, shapes, colours] = read(model, "families", "shapes", "colours");
  /** @type {Setting} */
  let setting = settingOf(model.get("state"), families);
  let data = pointsOf(setting);
  /** @type {View[]} */
  let views = [];
  let playing = false;
  /** @type {Set<Layer>} */
  const layers = new Set(/** @type {Layer[]} */ (["data", "samples", "density"]));
  /** @type {Record<string, any>} */
  let memory = {};

  const root = makeRoot(el, "A playground of generative models");
  const change = (/** @type {Partial<Setting>} */ part) => write(model, { state: textOf({ ...setting, ...part }) });

  // The data.
  const names = shapes.map((name) => SHAPE_NAMES[/** @type {keyof typeof SHAPE_NAMES} */ (name)] ?? name);
  const shape = makeChoice("Data", [...names, "your own"], (k) => {
    if (k < shapes.length) return change({ data: shapes[k] });
    const some = setting.own || encoded(data.train.subarray(0, 160));
    change({ data: "own", own: some });
  });
  const count = makeSlider(
    "points",
    { min: 0, max: COUNTS.length - 1, step: 1, value: 0, say: (k) => String(COUNTS[k]) },
    (k) => change({ n: COUNTS[k] }),
  );
  const noise = makeSlider(
    "noise",
    { min: 0, max: NOISES.length - 1, step: 1, value: 0, say: (k) => String(NOISES[k]) },
    (k) => change({ noise: NOISES[k] }),
  );
  const dials = box("gc-sliders gc-dials-of-data", count.row, noise.row);

  // The models.
  const panels = [0, 1].map((k) =>
    makePanel(families, colours[k], (choice) =>
      change({ models: setting.models.map((old, j) => (j === k ? choice : old)) }),
    ),
  );
  const own = makeOwn(
    panels.map(({ canvas }) => canvas),
    (points) => change({ data: "own", own: encoded(points) }),
    () => ask(),
  );
  const second = makeButton("", () => {
    const [first, other] = setting.models;
    const next = families.find(({ name }) => name !== first.name) ?? families[0];
    change({ models: other ? [first] : [first, { name: next.name, knobs: defaults(next) }] });
  });

  // Play.
  const play = makeButton("", () => setPlaying(!playing), "gc-play");
  const step = makeButton("One step", () => {
    trainer.order({ kind: "step" });
    look();
  });
  const again = makeButton("From the start", () => begin());
  const seed = makeButton("", () => change({ seed: (setting.seed + 1) % 1000 }));
  const transport = box("gc-buttons gc-transport", play, step, again, seed, second);
  const toggles = LAYERS.map(([layer, name]) =>
    makeButton(name, () => {
      if (!layers.delete(layer)) layers.add(layer);
      look();
    }),
  );
  const shown = make("div", { class: "gc-buttons", role: "group", "aria-label": "What is shown" }, ...toggles);

  // A line of text, and tasks.
  const line = make("input", {
    class: "gc-state-text",
    type: "text",
    spellcheck: false,
    "aria-label": "This setting as text",
  });
  const told = make("span", { class: "gc-caption", role: "status" });
  const open = () => {
    try {
      write(model, { state: textOf(settingOf(line.value, families)) });
      told.textContent = "";
    } catch (error) {
      told.textContent = /** @type {Error} */ (error).message;
    }
  };
  const copy = async () => {
    line.select();
    await navigator.clipboard?.writeText(line.value).catch(() => document.execCommand("copy"));
    told.textContent = "copied";
  };
  line.addEventListener("keydown", (event) => event.key === "Enter" && open());
  const text = box("gc-buttons gc-state", line, makeButton("Copy", copy), makeButton("Open", open), told);
  const tasks = TASKS.map(({ name }, k) => make("option", { value: k }, name));
  const task = make("select", { "aria-label": "Task" }, make("option", { value: "" }, "a task …"), ...tasks);
  const asked = box("gc-hint");
  const judged = make("div", { class: "gc-judged-task", role: "status" });
  task.addEventListener("change", () => {
    const chosen = TASKS[Number(task.value)];
    memory = {};
    judged.textContent = "";
    asked.textContent = task.value ? chosen.words : "";
    if (task.value) write(model, { state: textOf(settingOf(chosen.start, families)) });
  });

  root.append(
    shape.row,
    dials,
    own.element,
    box("gc-bar", transport),
    box("gc-bar", shown),
    box("gc-panels", ...panels.map(({ element }) => element)),
    box("gc-bar gc-tasks", task),
    asked,
    judged,
    text,
  );

  function setPlaying(/** @type {boolean} */ on) {
    playing = on;
    trainer.order({ kind: "play", on });
    look();
  }

  const trainer = makeTrainer((report) => {
    if (report.views.length !== setting.models.length) return; // of a run that is no more
    views = report.views;
    playing = report.playing;
    views.forEach((view, k) => {
      panels[k].see(view);
    });
    const chosen = TASKS[Number(task.value)];
    const verdict = task.value !== "" && chosen.judge({ setting, views, memory });
    if (verdict) judged.textContent = verdict;
    if (playing) later(report.cost);
    ask();
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const later = (/** @type {number} */ cost) => {
    clearTimeout(waiting);
    waiting = setTimeout(look, Math.max(PAUSE, 3 * cost));
  };
  function look() {
    trainer.order({ kind: "look", layers: [...layers] });
    ask();
  }

  function begin() {
    data = pointsOf(setting);
    trainer.order({ kind: "begin", models: setting.models, data, seed: setting.seed });
    if (playing) trainer.order({ kind: "play", on: true });
    look();
  }

  function apply() {
    setting = settingOf(model.get("state"), families);
    const drawn = setting.data === "own";
    shape.mark(drawn ? shapes.length : shapes.indexOf(setting.data));
    count.set(nearestOf(COUNTS, setting.n));
    noise.set(nearestOf(NOISES, setting.noise));
    dials.hidden = drawn;
    begin();
    own.set(drawn, drawn ? merged() : []);
    panels.forEach((panel, k) => {
      panel.element.hidden = k >= setting.models.length;
      if (setting.models[k]) panel.set(setting.models[k]);
    });
    second.textContent = setting.models.length > 1 ? "One alone" : "Two side by side";
    seed.textContent = `Seed ${setting.seed}`;
    seed.setAttribute("aria-label", `Seed ${setting.seed}: another`);
    line.value = textOf(setting);
    ask();
  }
  const merged = () => [...data.train, ...data.held];

  const ask = oncePerFrame(() => {
    play.textContent = playing ? "Pause" : "Play";
    toggles.forEach((button, k) => {
      button.setAttribute("aria-pressed", String(layers.has(LAYERS[k][0])));
    });
    const along = alongOf(performance.now());
    const points = setting.data === "own" ? Float32Array.from(own.points()) : data.train;
    panels.forEach((panel) => {
      panel.draw({ points, layers, along, cursor: own.cursor() });
    });
    if (layers.has("steps") && views.some(({ path }) => path.length) && root.isConnected) ask();
  });
  const sizes = new ResizeObserver(() => ask());
  for (const { canvas } of panels) sizes.observe(canvas);
  const stop = listen(model, ["state"], apply);
  apply();
  return () => {
    stop();
    clearTimeout(waiting);
    trainer.stop();
    sizes.disconnect();
    ask.cancel();
  };
}

export default { render };
