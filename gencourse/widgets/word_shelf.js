// A shelf of pictures that sorts itself by the words that are typed.

/** @import { Context } from "./shared/page.js" */
import { bytesOf, fromHalf } from "./shared/bytes.js";
import { norm } from "./shared/numbers.js";
import { box, listen, make, makeButton, makeRoot, oncePerFrame, read, tell, write } from "./shared/page.js";
import { brushOf, makePicture } from "./shared/paint.js";

/**
 * @typedef {object} Traits
 * @property {DataView} sheet a PNG of all pictures side by side
 * @property {[height: number, width: number]} tile of a picture on it
 * @property {number} columns of the sheet, and of the shelf
 * @property {string[]} names of the pictures
 * @property {DataView} vectors (N, D) half floats, of the pictures
 * @property {string[]} vocabulary
 * @property {DataView} words (V, D) half floats
 * @property {string} text that is typed
 */

const FIRST = 6; // that are shown large
const TRY = ["heart", "animal", "red", "food", "flag", "sad face", "water"];

/**
 * The rows of half floats, each of `columns`.
 *
 * @param {DataView} view
 * @param {number} count
 */
function halfRows(view, count) {
  const all = fromHalf(view);
  const columns = all.length / count;
  return Array.from({ length: count }, (_, k) => all.subarray(k * columns, (k + 1) * columns));
}

/**
 * Each picture's cosine with the mean of the words' vectors; 0 where there is no word.
 *
 * @param {Float32Array[]} pictures
 * @param {Float32Array[]} words
 */
function scoresOf(pictures, words) {
  if (!words.length) return pictures.map(() => 0);
  const mean = Array.from(words[0], (_, d) => words.reduce((sum, word) => sum + word[d], 0) / words.length);
  const length = norm(mean) || 1;
  return pictures.map((picture) => {
    let inner = 0;
    for (let d = 0; d < mean.length; d++) inner += picture[d] * mean[d];
    return inner / length / (norm(Array.from(picture)) || 1);
  });
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [names, vocabulary, columns, [height, width]] = read(model, "names", "vocabulary", "columns", "tile");
  const pictures = halfRows(model.get("vectors"), names.length);
  const vectors = halfRows(model.get("words"), vocabulary.length);
  const numbers = new Map(vocabulary.map((word, k) => [word, k]));

  const root = makeRoot(el, "A shelf of pictures, sorted by words");
  const field = make("input", { type: "text", class: "gc-shelf-words", "aria-label": "Words to sort the shelf by" });
  const save = (/** @type {string} */ text) => write(model, { text });
  field.addEventListener("input", () => save(field.value));
  const first = box("gc-foremost");
  const shelf = make("canvas", { class: "gc-shelf", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  root.append(
    box("gc-bar", make("label", { class: "gc-control" }, make("span", {}, "words"), field)),
    box("gc-buttons", ...TRY.map((text) => makeButton(text, () => save(text)))),
    readout,
    first,
    shelf,
    box("gc-hint", "The whole shelf, row by row: the nearest to the words first."),
  );

  const sheet = new Image();
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} k the picture
   * @param {number} x
   * @param {number} y
   */
  const put = (canvas, k, x, y) => {
    const [left, top] = [(k % columns) * width, Math.floor(k / columns) * height];
    brushOf(canvas).drawImage(sheet, left, top, width, height, x, y, width, height);
  };
  const draw = () => {
    const text = model.get("text");
    if (field.value !== text) field.value = text;
    const typed = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const known = typed.filter((word) => numbers.has(word));
    const unknown = typed.filter((word) => !numbers.has(word));
    const scores = scoresOf(
      pictures,
      known.map((word) => vectors[/** @type {number} */ (numbers.get(word))]),
    );
    const order = names.map((_, k) => k).sort((a, b) => scores[b] - scores[a] || a - b);
    const left = unknown.length ? `   no vector for: ${unknown.join(", ")}` : "";
    tell(
      readout,
      known.length
        ? `${names[order[0]]}: cosine ${scores[order[0]].toFixed(2)}${left}`
        : `the shelf as it was given${left}`,
    );
    const large = order.slice(0, FIRST).map((k) => {
      const canvas = makePicture(names[k]);
      [canvas.width, canvas.height] = [width, height];
      put(canvas, k, 0, 0);
      return make("div", {}, canvas, box("gc-caption", names[k]), box("gc-caption", scores[k].toFixed(2)));
    });
    first.replaceChildren(...large);
    [shelf.width, shelf.height] = [columns * width, Math.ceil(names.length / columns) * height];
    order.forEach((k, place) => {
      put(shelf, k, (place % columns) * width, Math.floor(place / columns) * height);
    });
    const said = order.slice(0, FIRST).map((k) => names[k]);
    shelf.setAttribute("aria-label", `${names.length} pictures, first ${said.join(", ")}`);
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["text"], ask);
  const address = URL.createObjectURL(new Blob([bytesOf(model.get("sheet"))], { type: "image/png" }));
  sheet.addEventListener("load", ask);
  sheet.src = address;
  draw();
  return () => {
    stop();
    ask.cancel();
    URL.revokeObjectURL(address);
  };
}

export default { render };
