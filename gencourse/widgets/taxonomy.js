// A tree of families to walk through by mouse or keyboard; beside it what the chosen node is, has and draws.

/** @import { Context } from "./shared/page.js" */
import { pointsOf } from "./shared/bytes.js";
import { makeKey } from "./shared/controls.js";
import { sum } from "./shared/numbers.js";
import { box, focusedOf, listen, make, makeRoot, oncePerFrame, read, write } from "./shared/page.js";
import { makeChart } from "./shared/plane.js";

/**
 * A node; a leaf has abilities, the path to it and, if it was trained, points.
 *
 * @typedef {object} Branch
 * @property {string} name
 * @property {string} words
 * @property {number} level
 * @property {number} points the number of its samples
 * @property {string} path
 * @property {string[] | null} abilities
 */
/**
 * @typedef {object} Traits
 * @property {Branch[]} nodes depth first
 * @property {string[]} methods
 * @property {DataView} data (N, 2) floats
 * @property {DataView} samples (M, 2) floats, node after node
 * @property {number} chosen
 * @property {string[]} colours
 */

/**
 * The nested nodes: each node's children are those after it that are one level deeper.
 *
 * @param {Branch[]} nodes
 * @param {(k: number) => void} choose
 */
function makeTree(nodes, choose) {
  const parents = nodes.map((node, k) => nodes.findLastIndex((other, m) => m < k && other.level === node.level - 1));
  const branches = nodes.map(() => make("div", { class: "gc-branch", role: "group" }));
  const items = nodes.map((node, k) => {
    const inner = parents.includes(k);
    const kind = node.abilities ? "gc-node gc-leaf" : "gc-node";
    const about = { class: "gc-item", role: "treeitem", "aria-level": node.level + 1, tabindex: -1 };
    const label = make("span", { class: kind, onclick: () => choose(k) }, node.name);
    return make("div", { ...about, "aria-expanded": inner ? "true" : null }, label, inner ? branches[k] : "");
  });
  const tree = make("div", { class: "gc-tree", role: "tree", "aria-label": "Families of generative models" });
  parents.forEach((parent, k) => {
    (parent < 0 ? tree : branches[parent]).append(items[k]);
  });
  tree.addEventListener("keydown", (event) => {
    const k = focusedOf(items);
    /** @type {Record<string, number>} */
    const ways = {
      ArrowDown: k + 1,
      ArrowUp: k - 1,
      ArrowLeft: parents[k],
      ArrowRight: parents.indexOf(k),
      Home: 0,
      End: items.length - 1,
    };
    const next = ways[event.key];
    if (k < 0 || next === undefined) return;
    event.preventDefault();
    if (items[next]) choose(next);
  });
  const mark = (/** @type {number} */ chosen) =>
    items.forEach((item, k) => {
      item.setAttribute("aria-selected", String(k === chosen));
      item.tabIndex = k === chosen ? 0 : -1;
    });
  return { tree, mark, focus: (/** @type {number} */ k) => items[k].focus() };
}

/**
 * The leaves at or under a node.
 *
 * @param {Branch[]} nodes
 * @param {number} k
 */
function leavesUnder(nodes, k) {
  const after = nodes.slice(k + 1);
  const end = after.findIndex((node) => node.level <= nodes[k].level);
  return [nodes[k], ...(end < 0 ? after : after.slice(0, end))].filter((node) => node.abilities);
}

/**
 * A leaf has a method or not; of an inner node's leaves, all may have it, or none, or some.
 *
 * @param {Branch[]} leaves
 * @param {string} method
 */
function makeBadge(leaves, method) {
  const count = leaves.filter((leaf) => leaf.abilities?.includes(method)).length;
  const sign = count === leaves.length ? "✓" : count ? `${count} of ${leaves.length}` : "✗";
  const kind = count === leaves.length ? "gc-has" : "gc-lacks";
  return make("div", { role: "listitem", class: kind }, `${sign} ${method}`);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const [nodes, methods, colours] = read(model, "nodes", "methods", "colours");
  const data = pointsOf(model.get("data"));
  const all = pointsOf(model.get("samples"));
  const starts = nodes.map((_, k) => sum(nodes.slice(0, k).map((node) => node.points)));
  const reach = 1.15 * Math.max(1, ...data.flat().map(Math.abs));

  const root = makeRoot(el, "The families of generative models");
  const view = makeTree(nodes, (k) => {
    write(model, { chosen: k });
    view.focus(k);
  });
  const name = box("gc-family");
  const path = box("gc-caption");
  const words = make("div");
  const badges = make("div", { class: "gc-badges", role: "list", "aria-label": "What the class has" });
  const chart = makeChart("Points in the plane", { x: [-reach, reach], y: [-reach, reach], aspect: 330 / 320 });
  const [behind, front] = [chart.dots({ radius: 1.7 }), chart.dots({ radius: 1.9 })];
  const key = make("div");
  root.append(
    box(
      "gc-pair",
      box("gc-side", view.tree, box("gc-hint", "Click a node, or Tab to the tree and use the arrow keys.")),
      make(
        "div",
        { class: "gc-side", "aria-live": "polite" },
        name,
        path,
        words,
        badges,
        box("gc-scatter", chart.svg, key),
      ),
    ),
  );
  const faint = "color-mix(in srgb, var(--gc-soft) 55%, transparent)";
  behind.set(data.map(([x, y]) => ({ x, y, colour: faint })));

  const ask = oncePerFrame(() => {
    const k = model.get("chosen");
    const node = nodes[k];
    const leaves = leavesUnder(nodes, k);
    const names = leaves.map((leaf) => leaf.name).join(", ");
    view.mark(k);
    name.textContent = node.name;
    path.textContent = node.abilities ? node.path : `${leaves.length === 1 ? "leaf" : "leaves"}: ${names}`;
    words.textContent = node.words;
    badges.replaceChildren(...methods.map((method) => makeBadge(leaves, method)));
    const shown = node.points ? all.slice(starts[k], starts[k] + node.points) : [];
    const colour = colours[leavesUnder(nodes, 0).indexOf(node) % colours.length] ?? colours[0];
    const inside = shown.filter((point) => point.every((u) => Math.abs(u) <= reach));
    front.set(inside.map(([x, y]) => ({ x, y, colour })));
    /** @type {[string, string][]} */
    const entries = [["data", "var(--gc-soft)"]];
    if (shown.length) entries.push([`samples of ${node.name}`, colour]);
    key.replaceChildren(makeKey(entries));
  });
  const stop = listen(model, ["chosen"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
