// Two images of a gallery, the path between their codes, a slider along it, and what lies on it.

const SECONDS = 3; // from one end of the path to the other when it plays

function interpolate(start, end, t, path) {
  const cosine = start.reduce((sum, x, d) => sum + x * end[d], 0) / Math.max(norm(start) * norm(end), 1e-12);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const straight = path === "linear" || Math.sin(angle) < 1e-4 || norm(start) * norm(end) < 1e-12;
  const [a, b] = straight ? [1 - t, t] : [(1 - t) * angle, t * angle].map((x) => Math.sin(x) / Math.sin(angle));
  return start.map((x, d) => a * x + b * end[d]);
}

function makePathButtons(choose) {
  const buttons = ["linear", "spherical"].map((path) => {
    const name = path[0].toUpperCase() + path.slice(1);
    return make("button", { type: "button", value: path, onclick: () => choose(path) }, name);
  });
  const mark = (path) => buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.value === path)));
  return { group: make("div", { class: "gc-buttons", role: "group", "aria-label": "Path" }, ...buttons), mark };
}

function makeFilm(count, jump) {
  const canvases = Array.from({ length: count }, () => make("canvas", { "aria-hidden": "true" }));
  const buttons = canvases.map((canvas, k) => {
    const t = k / (count - 1);
    return make("button", { type: "button", "aria-label": `t = ${t.toFixed(2)}`, onclick: () => jump(t) }, canvas);
  });
  const film = make("div", { class: "gc-film", role: "group", "aria-label": "Images along the path" }, ...buttons);
  const mark = (t) =>
    buttons.forEach((b, k) => b.setAttribute("aria-pressed", String(Math.round(t * (count - 1)) === k)));
  return { film, canvases, mark };
}

// A button that walks to the end of the path and back until it is pressed again, or `stop` is called.
function makePlay(current, step) {
  let [frame, last, direction] = [0, 0, 1];
  const tick = (now) => {
    const t = current() + (direction * (now - last)) / SECONDS / 1000;
    if (t <= 0 || t >= 1) direction = t <= 0 ? 1 : -1;
    last = now;
    step(Math.min(1, Math.max(0, t)));
    frame = requestAnimationFrame(tick);
  };
  const show = () => {
    button.textContent = frame ? "Pause" : "Play";
    button.setAttribute("aria-pressed", String(frame !== 0));
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    show();
  };
  const start = () => {
    last = performance.now();
    if (current() >= 1) direction = -1;
    frame = requestAnimationFrame(tick);
    show();
  };
  const button = make("button", { type: "button", class: "gc-play", onclick: () => (frame ? stop() : start()) });
  show();
  return { button, stop, playing: () => frame !== 0 };
}

function render({ model, el }) {
  const { shape } = model.get("program");
  const decode = makeDecoder(model.get("program"), model.get("weights"));
  const images = imagesOf(model.get("thumbnails"), shape);
  const labels = model.get("labels");
  const codes = rowsOf(model.get("codes"), new Float32Array(bytesOf(model.get("codes"))).length / images.length);
  const along = (t) => interpolate(codes[model.get("start")], codes[model.get("end")], t, model.get("path"));

  const root = makeRoot(el, "Images along the path between two codes");
  const choose = (name, value) => {
    model.set(name, value);
    model.set("z", along(model.get("t")));
    model.save_changes();
    ask();
  };
  const from = makeStrip("From", images, labels, shape, (k) => choose("start", k));
  const to = makeStrip("To", images, labels, shape, (k) => choose("end", k));
  const paths = makePathButtons((path) => choose("path", path));
  const jump = (t) => {
    play.stop();
    choose("t", t);
  };
  const play = makePlay(() => model.get("t"), (t) => choose("t", t));
  const film = makeFilm(model.get("frames"), jump);
  const slider = make("input", {
    class: "gc-slider", type: "range", min: 0, max: 1, step: 0.01, "aria-label": "t, the place on the path",
    oninput: () => jump(Number(slider.value)),
  });
  const picture = make("canvas", { class: "gc-picture", role: "img" });
  const readout = make("output", { class: "gc-readout", "aria-live": "polite" });
  const section = (title, ...children) =>
    make("div", { class: "gc-section" }, make("div", { class: "gc-caption" }, title), ...children);
  root.append(make("div", { class: "gc-pair" },
    make("div", { class: "gc-side" }, section("From", from.strip), section("To", to.strip), section("Path", paths.group)),
    make("div", { class: "gc-side" }, picture)), film.film, slider,
    make("div", { class: "gc-bar" }, readout, make("div", { class: "gc-buttons" }, play.button)));

  let filmed = "";
  const ask = oncePerFrame(() => {
    const [start, end, t, path] = ["start", "end", "t", "path"].map((name) => model.get(name));
    if (filmed !== (filmed = `${start} ${end} ${path}`)) {
      film.canvases.forEach((canvas, k) => paint(canvas, decode(along(k / (film.canvases.length - 1))), shape));
      from.mark(start);
      to.mark(end);
      paths.mark(path);
    }
    const z = along(t);
    slider.value = t;
    readout.setAttribute("aria-live", play.playing() ? "off" : "polite");
    film.mark(t);
    paint(picture, decode(z), shape);
    readout.textContent = `t = ${t.toFixed(2)}   |z| = ${norm(z).toFixed(2)}`;
    picture.setAttribute("aria-label", `The image decoded at t = ${t.toFixed(2)}, from class ${labels[start]} to ${labels[end]}`);
  });
  const stop = listen(model, ["start", "end", "t", "path"], ask);
  ask();
  return () => {
    stop();
    play.stop();
    ask.cancel();
  };
}

export default { render };
