// The matrix of a contrastive batch on a canvas, and one of its rows in pictures and bars.

const [BLUE, ORANGE, GREEN] = ["59, 143, 212", "232, 116, 59", "#2fa37c"];
const NEGATIVES = 5;

// Each row's softmax of cosine / temperature over all columns but its own.
function softmaxRows(cosines, temperature) {
  return cosines.map((row, i) => {
    const top = Math.max(...row.filter((_, j) => j !== i));
    const weights = row.map((cosine, j) => (j === i ? 0 : Math.exp((cosine - top) / temperature)));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  });
}

// −log p of the partner, without the underflow of p: in nats.
function rowLoss(row, i, partner, temperature) {
  const top = Math.max(...row.filter((_, j) => j !== i));
  const sum = row.reduce((total, cosine, j) => (j === i ? total : total + Math.exp((cosine - top) / temperature)), 0);
  return (top - row[partner]) / temperature + Math.log(sum);
}

function drawMatrix(canvas, values, colourOf, partnerOf, chosen) {
  const n = values.length;
  const cell = Math.max(12, Math.floor(840 / n)); // pixels, twice as dense as they are shown
  canvas.width = canvas.height = n * cell;
  const context = canvas.getContext("2d");
  values.forEach((row, i) => row.forEach((value, j) => {
    context.fillStyle = i === j ? "rgba(125, 133, 144, 0.28)" : colourOf(value);
    context.fillRect(j * cell, i * cell, cell, cell);
    if (i !== j) return;
    context.strokeStyle = "rgba(125, 133, 144, 0.9)"; // masked: struck through
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(j * cell + 2, i * cell + 2);
    context.lineTo((j + 1) * cell - 2, (i + 1) * cell - 2);
    context.stroke();
  }));
  context.lineWidth = Math.max(2.5, cell / 9);
  context.strokeStyle = GREEN;
  const inset = context.lineWidth / 2;
  values.forEach((_, i) => context.strokeRect(partnerOf(i) * cell + inset, i * cell + inset, cell - 2 * inset, cell - 2 * inset));
  context.lineWidth = 4;
  context.strokeStyle = `rgb(${ORANGE})`;
  context.strokeRect(2, chosen * cell + 1, n * cell - 4, cell - 2);
}

function render({ model, el }) {
  const size = model.get("size");
  const cosines = rowsOf(model.get("similarity"), size);
  const shape = model.get("shape");
  const images = shape.length ? imagesOf(model.get("images"), shape) : [];
  const labels = model.get("labels");
  const partnerOf = (i) => (i + size / 2) % size;
  const nameOf = (i) => `image ${(i % (size / 2)) + 1}, view ${i < size / 2 ? 1 : 2}` + (labels.length ? `: ${labels[i]}` : "");
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
    ask();
  };
  const choose = (row) => save({ row: Math.min(size - 1, Math.max(0, row)) });

  const root = makeRoot(el, "Similarities of the views of a batch");
  const matrix = make("canvas", { class: "gc-matrix", tabindex: 0, role: "slider", "aria-label": "Anchor: a row of the matrix", "aria-valuemin": 1, "aria-valuemax": size });
  const scale = make("div", { class: "gc-legend" });
  const shown = makeChoice("What the matrix shows", ["probabilities", "cosines"], (k) => save({ shown: ["probabilities", "cosines"][k] }));
  const slider = makeSlider("temperature", { min: Math.log(0.05), max: Math.log(2), step: 0.01, value: Math.log(model.get("temperature")), say: (value) => Math.exp(value).toFixed(2) },
    (value) => save({ temperature: Math.min(2, Math.max(0.05, Math.exp(value))) }));
  const thumbnail = (i) => {
    if (!images.length) return "";
    const canvas = make("canvas", { class: "gc-thumb", role: "img", "aria-label": nameOf(i) });
    paint(canvas, images[i], shape, 255);
    return canvas;
  };
  const pair = make("div", { class: "gc-views" });
  const negatives = make("div", { class: "gc-shares" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  root.append(slider.row, make("div", { class: "gc-pair", style: "margin-top: 10px" },
    make("div", { class: "gc-side" }, matrix, make("div", { class: "gc-bar" }, scale, shown.row),
      make("div", { class: "gc-hint" }, "Click a row, or use the up and down keys. Green: the two views of one image.")),
    make("div", { class: "gc-side" }, pair, make("div", { class: "gc-caption" }, "The negatives that get the most gradient, and their shares"), negatives, readout)));

  const describe = (i, role, p) => make("div", {}, make("div", { class: "gc-caption" }, role), thumbnail(i),
    make("div", { class: "gc-caption", style: "margin-top: 4px" }, nameOf(i), ...(p === null ? [] : [make("br"), `p = ${p.toFixed(3)}`])));

  const draw = () => {
    const [temperature, chosen] = [model.get("temperature"), model.get("row")];
    const partner = partnerOf(chosen);
    const p = softmaxRows(cosines, temperature);
    const isP = model.get("shown") === "probabilities";
    const highest = Math.max(...p.flat());
    drawMatrix(matrix, isP ? p : cosines,
      isP ? (value) => `rgba(${BLUE}, ${value / highest})` : (value) => `rgba(${value > 0 ? BLUE : ORANGE}, ${Math.min(1, Math.abs(value))})`, partnerOf, chosen);
    shown.mark(isP ? 0 : 1);
    slider.set(Math.log(temperature));
    const ends = isP ? ["0", highest.toFixed(2), "transparent"] : ["−1", "1", `rgb(${ORANGE}), transparent`];
    scale.replaceChildren(ends[0], make("span", { style: `width: 90px; height: 10px; border-radius: 3px; background: linear-gradient(to right, ${ends[2]}, rgb(${BLUE}))` }), ends[1]);
    pair.replaceChildren(describe(chosen, "anchor", null), describe(partner, "its positive", p[chosen][partner]));
    const others = p[chosen].map((value, j) => ({ j, value })).filter(({ j }) => j !== chosen && j !== partner);
    const sum = others.reduce((total, { value }) => total + value, 0) || 1;
    others.sort((a, b) => b.value - a.value);
    negatives.replaceChildren(...others.slice(0, NEGATIVES).map(({ j, value }) => make("div", { class: "gc-share" }, thumbnail(j),
      make("div", {}, make("div", { class: "gc-caption", style: "margin: 0" }, nameOf(j)), make("div", { class: "gc-track" }, make("span", { style: `width: ${((100 * value) / sum).toFixed(1)}%` }))),
      make("span", { class: "gc-number" }, `${((100 * value) / sum).toFixed(1)} %`))));
    const losses = cosines.map((row, i) => rowLoss(row, i, partnerOf(i), temperature));
    readout.textContent = `NT-Xent of this row    ${losses[chosen].toFixed(3)} nats\nof the batch, the mean ${(losses.reduce((a, b) => a + b, 0) / size).toFixed(3)} nats\n` +
      `of blind guessing      ${Math.log(size - 1).toFixed(3)} nats`;
    matrix.setAttribute("aria-valuenow", chosen + 1);
    matrix.setAttribute("aria-valuetext", `${nameOf(chosen)}, loss ${losses[chosen].toFixed(2)} nats`);
  };
  const ask = oncePerFrame(draw);
  const follow = (event) => {
    const box = matrix.getBoundingClientRect();
    choose(Math.floor(((event.clientY - box.top) / box.height) * size));
  };
  matrix.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    matrix.setPointerCapture(event.pointerId);
    follow(event);
  });
  matrix.addEventListener("pointermove", (event) => matrix.hasPointerCapture(event.pointerId) && follow(event));
  matrix.addEventListener("keydown", (event) => {
    const now = model.get("row");
    const next = { ArrowDown: now + 1, ArrowUp: now - 1, ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: size - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  });
  const stop = listen(model, ["temperature", "row", "shown"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
