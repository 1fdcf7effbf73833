// Charts: an SVG with axes, to which curves, bars, dots, pictures and handles are added, in the chart's own units.
//
//   const chart = makeChart("the density", { x: [-3, 3], y: [0, 1], xLabel: "z" });
//   const curve = chart.curve({ colour: "var(--gc-accent)", fill: true });
//   curve.set([[0, 0.2], [1, 0.5]]);
//   chart.handle({ label: "mean", step: [0.1, 0], move: ([x]) => model.set("mean", x) }).set([0, 0]);
//   chart.setRange([-5, 5], [0, 2]);   // everything is drawn anew
//
// A chart is as wide as its place in the page, and is drawn anew when that changes: it is drawn in the page's own pixels,
// so its text is as large on a phone as on a desk.

/** @import { Pair } from "./scale.js" */
import { holdKnobs } from "./knobs.js";
import { signed } from "./numbers.js";
import { arrowOf, makeSvg, setAll } from "./page.js";
import { project, tickLabel, ticksWithin } from "./scale.js";

/** @template D @typedef {{ element: SVGElement, set: (data: D) => void }} Mark */
/** @typedef {{ x: number, y: number, colour: string }} Dot */
/** @typedef {{ x: number, from: number, to: number, colour: string }} Bar */
/** @typedef {{ from: number, to: number, y: Pair, colour: string }} Stretch */

const MARGIN = { left: 44, right: 12, top: 12, bottom: 34 };
const FIRST_WIDTH = 400; // until the page has said how wide it is

/**
 * @param {string} label what the chart shows, in words
 * @param {object} options
 * @param {Pair} options.x the range of its axis
 * @param {Pair} options.y
 * @param {string} [options.xLabel]
 * @param {string} [options.yLabel]
 * @param {number} [options.height] in pixels
 * @param {number} [options.aspect] width through height, instead of `height`
 * @param {boolean} [options.xTicks] false for an axis without numbers
 * @param {boolean} [options.yTicks]
 * @param {boolean} [options.baseline] false for no line along the lower edge
 * @param {() => void} [options.resized] is called when the page has given it another size
 */
export function makeChart(label, options) {
  let { x, y } = options;
  const { xLabel = "", yLabel = "", height = 250, aspect, xTicks = true, yTicks = true, baseline = true } = options;
  const shape = aspect ? `aspect-ratio: ${aspect}` : `height: ${height}px`;
  const svg = makeSvg("svg", { class: "gc-chart", role: "group", "aria-label": label, style: shape });
  const [axes, plot, front] = [0, 1, 2].map(() => svg.appendChild(makeSvg("g")));
  const hold = holdKnobs(svg);
  /** @type {(() => void)[]} */
  const redraws = [];

  // The pixels between which the plane lies, from the low ends of its ranges to the high ones.
  /** @type {Pair} */
  let acrossPixels;
  /** @type {Pair} */
  let upPixels;
  const fit = (/** @type {number} */ wide, /** @type {number} */ high) => {
    acrossPixels = [yTicks ? MARGIN.left : 12, wide - MARGIN.right];
    upPixels = [high - MARGIN.bottom, MARGIN.top];
  };
  fit(FIRST_WIDTH, aspect ? FIRST_WIDTH / aspect : height);
  const across = (/** @type {number} */ value) => project(value, x, acrossPixels);
  const down = (/** @type {number} */ value) => project(value, y, upPixels);

  function drawAxes() {
    const line = (/** @type {Pair} */ [x1, x2], /** @type {number} */ at, /** @type {string} */ kind) =>
      makeSvg("line", { x1, x2, y1: at, y2: at, class: kind });
    const text = (/** @type {string} */ words, /** @type {Pair} */ at, anchor = "middle") =>
      makeSvg("text", { x: at[0], y: at[1], "text-anchor": anchor }, words);
    const [[left, right], [bottom, top]] = [acrossPixels, upPixels];
    const rows = yTicks ? ticksWithin(y, (bottom - top) / 45) : [];
    const columns = xTicks ? ticksWithin(x, (right - left) / 68) : [];
    axes.replaceChildren(
      ...rows.map((value) => line(acrossPixels, down(value), "gc-grid")),
      ...(baseline ? [line(acrossPixels, bottom, "gc-axis")] : []),
      ...rows.map((value) => text(tickLabel(value), [left - 6, down(value) + 4], "end")),
      ...columns.map((value) => text(tickLabel(value), [across(value), bottom + 15])),
      text(xLabel, [(left + right) / 2, bottom + MARGIN.bottom - 4]),
      text(yLabel, [left + 4, top + 2], "start"),
    );
  }
  function drawAll() {
    drawAxes();
    for (const redraw of redraws) redraw();
  }

  /**
   * A mark: an element, how it is drawn from its data, and `set` to give it new data.
   *
   * @template D
   * @param {SVGElement} element
   * @param {(data: D) => void} draw
   * @param {SVGElement} [layer]
   * @returns {Mark<D>}
   */
  function add(element, draw, layer = plot) {
    layer.append(element);
    /** @type {{ data: D } | null} */
    let known = null;
    redraws.push(() => known && draw(known.data));
    return {
      element,
      set(data) {
        known = { data };
        draw(data);
      },
    };
  }
  const addGroup = (/** @type {SVGElement[]} */ ...children) => {
    const group = makeSvg("g");
    group.append(...children);
    return group;
  };

  new ResizeObserver(([{ contentRect }]) => {
    if (!contentRect.width) return; // it is not shown
    fit(contentRect.width, contentRect.height);
    drawAll();
    options.resized?.();
  }).observe(svg);
  drawAxes();

  return {
    svg,
    setRange(/** @type {Pair} */ newX, /** @type {Pair} */ newY) {
      [x, y] = [newX, newY];
      drawAll();
    },
    /** The pixels that one of x's and one of y's units takes now. */
    unit: () => /** @type {Pair} */ ([across(1) - across(0), down(0) - down(1)]),

    /**
     * set([[x, y], …]): a line; with `fill`, the area between it and y = 0 too.
     *
     * @param {{ colour: string, fill?: boolean, dash?: string, weight?: number }} options
     * @returns {Mark<Pair[]>}
     */
    curve({ colour, fill = false, dash, weight = 2 }) {
      const area = makeSvg("path", { style: `fill: ${colour}`, "fill-opacity": 0.2 });
      const line = makeSvg("path", { style: `stroke: ${colour}`, fill: "none", "stroke-width": weight });
      if (dash) line.setAttribute("stroke-dasharray", dash);
      return add(addGroup(...(fill ? [area, line] : [line])), (points) => {
        const route = points.map(([u, v]) => `${across(u).toFixed(2)},${down(v).toFixed(2)}`).join("L");
        line.setAttribute("d", route && `M${route}`);
        if (!fill) return;
        const ends = points.length
          ? [points[0], points[points.length - 1]].map(([u]) => `${across(u)},${down(0)}`)
          : [];
        area.setAttribute("d", route && `M${ends[0]}L${route}L${ends[1]}Z`);
      });
    },

    /**
     * set([{ x, from, to, colour }, …]): upright bars or stems.
     *
     * @param {{ breadth: number | string }} options in x's units, or in pixels if given as "3px"
     * @returns {Mark<Bar[]>}
     */
    bars({ breadth }) {
      const group = addGroup();
      return add(group, (bars) => {
        const wide = typeof breadth === "string" ? Number.parseFloat(breadth) : across(breadth) - across(0);
        const rects = bars.map(({ x, from, to, colour }) => {
          const [top, bottom] = [Math.min(down(from), down(to)), Math.max(down(from), down(to))];
          const place = { x: across(x) - wide / 2, width: wide, y: top, height: bottom - top };
          return makeSvg("rect", { ...place, style: `fill: ${colour}` });
        });
        group.replaceChildren(...rects);
      });
    },

    /**
     * set([{ from, to, y: [low, high], colour }, …]): bars that lie, from one x to another.
     *
     * @returns {Mark<Stretch[]>}
     */
    stretches() {
      const group = addGroup();
      return add(group, (stretches) => {
        const rects = stretches.map(({ from, to, y, colour }) => {
          const [left, top] = [across(from), down(y[1])];
          const size = { width: Math.max(0, across(to) - left), height: down(y[0]) - top };
          return makeSvg("rect", { x: left, y: top, ...size, style: `fill: ${colour}` });
        });
        group.replaceChildren(...rects);
      });
    },

    /**
     * set([{ x, y, colour }, …])
     *
     * @param {{ radius?: number }} [options]
     * @returns {Mark<Dot[]>}
     */
    dots({ radius = 3.5 } = {}) {
      const group = addGroup();
      return add(group, (dots) => {
        const circle = (/** @type {Dot} */ { x, y, colour }) =>
          makeSvg("circle", { cx: across(x), cy: down(y), r: radius, style: `fill: ${colour}` });
        group.replaceChildren(...dots.map(circle));
      });
    },

    /**
     * set({ href, x: [low, high], y: [low, high] }): a picture stretched over that part of the plane, its first row on top.
     *
     * @returns {Mark<{ href: string, x: Pair, y: Pair }>}
     */
    picture() {
      const image = makeSvg("image", { preserveAspectRatio: "none" });
      return add(image, ({ href, x, y }) => {
        const [left, top] = [across(x[0]), down(y[1])];
        setAll(image, { x: left, y: top, width: across(x[1]) - left, height: down(y[0]) - top, href });
      });
    },

    /**
     * set({ at: [x, y], text })
     *
     * @param {{ anchor?: "start" | "middle" | "end", colour?: string, kind?: string }} [options] kind: a class
     * @returns {Mark<{ at: Pair, text: string }>}
     */
    note({ anchor = "start", colour = "currentColor", kind = "gc-note" } = {}) {
      const words = makeSvg("text", { "text-anchor": anchor, style: `fill: ${colour}`, class: kind });
      const draw = (/** @type {{ at: Pair, text: string }} */ { at, text }) => {
        setAll(words, { x: across(at[0]), y: down(at[1]) });
        words.textContent = text;
      };
      return add(words, draw, front);
    },

    /**
     * set([x, y]): a knob to drag or to move by the arrow keys.
     *
     * @param {object} options
     * @param {string} options.label
     * @param {string} [options.colour]
     * @param {string} [options.ring] the colour of its edge
     * @param {number} [options.radius]
     * @param {Pair} options.step of an arrow key; with Shift, five of them
     * @param {(to: Pair) => void} options.move is told where the hand wants it, and calls `set` if it agrees
     * @param {(at: Pair) => string} [options.say] puts the position into words
     * @param {0 | 1} [options.axis] the coordinate that counts
     * @returns {Mark<Pair>}
     */
    handle({ label, colour = "var(--gc-accent)", ring = "var(--gc-paper)", radius = 8, step, move, say, axis = 0 }) {
      const style = `--gc-knob: ${colour}; --gc-ring: ${ring}`;
      const about = { tabindex: 0, role: "slider", "aria-label": label };
      const knob = makeSvg("circle", { class: "gc-knob", r: radius, style, ...about });
      /** @type {Pair} */
      let at = [Number.NaN, Number.NaN];
      const inWords = say ?? ((/** @type {Pair} */ place) => place.map(signed).join(", "));
      const draw = (/** @type {Pair} */ place) => {
        at = place;
        setAll(knob, { cx: across(at[0]), cy: down(at[1]), "aria-valuenow": at[axis], "aria-valuetext": inWords(at) });
      };
      hold({
        element: knob,
        at: () => [across(at[0]), down(at[1])],
        follow: ([px, py]) => move([project(px, acrossPixels, x), project(py, upPixels, y)]),
      });
      knob.addEventListener("keydown", (event) => {
        const arrow = arrowOf(event);
        if (!arrow) return;
        event.preventDefault();
        const times = event.shiftKey ? 5 : 1;
        at = [at[0] + times * step[0] * arrow[0], at[1] + times * step[1] * arrow[1]]; // several keys may come in a frame
        move(at);
      });
      return add(knob, draw, front);
    },
  };
}
