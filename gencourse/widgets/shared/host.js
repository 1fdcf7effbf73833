// Makes a widget alive in a page without Jupyter: a model with get, set, on, off and save_changes, and a view.
// It is written into pages as text, so it imports nothing.

/** @typedef {{ base64: string }} Bytes */
/** @typedef {Record<string, unknown>} State  The traits' values, those of Bytes traits as { base64 }. */

/**
 * { base64 } -> the DataView that a Bytes trait is in Jupyter; anything else as it is.
 *
 * @param {unknown} value
 */
function fromJson(value) {
  const { base64 } = /** @type {Partial<Bytes>} */ (value ?? {});
  if (typeof base64 !== "string") return value;
  return new DataView(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer);
}

/**
 * What a reader of this page has said under a key, kept by the browser; where it keeps nothing, nothing is kept.
 *
 * @param {unknown} key
 * @param {unknown} [said] to be kept
 * @returns {unknown} what is kept, null if nothing is
 */
function kept(key, said) {
  const name = `gencourse ${key}`;
  try {
    if (said !== undefined) localStorage.setItem(name, JSON.stringify(said));
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * The traits' values with Backbone's events: "change:NAME" at once, "change" after it. Nothing is saved but what a reader
 * says to a question, under its key.
 *
 * @param {State} state
 */
export function makeModel(state) {
  const values = Object.fromEntries(Object.entries(state).map(([name, value]) => [name, fromJson(value)]));
  const key = values.key;
  if (key) values.said ??= kept(key);
  /** @type {Map<string, Set<Function>>} */
  const handlers = new Map();
  const emit = (/** @type {string} */ event, /** @type {unknown[]} */ ...rest) => {
    for (const handler of [...(handlers.get(event) ?? [])]) handler(...rest);
  };
  const model = {
    get: (/** @type {string} */ name) => values[name],
    set: (/** @type {string} */ name, /** @type {unknown} */ value) => {
      if (values[name] === value) return;
      values[name] = value;
      emit(`change:${name}`, model, value);
      emit("change", model);
    },
    on: (/** @type {string} */ event, /** @type {Function} */ handler) => {
      handlers.set(event, (handlers.get(event) ?? new Set()).add(handler));
    },
    /**
     * @param {string} [event]
     * @param {Function} [handler]
     */
    off: (event, handler) => {
      if (event && handler) handlers.get(event)?.delete(handler);
      else if (event) handlers.delete(event);
      else handlers.clear();
    },
    save_changes: () => {
      if (key && values.said !== null) kept(key, values.said);
    },
    send: () => {},
  };
  return model;
}

/**
 * Shows a widget in `element`.
 *
 * @param {HTMLElement} element
 * @param {string} esmText the widget's module; its default export has `render`, as anywidget's do
 * @param {string} cssText its style, put in once a page however many widgets share it
 * @param {State} state
 * @returns the model and `remove`; rejects when the module cannot be read or its `render` throws
 */
export async function mount(element, esmText, cssText, state) {
  if (cssText && ![...document.querySelectorAll("style[data-widget]")].some((s) => s.textContent === cssText)) {
    const style = document.createElement("style");
    style.dataset.widget = "";
    style.textContent = cssText;
    document.head.append(style);
  }
  const url = URL.createObjectURL(new Blob([esmText], { type: "text/javascript" }));
  try {
    const module = await import(url);
    const widget = typeof module.default === "function" ? await module.default() : module.default;
    const model = makeModel(state);
    await widget.initialize?.({ model });
    const cleanup = await widget.render({ model, el: element });
    const remove = () => {
      cleanup?.();
      element.replaceChildren();
    };
    return { model, remove };
  } finally {
    URL.revokeObjectURL(url);
  }
}
