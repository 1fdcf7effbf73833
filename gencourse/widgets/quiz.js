// A question with a reply to every answer. Everything is in the page: it answers without a kernel.

/** @import { Context } from "./shared/page.js" */
/** @import { Quiz } from "./shared/judge.js" */
import { inline, makeChoices, makeMatching, makeNumber, makeOrder } from "./shared/answers.js";
import { judge } from "./shared/judge.js";
import { listen, make, write } from "./shared/page.js";

/**
 * @typedef {object} Traits
 * @property {Quiz} spec
 * @property {any} said the answer that was submitted last; null before
 * @property {boolean | null} right whether it is right
 */

/**
 * @param {Quiz} spec
 * @param {() => void} changed
 */
function controlOf(spec, changed) {
  if (spec.kind === "number") return makeNumber(spec.unit ?? "", null, changed);
  if (spec.kind === "order") return makeOrder(spec.items, spec.question, changed);
  if (spec.kind === "matching") {
    const sides = [spec.pairs.map((pair) => pair.left), spec.pairs.map((pair) => pair.right)];
    return makeMatching(sides[0], sides[1], spec.question, changed);
  }
  const texts = spec.choices.map((choice) => choice.text);
  return makeChoices(texts, spec.kind === "several", changed);
}

/** @param {Context<Traits>} context */
function render({ model, el }) {
  const spec = model.get("spec");
  const control = controlOf(spec, clear);
  const button = make("button", { type: "submit", disabled: true }, "Check");
  const status = make("div", { role: "status", "aria-live": "polite" });
  const more = spec.kind === "several" ? " (Several may be right.)" : "";
  const legend = make("legend", {}, ...inline(spec.question + more));
  const form = make("form", { class: "gc-question" }, make("fieldset", {}, legend, control.element), button, status);

  // A new answer takes the old reply away, so that trying again starts clean.
  function clear() {
    status.replaceChildren();
    button.disabled = control.read() === null;
  }

  function show() {
    const said = model.get("said");
    control.show(said);
    clear();
    if (said === null) return;
    const { right, replies } = judge(spec, said);
    status.className = right ? "right" : "";
    const mark = make("span", { class: "mark", "aria-hidden": "true" }, right ? "✓ " : "✗ ");
    const [first, ...rest] = replies;
    const verdict = make("strong", {}, right ? "Right. " : "Not quite. ");
    status.replaceChildren(mark, verdict, ...inline(first), ...rest.map((reply) => make("p", {}, ...inline(reply))));
  }

  // The arrow keys and Enter are the form's: not JupyterLab's shortcuts, nor the notebook's way to the next cell.
  form.dataset.lmSuppressShortcuts = "true";
  form.addEventListener("keydown", (event) => event.stopPropagation());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = control.read();
    if (said === null) return;
    write(model, { said, right: judge(spec, said).right });
    show();
  });
  el.append(form);
  show();
  return listen(model, ["said"], show);
}

export default { render };
