// A slider for each latent, the most informative first, and the image they decode to.

const REST = 120; // ms without a move after which the small pictures follow

function makeRow(index, name, extent, kl, mostKl, slide) {
  const slider = make("input", {
    class: "gc-slider", type: "range", min: -extent, max: extent, step: 0.05, value: 0,
    "aria-label": `${name}${kl === undefined ? "" : `, ${kl.toFixed(2)} nats`}`,
  });
  const number = make("span", { class: "gc-number", "aria-hidden": "true" });
  const label = make("span", { class: "gc-name", title: name }, name);
  const ends = [0, 1].map(() => make("canvas", { class: "gc-end", "aria-hidden": "true" }));
  const nats = make("span", { class: "gc-kl gc-number" });
  if (kl !== undefined) {
    nats.textContent = kl.toFixed(2);
    nats.style.setProperty("--share", `${(100 * kl) / mostKl}%`);
  }
  slider.addEventListener("input", () => slide(index, Number(slider.value)));
  const show = (value) => {
    slider.value = value;
    number.textContent = signed(value);
  };
  return { cells: [label, ends[0], slider, ends[1], number, nats], show, ends };
}

function makeRows(model, slide) {
  const kl = model.get("kl");
  const mostKl = Math.max(...kl, 1e-6);
  const order = model.get("order");
  const names = model.get("names");
  const rows = order.map((index) =>
    makeRow(index, names[index] ?? latentName(index), model.get("extent"), kl[index], mostKl, slide));
  const heads = kl.length ? ["", "", "", "", "value", "KL (nats)"] : [];
  const table = make("div", { class: "gc-rows", role: "group", "aria-label": "Latents" },
    ...heads.map((text, k) => make("span", { class: k % 2 && k < 4 ? "gc-end" : "gc-head", "aria-hidden": "true" }, text)),
    ...rows.flatMap((row) => (kl.length ? row.cells : row.cells.slice(0, 5).concat(make("span")))));
  const show = (z) => rows.forEach((row, k) => row.show(z[order[k]]));
  return { table, show, rows, order };
}

// The pictures at both ends of each slider, the other latents as they are: one row a frame once the hand rests.
function makeEnds({ rows, order }, { decode, shape, extent, current }) {
  let [timer, frame] = [0, 0];
  const draw = (k) => {
    const z = current();
    rows[k].ends.forEach((canvas, side) => {
      const end = z.map((x, d) => (d === order[k] ? extent * (side ? 1 : -1) : x));
      paint(canvas, decode(end), shape);
    });
    if (k + 1 < rows.length) frame = requestAnimationFrame(() => draw(k + 1));
  };
  const cancel = () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  };
  const ask = () => {
    cancel();
    timer = setTimeout(draw, REST, 0);
  };
  return { ask, cancel };
}

function explain(kl) {
  const order = kl.length ? "Sorted by mean KL, the most informative first. " : "";
  return `${order}Beside each slider: the image at either end.`;
}

function render({ model, el }) {
  const { shape } = model.get("program");
  const decode = makeDecoder(model.get("program"), model.get("weights"));
  const latent = model.get("order").length;
  const images = imagesOf(model.get("thumbnails"), shape);
  const codes = rowsOf(model.get("codes"), latent);
  const extent = model.get("extent");

  const root = makeRoot(el, "A slider for each latent and the image they decode to");
  const move = (z, chosen = -1) => {
    model.set("z", z.map((x) => Math.min(extent, Math.max(-extent, x))));
    model.save_changes();
    gallery.mark(chosen);
    ask();
  };
  const gallery = makeStrip("Start from an image", images, model.get("labels"), shape, (k) => move(codes[k], k));
  const rows = makeRows(model, (index, value) => move(model.get("z").map((x, d) => (d === index ? value : x))));
  const ends = makeEnds(rows, { decode, shape, extent, current: () => model.get("z") });
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const buttons = make("div", { class: "gc-buttons" },
    make("button", { type: "button", class: "gc-random", onclick: () => move(normalSample(latent)) }, "Random z"),
    make("button", { type: "button", class: "gc-reset", onclick: () => move(Array(latent).fill(0)) }, "Reset"));
  if (images.length) {
    const caption = make("div", { class: "gc-caption" }, "Start from an image");
    root.append(make("div", { class: "gc-section" }, caption, gallery.strip));
  }
  root.append(make("div", { class: "gc-pair" },
    make("div", { class: "gc-side" }, picture, make("div", { class: "gc-bar" }, readout, buttons)),
    make("div", { class: "gc-side" }, make("div", { class: "gc-caption" }, explain(model.get("kl"))), rows.table)));

  const ask = oncePerFrame(() => {
    const z = model.get("z");
    rows.show(z);
    ends.ask();
    paint(picture, decode(z), shape);
    readout.textContent = `|z| = ${norm(z).toFixed(2)}`;
    picture.setAttribute("aria-label", `The image decoded at z = (${z.map((x) => x.toFixed(2)).join(", ")})`);
  });
  const stop = listen(model, ["z"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
    ends.cancel();
  };
}

export default { render };
