// Stands in for the widget: notes what the loader does to it, in `window.log`.

window.glueRan = true;

export default async function init({ module_or_path }) {
  await WebAssembly.instantiateStreaming(module_or_path);
}

export function mount(element, root, attributes) {
  const note = (...entry) => (window.log ??= []).push(entry);
  note("mount", element.id, attributes);
  root.append(Object.assign(document.createElement("p"), { textContent: "widget" }));
  const handle = {
    items: [{ sku: "tea-100g", quantity: 1 }],
    state: "cart",
    order: { id: "ord_1" },
    update: (changed) => note("update", changed),
    unmount() {
      note("unmount", element.id);
      root.replaceChildren();
    },
  };
  for (const name of ["add", "setQuantity", "remove", "clear", "open", "close", "checkNow"]) {
    handle[name] = (...values) => note(name, ...values);
  }
  return handle;
}
