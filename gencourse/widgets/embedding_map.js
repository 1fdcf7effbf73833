// A map of images: points on a canvas, and beside it the image of the one that is pointed at, with its neighbours.

/** @import { Context } from "./shared/page.js" */
/** @import { Pair } from "./shared/scale.js" */
import { bytesOf, pointsOf } from "./shared/bytes.js";
import { makeChoice, makeKey, makeSlider } from "./shared/controls.js";
import { arrowOf, box, listen, make, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { brushOf } from "./shared/paint.js";

/**
 * @typedef {object} Traits
 * @property {DataView} maps (maps, N, 2) floats from -1 to 1
 * @property {string[]} map_names
 * @property {DataView} sheet a PNG of all images side by side
 * @property {[height: number, width: number]} tile of an image on it
 * @property {number} columns of the sheet
 * @property {number[]} labels
 * @property {string[]} names of the classes
 * @property {string[]} colours
 * @property {string} title
 * @property {number} shown the number of a map
 * @property {number} chosen the number of a point
 */

const [NEIGHBOURS, SECONDS, MID] = [5, 0.7, "#7d8590"];

/**
 * The numbers of the points nearest to the one given, the nearest first.
 *
 * @param {Pair[]} points
 * @param {number} index
 * @param {number} count
 */
function nearestTo(points, index, count) {
  const [x, y] = points[index];
  return points
    .map(([u, v], k) => ({ k, distance: (u - x) ** 2 + (v - y) ** 2 }))
    .filter(({ k }) => k !== index)
    .sort((a, b) => a.distance - b.distance || a.k - b.k)
    .slice(0, count)
    .map(({ k }) => k);
}

/**
 * The nearest point that lies rather in the direction [dx, dy] than aside; the point itself if there is none.
 *
 * @param {Pair[]} points
 * @param {number} index
 * @param {Pair} direction
 */
function nextPoint(points, index, [dx, dy]) {
  const [x, y] = points[index];
  let [best, least] = [index, Infinity];
  points.forEach(([u, v], k) => {
    const along = (u - x) * dx + (v - y) * dy;
    const aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
    const distance = Math.hypot(along, 2 * aside);
    if (k !== index && along > 0 && aside <= along && distance < least) [best, least] = [k, distance];
  });
  return best;
}

/**
 * What chooses among the maps, and how it shows the one that is: buttons for a few, a slider for many, nothing for one.
 *
 * @param {string[]} names
 * @param {(m: number) => void} show
 */
function makeSwitcher(names, show) {
  if (names.length < 2) return { row: "", set: () => {} };
  if (names.length <= 4) {
    const { row, mark } = makeChoice("Map", names, show);
    return { row, set: mark };
  }
  const say = (/** @type {number} */ m) => names[m];
  return makeSlider("map", { min: 0, max: names.length - 1, step: 1, value: 0, say }, show);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [labels, names, colours, mapNames] = read(model, "labels", "names", "colours", "map_names");
  const [[height, width], columns, title] = read(model, "tile", "columns", "title");
  const count = labels.length;
  const all = pointsOf(model.get("maps"));
  const maps = mapNames.map((_, m) => all.slice(m * count, (m + 1) * count));
  const colourOf = (/** @type {number} */ k) => colours[labels[k] % colours.length];
  const nameOf = (/** @type {number} */ k) => names[labels[k]];

  const root = makeRoot(el, title || "Map of images");
  const plane = make("canvas", {
    class: "gc-plane",
    tabindex: 0,
    role: "application",
    "aria-label": "Map. The arrow keys go from point to point.",
  });
  const picture = make("canvas", { class: "gc-picture gc-large", role: "img" });
  const readout = make("output", { class: "gc-caption gc-named", "aria-live": "polite" });
  const strip = box("gc-strip");
  const tally = box("gc-hint");
  const switcher = makeSwitcher(mapNames, (m) => write(model, { shown: m }));
  const present = [...new Set(labels)].sort((a, b) => a - b);
  root.append(
    box("gc-bar gc-first", make("strong", {}, title), switcher.row),
    box(
      "gc-map gc-below",
      make("div", {}, plane, makeKey(present.map((label) => [names[label], colours[label % colours.length]]))),
      make(
        "div",
        {},
        picture,
        readout,
        box("gc-caption gc-next-part", "Its nearest neighbours on this map"),
        strip,
        tally,
        box("gc-hint", "Point at the map, or use the arrow keys."),
      ),
    ),
  );

  const sheet = new Image();
  const drawImage = (/** @type {HTMLCanvasElement} */ canvas, /** @type {number} */ k) => {
    [canvas.width, canvas.height] = [width, height];
    const [left, top] = [(k % columns) * width, Math.floor(k / columns) * height];
    brushOf(canvas).drawImage(sheet, left, top, width, height, 0, 0, width, height);
    return canvas;
  };
  let points = structuredClone(maps[model.get("shown")]);
  let drawn = -1; // the point and the map whose images are shown
  /** @type {(at: Pair) => Pair} */
  const place = ([x, y]) => [((x / 1.06 + 1) / 2) * plane.clientWidth, ((1 - y / 1.06) / 2) * plane.clientWidth];

  const drawBeside = (/** @type {number} */ chosen, /** @type {number[]} */ near) => {
    drawImage(picture, chosen);
    const text = `image ${chosen + 1}: ${nameOf(chosen)}`;
    readout.textContent = text;
    picture.setAttribute("aria-label", text);
    const small = near.map((k) => {
      const about = { role: "img", "aria-label": `neighbour ${k + 1}: ${nameOf(k)}`, title: nameOf(k) };
      const canvas = drawImage(make("canvas", about), k);
      canvas.style.boxShadow = `0 0 0 2px ${colourOf(k)}`;
      return canvas;
    });
    strip.replaceChildren(...small);
    const alike = near.filter((k) => labels[k] === labels[chosen]).length;
    tally.textContent = `${alike} of ${near.length} are of its class.`;
  };
  const draw = () => {
    const [chosen, shown] = read(model, "chosen", "shown");
    const near = nearestTo(maps[shown], chosen, NEIGHBOURS);
    const dense = window.devicePixelRatio || 1;
    const side = plane.clientWidth;
    if (plane.width !== Math.round(side * dense)) {
      plane.width = Math.round(side * dense);
      plane.height = plane.width;
    }
    const brush = brushOf(plane);
    brush.setTransform(dense, 0, 0, dense, 0, 0);
    brush.clearRect(0, 0, side, side);
    const circle = (/** @type {number} */ k, /** @type {number} */ radius) => {
      brush.beginPath();
      brush.arc(...place(points[k]), radius, 0, 2 * Math.PI);
    };
    brush.globalAlpha = 0.78;
    points.forEach((_, k) => {
      brush.fillStyle = colourOf(k);
      circle(k, Math.max(2.6, side / 130));
      brush.fill();
    });
    brush.globalAlpha = 1;
    brush.strokeStyle = MID;
    for (const k of near) {
      brush.beginPath();
      brush.moveTo(...place(points[chosen]));
      brush.lineTo(...place(points[k]));
      brush.stroke();
    }
    brush.strokeStyle = getComputedStyle(plane).color;
    for (const k of [...near, chosen]) {
      brush.lineWidth = k === chosen ? 3 : 2;
      circle(k, k === chosen ? 9 : 7);
      brush.stroke();
    }
    switcher.set(shown);
    const key = shown * count + chosen;
    if (key !== drawn && sheet.complete) drawBeside(chosen, near);
    if (sheet.complete) drawn = key;
  };
  const ask = oncePerFrame(draw);

  // The points go to the newest map, slow at both ends.
  let moving = 0;
  const moveTo = () => {
    cancelAnimationFrame(moving);
    const [from, to, start] = [points, maps[model.get("shown")], performance.now()];
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const advance = (/** @type {number} */ now) => {
      const t = still ? 1 : Math.min(1, Math.max(0, (now - start) / (1000 * SECONDS)));
      const share = t * t * (3 - 2 * t);
      points = to.map(([x, y], k) => [from[k][0] + share * (x - from[k][0]), from[k][1] + share * (y - from[k][1])]);
      ask();
      moving = t < 1 ? requestAnimationFrame(advance) : 0;
    };
    advance(start);
  };
  const follow = (/** @type {PointerEvent} */ event) => {
    const { left, top } = plane.getBoundingClientRect();
    const distances = points.map((at) => {
      const [x, y] = place(at);
      return Math.hypot(x - event.clientX + left, y - event.clientY + top);
    });
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest !== model.get("chosen")) write(model, { chosen: nearest });
  };
  plane.addEventListener("pointermove", follow);
  plane.addEventListener("pointerdown", follow);
  plane.addEventListener("keydown", (event) => {
    const way = arrowOf(event);
    if (!way) return;
    event.preventDefault();
    write(model, { chosen: nextPoint(maps[model.get("shown")], model.get("chosen"), way) });
  });
  const observer = new ResizeObserver(ask);
  observer.observe(plane);
  const stops = [listen(model, ["chosen"], ask), listen(model, ["shown"], moveTo)];
  const address = URL.createObjectURL(new Blob([bytesOf(model.get("sheet"))], { type: "image/png" }));
  sheet.addEventListener("load", ask);
  sheet.src = address;
  return () => {
    for (const stop of stops) stop();
    observer.disconnect();
    cancelAnimationFrame(moving);
    ask.cancel();
    URL.revokeObjectURL(address);
  };
}

export default { render };
