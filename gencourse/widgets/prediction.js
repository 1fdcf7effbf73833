// What the reader expects, said before the result is seen, and kept.

/** @import { Context } from "./shared/page.js" */
/** @import { Prediction } from "./shared/compare.js" */
import { inline, makeChoices, makeCurve, makeNumber, makeOrder } from "./shared/answers.js";
import { listen, make, write } from "./shared/page.js";

/**
 * @typedef {object} Traits
 * @property {string} key the lesson's number and the prediction's name
 * @property {Prediction} spec
 * @property {any} said null until the reader has committed
 */

/**
 * @param {Prediction} spec
 * @param {() => void} changed
 */
function controlOf(spec, changed) {
  if (spec.kind === "choice") return makeChoices(spec.choices, false, changed);
  if (spec.kind === "order") return makeOrder(spec.items, spec.question, changed);
  if (spec.kind === "curve") return makeCurve(spec, changed);
  return makeNumber(spec.unit ?? "", { low: spec.low, high: spec.high, log: spec.log ?? false }, changed);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const spec = model.get("spec");
  const control = controlOf(spec, () => {
    button.disabled = control.read() === null;
  });
  const button = make("button", { type: "submit", disabled: true }, "That is my prediction");
  const status = make("div", { role: "status", "aria-live": "polite" });
  const legend = make("legend", {}, "Predict: ", ...inline(spec.question));
  const form = make("form", { class: "gc-question" }, make("fieldset", {}, legend, control.element), button, status);

  function show() {
    const said = model.get("said");
    if (said === null) return;
    control.show(said);
    control.lock();
    button.remove();
    status.className = "kept";
    status.textContent = "Your prediction is kept. Read on: the answer is below.";
    document.dispatchEvent(new CustomEvent("gencourse-said", { detail: { key: model.get("key"), said } }));
  }

  form.dataset.lmSuppressShortcuts = "true";
  form.addEventListener("keydown", (event) => event.stopPropagation());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = control.read();
    if (said === null || model.get("said") !== null) return;
    write(model, { said });
    show();
  });
  el.append(form);
  show();
  return listen(model, ["said"], show);
}

export default { render };
