// Stands in for the widget: notes what the loader does to it, in `window.log`, and tells the page by `window.tell`.

window.glueRan = true;

export default async function init({ module_or_path }) {
  await WebAssembly.instantiateStreaming(module_or_path);
}

export function mount(element, root, attributes, tell) {
  window.tell = tell;
  const note = (...entry) => (window.log ??= []).push(entry);
  note("mount", element.id, attributes);
  root.append(Object.assign(document.createElement("p"), { textContent: "widget" }));
  const properties = { items: [{ sku: "tea-100g", quantity: 1 }], state: "cart", order: { id: "ord_1" } };
  return {
    read: (name) => properties[name],
    call: note,
    update: (changed) => note("update", changed),
    unmount() {
      note("unmount", element.id);
      root.replaceChildren();
    },
  };
}
