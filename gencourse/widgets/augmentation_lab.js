// Sliders for the augmentations, pairs of views that follow them, and the reader's verdicts.

const MORE = 6; // pairs beside the one that is asked about
const percent = (value) => `${Math.round(100 * value)} %`;
const DIALS = [
  ["crop", "crop, least area", percent, 0.01], ["flip", "flip, chance", percent, 0.05], ["rotate", "rotation, up to", (value) => `${Math.round(value)}°`, 5],
  ["jitter", "colour jitter", (value) => `±${percent(value)}`, 0.05], ["hue", "hue, up to", (value) => `±${Math.round(360 * value)}°`, 0.02], ["grey", "grey, chance", percent, 0.05],
  ["blur", "blur, chance", percent, 0.05],
];

// The mean distance of the sliders from where nothing changes, from 0 to 1.
const overall = (strength, limits) =>
  DIALS.reduce((sum, [name]) => sum + (strength[name] - limits[name][0]) / (limits[name][1] - limits[name][0]), 0) / DIALS.length;

function render({ model, el }) {
  const [shape, limits] = [model.get("shape"), model.get("limits")];
  const [, height, width] = shape;
  const bytes = imagesOf(model.get("images"), shape);
  const images = bytes.map((image) => Float32Array.from(image, (value) => value / 255));
  const start = model.get("strength");
  const nothing = Object.fromEntries(DIALS.map(([name]) => [name, limits[name][0]]));
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
    ask();
  };
  const fresh = () => save({ seed: (model.get("seed") + 1) % 100000 });

  const root = makeRoot(el, "Augmentation lab: random views of an image");
  const { strip, mark } = makeStrip("Image", bytes, bytes.map((_, k) => k + 1), shape, (k) => save({ chosen: k }));
  const canvasOf = (name) => make("canvas", { class: "gc-thumb", role: "img", "aria-label": name });
  const [original, ...asked] = ["the image", "view 1", "view 2"].map(canvasOf);
  const more = Array.from({ length: MORE }, (_, k) => [1, 2].map((view) => canvasOf(`pair ${k + 2}, view ${view}`)));
  // A crop is stronger the smaller its least area is: its slider runs from "all" to "little".
  const dials = DIALS.map(([name, title, say, step]) => {
    const [from, to] = limits[name];
    const along = (value) => (from > to ? from + to - value : value);
    const dial = makeSlider(title, { min: Math.min(from, to), max: Math.max(from, to), step, value: along(start[name]), say: (value) => say(along(value)) },
      (value) => save({ strength: { ...model.get("strength"), [name]: along(value) } }));
    return { name, set: (value) => dial.set(along(value)), row: dial.row };
  });
  const answer = (which) => {
    const band = Math.min(4, Math.floor(5 * overall(model.get("strength"), limits)));
    save({ tallies: model.get("tallies").map((tally, k) => (k === band ? tally.map((n, j) => n + (j === which ? 1 : 0)) : tally)), seed: (model.get("seed") + 1) % 100000 });
  };
  const button = (text, action, name) => make("button", { type: "button", class: name, onclick: action }, text);
  const table = make("div", { class: "gc-tallies", role: "table", "aria-label": "Your answers by overall strength" });
  const framed = (canvas, caption) => make("div", {}, canvas, make("div", { class: "gc-caption", style: "margin: 4px 0 0" }, caption));
  root.append(
    make("div", { class: "gc-bar gc-section", style: "margin-top: 0" }, strip, make("div", { class: "gc-buttons" },
      button("no change", () => save({ strength: nothing }), "gc-none"), button("the course’s defaults", () => save({ strength: start }), "gc-start"))),
    make("div", { class: "gc-pair" },
      make("div", { class: "gc-side gc-dials" }, ...dials.map((dial) => dial.row)),
      make("div", { class: "gc-side" },
        make("div", { class: "gc-views" }, framed(original, "the image"), framed(asked[0], "view 1"), framed(asked[1], "view 2")),
        make("div", {}, "From the two views alone: would you still know that it is the same thing?"),
        make("div", { class: "gc-buttons", style: "margin-top: 8px" }, button("Yes", () => answer(0), "gc-yes"), button("No", () => answer(1), "gc-no"), button("Draw two new views", fresh, "gc-again")))),
    make("div", { class: "gc-caption", style: "margin-top: 14px" }, "More pairs at the same strength"),
    make("div", { class: "gc-pairs" }, ...more.map((pair) => make("div", {}, ...pair))),
    make("div", { class: "gc-caption", style: "margin-top: 14px" }, "Your answers, by the overall strength of the seven sliders"), table);

  const draw = () => {
    const [strength, seed, chosen] = ["strength", "seed", "chosen"].map((name) => model.get(name));
    mark(chosen);
    dials.forEach(({ name, set }) => set(strength[name]));
    paint(original, images[chosen], shape);
    [asked, ...more].forEach((pair, k) => pair.forEach((canvas, view) => {
      const random = makeRandom(seed * 7919 + 2 * k + view);
      paint(canvas, drawView(images[chosen], [height, width], width, strength, random), [3, width, width]);
    }));
    const now = Math.min(4, Math.floor(5 * overall(strength, limits)));
    table.replaceChildren(...model.get("tallies").map(([yes, no], k) => {
      const share = yes + no ? (100 * yes) / (yes + no) : 0;
      return make("div", { role: "row", class: "gc-tally", "aria-current": k === now ? "true" : null },
        make("span", { role: "cell", class: "gc-caption" }, `${20 * k}–${20 * k + 20} %`),
        make("div", { class: "gc-track", "aria-hidden": "true" }, make("span", { style: `width: ${share}%` })),
        make("span", { role: "cell", class: "gc-caption" }, yes + no ? `${yes} yes, ${no} no` : "–"));
    }));
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["strength", "seed", "chosen", "tallies"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
