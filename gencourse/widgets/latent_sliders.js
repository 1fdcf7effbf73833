// A slider for each latent, the most informative first, and the image they decode to.

function makeRow(index, extent, kl, mostKl, slide) {
  const name = latentName(index);
  const slider = make("input", {
    class: "gc-slider", type: "range", min: -extent, max: extent, step: 0.05, value: 0,
    "aria-label": `${name}${kl === undefined ? "" : `, ${kl.toFixed(2)} nats`}`,
  });
  const number = make("span", { class: "gc-number", "aria-hidden": "true" });
  const label = make("span", {}, name);
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
  return { cells: [label, slider, number, nats], show };
}

function makeRows(model, slide) {
  const kl = model.get("kl");
  const mostKl = Math.max(...kl, 1e-6);
  const order = model.get("order");
  const rows = order.map((index) => makeRow(index, model.get("extent"), kl[index], mostKl, slide));
  const heads = kl.length ? ["", "", "value", "KL (nats)"] : [];
  const table = make("div", { class: "gc-rows", role: "group", "aria-label": "Latents" },
    ...heads.map((text) => make("span", { class: "gc-head", "aria-hidden": "true" }, text)),
    ...rows.flatMap((row) => (kl.length ? row.cells : row.cells.slice(0, 3).concat(make("span")))));
  const show = (z) => rows.forEach((row, k) => row.show(z[order[k]]));
  return { table, show };
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
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const buttons = make("div", { class: "gc-buttons" },
    make("button", { type: "button", class: "gc-random", onclick: () => move(normalSample(latent)) }, "Random z"),
    make("button", { type: "button", class: "gc-reset", onclick: () => move(Array(latent).fill(0)) }, "Reset"));
  if (images.length) {
    const caption = make("p", { class: "gc-caption" }, "Start from an image");
    root.append(make("div", { class: "gc-section" }, caption, gallery.strip));
  }
  root.append(make("div", { class: "gc-pair" },
    make("div", { class: "gc-side" }, picture, make("div", { class: "gc-bar" }, readout, buttons)),
    make("div", { class: "gc-side" }, rows.table)));

  const ask = oncePerFrame(() => {
    const z = model.get("z");
    rows.show(z);
    paint(picture, decode(z), shape);
    readout.textContent = `|z| = ${norm(z).toFixed(2)}`;
    picture.setAttribute("aria-label", `The image decoded at z = (${z.map((x) => x.toFixed(2)).join(", ")})`);
  });
  const stop = listen(model, ["z"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
