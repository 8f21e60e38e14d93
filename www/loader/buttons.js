// Buttons of the page. Clicks that come before their element are kept for it.

import { TAG } from "./loading.js";
import { tell } from "./telling.js";

const ADD = "qrCheckoutAdd";
const OPEN = "qrCheckoutOpen";

/** Every element on the page that is one of ours by now, in whatever shadow. */
export const elements = new Set();

let kept = [];

/** The element that a button means: of that id, else the first. In the button's own tree, else around it, else in any. */
function find(button, isAdd) {
  const { qrCheckoutFor: id } = button.dataset;
  // An order of the shop's own takes nothing in.
  const selector = TAG + (id ? "#" + CSS.escape(id) : isAdd ? ":not([order])" : "");
  for (let root = button.getRootNode(); root; root = root.host?.getRootNode()) {
    const found = root.querySelector?.(selector);
    if (found) return found;
  }
  return [...elements].find((element) => element.matches(selector));
}

function deliver(call) {
  const [button, name, ...values] = call;
  const element = find(button, name === "add");
  if (elements.has(element)) element[name](...values);
  else kept.push(call);
}

export function deliverKept() {
  const calls = kept;
  kept = [];
  calls.forEach(deliver);
}

function isOurs({ dataset }) {
  return dataset && (ADD in dataset || OPEN in dataset);
}

function press(button) {
  const { [ADD]: sku, qrCheckoutQuantity: quantity = 1 } = button.dataset;
  if (sku !== undefined) deliver([button, "add", sku, Number(quantity)]);
  if (OPEN in button.dataset) deliver([button, "open"]);
  if (kept.length) tell(button, "error", { code: "config-for", severity: "configuration" });
}

function onClick(event) {
  const button = event.composedPath().find(isOurs);
  // The page may have its own reasons: its `preventDefault` is a veto.
  if (!button || event.defaultPrevented) return;
  event.preventDefault();
  press(button);
}

/** Clicks from before this script: each has opened the note that the page has put beside its button. */
export function takeEarlyClicks() {
  for (const button of document.querySelectorAll("[popovertarget]")) {
    const note = button.popoverTargetElement;
    if (!isOurs(button) || !note?.matches(":popover-open")) continue;
    note.hidePopover();
    press(button);
  }
}

/** Hears the page's buttons from now on. A pointer or the focus on one is the earliest sign that a widget will be needed, which `prepare` begins. */
export function hearButtons(prepare) {
  const onIntent = (event) => {
    const button = event.composedPath().find(isOurs);
    if (button) prepare(find(button) ?? button);
  };
  document.addEventListener("click", onClick);
  document.addEventListener("pointerover", onIntent, { passive: true });
  document.addEventListener("focusin", onIntent);
}
