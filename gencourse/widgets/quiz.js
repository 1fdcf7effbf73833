// A multiple-choice question: radio buttons in a form, so that Tab, the arrow keys and Enter work by themselves.
// Everything is in the page: it answers without a kernel.

/** @import { Context } from "./shared/page.js" */
import { listen, make, write } from "./shared/page.js";

/**
 * @typedef {object} Traits
 * @property {string} question
 * @property {string[]} choices
 * @property {string[]} feedback to each choice
 * @property {number} right
 * @property {number | null} chosen
 */

const STYLE = `
.gencourse-quiz { border: 1px solid var(--jp-border-color2, #8886); border-radius: 4px; margin: 4px 0;
  padding: 10px 16px 12px; max-width: 52em; box-sizing: border-box; line-height: 1.5;
  color: var(--jp-content-font-color1, inherit);
  font-family: var(--jp-content-font-family, inherit); font-size: var(--jp-content-font-size1, 14px); }
.gencourse-quiz fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.gencourse-quiz legend { padding: 0; margin-bottom: 6px; font-weight: 600; }
.gencourse-quiz label { display: flex; gap: 10px; align-items: baseline; padding: 5px 8px; margin: 1px -8px;
  border-radius: 4px; cursor: pointer; }
.gencourse-quiz label:hover { background: color-mix(in srgb, currentColor 7%, transparent); }
.gencourse-quiz label:has(:focus-visible) { outline: 2px solid var(--jp-brand-color1, #2196f3); outline-offset: -2px; }
.gencourse-quiz input { flex: none; appearance: none; width: 1.1em; height: 1.1em; margin: 0; outline: none;
  border: 1.5px solid currentColor; border-radius: 50%; position: relative; top: 0.2em; }
.gencourse-quiz input:checked { border: 0.33em solid var(--jp-brand-color1, #2196f3); }
.gencourse-quiz code { font-family: var(--jp-code-font-family, monospace); font-size: 0.93em; }
.gencourse-quiz button { margin: 8px 0 0; padding: 4px 16px; font: inherit; color: inherit; cursor: pointer;
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 4px;
  background: color-mix(in srgb, currentColor 9%, transparent); }
.gencourse-quiz button:focus-visible { outline: 2px solid var(--jp-brand-color1, #2196f3); outline-offset: 1px; }
.gencourse-quiz button:disabled { opacity: 0.5; cursor: default; }
.gencourse-quiz [role=status]:not(:empty) { --tone: var(--jp-error-color1, #d84a3f); margin-top: 10px;
  padding: 6px 12px; border-left: 5px solid var(--tone); border-radius: 4px;
  background: color-mix(in srgb, var(--tone) 9%, transparent); }
.gencourse-quiz [role=status].right { --tone: var(--jp-success-color1, #388e3c); }
.gencourse-quiz [role=status] .mark { color: var(--tone); font-weight: bold; }
`;

/**
 * Text with `code` in backticks, as nodes: no markup in a question is ever interpreted.
 *
 * @param {string} text
 */
const inline = (text) => text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? make("code", {}, part) : part));

let views = 0; // the same quiz may be shown twice on a page; each view's radio buttons are a group of their own

/** @param {Context<Traits>} context */
function render({ model, el }) {
  views += 1;
  const group = `gencourse-quiz-${views}`;
  const choices = model.get("choices");
  const radios = choices.map((_, i) => make("input", { type: "radio", name: group, value: i }));
  const labels = choices.map((choice, i) => make("label", {}, radios[i], make("span", {}, ...inline(choice))));
  const button = make("button", { type: "submit", disabled: true }, "Check");
  const status = make("div", { role: "status", "aria-live": "polite" });
  const legend = make("legend", {}, ...inline(model.get("question")));
  const form = make("form", { class: "gencourse-quiz" }, make("fieldset", {}, legend, ...labels), button, status);

  // A new choice takes the old feedback away, so that trying again starts clean.
  function clear() {
    status.replaceChildren();
    button.disabled = false;
  }

  function show() {
    const chosen = model.get("chosen");
    clear();
    radios.forEach((radio, i) => {
      radio.checked = i === chosen;
    });
    button.disabled = chosen === null;
    if (chosen === null) return;
    const right = chosen === model.get("right");
    status.className = right ? "right" : "";
    const mark = make("span", { class: "mark", "aria-hidden": "true" }, right ? "✓ " : "✗ ");
    const verdict = make("strong", {}, right ? "Right. " : "Not quite. ");
    status.replaceChildren(mark, verdict, ...inline(model.get("feedback")[chosen]));
  }

  // The arrow keys and Enter are the form's: not JupyterLab's shortcuts, nor the notebook's way to the next cell.
  form.dataset.lmSuppressShortcuts = "true";
  form.addEventListener("keydown", (event) => event.stopPropagation());
  form.addEventListener("change", clear);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const selected = radios.findIndex((radio) => radio.checked);
    if (selected < 0) return;
    write(model, { chosen: selected });
    show();
  });
  el.append(make("style", {}, STYLE), form);
  show();
  return listen(model, ["chosen"], show);
}

export default { render };
