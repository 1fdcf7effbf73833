// One image through several bottlenecks: all reconstructions side by side, and the code of one of them on sliders.

const MOST_SLIDERS = 8;

// Each model as the page needs it: its decoder, the thumbnails' codes, and the range that each number of a code has.
function readModels(model) {
  const bytes = (name) => bytesOf(model.get(name));
  const [weights, codes, ranges] = [bytes("weights"), new Float32Array(bytes("codes")), new Float32Array(bytes("ranges"))];
  const count = model.get("labels").length;
  let [atWeight, atCode, atRange] = [0, 0, 0];
  const rows = (values, n, width) => Array.from({ length: n }, (_, k) => Array.from(values.subarray(k * width, (k + 1) * width)));
  return model.get("programs").map((program) => {
    const { latent } = program;
    const decode = makeDecoder(program, new DataView(weights, atWeight, program.bytes));
    const mine = rows(codes.subarray(atCode), count, latent);
    const [low, high] = rows(ranges.subarray(atRange), 2, latent);
    [atWeight, atCode, atRange] = [atWeight + program.bytes, atCode + count * latent, atRange + 2 * latent];
    return { latent, decode, codes: mine, low, high };
  });
}

const squaredError = (x, y) => x.reduce((sum, value, k) => sum + (value - y[k]) ** 2, 0);

// The image itself, then a button for each model with what it makes of the image.
function makeLadder(models, shape, choose) {
  const original = make("canvas", { role: "img", "aria-label": "The image" });
  const steps = models.map(({ latent }) => {
    const canvas = make("canvas", { "aria-hidden": "true" });
    const number = make("span", { class: "gc-number" });
    const button = make("button", { type: "button", role: "radio" }, canvas, `z of ${latent}`, number);
    return { canvas, number, button, latent };
  });
  const buttons = steps.map((step) => step.button);
  const group = make("div", { class: "gc-ladder", role: "radiogroup", "aria-label": "Length of the code" },
    make("div", {}, original, "image", make("span", { class: "gc-number" }, "error")), ...buttons);
  const mark = makeRadios(group, buttons, choose);
  const show = (x, reconstructions) => {
    paint(original, x, shape);
    steps.forEach(({ canvas, number, button, latent }, k) => {
      const error = squaredError(x, reconstructions[k]).toFixed(2);
      paint(canvas, reconstructions[k], shape);
      number.textContent = error;
      button.setAttribute("aria-label", `A code of ${latent}, squared error ${error}`);
    });
  };
  return { group, mark, show };
}

// Sliders for the first numbers of a code; the others stay as they are.
function makeLatents({ latent, low, high }, slide) {
  const shown = Math.min(latent, MOST_SLIDERS);
  const sliders = Array.from({ length: shown }, (_, d) => {
    const step = (high[d] - low[d]) / 100 || 0.01;
    return makeSlider(latentName(d), { min: low[d], max: high[d], step, value: low[d] }, (value) => slide(d, value));
  });
  const show = (z) => sliders.forEach((slider, d) => slider.set(z[d]));
  return { rows: sliders.map((slider) => slider.row), show };
}

function render({ model, el }) {
  const { shape } = model.get("programs")[0];
  const models = readModels(model);
  const images = rowsOf(model.get("images"), shape.reduce((a, b) => a * b));
  const root = makeRoot(el, "An image through codes of several lengths");

  const own = () => models[model.get("picked")].codes[model.get("image")];
  const current = () => (model.get("z").length === own().length ? model.get("z") : own());
  const change = (traits) => {
    Object.entries({ z: [], ...traits }).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
    ask();
  };
  const slide = (d, value) => change({ z: current().map((old, k) => (k === d ? value : old)) });
  const random = () => {
    const { low, high } = models[model.get("picked")];
    change({ z: low.map((from, d) => from + Math.random() * (high[d] - from)) });
  };

  const thumbnails = images.map((image) => image.map((value) => 255 * value));
  const gallery = makeStrip("Choose an image", thumbnails, model.get("labels"), shape, (k) => change({ image: k }));
  const ladder = makeLadder(models, shape, (k) => change({ picked: k }));
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const buttons = make("div", { class: "gc-buttons" },
    make("button", { type: "button", class: "gc-random", onclick: random }, "Random code"),
    make("button", { type: "button", class: "gc-reset", onclick: () => change({}) }, "The image's code"));
  const caption = make("div", { class: "gc-caption" });
  const sliders = make("div", { class: "gc-latents", role: "group", "aria-label": "The code" });
  root.append(
    make("div", { class: "gc-caption" }, "Choose an image"), gallery.strip, ladder.group,
    make("div", { class: "gc-pair gc-open" },
      make("div", { class: "gc-side" }, picture, make("div", { class: "gc-bar" }, readout, buttons)),
      make("div", { class: "gc-side" }, caption, sliders)));

  let [open, latents] = [-1, null];
  const openModel = (picked) => {
    if (picked === open) return;
    open = picked;
    latents = makeLatents(models[picked], slide);
    sliders.replaceChildren(...latents.rows);
    const { latent } = models[picked];
    const which = latent > MOST_SLIDERS ? `The first ${MOST_SLIDERS} of the ${latent} numbers` : latent === 1 ? "The one number" : `The ${latent} numbers`;
    caption.textContent = `${which} of this code, each over the range that codes of real images have.`;
  };
  const ask = oncePerFrame(() => {
    const [k, picked] = [model.get("image"), model.get("picked")];
    const [x, z] = [images[k], current()];
    openModel(picked);
    latents.show(z);
    gallery.mark(k);
    ladder.mark(picked);
    ladder.show(x, models.map((each) => each.decode(each.codes[k])));
    const decoded = models[picked].decode(z);
    paint(picture, decoded, shape);
    readout.textContent = `error ${squaredError(x, decoded).toFixed(2)}`;
    const from = model.get("z").length ? "a code of your own" : "the image's code";
    picture.setAttribute("aria-label", `Decoded from ${from}, ${models[picked].latent} numbers`);
  });
  const stop = listen(model, ["image", "picked", "z"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
