// Makes a widget alive in a page without Jupyter: a model with get, set, on, off and save_changes, and a view.

// {"base64": …} -> the DataView that a Bytes trait is in Jupyter; anything else as it is.
function fromJson(value) {
  if (typeof value?.base64 !== "string") return value;
  return new DataView(Uint8Array.from(atob(value.base64), (char) => char.charCodeAt(0)).buffer);
}

// The traits' values with Backbone's events: "change:NAME" at once, "change" after it. Nothing is saved anywhere.
export function makeModel(state) {
  const values = Object.fromEntries(Object.entries(state).map(([name, value]) => [name, fromJson(value)]));
  const handlers = new Map();
  const emit = (event, ...rest) => [...(handlers.get(event) ?? [])].forEach((handler) => handler(...rest));
  const model = {
    get: (name) => values[name],
    set: (name, value) => {
      if (values[name] === value) return;
      values[name] = value;
      emit(`change:${name}`, model, value);
      emit("change", model);
    },
    on: (event, handler) => {
      if (!handlers.has(event)) handlers.set(event, new Set());
      handlers.get(event).add(handler);
    },
    off: (event, handler) => {
      if (handler) handlers.get(event)?.delete(handler);
      else if (event) handlers.delete(event);
      else handlers.clear();
    },
    save_changes: () => {},
    send: () => {},
  };
  return model;
}

// Shows a widget in `element`.
//   esmText: the widget's module; its default export has `render`, as anywidget's do.
//   cssText: its style, put in once a page however many widgets share it.
//   state: the traits' values, bytes as {base64: …}.
// Resolves to { model, remove }. Rejects when the module cannot be read or its `render` throws.
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
