// Attention over an image: one large picture a model, and all of its heads in small.

const HEAT = [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]]; // matplotlib's inferno, in quarters

// A share from 0 to 1 -> red, green and blue from 0 to 1.
function heatOf(share) {
  const at = 4 * Math.min(1, Math.max(0, share));
  const k = Math.min(3, Math.floor(at));
  return HEAT[k].map((low, c) => (low + (at - k) * (HEAT[k + 1][c] - low)) / 255);
}

// exp of the entropy of weights that are first made to sum to 1: over how many patches they spread.
function spreadOf(map) {
  const sum = map.reduce((a, b) => a + b, 0);
  return Math.exp(map.reduce((total, a) => (a > 0 ? total - (a / sum) * Math.log(a / sum) : total), 0));
}

// The image (bytes) mixed with its map, each patch in one colour: 3 · H · W numbers in [0, 1].
function overlay(image, [channels, height, width], map, [h, w], strength) {
  const top = Math.max(...map);
  const colours = map.map((a) => heatOf(a / top));
  return Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const [c, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    const patch = Math.floor((row * h) / height) * w + Math.floor((column * w) / width);
    const own = image[(channels === 3 ? c * height * width : 0) + pixel] / 255;
    return (1 - strength) * own + strength * colours[patch][c];
  });
}

function render({ model, el }) {
  const [shape, [, , heads, h, w], models, names] = ["shape", "size", "models", "names"].map((name) => model.get(name));
  const bytes = imagesOf(model.get("images"), shape);
  const rows = rowsOf(model.get("attention"), h * w); // row (m · N + image) · heads + head
  const mapOf = (m, image, head) => {
    const all = rows.slice((m * bytes.length + image) * heads, (m * bytes.length + image + 1) * heads);
    return head < 0 ? all[0].map((_, i) => all.reduce((sum, map) => sum + map[i], 0) / heads) : all[head];
  };
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
    ask();
  };

  const root = makeRoot(el, "Attention of a vision transformer over images");
  const { strip, mark } = makeStrip("Image", bytes, names.length ? names : bytes.map((_, k) => k + 1), shape, (k) => save({ chosen: k }));
  const choice = makeChoice("Head", ["mean", ...Array.from({ length: heads }, (_, k) => String(k + 1))], (k) => save({ head: k - 1 }));
  const slider = makeSlider("overlay", { min: 0, max: 1, step: 0.02, value: model.get("strength"), say: (value) => `${Math.round(100 * value)} %` }, (value) => save({ strength: value }));
  const canvasOf = (name) => make("canvas", { class: "gc-thumb", role: "img", "aria-label": name });
  const original = canvasOf("the image");
  const caption = make("div", { class: "gc-caption" });
  const panels = models.map((name) => ({
    large: canvasOf(`attention ${name}`), text: make("div", { class: "gc-caption", "aria-live": "polite" }),
    small: Array.from({ length: heads }, (_, k) => canvasOf(`attention ${name}, head ${k + 1}`)),
  }));
  const heat = `linear-gradient(to right, ${HEAT.map((rgb) => `rgb(${rgb})`).join(", ")})`;
  root.append(
    make("div", { class: "gc-section" }, strip),
    make("div", { class: "gc-buttons", style: "margin-bottom: 6px" }, make("span", {}, heads > 1 ? "head" : ""), heads > 1 ? choice.row : ""), slider.row,
    make("div", { class: "gc-looks", style: `--gc-columns: ${1 + models.length}` },
      make("div", {}, original, caption),
      ...panels.map(({ large, text, small }) => make("div", {}, large, text, heads > 1 ? make("div", { class: "gc-heads" }, ...small) : ""))),
    make("div", { class: "gc-legend" }, "no attention", make("span", { style: `width: 90px; height: 10px; border-radius: 3px; background: ${heat}` }), "the most in each map",
      heads > 1 ? make("span", {}, "Small: each head alone.") : ""));
  panels.forEach(({ small }) => small.forEach((canvas, k) => canvas.addEventListener("click", () => save({ head: k }))));

  const draw = () => {
    const [chosen, head, strength] = ["chosen", "head", "strength"].map((name) => model.get(name));
    mark(chosen);
    choice.mark(head + 1);
    slider.set(strength);
    paint(original, bytes[chosen], shape, 255);
    caption.textContent = names.length ? names[chosen] : `image ${chosen + 1}`;
    panels.forEach(({ large, text, small }, m) => {
      const map = mapOf(m, chosen, head);
      paint(large, overlay(bytes[chosen], shape, map, [h, w], strength), [3, ...shape.slice(1)]);
      text.textContent = `${models[m] ? `${models[m]}: ` : ""}spread over ${spreadOf(map).toFixed(1)} of ${h * w} patches`;
      small.forEach((canvas, k) => {
        paint(canvas, overlay(bytes[chosen], shape, mapOf(m, chosen, k), [h, w], 1), [3, ...shape.slice(1)]);
        canvas.classList.toggle("gc-on", k === head);
      });
    });
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["chosen", "head", "strength"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
