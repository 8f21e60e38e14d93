// Asks what the widget will ask first while the widget is still on its way: one round trip less until the cart, or the order, is there.
// Whatever it guesses wrong costs a request and nothing else: the widget takes the answer only to the very address that it wants.

import { TAG } from "./loading.js";

/** How long the widget waits for an answer, milliseconds. */
const TIMEOUT = 15_000;
/** The revision of the API that the widget speaks (docs/spec/http.md). */
const REVISION = 1;

/** The request under way as the widget takes it, or nothing. The settings are the widget's, the calls those that wait for it. */
export function askEarly(settings, locale, calls) {
  try {
    const [base, asked] = wanted(settings, locale, calls);
    if (!asked) return;
    const bytes = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)));
    const nonce = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);
    const url = `${base}/v1/${asked}n=${nonce}&r=${REVISION}`;
    const response = fetch(url, {
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      integrity: settings.integrity || "",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    // Nobody may come to take it.
    response.catch(() => {});
    return { url, sentMs: performance.now(), response };
  } catch {} // The widget says what is wrong.
}

/** The page of the backend's own that sells the same without the widget, or nothing. */
export function plainPage(settings, locale, calls) {
  try {
    const [base, asked] = wanted(settings, locale, calls);
    return asked && base + asked.replace(/\w+/, "/pay") + "plain";
  } catch {} // What is stored may be anything.
}

/** The backend, and what it is asked for: the order, or the price of the cart if it will hold anything. */
function wanted({ backend, scriptUrl, order, discountCode, clientReference }, locale, calls) {
  const base = (backend || scriptUrl).replace(/\/$/, "");
  let saved;
  try {
    saved = JSON.parse(localStorage.getItem([TAG, base, order].join(":")));
  } catch {} // Storage can be forbidden.
  saved ??= {};
  order ||= saved.order;
  const words = { locale, code: codeOf(saved, discountCode), client_reference: clientReference };
  return [base, order ? `orders/${order}?` : quote(saved, calls, words)];
}

/** The shopper's code, or the page's that was not taken out. */
function codeOf({ code, removed }, pages) {
  return code || (pages !== removed && pages);
}

/** The price of the cart as it will be after those calls, if it will hold anything and they only add. */
function quote({ items = [], country, region, delivery }, calls, words) {
  const cart = new Map(items.map(({ sku, quantity }) => [sku, quantity]));
  for (const [name, sku, quantity = 1] of calls) {
    if (name === "add") cart.set(sku, (cart.get(sku) ?? 0) + quantity);
    else if (name !== "open") return;
  }
  const asked = [...cart].map(([sku, quantity]) => ["item", sku + ":" + quantity]);
  asked.push(...Object.entries({ ...words, country, region, delivery }));
  return cart.size && "quote?" + asked.map(([name, value]) => (value ? `${name}=${encodeURIComponent(value)}&` : "")).join("");
}
