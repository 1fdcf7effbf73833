// Two images of a gallery, the path between their codes, a slider along it, and what lies on it.

/** @import { Program } from "./shared/decoder.js" */
/** @import { Context } from "./shared/page.js" */
import { bytesOf, imagesOf, rowsOf } from "./shared/bytes.js";
import { makeStrip } from "./shared/controls.js";
import { makeDecoder } from "./shared/decoder.js";
import { clamp, norm, sum } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";
import { paint } from "./shared/paint.js";

/** @typedef {"linear" | "spherical"} Path */
/**
 * @typedef {object} Traits
 * @property {Program} program
 * @property {DataView} weights
 * @property {number[]} z
 * @property {DataView} thumbnails (N, C, H, W) bytes
 * @property {DataView} codes (N, D) floats
 * @property {number[]} labels
 * @property {number} start the number of an image
 * @property {number} end
 * @property {number} t
 * @property {Path} path
 * @property {number} frames
 */

const SECONDS = 3; // from one end of the path to the other when it plays

/**
 * @param {number[]} start
 * @param {number[]} end
 * @param {number} t
 * @param {Path} path
 */
function interpolate(start, end, t, path) {
  const lengths = norm(start) * norm(end);
  const cosine = sum(start.map((x, d) => x * end[d])) / Math.max(lengths, 1e-12);
  const angle = Math.acos(clamp(cosine, -1, 1));
  const straight = path === "linear" || Math.sin(angle) < 1e-4 || lengths < 1e-12;
  const turned = [(1 - t) * angle, t * angle].map((x) => Math.sin(x) / Math.sin(angle));
  const [a, b] = straight ? [1 - t, t] : turned;
  return start.map((x, d) => a * x + b * end[d]);
}

/** @param {(path: Path) => void} choose */
function makePathButtons(choose) {
  const buttons = /** @type {Path[]} */ (["linear", "spherical"]).map((path) => {
    const button = makeButton(path[0].toUpperCase() + path.slice(1), () => choose(path));
    return { path, button };
  });
  const mark = (/** @type {Path} */ chosen) => {
    for (const { path, button } of buttons) button.setAttribute("aria-pressed", String(path === chosen));
  };
  const about = { class: "gc-buttons", role: "group", "aria-label": "Path" };
  return { group: make("div", about, ...buttons.map(({ button }) => button)), mark };
}

/**
 * @param {number} count
 * @param {(t: number) => void} jump
 */
function makeFilm(count, jump) {
  const canvases = Array.from({ length: count }, () => make("canvas", { "aria-hidden": "true" }));
  const buttons = canvases.map((canvas, k) => {
    const t = k / (count - 1);
    return make("button", { type: "button", "aria-label": `t = ${t.toFixed(2)}`, onclick: () => jump(t) }, canvas);
  });
  const film = make("div", { class: "gc-film", role: "group", "aria-label": "Images along the path" }, ...buttons);
  const mark = (/** @type {number} */ t) =>
    buttons.forEach((button, k) => {
      button.setAttribute("aria-pressed", String(Math.round(t * (count - 1)) === k));
    });
  return { film, canvases, mark };
}

/**
 * A button that walks to the end of the path and back until it is pressed again, or `stop` is called.
 *
 * @param {() => number} current
 * @param {(t: number) => void} step
 */
function makePlay(current, step) {
  let [frame, last, direction] = [0, 0, 1];
  const tick = (/** @type {number} */ now) => {
    const t = current() + (direction * (now - last)) / SECONDS / 1000;
    if (t <= 0 || t >= 1) direction = t <= 0 ? 1 : -1;
    last = now;
    step(clamp(t, 0, 1));
    frame = requestAnimationFrame(tick);
  };
  const show = () => {
    button.textContent = frame ? "Pause" : "Play";
    button.setAttribute("aria-pressed", String(frame !== 0));
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    show();
  };
  const start = () => {
    last = performance.now();
    if (current() >= 1) direction = -1;
    frame = requestAnimationFrame(tick);
    show();
  };
  const button = makeButton("", () => (frame ? stop() : start()), "gc-play");
  show();
  return { button, stop, playing: () => frame !== 0 };
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [program, labels] = read(model, "program", "labels");
  const { shape } = program;
  const decode = makeDecoder(program, model.get("weights"));
  const images = imagesOf(model.get("thumbnails"), shape);
  const codes = rowsOf(model.get("codes"), bytesOf(model.get("codes")).byteLength / 4 / images.length);
  const along = (/** @type {number} */ t) => {
    const [start, end, path] = read(model, "start", "end", "path");
    return interpolate(codes[start], codes[end], t, path);
  };

  const root = makeRoot(el, "Images along the path between two codes");
  const choose = (/** @type {Partial<Traits>} */ traits) => {
    const [start, end, t, path] = read(model, "start", "end", "t", "path");
    const at = { start, end, t, path, ...traits };
    write(model, { ...traits, z: interpolate(codes[at.start], codes[at.end], at.t, at.path) });
  };
  const from = makeStrip("From", images, labels, shape, (start) => choose({ start }));
  const to = makeStrip("To", images, labels, shape, (end) => choose({ end }));
  const paths = makePathButtons((path) => choose({ path }));
  const jump = (/** @type {number} */ t) => {
    play.stop();
    choose({ t });
  };
  const play = makePlay(
    () => model.get("t"),
    (t) => choose({ t }),
  );
  const film = makeFilm(model.get("frames"), jump);
  const slider = make("input", {
    class: "gc-slider",
    type: "range",
    min: 0,
    max: 1,
    step: 0.01,
    "aria-label": "t, the place on the path",
    oninput: () => jump(Number(slider.value)),
  });
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const section = (/** @type {string} */ title, /** @type {HTMLElement} */ child) =>
    box("gc-section", box("gc-caption", title), child);
  root.append(
    box(
      "gc-pair",
      box("gc-side", section("From", from.strip), section("To", to.strip), section("Path", paths.group)),
      box("gc-side", picture),
    ),
    film.film,
    slider,
    box("gc-bar", readout, box("gc-buttons", play.button)),
  );

  let filmed = "";
  const drawFilm = () => {
    const [start, end, path] = read(model, "start", "end", "path");
    if (filmed === `${start} ${end} ${path}`) return;
    filmed = `${start} ${end} ${path}`;
    film.canvases.forEach((canvas, k) => {
      paint(canvas, decode(along(k / (film.canvases.length - 1))), shape);
    });
    from.mark(start);
    to.mark(end);
    paths.mark(path);
  };
  const ask = oncePerFrame(() => {
    const [start, end, t] = read(model, "start", "end", "t");
    const z = along(t);
    drawFilm();
    slider.value = String(t);
    readout.setAttribute("aria-live", play.playing() ? "off" : "polite");
    film.mark(t);
    paint(picture, decode(z), shape);
    tell(readout, `t = ${t.toFixed(2)}   |z| = ${norm(z).toFixed(2)}`);
    const ends = `from class ${labels[start]} to ${labels[end]}`;
    picture.setAttribute("aria-label", `The image decoded at t = ${t.toFixed(2)}, ${ends}`);
  });
  const stop = listen(model, ["start", "end", "t", "path"], ask);
  ask();
  return () => {
    stop();
    play.stop();
    ask.cancel();
  };
}

export default { render };
