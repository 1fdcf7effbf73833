// Charts: an SVG with axes, to which curves, bars, dots, pictures and handles are added, in the chart's own units.
//
//   const chart = makeChart("the density", { x: [-3, 3], y: [0, 1], xLabel: "z" });
//   const curve = chart.curve({ colour: "var(--gc-accent)", fill: true });
//   curve.set([[0, 0.2], [1, 0.5]]);
//   chart.handle({ label: "mean", step: [0.1, 0], move: ([x]) => model.set("mean", x) }).set([0, 0]);
//   chart.setRange([-5, 5], [0, 2]);   // everything is drawn anew

const MARGIN = { left: 44, right: 12, top: 12, bottom: 34 };

function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// About `count` round numbers within [low, high].
function ticksWithin([low, high], count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

const tickLabel = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

// label: what the chart shows, in words. x, y: the ranges of its axes; xTicks, yTicks: false for an axis without numbers.
function makeChart(label, { x, y, xLabel = "", yLabel = "", width = 460, height = 250, xTicks = true, yTicks = true }) {
  const svg = makeSvg("svg", { class: "gc-chart", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label });
  const [axes, plot, front] = [0, 1, 2].map(() => svg.appendChild(makeSvg("g")));
  const margin = { ...MARGIN, left: yTicks ? MARGIN.left : 12 };
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const items = [];
  const across = (value) => margin.left + ((value - x[0]) / (x[1] - x[0])) * inner.width;
  const down = (value) => margin.top + (1 - (value - y[0]) / (y[1] - y[0])) * inner.height;

  function drawAxes() {
    const line = (x1, y1, x2, y2, kind) => makeSvg("line", { x1, y1, x2, y2, class: kind });
    const text = (content, at, more = {}) => makeSvg("text", { x: at[0], y: at[1], ...more }, content);
    const bottom = height - margin.bottom;
    const rows = yTicks ? ticksWithin(y, height / 55) : [];
    axes.replaceChildren(
      ...rows.map((value) => line(margin.left, down(value), width - margin.right, down(value), "gc-grid")),
      line(margin.left, bottom, width - margin.right, bottom, "gc-axis"),
      ...rows.map((value) => text(tickLabel(value), [margin.left - 6, down(value) + 4], { "text-anchor": "end" })),
      ...(xTicks ? ticksWithin(x, width / 75) : []).map((value) => text(tickLabel(value), [across(value), bottom + 15], { "text-anchor": "middle" })),
      text(xLabel, [margin.left + inner.width / 2, height - 4], { "text-anchor": "middle" }),
      text(yLabel, [margin.left + 4, margin.top + 2]));
  }

  // A mark: an element, how it is drawn from its data, and `set` to give it new data.
  function add(element, drawMark, layer = plot) {
    layer.append(element);
    const mark = { element, data: null, redraw: () => mark.data && drawMark(mark.data, element) };
    mark.set = (data) => {
      mark.data = data;
      mark.redraw();
    };
    items.push(mark);
    return mark;
  }

  const chart = {
    svg,
    setRange(newX, newY) {
      [x, y] = [newX, newY];
      drawAxes();
      items.forEach((item) => item.redraw());
    },
    // set([[x, y], …]): a line; with `fill`, the area between it and y = 0 too.
    curve({ colour, fill = false, dash = null, weight = 2 }) {
      const group = makeSvg("g");
      const area = makeSvg("path", { style: `fill: ${colour}`, "fill-opacity": 0.2 });
      const line = makeSvg("path", { style: `stroke: ${colour}`, fill: "none", "stroke-width": weight, "stroke-dasharray": dash });
      group.append(...(fill ? [area, line] : [line]));
      return add(group, (points) => {
        const route = points.map(([u, v]) => `${across(u).toFixed(2)},${down(v).toFixed(2)}`).join("L");
        line.setAttribute("d", points.length ? `M${route}` : "");
        const [start, end] = [points[0], points.at(-1)];
        if (fill) area.setAttribute("d", points.length ? `M${across(start[0])},${down(0)}L${route}L${across(end[0])},${down(0)}Z` : "");
      });
    },
    // set([{ x, from, to, colour }, …]): upright bars or stems of `breadth` (in x's units, or pixels if given as "3px").
    bars({ breadth }) {
      return add(makeSvg("g"), (bars, group) => {
        const wide = typeof breadth === "string" ? parseFloat(breadth) : across(breadth) - across(0);
        group.replaceChildren(...bars.map((bar) => makeSvg("rect", {
          x: across(bar.x) - wide / 2, width: wide, y: Math.min(down(bar.from), down(bar.to)),
          height: Math.abs(down(bar.to) - down(bar.from)), style: `fill: ${bar.colour}`,
        })));
      });
    },
    // set([{ from, to, y: [low, high], colour }, …]): bars that lie, from one x to another.
    stretches() {
      return add(makeSvg("g"), (stretches, group) => {
        group.replaceChildren(...stretches.map((s) => makeSvg("rect", {
          x: across(s.from), width: Math.max(0, across(s.to) - across(s.from)), y: down(s.y[1]), height: down(s.y[0]) - down(s.y[1]),
          style: `fill: ${s.colour}`,
        })));
      });
    },
    // set([{ x, y, colour }, …])
    dots({ radius = 3.5 } = {}) {
      return add(makeSvg("g"), (dots, group) => {
        group.replaceChildren(...dots.map((dot) => makeSvg("circle", { cx: across(dot.x), cy: down(dot.y), r: radius, style: `fill: ${dot.colour}` })));
      });
    },
    // set({ canvas, x: [low, high], y: [low, high] }): a picture stretched over that part of the plane, its first row on top.
    picture() {
      return add(makeSvg("image", { preserveAspectRatio: "none" }), (shown, image) => {
        const [left, right] = shown.x.map(across);
        const [base, top] = shown.y.map(down);
        const place = { x: left, y: top, width: right - left, height: base - top, href: shown.canvas.toDataURL() };
        for (const [name, value] of Object.entries(place)) image.setAttribute(name, value);
      });
    },
    // set({ at: [x, y], text })
    note({ anchor = "start", colour = "currentColor" } = {}) {
      return add(makeSvg("text", { "text-anchor": anchor, style: `fill: ${colour}`, class: "gc-note" }), ({ at, text: content }, text) => {
        text.setAttribute("x", across(at[0]));
        text.setAttribute("y", down(at[1]));
        text.textContent = content;
      }, front);
    },
    // set([x, y]): a knob to drag or to move by the arrow keys, by `step` (five steps with Shift). `move` is told where
    // the hand wants it, and calls `set` if it agrees. `say([x, y])` puts the position into words; `ring` colours its edge.
    handle({ label: name, colour = "var(--gc-accent)", ring = "var(--gc-paper)", step, move, say = (at) => at.map(signed).join(", ") }) {
      const knob = makeSvg("circle", { class: "gc-knob", r: 8, tabindex: 0, role: "slider", "aria-label": name, style: `fill: ${colour}; stroke: ${ring}` });
      const mark = add(knob, ([u, v]) => {
        knob.setAttribute("cx", across(u));
        knob.setAttribute("cy", down(v));
        knob.setAttribute("aria-valuenow", u);
        knob.setAttribute("aria-valuetext", say([u, v]));
      }, front);
      const follow = (event) => {
        const box = svg.getBoundingClientRect();
        const [px, py] = [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
        move([x[0] + ((px - margin.left) / inner.width) * (x[1] - x[0]), y[0] + (1 - (py - margin.top) / inner.height) * (y[1] - y[0])]);
      };
      knob.addEventListener("pointerdown", (event) => {
        if (event.button || !event.isPrimary) return;
        knob.setPointerCapture(event.pointerId);
        knob.focus();
        event.preventDefault();
      });
      knob.addEventListener("pointermove", (event) => knob.hasPointerCapture(event.pointerId) && follow(event));
      knob.addEventListener("keydown", (event) => {
        const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!direction) return;
        event.preventDefault();
        const times = event.shiftKey ? 5 : 1;
        mark.data = mark.data.map((value, d) => value + times * step[d] * direction[d]); // several keys may come in one frame
        move(mark.data);
      });
      return mark;
    },
  };
  drawAxes();
  return chart;
}

// The width to draw a chart in that fills `root`: its own units are then pixels, and its text is as large as the page's.
const fittingWidth = (root) => Math.max(320, Math.min(700, root.clientWidth - 34 > 0 ? root.clientWidth - 34 : 700));

// A point moved into the ranges of a chart.
const clampTo = ({ x, y }, at) => [x, y].map(([low, high], d) => Math.min(high, Math.max(low, at[d])));

// A slider with its name and its value in words; `input` is told each new value.
function makeSlider(name, { min, max, step, value, say = signed }, input) {
  const number = make("output", { class: "gc-number" }, say(value));
  const slider = make("input", { type: "range", class: "gc-slider", min, max, step, value, "aria-label": name });
  const set = (next) => {
    slider.value = next;
    slider.setAttribute("aria-valuetext", say(next));
    number.textContent = say(next);
  };
  slider.addEventListener("input", () => {
    set(Number(slider.value));
    input(Number(slider.value));
  });
  set(value);
  return { row: make("label", { class: "gc-control" }, make("span", {}, name), slider, number), set };
}

// [[name, colour], …] -> a row of coloured dots with their names.
function makeKey(entries) {
  const keys = entries.map(([name, colour]) => make("span", { role: "listitem" }, make("span", { class: "gc-dot", style: `background: ${colour}` }), name));
  return make("div", { class: "gc-legend", role: "list" }, ...keys);
}

// Buttons of which one is pressed: `choose(k)` when another is; `mark(k)` shows k as pressed.
function makeChoice(label, names, choose) {
  const buttons = names.map((name, k) => make("button", { type: "button", onclick: () => choose(k) }, name));
  const mark = (chosen) => buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === chosen)));
  return { row: make("div", { class: "gc-buttons", role: "group", "aria-label": label }, ...buttons), mark };
}
