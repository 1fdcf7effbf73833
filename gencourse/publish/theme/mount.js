// Brings the site's widgets to life as they come near the screen, and links to what they show.
//
// Written behind host.js into one classic script: a page opened from a folder may load scripts, and may fetch nothing.
// Each value of a widget (its module, its style, its traits, the weights of a network) is a part: a script named by its
// hash, loaded when it is first asked for and shared by all pages.

const here = document.currentScript.src;
const arrived = new Map();
const partsOf = new Map();

window.gencoursePart = (name, value) => arrived.set(name, value);

/** The value of a part, once its script has run. */
function part(name) {
  if (!partsOf.has(name)) {
    const script = document.createElement("script");
    script.src = new URL(`parts/${name}.js`, here).href;
    const loaded = new Promise((resolve, reject) => {
      script.onload = () => resolve(arrived.get(name));
      script.onerror = () => reject(new Error(`${name}.js was not found beside this page`));
    });
    document.head.append(script);
    partsOf.set(name, loaded);
  }
  return partsOf.get(name);
}

/** The traits, with { part } replaced by what it names. */
async function stateOf(name) {
  const entries = Object.entries(await part(name));
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, value]) => [key, value?.part ? await part(value.part) : value])),
  );
}

// A link to a state: #pad=0.7,-1.2 gives the traits that the hand sets, parted by semicolons, lists by commas.

const short = (value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);

/** Traits as the text of a link. */
function said(value) {
  if (Array.isArray(value)) return value.map(said).join(",");
  if (value && typeof value === "object") return Object.values(value).map(said).join(",");
  return encodeURIComponent(value === null ? "" : short(value));
}

/** The text of a link as a value of the same kind as `now`; undefined where it is none. */
function heard(text, now) {
  const number = (word) => (word.trim() && Number.isFinite(Number(word)) ? Number(word) : undefined);
  if (typeof now === "number") return number(text);
  if (typeof now === "boolean") return { true: true, false: false }[text];
  if (typeof now === "string") return decodeURIComponent(text).slice(0, 500);
  if (!now || typeof now !== "object") return undefined;
  const names = Array.isArray(now) ? null : Object.keys(now);
  const size = (names ?? now).length;
  const numbers = text === "" ? [] : text.split(",").map(number);
  if (numbers.includes(undefined) || (size && numbers.length && numbers.length !== size)) return undefined;
  return names ? Object.fromEntries(names.map((name, k) => [name, numbers[k]])) : numbers;
}

/** What the page's address says of the widget `name`, as text; null if nothing. */
function asked(name) {
  const [first, rest] = location.hash.slice(1).split(/=(.*)/s);
  return first === name && rest !== undefined ? rest : null;
}

/** Traits out of a link's text, and whether all of it was understood. */
function traitsOf(text, names, get) {
  const words = text.split(";");
  const traits = {};
  names.slice(0, words.length).forEach((name, k) => {
    const value = heard(words[k], get(name));
    if (value !== undefined) traits[name] = value;
  });
  return { traits, whole: Object.keys(traits).length === words.length };
}

/** The button that copies a link to what the widget shows; the link stands beside it where nothing can be copied. */
function addLink(element, names, model) {
  const name = element.dataset.name;
  const row = document.createElement("div");
  const button = document.createElement("button");
  const told = document.createElement("output");
  row.className = "gc-link";
  button.type = "button";
  button.textContent = "Copy a link to this state";
  button.addEventListener("click", async () => {
    const address = new URL(location.href);
    address.hash = `${name}=${names.map((trait) => said(model.get(trait))).join(";")}`;
    try {
      await navigator.clipboard.writeText(address.href);
      told.textContent = "Copied.";
    } catch {
      told.textContent = address.href;
    }
  });
  row.append(button, told);
  element.after(row);
  return told;
}

const living = new Map();

async function enliven(element) {
  if (living.has(element)) return living.get(element);
  const still = [...element.childNodes];
  const { esm, css, state, link = "", name } = element.dataset;
  const names = link.split(" ").filter(Boolean);
  const made = (async () => {
    const [module, style, traits] = await Promise.all([part(esm), part(css), stateOf(state)]);
    const text = asked(name);
    const wish = text === null ? null : traitsOf(text, names, (trait) => traits[trait]);
    element.replaceChildren();
    const { model } = await mount(element, module, style, { ...traits, ...wish?.traits });
    element.dataset.alive = "";
    const told = names.length ? addLink(element, names, model) : null;
    if (wish && !wish.whole) told.textContent = notUnderstood(name);
    return { model, names, told };
  })();
  living.set(element, made);
  made.catch((error) => {
    element.replaceChildren(...still, `This widget does not move here: ${error.message}`);
    console.error(error);
  });
  return made;
}

const notUnderstood = (name) =>
  `The link's “${location.hash}” does not fit this widget: take a link that its button copies, such as #${name}=…`;

/** Shows the state that the address names, now. */
async function follow() {
  for (const element of document.querySelectorAll(".gc-mount[data-name]")) {
    const text = asked(element.dataset.name);
    if (text === null) continue;
    element.scrollIntoView({ block: "center" });
    const { model, names, told } = await enliven(element);
    const { traits, whole } = traitsOf(text, names, model.get);
    for (const [trait, value] of Object.entries(traits)) model.set(trait, value);
    told.textContent = whole ? "" : notUnderstood(element.dataset.name);
    element.scrollIntoView({ block: "center" });
  }
}

/** ?hide=code,exercises: what a teacher's talk does without. */
function hide() {
  const known = ["code", "exercises", "questions", "prose", "menu"];
  const wishes = (new URLSearchParams(location.search).get("hide") ?? "").split(",").filter(Boolean);
  for (const wish of wishes) {
    if (known.includes(wish)) document.body.classList.add(`hide-${wish}`);
    else {
      const note = document.createElement("p");
      note.className = "gc-note";
      note.textContent = `?hide=${wish} hides nothing; allowed are ${known.join(", ")}, parted by commas.`;
      document.querySelector("article")?.prepend(note);
    }
  }
}

function start() {
  hide();
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        enliven(target).catch(() => {});
      }
    },
    { rootMargin: "300px" },
  );
  for (const element of document.querySelectorAll(".gc-mount")) near.observe(element);
  window.addEventListener("hashchange", follow);
  follow();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
