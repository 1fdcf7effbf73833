// The plane of two latents: a canvas to drag on, and the decoded image beside it.

const MID = "#7d8590"; // reads on a light page and on a dark one
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// Text that stands clear of the points under it: they are rubbed out around it, whatever the page's colour.
function drawLabel(context, text, x, y) {
  context.globalCompositeOperation = "destination-out";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeText(text, x, y);
  context.globalCompositeOperation = "source-over";
  context.lineWidth = 1;
  context.fillText(text, x, y);
}

// What does not move: axes, the prior's circles and the encoded images.
function drawBackground(context, size, extent, points, labels, colours) {
  const unit = size / (2 * extent);
  const at = (x) => size / 2 + x * unit;
  context.lineWidth = 1;
  context.strokeStyle = MID;
  context.fillStyle = MID;
  context.globalAlpha = 0.35;
  for (const [x0, y0, x1, y1] of [[0, 0.5, 1, 0.5], [0.5, 0, 0.5, 1]]) {
    context.beginPath();
    context.moveTo(x0 * size, y0 * size);
    context.lineTo(x1 * size, y1 * size);
    context.stroke();
  }
  context.globalAlpha = 0.72;
  points.forEach(([x, y], k) => {
    context.fillStyle = colours[labels[k] % colours.length];
    context.beginPath();
    context.arc(at(x), at(-y), Math.max(1.9, size / 190), 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
  context.fillStyle = MID;
  context.font = "12px system-ui, sans-serif";
  context.setLineDash([5, 4]);
  for (const radius of [1, 2].filter((r) => r < extent)) {
    context.beginPath();
    context.arc(at(0), at(0), radius * unit, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
  for (const radius of [1, 2].filter((r) => r < extent)) {
    drawLabel(context, String(radius), at(radius * 0.71) + 4, at(-radius * 0.71) - 3);
  }
  drawLabel(context, "z₁", size - 20, at(0) - 6);
  drawLabel(context, "z₂", at(0) + 6, 15);
}

function drawHandle(context, x, y) {
  const rings = [[9, "#000c"], [7.5, "#fff"], [4.5, "#1976d2"]];
  for (const [radius, colour] of rings) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

function makeLegend(labels, names, colours) {
  const present = [...new Set(labels)].sort((a, b) => a - b);
  const keys = present.map((label) => {
    const dot = make("span", { class: "gc-dot", style: `background: ${colours[label % colours.length]}` });
    return make("span", { role: "listitem" }, dot, names[label]);
  });
  return make("div", { class: "gc-legend", role: "list", "aria-label": "Classes of the encoded images" }, ...keys);
}

function render({ model, el }) {
  const shape = model.get("program").shape;
  const extent = model.get("extent");
  const decode = makeDecoder(model.get("program"), model.get("weights"));
  const labels = model.get("labels");
  const points = rowsOf(model.get("codes"), 2);
  const colours = model.get("colours");

  const root = makeRoot(el, "Two latents and the image they decode to");
  const plane = make("canvas", {
    class: "gc-plane", tabindex: 0, role: "application",
    "aria-label": "Plane of the two latents. The arrow keys move the point, with Shift in larger steps; Home goes to the origin.",
  });
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const move = (z) => {
    model.set("z", z.map((x) => Math.min(extent, Math.max(-extent, Math.round(x * 1000) / 1000))));
    model.save_changes();
    ask();
  };
  const buttons = make("div", { class: "gc-buttons" },
    make("button", { type: "button", class: "gc-random", onclick: () => move(normalSample(2)) }, "Random z"),
    make("button", { type: "button", class: "gc-reset", onclick: () => move([0, 0]) }, "Origin"));
  const hint = make("div", { class: "gc-hint" }, "Drag, or use the arrow keys. Dashed: the prior’s radii 1 and 2.");
  root.append(make("div", { class: "gc-pair" },
    make("div", { class: "gc-side" }, plane, labels.length ? makeLegend(labels, model.get("names"), colours) : hint),
    make("div", { class: "gc-side gc-beside" }, picture,
      make("div", {}, make("div", { class: "gc-bar" }, readout, buttons), labels.length ? hint : ""))));

  const background = document.createElement("canvas");
  const resize = () => {
    const size = plane.clientWidth;
    const dense = window.devicePixelRatio || 1;
    if (!size) return;
    for (const canvas of [plane, background]) canvas.width = canvas.height = Math.round(size * dense);
    const context = background.getContext("2d");
    context.scale(dense, dense);
    drawBackground(context, size, extent, points, labels, colours);
    ask();
  };
  const ask = oncePerFrame(() => {
    const z = model.get("z");
    const context = plane.getContext("2d");
    const scale = plane.width / (2 * extent);
    const [x, y] = [z[0], -z[1]].map((u) => plane.width / 2 + Math.min(extent, Math.max(-extent, u)) * scale);
    const dense = plane.width / (plane.clientWidth || plane.width);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, plane.width, plane.height);
    context.drawImage(background, 0, 0);
    context.scale(dense, dense);
    drawHandle(context, x / dense, y / dense);
    paint(picture, decode(z), shape);
    const text = `z = (${signed(z[0])}, ${signed(z[1])})`;
    readout.textContent = `${text}   |z| = ${norm(z).toFixed(2)}`;
    picture.setAttribute("aria-label", `The image decoded at ${text}`);
  });

  const follow = (event) => {
    const box = plane.getBoundingClientRect();
    const to = (offset, length) => (2 * offset / length - 1) * extent;
    move([to(event.clientX - box.left, box.width), -to(event.clientY - box.top, box.height)]);
  };
  plane.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    plane.setPointerCapture(event.pointerId);
    follow(event);
  });
  plane.addEventListener("pointermove", (event) => plane.hasPointerCapture(event.pointerId) && follow(event));
  plane.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step && event.key !== "Home") return;
    event.preventDefault();
    const size = extent / (event.shiftKey ? 6 : 30);
    move(step ? model.get("z").map((x, d) => x + size * step[d]) : [0, 0]);
  });
  const observer = new ResizeObserver(resize);
  observer.observe(plane);
  const stop = listen(model, ["z"], ask);
  resize();
  ask();
  return () => {
    stop();
    observer.disconnect();
    ask.cancel();
  };
}

export default { render };
