// A map of images: points on a canvas, and beside it the image of the one that is pointed at, with its neighbours.

const [NEIGHBOURS, SECONDS, MID] = [5, 0.7, "#7d8590"];
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// The numbers of the points nearest to the one given, the nearest first.
function nearestTo(points, index, count) {
  const [x, y] = points[index];
  return points.map(([u, v], k) => ({ k, distance: (u - x) ** 2 + (v - y) ** 2 })).filter(({ k }) => k !== index)
    .sort((a, b) => a.distance - b.distance || a.k - b.k).slice(0, count).map(({ k }) => k);
}

// The nearest point that lies rather in the direction [dx, dy] than aside; the point itself if there is none.
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

function render({ model, el }) {
  const [labels, names, colours, mapNames] = ["labels", "names", "colours", "map_names"].map((name) => model.get(name));
  const [[height, width], columns] = [model.get("tile"), model.get("columns")];
  const count = labels.length;
  const all = rowsOf(model.get("maps"), 2);
  const maps = mapNames.map((_, m) => all.slice(m * count, (m + 1) * count));
  const colourOf = (k) => colours[labels[k] % colours.length];
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
    ask();
  };

  const root = makeRoot(el, model.get("title") || "Map of images");
  const plane = make("canvas", { class: "gc-plane", tabindex: 0, role: "application", "aria-label": "Map. The arrow keys go from point to point." });
  const picture = make("canvas", { class: "gc-picture gc-large", role: "img" });
  const readout = make("output", { class: "gc-caption", "aria-live": "polite", style: "display: block; margin-top: 6px" });
  const strip = make("div", { class: "gc-strip" });
  const tally = make("div", { class: "gc-hint" });
  const show = (m) => save({ shown: m });
  const switcher = mapNames.length < 2 ? null : mapNames.length <= 4 ? makeChoice("Map", mapNames, show)
    : makeSlider("map", { min: 0, max: mapNames.length - 1, step: 1, value: 0, say: (m) => mapNames[m] }, show);
  const present = [...new Set(labels)].sort((a, b) => a - b);
  root.append(
    make("div", { class: "gc-bar", style: "margin: 0 0 10px" }, make("strong", {}, model.get("title")), switcher ? switcher.row : ""),
    make("div", { class: "gc-map" },
      make("div", {}, plane, makeKey(present.map((label) => [names[label], colours[label % colours.length]]))),
      make("div", {}, picture, readout, make("div", { class: "gc-caption", style: "margin-top: 12px" }, "Its nearest neighbours on this map"), strip, tally,
        make("div", { class: "gc-hint" }, "Point at the map, or use the arrow keys."))));

  const sheet = new Image();
  const drawImage = (canvas, k) => {
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    context.drawImage(sheet, (k % columns) * width, Math.floor(k / columns) * height, width, height, 0, 0, width, height);
    return canvas;
  };
  let points = maps[model.get("shown")].map((at) => [...at]);
  let drawn = -1; // the point and the map whose images are shown
  const place = ([x, y]) => [((x / 1.06 + 1) / 2) * plane.clientWidth, ((1 - y / 1.06) / 2) * plane.clientWidth];

  const drawBeside = (chosen, near) => {
    drawImage(picture, chosen);
    const text = `image ${chosen + 1}: ${names[labels[chosen]]}`;
    readout.textContent = text;
    picture.setAttribute("aria-label", text);
    strip.replaceChildren(...near.map((k) => {
      const canvas = drawImage(make("canvas", { role: "img", "aria-label": `neighbour ${k + 1}: ${names[labels[k]]}`, title: names[labels[k]] }), k);
      canvas.style.boxShadow = `0 0 0 2px ${colourOf(k)}`;
      return canvas;
    }));
    tally.textContent = `${near.filter((k) => labels[k] === labels[chosen]).length} of ${near.length} are of its class.`;
  };
  const draw = () => {
    const [chosen, shown] = [model.get("chosen"), model.get("shown")];
    const near = nearestTo(maps[shown], chosen, NEIGHBOURS);
    const dense = window.devicePixelRatio || 1;
    const side = plane.clientWidth;
    if (plane.width !== Math.round(side * dense)) plane.width = plane.height = Math.round(side * dense);
    const context = plane.getContext("2d");
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.clearRect(0, 0, side, side);
    const dot = (k, radius, fill) => {
      const [x, y] = place(points[k]);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      if (fill) context.fill();
      else context.stroke();
    };
    context.globalAlpha = 0.78;
    points.forEach((_, k) => {
      context.fillStyle = colourOf(k);
      dot(k, Math.max(2.6, side / 130), true);
    });
    context.globalAlpha = 1;
    context.strokeStyle = MID;
    near.forEach((k) => {
      context.beginPath();
      context.moveTo(...place(points[chosen]));
      context.lineTo(...place(points[k]));
      context.stroke();
    });
    context.lineWidth = 2;
    context.strokeStyle = getComputedStyle(plane).color;
    near.forEach((k) => dot(k, 7, false));
    context.lineWidth = 3;
    dot(chosen, 9, false);
    switcher?.[switcher.mark ? "mark" : "set"](shown);
    const key = shown * count + chosen;
    if (key !== drawn && sheet.complete) drawBeside(chosen, near);
    if (sheet.complete) drawn = key;
  };
  const ask = oncePerFrame(draw);

  // The points go to the newest map, slow at both ends.
  let moving = 0;
  const moveTo = () => {
    cancelAnimationFrame(moving);
    const [from, to, start] = [points.map((at) => [...at]), maps[model.get("shown")], performance.now()];
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const advance = (now) => {
      const t = still ? 1 : Math.min(1, Math.max(0, (now - start) / (1000 * SECONDS)));
      const share = t * t * (3 - 2 * t);
      points = to.map(([x, y], k) => [from[k][0] + share * (x - from[k][0]), from[k][1] + share * (y - from[k][1])]);
      ask();
      moving = t < 1 ? requestAnimationFrame(advance) : 0;
    };
    advance(start);
  };
  const follow = (event) => {
    const box = plane.getBoundingClientRect();
    const distances = points.map((at) => Math.hypot(place(at)[0] - event.clientX + box.left, place(at)[1] - event.clientY + box.top));
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest !== model.get("chosen")) save({ chosen: nearest });
  };
  plane.addEventListener("pointermove", follow);
  plane.addEventListener("pointerdown", follow);
  plane.addEventListener("keydown", (event) => {
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    save({ chosen: nextPoint(maps[model.get("shown")], model.get("chosen"), way) });
  });
  const observer = new ResizeObserver(ask);
  observer.observe(plane);
  const stops = [listen(model, ["chosen"], ask), listen(model, ["shown"], moveTo)];
  const address = URL.createObjectURL(new Blob([bytesOf(model.get("sheet"))], { type: "image/png" }));
  sheet.addEventListener("load", ask);
  sheet.src = address;
  return () => {
    stops.forEach((stop) => stop());
    observer.disconnect();
    cancelAnimationFrame(moving);
    ask.cancel();
    URL.revokeObjectURL(address);
  };
}

export default { render };
