// Names for sliders, which the reader types, and the matrix that says which of them hold.

/** @import { Model } from "./page.js" */
import { latentName, percent } from "./numbers.js";
import { box, make, makeButton, tell, write } from "./page.js";

/**
 * @typedef {object} Naming
 * @property {string[]} given the names typed, in the latents' order
 * @property {boolean} revealed
 * @property {boolean} turned
 * @property {number[]} order of the latents
 * @property {string[]} factors
 * @property {Record<string, string[]>} readings the words by which a factor is known
 * @property {number[][]} shares what each latent tells of each factor, as a share of its entropy
 * @property {number[][]} turned_shares the same along the turned axes
 */

const LEAST = 0.2; // a latent that tells less of every factor is one of no factor
const NOTHING = ["nothing", "none", "unused"];
const TOLD = "What each slider tells of each factor, as a share of all there is to tell";

/**
 * The factor that a latent tells most of, or "nothing".
 *
 * @param {number[]} shares
 * @param {string[]} factors
 */
export function toldBy(shares, factors) {
  const most = Math.max(...shares);
  return most < LEAST ? "nothing" : factors[shares.indexOf(most)];
}

/**
 * The factor that a typed name means: the one whose word stands first in it; "" where there is none.
 *
 * @param {string} name
 * @param {Record<string, string[]>} readings
 */
export function meantBy(name, readings) {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const known = Object.entries({ ...readings, nothing: NOTHING });
  for (const word of words) {
    const found = known.find(([, each]) => each.includes(word));
    if (found) return found[0];
  }
  return "";
}

/**
 * A field for each latent's name; a button that reveals the matrix and the verdict, and one that turns the axes.
 *
 * @param {Model<any>} model
 */
export function makeNaming(model) {
  const { factors, readings, order } = /** @type {Naming} */ (
    Object.fromEntries(["factors", "readings", "order"].map((name) => [name, model.get(name)]))
  );
  const matrix = make("div", { class: "gc-told" });
  const verdict = make("output", { class: "gc-readout", "aria-live": "polite" });
  const reveal = makeButton("Reveal", () => write(model, { revealed: true }), "gc-reveal");
  const turn = makeButton("", () => write(model, { turned: !model.get("turned") }), "gc-turn");

  const field = (/** @type {number} */ latent) => {
    const about = `name of ${latentName(latent)}`;
    const input = make("input", { class: "gc-given", type: "text", placeholder: "name?", "aria-label": about });
    input.value = model.get("given")[latent] ?? "";
    input.addEventListener("input", () => write(model, { given: model.get("given").with(latent, input.value) }));
    return input;
  };
  const draw = () => {
    const [given, turned] = [model.get("given"), model.get("turned")];
    const shares = model.get(turned ? "turned_shares" : "shares");
    turn.textContent = turned ? "Turn the axes back" : "Turn the axes";
    matrix.hidden = verdict.hidden = !model.get("revealed");
    const cell = (/** @type {number} */ share) =>
      make("td", { style: `--share: ${Math.round(100 * share)}%` }, percent(share));
    const rows = order.map((latent) => {
      const name = given[latent]?.trim();
      const holds = Boolean(name) && meantBy(name, readings) === toldBy(shares[latent], factors);
      const said = name ? `${holds ? "✓" : "✗"} ${name}` : "unnamed";
      const title = make("th", { scope: "row" }, `${latentName(latent)}${turned ? "′" : ""} ${said}`);
      return { name, holds, row: make("tr", {}, title, ...shares[latent].map(cell)) };
    });
    const heads = ["", ...factors].map((name) => make("th", { scope: "col" }, name));
    const table = make("table", { "aria-label": TOLD }, make("tr", {}, ...heads), ...rows.map(({ row }) => row));
    matrix.replaceChildren(box("gc-caption", TOLD), box("gc-scrolled", table));
    const [right, named] = [rows.filter(({ holds }) => holds), rows.filter(({ name }) => name)];
    const still = turned ? "\nThe axes are turned, and p(x) is the same for every image." : "";
    const held = named.length ? `${right.length} of ${named.length} names hold` : "No slider has a name yet.";
    tell(verdict, `${held}${still}`);
  };
  return { field, draw, part: box("gc-section", box("gc-buttons", reveal, turn), verdict, matrix) };
}
