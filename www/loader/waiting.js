// What stands in the element before there is a widget, and where there is none.

import { LOCALES, localeOf } from "./loading.js";

/** What the loader itself must say, before any locale is there. In other languages it stands in `LOCALES`, behind name and digest. */
const ENGLISH = [
  "Loading the checkout…",
  "The checkout could not be loaded. Please check your connection and try again.",
  "This browser does not run the checkout here. Please try another browser, or contact the shop.",
  "The checkout is not available here. Your cart is kept; please contact the shop.",
  "Try again",
  "Close",
  "Continue on a plain page",
];

/** The widget's own look and width: its knobs with their defaults (`src/ui/widget.css`; a test compares them). */
const BOX =
  "box-sizing:border-box;max-width:var(--qr-checkout-max-width,880px);min-height:16em;margin:auto;padding:3.5em 24px;" +
  "color:var(--qr-checkout-text,light-dark(#17211c,#edf3ef));background:var(--qr-checkout-surface,light-dark(#fff,#151b18));" +
  "border:1px solid var(--qr-checkout-border,light-dark(#dfe6e2,#323d37));border-radius:var(--qr-checkout-radius,12px);text-align:center;" +
  'font:var(--qr-checkout-font-size,medium)/1.5 var(--qr-checkout-font,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif)';
const SPINNER =
  "width:36px;height:36px;box-sizing:border-box;margin:0 auto 1em;border:3px solid #8884;border-radius:50%;" +
  "border-top-color:var(--qr-checkout-accent,light-dark(#0b6b4b,#4cc793))";
const BUTTON = "font:inherit;font-weight:600;padding:10px 20px;margin:1.25em 6px 0;min-height:48px;border:1px solid #8886;border-radius:9px;background:none;color:inherit;cursor:pointer";

/** What the loader says in the language of a tag: the texts of `ENGLISH`, translated if there is a translation. */
export function wordsOf(tag) {
  return LOCALES[localeOf(tag)]?.slice(2) ?? ENGLISH;
}

/**
 * Draws into a shadow root that the widget is on its way or, with a failure, that it did not come, and a way to a page that sells without
 * it, if there is one. What the shop's page has put inside of the element stands beside it. Styles by CSSOM, which a strict CSP allows; none of the page's own reach the words. The words are
 * a dialog if there is something to do when it is left. False if nobody could see that.
 */
export function drawWaiting(root, tag, failure, retry, leave, page) {
  const locale = localeOf(tag);
  const [loading, failed, notRun, notHere, again, close, plain] = wordsOf(tag);
  const isTransient = failure?.severity === "transient";
  const why = isTransient ? failed : failure?.code === "env-no-wasm" ? notRun : notHere;
  // A dialog lies over everything, also where the page keeps its element out of sight.
  const frame = make(root, "div", "all:initial;color-scheme:inherit" + (leave ? "" : ";visibility:inherit"));
  const box = make(frame, leave ? "dialog" : "div", BOX);
  box.setAttribute("part", "placeholder");
  box.lang = locale ?? "en";
  box.dir = "auto";
  if (!failure) {
    const turning = make(box, "div", SPINNER).animate?.({ rotate: ["0turn", "1turn"] }, { duration: 900, iterations: Infinity });
    if (matchMedia("(prefers-reduced-motion)").matches) turning?.cancel();
  }
  const text = make(box, "p", "margin:0 auto;max-width:30em", failure ? why : loading);
  text.setAttribute("role", failure ? "alert" : "status");
  const offer = (label, act) => (make(box, "button", BUTTON, label).onclick = act);
  if (isTransient) offer(again, retry);
  if (page) Object.assign(make(box, "a", BUTTON + ";display:inline-block;box-sizing:border-box", plain), { href: page, target: "_top" });
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
