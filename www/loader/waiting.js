// What stands in the element before there is a widget, and where there is none.

import { LOCALES, localeOf } from "./loading.js";

/** What the loader itself must say, before any locale is there. In other languages it stands in `LOCALES`, behind name and digest. */
const ENGLISH = [
  "Loading the checkout…",
  "The checkout could not be loaded. If this continues, please contact the shop.",
  "Try again",
  "Close",
];

const BOX =
  "box-sizing:border-box;min-height:12em;padding:3em 24px;border:1px solid #8886;border-radius:12px;font:medium system-ui;" +
  "text-align:center;background:canvas";

/**
 * Draws into a shadow root that the widget is on its way or, with the severity of a failure, that it did not come. What the page has put
 * inside of the element stands beside it. Styles by CSSOM, which a strict CSP allows; none of the page's own reach the words. The words are
 * a dialog if there is something to do when it is left. False if nobody could see that.
 */
export function drawWaiting(root, tag, severity, retry, leave) {
  const locale = localeOf(tag);
  const [loading, failed, again, close] = LOCALES[locale]?.slice(2) ?? ENGLISH;
  // A dialog lies over everything, also where the page keeps its element out of sight.
  const frame = make(root, "div", "all:initial;color-scheme:inherit" + (leave ? "" : ";visibility:inherit"));
  const box = make(frame, leave ? "dialog" : "div", BOX);
  box.setAttribute("part", "placeholder");
  box.lang = locale ?? "en";
  box.dir = "auto";
  const text = make(box, "p", "margin:0", severity ? failed : loading);
  text.setAttribute("role", severity ? "alert" : "status");
  const offer = (label, act) => (make(box, "button", "font:inherit;padding:10px 20px;margin:1em 6px 0", label).onclick = act);
  if (severity === "transient") offer(again, retry);
  make(leave ? box : root, "slot", "");
  if (!leave) return true;
  offer(close, () => box.close());
  // Beside the box is outside of it.
  box.onclick = ({ target }) => target === box && box.close();
  box.onclose = leave;
  box.showModal();
  return box.checkVisibility();
}

/** Empties a shadow root. An open dialog gives the focus back before it goes, so that the next one can. */
export function empty(root) {
  const dialog = root.querySelector("dialog");
  if (dialog) dialog.onclose = null;
  dialog?.close();
  root.replaceChildren();
}

function make(parent, tag, style, text) {
  const child = document.createElement(tag);
  child.style.cssText = style;
  if (text) child.textContent = text;
  parent.append(child);
  return child;
}
