// A table of p(x, y) as bars in groups that sum to one; dragging a bar takes from the others of its group.

const COMPETITION = [
  { name: "p(x)", words: "All inputs compete, and there is no label. What is unlikely can have next to nothing." },
  { name: "p(y | x)", words: "For each input, the labels compete. Inputs do not: each has a mass of one of its own, however odd it is." },
  { name: "p(x | y)", words: "For each label, all inputs compete. Labels do not." },
];
const LEAST = 0.002; // so that no bar is ever quite lost
const LOWEST = -0.4; // the chart reaches below its bars, for names and pictures

// The bars of a view: groups of { row, column, share } where `row` or `column` is null if the bar sums over it.
function groupsOf(table, mode) {
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const columns = table[0].map((_, j) => table.map((row) => row[j]));
  if (mode === 0) return [table.map((row, i) => ({ row: i, column: null, share: sum(row) }))];
  if (mode === 1) return table.map((row, i) => row.map((p, j) => ({ row: i, column: j, share: p / sum(row) })));
  return columns.map((column, j) => column.map((p, i) => ({ row: i, column: j, share: p / sum(column) })));
}

// The table after bar k of a group is set to `share`: the others of the group keep their proportions.
function moved(table, mode, g, k, share) {
  const group = groupsOf(table, mode)[g];
  if (group.length < 2) return table;
  const wanted = Math.min(1 - LEAST, Math.max(LEAST, share));
  const factors = group.map((bar, m) => (m === k ? wanted / bar.share : (1 - wanted) / (1 - group[k].share)));
  return table.map((row, i) => row.map((p, j) => {
    const m = group.findIndex((bar) => (bar.row === null || bar.row === i) && (bar.column === null || bar.column === j));
    return m < 0 ? p : p * factors[m];
  }));
}

// A picture of the input, enlarged without smoothing.
function enlarged(image, shape) {
  const small = make("canvas");
  paint(small, image, shape, 255);
  const factor = Math.ceil(120 / small.width);
  const large = make("canvas", { width: small.width * factor, height: small.height * factor });
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, large.width, large.height);
  return large;
}

function render({ model, el }) {
  const [xNames, yNames, colours] = ["x_names", "y_names", "colours"].map((name) => model.get(name));
  const pictures = imagesOf(model.get("images"), model.get("shape")).map((image) => enlarged(image, model.get("shape")));
  const start = model.get("joint");
  const table = () => xNames.map((_, i) => model.get("joint").slice(i * yNames.length, (i + 1) * yNames.length));
  const colourOf = (bar) => (bar.column === null ? colours[0] : colours[(bar.column + 1) % colours.length]);
  const nameOf = ({ row, column }, mode) =>
    [`p(x = ${xNames[row]})`, `p(y = ${yNames[column]} | x = ${xNames[row]})`, `p(x = ${xNames[row]} | y = ${yNames[column]})`][mode];

  const root = makeRoot(el, "Bars that compete for a mass of one");
  const stage = make("div");
  const words = make("div", { class: "gc-hint", "aria-live": "polite" });
  const save = (joint) => {
    model.set("joint", joint.flat());
    model.save_changes();
  };
  const choice = makeChoice("Who competes", COMPETITION.map(({ name }) => name), (k) => {
    model.set("mode", k);
    model.save_changes();
  });
  const reset = make("div", { class: "gc-buttons" },
    make("button", { type: "button", class: "gc-reset", onclick: () => { model.set("joint", start); model.save_changes(); } }, "Reset"));
  root.append(make("div", { class: "gc-bar gc-top" }, choice.row, reset), stage, words);

  let [marks, width] = [null, 0];
  // A chart for the view: bars side by side, groups apart, names and pictures under them.
  function build() {
    const mode = model.get("mode");
    const groups = groupsOf(table(), mode);
    const places = groups.map((group, g) => group.map((_, k) => g * (group.length + 0.9) + k));
    const right = places.at(-1).at(-1);
    const [wide, high] = [Math.min(640, Math.max(320, stage.clientWidth)), 276];
    const chart = makeChart(`The bars of ${COMPETITION[mode].name}`, { x: [-0.8, right + 0.8], y: [LOWEST, 1.16], width: wide, height: high, yTicks: false, xTicks: false });
    chart.svg.querySelector(".gc-axis").remove(); // the bars stand on a line of their own, above the pictures
    const unit = [(wide - 24) / (right + 1.6), (high - 46) / (1.16 - LOWEST)]; // pixels per unit of x and of y
    const side = Math.min(46, 0.86 * unit[0]);
    const picture = (row, x, top) => {
      const [dx, dy] = [side / unit[0] / 2, side / unit[1]];
      chart.picture().set({ canvas: pictures[row], x: [x - dx, x + dx], y: [top - dy, top] });
    };
    const text = (content, x, y, options = {}) => chart.note({ anchor: "middle", ...options }).set({ at: [x, y], text: content });
    const bars = chart.bars({ breadth: 0.62 });
    chart.curve({ colour: "var(--gc-soft)", weight: 1 }).set([[-0.8, 0], [right + 0.8, 0]]);
    const below = -side / unit[1] - 0.19; // under a picture
    const parts = groups.map((group, g) => {
      const middle = (places[g][0] + places[g].at(-1)) / 2;
      if (mode === 1) picture(group[0].row, middle, -0.17);
      else if (mode === 2) text(`y = ${yNames[group[0].column]}`, middle, below, { colour: colourOf(group[0]) });
      chart.curve({ colour: "var(--gc-line)", weight: 1.5 }).set([[places[g][0] - 0.4, 1.04], [places[g].at(-1) + 0.4, 1.04]]);
      return { sum: chart.note({ anchor: "middle" }), middle, bars: group.map((bar, k) => {
        if (mode === 1) text(yNames[bar.column], places[g][k], -0.11);
        else picture(bar.row, places[g][k], -0.05);
        if (mode === 0) text(xNames[bar.row], places[g][k], below);
        const handle = chart.handle({
          label: nameOf(bar, mode), colour: colourOf(bar), step: [0, 0.02], say: ([, share]) => share.toFixed(3),
          move: ([, share]) => {
            save(moved(table(), mode, g, k, share));
            handle.set([places[g][k], groupsOf(table(), mode)[g][k].share]); // at once: the next key may come before the frame
          },
        });
        for (const [name, value] of [["valuemin", 0], ["valuemax", 1]]) handle.element.setAttribute(`aria-${name}`, value);
        return { handle, number: chart.note({ anchor: "middle" }) };
      }) };
    });
    stage.replaceChildren(chart.svg);
    words.textContent = COMPETITION[mode].words;
    choice.mark(mode);
    marks = { mode, bars, parts, places };
  }

  const ask = oncePerFrame(() => {
    const mode = model.get("mode");
    if (marks?.mode !== mode) build();
    const groups = groupsOf(table(), mode);
    marks.bars.set(groups.flatMap((group, g) => group.map((bar, k) => ({ x: marks.places[g][k], from: 0, to: bar.share, colour: colourOf(bar) }))));
    groups.forEach((group, g) => {
      const part = marks.parts[g];
      part.sum.set({ at: [part.middle, 1.08], text: `sum ${group.reduce((a, bar) => a + bar.share, 0).toFixed(3)}` });
      group.forEach((bar, k) => {
        const place = marks.places[g][k];
        part.bars[k].handle.set([place, bar.share]);
        part.bars[k].handle.element.setAttribute("aria-valuenow", bar.share.toFixed(3));
        part.bars[k].number.set({ at: [place, bar.share > 0.9 ? bar.share - 0.13 : bar.share + 0.06], text: bar.share.toFixed(2) });
      });
    });
  });
  const observer = new ResizeObserver(() => {
    if (stage.clientWidth === width) return; // it is only as high as it was made
    width = stage.clientWidth;
    marks = null;
    ask();
  });
  observer.observe(stage);
  const stop = listen(model, ["joint", "mode"], ask);
  ask();
  return () => {
    stop();
    observer.disconnect();
    ask.cancel();
  };
}

export default { render };
