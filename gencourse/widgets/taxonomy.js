// A tree of families to walk through by mouse or keyboard; beside it what the chosen node is, has and draws.

// The nested nodes: each node's children are those after it that are one level deeper.
function makeTree(nodes, choose) {
  const items = nodes.map((node, k) => make("div", { class: "gc-item", role: "treeitem", "aria-level": node.level + 1, tabindex: -1 },
    make("span", { class: node.abilities ? "gc-node gc-leaf" : "gc-node", onclick: () => choose(k, true) }, node.name)));
  const parents = nodes.map((node, k) => nodes.findLastIndex((other, m) => m < k && other.level === node.level - 1));
  const tree = make("div", { class: "gc-tree", role: "tree", "aria-label": "Families of generative models" });
  parents.forEach((parent, k) => {
    if (parent < 0) return tree.append(items[k]);
    if (!items[parent].querySelector(".gc-branch")) {
      items[parent].append(make("div", { class: "gc-branch", role: "group" }));
      items[parent].setAttribute("aria-expanded", "true");
    }
    items[parent].lastChild.append(items[k]);
  });
  tree.addEventListener("keydown", (event) => {
    const k = items.indexOf(document.activeElement);
    const next = { ArrowDown: k + 1, ArrowUp: k - 1, ArrowLeft: parents[k], ArrowRight: parents.indexOf(k), Home: 0, End: items.length - 1 }[event.key];
    if (k < 0 || next === undefined) return;
    event.preventDefault();
    if (items[next]) choose(next, true);
  });
  const mark = (chosen) => items.forEach((item, k) => {
    item.setAttribute("aria-selected", String(k === chosen));
    item.tabIndex = k === chosen ? 0 : -1;
  });
  return { tree, mark, focus: (k) => items[k].focus() };
}

// The leaves at or under a node.
function leavesUnder(nodes, k) {
  const after = nodes.slice(k + 1);
  const end = after.findIndex((node) => node.level <= nodes[k].level);
  return [nodes[k], ...(end < 0 ? after : after.slice(0, end))].filter((node) => node.abilities);
}

function render({ model, el }) {
  const [nodes, methods, colours] = ["nodes", "methods", "colours"].map((name) => model.get(name));
  const data = rowsOf(model.get("data"), 2);
  const all = rowsOf(model.get("samples"), 2);
  const starts = nodes.map((_, k) => nodes.slice(0, k).reduce((sum, node) => sum + node.points, 0));
  const reach = 1.15 * Math.max(1, ...data.flat().map(Math.abs));

  const root = makeRoot(el, "The families of generative models");
  const choose = (k, focus) => {
    model.set("chosen", k);
    model.save_changes();
    if (focus) view.focus(k);
  };
  const view = makeTree(nodes, choose);
  const name = make("div", { class: "gc-family" });
  const path = make("div", { class: "gc-caption" });
  const words = make("div");
  const badges = make("div", { class: "gc-badges", role: "list", "aria-label": "What the class has" });
  const chart = makeChart("Points in the plane", { x: [-reach, reach], y: [-reach, reach], width: 330, height: 320 });
  const [behind, front] = [chart.dots({ radius: 1.7 }), chart.dots({ radius: 1.9 })];
  const key = make("div");
  const panel = make("div", { class: "gc-side", "aria-live": "polite" }, name, path, words, badges, make("div", { class: "gc-scatter" }, chart.svg, key));
  root.append(make("div", { class: "gc-pair" }, make("div", { class: "gc-side" }, view.tree,
    make("div", { class: "gc-hint" }, "Click a node, or Tab to the tree and use the arrow keys.")), panel));
  behind.set(data.map(([x, y]) => ({ x, y, colour: "color-mix(in srgb, var(--gc-soft) 55%, transparent)" })));

  const ask = oncePerFrame(() => {
    const k = model.get("chosen");
    const node = nodes[k];
    const leaves = leavesUnder(nodes, k);
    view.mark(k);
    name.textContent = node.name;
    path.textContent = node.abilities ? node.path : `${leaves.length === 1 ? "leaf" : "leaves"}: ${leaves.map((leaf) => leaf.name).join(", ")}`;
    words.textContent = node.words;
    // A leaf has a method or not; of an inner node's leaves, all may have it, or none, or some.
    badges.replaceChildren(...methods.map((method) => {
      const count = leaves.filter((leaf) => leaf.abilities.includes(method)).length;
      const sign = count === leaves.length ? "✓" : count ? `${count} of ${leaves.length}` : "✗";
      return make("div", { role: "listitem", class: count === leaves.length ? "gc-has" : "gc-lacks" }, `${sign} ${method}`);
    }));
    const shown = node.points ? all.slice(starts[k], starts[k] + node.points) : [];
    const colour = colours[leavesUnder(nodes, 0).indexOf(node) % colours.length] ?? colours[0];
    front.set(shown.filter((point) => point.every((u) => Math.abs(u) <= reach)).map(([x, y]) => ({ x, y, colour })));
    key.replaceChildren(makeKey([["data", "var(--gc-soft)"], ...(shown.length ? [[`samples of ${node.name}`, colour]] : [])]));
  });
  const stop = listen(model, ["chosen"], ask);
  ask();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
