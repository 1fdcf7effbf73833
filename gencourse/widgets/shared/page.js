// A widget's elements, its state, and when it is drawn.

/**
 * The state that a widget's Python side and its page share, as anywidget hands it over; T are the traits by name.
 *
 * @template {object} T
 * @typedef {object} Model
 * @property {<K extends keyof T>(name: K) => T[K]} get
 * @property {<K extends keyof T>(name: K, value: T[K]) => void} set
 * @property {(event: string, handler: () => void) => void} on
 * @property {(event?: string, handler?: () => void) => void} off
 * @property {() => void} save_changes
 */

/** @template {object} T @typedef {{ model: Model<T>, el: HTMLElement }} Context  What `render` is given. */

/** @typedef {string | number | boolean | null | ((event: Event) => void)} Attribute */

/**
 * An element with attributes (on… are listeners) and children.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * An element of an SVG.
 *
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | null>} [attributes]
 * @param {...(Node | string)} children
 */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, string | number | null>} attributes
 */
export function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, String(value));
}

/**
 * A box of the page.
 *
 * @param {string} name its class
 * @param {...(Node | string)} children
 */
export const box = (name, ...children) => make("div", { class: name }, ...children);

/**
 * A button.
 *
 * @param {string} text
 * @param {(event: Event) => void} press
 * @param {string} [name] its class
 */
export const makeButton = (text, press, name = "") =>
  make("button", { type: "button", class: name || null, onclick: press }, text);

/**
 * Writes into a readout: phrases that three spaces or a line's end keep apart. Where there is no room for two of them in a
 * line, the second goes below the first and is not torn.
 *
 * @param {HTMLElement} readout
 * @param {string} text
 */
export function tell(readout, text) {
  const parts = text.split(/( {3}|\n)/);
  readout.replaceChildren(...parts.map((part, k) => (k % 2 ? part : make("span", { class: "gc-phrase" }, part))));
}

/**
 * The root of a widget. JupyterLab's notebook shortcuts (the arrow keys move between cells) stop at its edge.
 *
 * @param {HTMLElement} el
 * @param {string} label
 */
export function makeRoot(el, label) {
  const root = make("div", { class: "gc-widget", role: "group", "aria-label": label });
  root.dataset.lmSuppressShortcuts = "true";
  for (const type of ["keydown", "keyup"]) root.addEventListener(type, (event) => event.stopPropagation());
  el.append(root);
  return root;
}

/**
 * A function that asks for `draw` in the next frame: however often it is called, one frame is pending at most,
 * and it shows the newest state.
 *
 * @param {() => void} draw
 */
export function oncePerFrame(draw) {
  let pending = 0;
  const ask = () => {
    pending ||= requestAnimationFrame(() => {
      pending = 0;
      draw();
    });
  };
  ask.cancel = () => cancelAnimationFrame(pending);
  return ask;
}

/**
 * Listens to traits; the returned function stops listening.
 *
 * @template {object} T
 * @param {Model<T>} model
 * @param {(keyof T & string)[]} names
 * @param {() => void} handler
 */
export function listen(model, names, handler) {
  const events = names.map((name) => `change:${name}`);
  for (const event of events) model.on(event, handler);
  return () => {
    for (const event of events) model.off(event, handler);
  };
}

/**
 * The values of several traits, in their order.
 *
 * @template {object} T
 * @template {(keyof T)[]} K
 * @param {Model<T>} model
 * @param {[...K]} names
 */
export const read = (model, ...names) =>
  /** @type {{ [I in keyof K]: T[K[I]] }} */ (names.map((name) => model.get(name)));

/**
 * Gives several traits new values, here and in Python.
 *
 * @template {object} T
 * @param {Model<T>} model
 * @param {Partial<T>} traits
 */
export function write(model, traits) {
  for (const name of /** @type {(keyof T)[]} */ (Object.keys(traits))) {
    model.set(name, /** @type {T[keyof T]} */ (traits[name]));
  }
  model.save_changes();
}

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Where an arrow key points, [right, up]; of any other key, null.
 *
 * @param {Event} event
 */
export const arrowOf = (event) => ARROWS[/** @type {KeyboardEvent} */ (event).key] ?? null;

/**
 * +1 for an arrow key that goes on in a list, −1 for one that goes back, 0 for any other key.
 *
 * @param {Event} event
 */
export function stepOf(event) {
  const [right, up] = arrowOf(event) ?? [0, 0];
  return right - up;
}

/**
 * Which of some elements has the focus; -1 for none.
 *
 * @param {HTMLElement[]} elements
 */
export const focusedOf = (elements) => elements.indexOf(/** @type {HTMLElement} */ (document.activeElement));

/**
 * Tells `follow` where the hand is, from the press on an element until it is let go: as shares of the element's width and
 * height, from its upper left corner, which may be outside of 0 to 1.
 *
 * @param {HTMLElement | SVGSVGElement} element
 * @param {(at: [number, number]) => void} follow
 */
export function drag(element, follow) {
  const tell = (/** @type {PointerEvent} */ event) => {
    const box = element.getBoundingClientRect();
    follow([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  };
  const listenTo = (/** @type {string} */ type, /** @type {(event: PointerEvent) => void} */ handler) =>
    element.addEventListener(type, /** @type {EventListener} */ (handler));
  listenTo("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    element.setPointerCapture(event.pointerId);
    tell(event);
  });
  listenTo("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) tell(event);
  });
}
