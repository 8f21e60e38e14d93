// The widget's glue and wasm as `cargo xtask dist --features gallery` built them, for the pages of this folder.

export async function load() {
  const { files } = await (await fetch("manifest.json")).json();
  const named = (role) => new URL(files.find((file) => file.role === role).name, import.meta.url).href;
  const widget = await import(named("glue"));
  await widget.default({ module_or_path: fetch(named("wasm")) });
  return widget;
}
