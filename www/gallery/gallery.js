// Draws every state of the widget in every theme and locale, for eyes, access checks and screenshots.
// The states are made inside the wasm (feature `gallery`); this page only lays them out. The address says which.

import { load } from "./widget.js";

const choices = document.getElementById("choices");
const states = document.getElementById("states");

async function start() {
  const widget = await load();
  for (const name of widget.scenarios()) choices.state.add(new Option(name));
  for (const name of widget.locales()) choices.locale.add(new Option(name));
  restore();
  choices.addEventListener("change", () => {
    remember();
    draw(widget);
  });
  draw(widget);
}

function draw({ gallery, scenarios, locales }) {
  const pick = (field, all) => (field.value ? [field.value] : all);
  const frames = listed();
  if (frames.length) return void states.replaceChildren(...frames.map((frame) => framed(gallery, frame)));
  // An open dialog covers the others, so those are drawn only when chosen.
  const together = scenarios().filter((name) => !name.includes("dialog"));
  for (const state of pick(choices.state, together)) {
    for (const locale of pick(choices.locale, locales())) {
      for (const theme of pick(choices.theme, ["light", "dark"])) frames.push({ state, locale, theme });
    }
  }
  states.replaceChildren(...frames.map((frame) => framed(gallery, frame)));
}

/** Those that the address lists, each as `state/locale/theme/width/style`, whatever else is chosen. */
function listed() {
  const list = new URLSearchParams(location.search).get("frames")?.split(",") ?? [];
  return list.map((frame) => {
    const [state, locale, theme, width, style] = frame.split("/");
    return { state, locale, theme, width, style };
  });
}

function framed(gallery, { state, locale, theme, width = choices.width.value, style = choices.style.value }) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = `${state} · ${locale} · ${theme}`;
  const element = document.createElement("gallery-state");
  element.lang = locale;
  element.setAttribute("theme", theme);
  element.style.inlineSize = `${width}px`;
  if (style) element.className = style;
  figure.className = theme;
  figure.append(caption, element);
  gallery(element.attachShadow({ mode: "open" }), state, locale, theme);
  return figure;
}

function restore() {
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (choices.elements[name]) choices.elements[name].value = value;
  }
}

function remember() {
  const chosen = [...new FormData(choices)].filter(([, value]) => value);
  history.replaceState(null, "", `?${new URLSearchParams(chosen)}`);
}

start().then(
  () => document.documentElement.setAttribute("data-ready", ""),
  (failure) => {
    states.textContent = `The gallery could not start: ${failure}. It needs \`cargo xtask dist --features gallery\`.`;
  },
);
