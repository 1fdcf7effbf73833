// A pretext task as a game: the reader and the network answer the same images.

function render({ model, el }) {
  const [shape, answers, guesses, choices, question] = ["shape", "answers", "guesses", "choices", "question"].map((name) => model.get(name));
  const bytes = imagesOf(model.get("images"), shape);
  const save = (given) => {
    model.set("given", given);
    model.save_changes();
    ask();
  };
  const guess = (choice) => {
    const given = model.get("given");
    if (given.length < bytes.length) save([...given, choice]);
  };

  const root = makeRoot(el, question);
  const canvas = make("canvas", { class: "gc-picture", style: "width: 220px; max-width: 100%", role: "img", "aria-label": "the image to judge" });
  const last = make("canvas", { class: "gc-thumb", role: "img", "aria-label": "the image before" });
  const buttons = choices.map((name, k) => make("button", { type: "button", onclick: () => guess(k) }, `${k + 1}: ${name}`));
  const verdict = make("div", { class: "gc-readout gc-wrap", "aria-live": "polite" });
  const score = make("div", { class: "gc-readout gc-wrap" });
  const before = make("div", { class: "gc-views" }, last, verdict);
  root.append(
    make("div", { class: "gc-section" }, question), canvas,
    make("div", { class: "gc-buttons", style: "margin: 10px 0", role: "group", "aria-label": "Your answer" }, ...buttons),
    before, score,
    make("div", { class: "gc-buttons" }, make("button", { type: "button", class: "gc-reset", onclick: () => save([]) }, "Start again")));
  root.addEventListener("keydown", (event) => {
    const choice = Number(event.key) - 1;
    if (Number.isInteger(choice) && choice >= 0 && choice < choices.length) guess(choice);
  });

  const draw = () => {
    const given = model.get("given");
    const done = given.length;
    const over = done === bytes.length;
    paint(canvas, bytes[Math.min(done, bytes.length - 1)], shape, 255);
    buttons.forEach((button) => { button.disabled = over; });
    before.hidden = done === 0;
    if (done) {
      const k = done - 1;
      paint(last, bytes[k], shape, 255);
      verdict.textContent = `${given[k] === answers[k] ? "✓ Right" : "✗ No"}: ${choices[answers[k]]}. The network said ${choices[guesses[k]]}.`;
    }
    const right = (said) => given.filter((_, k) => said[k] === answers[k]).length;
    score.textContent = `${over ? "All" : `Image ${done + 1} of`} ${bytes.length}${over ? " answered" : ""} · you ${right(given)} of ${done} right · the network ${right(guesses)} of ${done}`;
  };
  const ask = oncePerFrame(draw);
  const stop = listen(model, ["given"], ask);
  draw();
  return () => {
    stop();
    ask.cancel();
  };
}

export default { render };
