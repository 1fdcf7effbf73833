// Three decisions, and what they lead to: the models that meet them, their figures and their samples.

const NUMBERS = ["none", "bound", "exact"];
const brief = (seconds) => (seconds < 0.1 ? `${Number((1000 * seconds).toPrecision(2))} ms` : `${Number(seconds.toPrecision(2)).toLocaleString("en")} s`);
const nats = (row) => `${row.answer === "bound" ? "≥" : "="} ${signed(row.nats)}`;

// What a model does not have of what is demanded, in words.
function lacking(row, { number, codes, one_pass }) {
  const short = [];
  if (NUMBERS.indexOf(row.answer) < NUMBERS.indexOf(number)) short.push(row.answer === "bound" ? "only a bound" : "no likelihood");
  if (codes && !row.codes) short.push("no codes");
  if (one_pass && row.passes > 1) short.push(`${row.passes} passes`);
  return short;
}

// The models that meet all demands, the one that the decisions lead to first.
function matching(rows, demands) {
  const keys = (row) => demands.number === "none"
    ? [row.answer !== "none", !row.way && !demands.codes, row.seconds].map(Number) : [-row.nats];
  const compare = (a, b) => keys(a).map((key, k) => key - keys(b)[k]).find((difference) => difference) ?? 0;
  return rows.filter((row) => !lacking(row, demands).length).sort(compare);
}

// For each demand that could be dropped so that some model is left: in words, which.
function waysOut(rows, demands) {
  const weaker = [
    [{ number: "none" }, "do without log p(x)"], [{ number: "bound" }, "be content with a bound"],
    [{ codes: false }, "do without codes"], [{ one_pass: false }, "be patient with samples"],
  ].filter(([change]) => Object.entries(change).every(([name, value]) => name === "number"
    ? NUMBERS.indexOf(value) < NUMBERS.indexOf(demands.number) : demands[name] !== value));
  return weaker.map(([change, words]) => [words, matching(rows, { ...demands, ...change })[0]]).filter(([, row]) => row)
    .map(([words, row]) => `${words}: ${row.name}`);
}

function figuresOf(row) {
  const number = row.answer === "none" ? "log p(x): no answer"
    : `log p(x) ${nats(row)} ± ${row.error.toFixed(2)} nats (${row.kind}), ${row.bits.toFixed(3)} bits/dim`;
  return `${number}\nsamples: ${brief(row.seconds)} for 16, ${row.passes === 1 ? "in one pass" : `${row.passes} passes, one after another`}\n` +
    `training: ${brief(row.training)}, ${row.parameters.toLocaleString("en")} parameters\n${row.codes ? "gives each image a code" : "has no codes"}`;
}

function render({ model, el }) {
  const rows = model.get("rows");
  const [each, ...shape] = model.get("shape");
  const images = imagesOf(model.get("strips"), shape);
  const root = makeRoot(el, "Which model?");
  const save = (traits) => {
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    model.save_changes();
  };
  const number = makeChoice("A number for log p(x)", ["not needed", "a bound will do", "exact"], (k) => save({ number: NUMBERS[k] }));
  const codes = makeChoice("A code for each image", ["not needed", "needed"], (k) => save({ codes: k === 1 }));
  const pass = makeChoice("How fast samples are", ["may take many passes", "must take one"], (k) => save({ one_pass: k === 1 }));
  const questions = [["How probable is a given image?", number], ["A code for each image?", codes], ["A sample …", pass]];
  const grid = make("div", { class: "gc-questions" }, ...questions.flatMap(([words, choice]) => [make("span", {}, words), choice.row]));

  const name = make("h4", {});
  const path = make("div", { class: "gc-caption" });
  const words = make("div", {});
  const readout = make("div", { class: "gc-readout gc-hint" });
  const canvases = Array.from({ length: each }, () => make("canvas", { "aria-hidden": "true" }));
  const drawn = make("div", { class: "gc-drawn" }, ...canvases);
  const verdict = make("div", { class: "gc-side gc-verdict", "aria-live": "polite" }, name, path, words, readout, drawn);

  const buttons = rows.map((row) => {
    const sign = make("span", { "aria-hidden": "true" });
    const note = make("span", {});
    const button = make("button", { type: "button", role: "radio", onclick: () => save({ chosen: row.name }) }, sign, row.name, note);
    return { button, sign, note };
  });
  const list = make("div", { class: "gc-models", role: "radiogroup", "aria-label": "Models" }, ...buttons.map(({ button }) => button));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const open = buttons.map(({ button }) => button).filter((button) => !button.disabled);
    if (!step || !open.length) return;
    event.preventDefault();
    const next = open[(open.indexOf(document.activeElement) + step + open.length) % open.length];
    next.click();
    next.focus();
  });
  const side = make("div", { class: "gc-side" }, list);
  root.append(grid, make("div", { class: "gc-pair" }, verdict, side), make("div", { class: "gc-hint" }, `≥ is a bound: the truth is there or higher. All figures: ${model.get("data")}.`));

  const draw = () => {
    const demands = { number: model.get("number"), codes: model.get("codes"), one_pass: model.get("one_pass") };
    const found = matching(rows, demands);
    const shown = found.find((row) => row.name === model.get("chosen")) ?? found[0];
    number.mark(NUMBERS.indexOf(demands.number));
    codes.mark(Number(demands.codes));
    pass.mark(Number(demands.one_pass));
    rows.forEach((row, k) => {
      const short = lacking(row, demands);
      const { button, sign, note } = buttons[k];
      button.disabled = short.length > 0;
      button.setAttribute("aria-checked", String(row === shown));
      button.tabIndex = row === shown ? 0 : -1;
      sign.textContent = short.length ? "✗" : "✓";
      note.textContent = short.length ? short.join(", ") : demands.number === "none" ? brief(row.seconds) : `${nats(row)} nats`;
    });
    name.textContent = shown ? shown.name : "No model here does all of that";
    path.textContent = shown ? `${shown.path} · ${found.length} of ${rows.length} models meet the demands` : "What could give way:";
    words.textContent = shown ? shown.words : "";
    readout.textContent = shown ? figuresOf(shown) : waysOut(rows, demands).join("\n");
    drawn.hidden = !shown;
    if (shown) canvases.forEach((canvas, k) => paint(canvas, images[rows.indexOf(shown) * each + k], shape, 255));
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["number", "codes", "one_pass", "chosen"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
