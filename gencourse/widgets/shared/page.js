// What the widgets share in the page.

// An element with attributes (on… are listeners) and children.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// The root of a widget. JupyterLab's notebook shortcuts (the arrow keys move between cells) stop at its edge.
function makeRoot(el, label) {
  const root = make("div", { class: "gc-widget", role: "group", "aria-label": label });
  root.dataset.lmSuppressShortcuts = "true";
  for (const type of ["keydown", "keyup"]) root.addEventListener(type, (event) => event.stopPropagation());
  el.append(root);
  return root;
}

// A function that asks for `draw` in the next frame: however often it is called, one frame is pending at most,
// and it shows the newest state.
function oncePerFrame(draw) {
  let pending = 0;
  const ask = () => {
    pending ||= requestAnimationFrame(() => {
      pending = 0;
      draw();
    });
  };
  ask.cancel = () => cancelAnimationFrame(pending);
  return ask;
}

// Listens to traits; the returned function stops listening.
function listen(model, names, handler) {
  const events = names.map((name) => `change:${name}`);
  events.forEach((event) => model.on(event, handler));
  return () => events.forEach((event) => model.off(event, handler));
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const latentName = (index) => "z" + [...String(index + 1)].map((digit) => SUBSCRIPTS[digit]).join("");
// Two decimals with a true minus; what rounds to zero has no sign.
const signed = (x) => Number(x.toFixed(2)).toFixed(2).replace("-", "−");
const norm = (z) => Math.hypot(...z);

function normalSample(n) {
  // Box and Muller's transform, one of each pair.
  return Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    return radius * Math.cos(2 * Math.PI * Math.random());
  });
}

// Uniform numbers in (0, 1) from a seed: a Weyl sequence, its bits mixed as in mulberry32.
function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

// The k-th of the images in a Bytes trait, as bytes.
function imagesOf(view, [channels, height, width]) {
  const all = new Uint8Array(bytesOf(view));
  const size = channels * height * width;
  return Array.from({ length: all.length / size }, (_, k) => all.subarray(k * size, (k + 1) * size));
}

// The rows of a Bytes trait of float32 numbers, each of `columns`.
function rowsOf(view, columns) {
  const all = new Float32Array(bytesOf(view));
  return Array.from({ length: all.length / columns }, (_, k) => Array.from(all.subarray(k * columns, (k + 1) * columns)));
}

// Buttons of a group as radio buttons: Tab reaches the group, the arrow keys choose. The returned `mark(k)` shows k as
// chosen.
function makeRadios(group, buttons, choose) {
  const mark = (chosen) =>
    buttons.forEach((button, k) => {
      button.setAttribute("aria-checked", String(k === chosen));
      button.tabIndex = k === Math.max(chosen, 0) ? 0 : -1;
    });
  buttons.forEach((button, k) => button.addEventListener("click", () => choose(k)));
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    choose(next);
    buttons[next].focus();
  });
  mark(-1);
  return mark;
}

// A row of thumbnails as radio buttons; `mark(k)` shows k as chosen.
function makeStrip(title, images, labels, shape, choose) {
  const buttons = images.map((image, k) => {
    const canvas = make("canvas", { "aria-hidden": "true" });
    paint(canvas, image, shape, 255);
    const name = `${title}: image ${k + 1}, class ${labels[k]}`;
    return make("button", { type: "button", role: "radio", "aria-label": name, title: `class ${labels[k]}` }, canvas);
  });
  const strip = make("div", { class: "gc-strip", role: "radiogroup", "aria-label": title }, ...buttons);
  return { strip, mark: makeRadios(strip, buttons, choose) };
}
