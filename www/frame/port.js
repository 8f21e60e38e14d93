// What goes between a page and the frame that a checkout stands in, and whether it is what it should be. Both ends have this file, and
// neither believes the other. A message is an object; each of its members is one thing said, and those that are not known are ignored.

/** The type of the page's one message to the frame, which holds the port of all others. */
export const TYPE = "qr-checkout-frame-1";

/** The element's name, with which every name begins that is kept of it. */
export const TAG = "qr-checkout";
/** Under which name the whole address of a page is kept while its shopper is in a wallet; the loader looks there. */
export const LEFT = TAG + "-left";

/** Attributes that the page's element hands in, by the names of its properties. */
export const SETTINGS = ["order", "locale", "theme", "methods", "discountCode", "clientReference"];

/** Methods that the page's element hands in. None of them pays, agrees, fills anything in or reads what was typed. */
export const METHODS = ["add", "setQuantity", "remove", "clear", "checkNow"];

/** Events that the frame tells the page, without what their names begin with. */
export const EVENTS = [
  "ready",
  "items-changed",
  "quoted",
  "order-created",
  "qr-shown",
  "status-changed",
  "paid",
  "expired",
  "refused",
  "unsure",
  "error",
];

/** What a call of WeChat's bridge consists of, each a text. */
const OF_CALLS = ["appId", "timeStamp", "nonceStr", "package", "signType", "paySign"];

/** The longest text of any kind, UTF-16 units. */
const LONGEST = 4_096;
/** The most lines of a cart. */
const MOST_LINES = 100;

/** The text if it is one, and not too long. */
export function text(value, longest = LONGEST) {
  return typeof value === "string" && value.length <= longest ? value : undefined;
}

/** An id as it stands in an address; "" where there is none. */
export function id(value) {
  return /^[\w.~-]{0,64}$/.test(text(value) ?? "?") ? value : undefined;
}

/** An address of a page, as browsers print it, of that origin. */
export function address(value, origin) {
  try {
    const url = new URL(text(value, 65_536));
    return url.origin === origin ? url.href : undefined;
  } catch {
    return undefined; // It is no address.
  }
}

/** A call of WeChat's bridge with these members alone, or nothing. */
export function bridgeCall(value) {
  const call = {};
  for (const name of OF_CALLS) if ((call[name] = text(value?.[name])) === undefined) return undefined;
  return call;
}

/**
 * What a page may keep of a checkout, out of the text that the widget saves, as a text again: what lies in the cart and which order it became. It is
 * a pointer that nobody trusts. What was typed or chosen, and what opens anything, is not in it.
 */
export function pointer(saved) {
  try {
    const { items, order, paid, removed } = JSON.parse(text(saved, 65_536));
    const isLine = (line) => id(line.sku) && Number.isInteger(line.quantity) && line.quantity > 0 && line.quantity < 1000;
    const kept = { items: items.filter(isLine).slice(0, MOST_LINES).map(({ sku, quantity }) => ({ sku, quantity })) };
    return JSON.stringify({ ...kept, order: id(order) || null, paid: paid === true, removed: text(removed, 64) ?? "" });
  } catch {
    return undefined; // It is no such text.
  }
}

/** What that gives, or nothing: storage and channels can be forbidden. */
export function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** Hears each thing said on a port by the function of its name. What is malformed is no more than that. */
export function hear(port, ears) {
  port.onmessage = ({ data }) => {
    for (const [name, value] of Object.entries(Object(data))) {
      if (!Object.hasOwn(ears, name)) continue;
      try {
        ears[name](value);
      } catch (fault) {
        console.warn(TYPE, name, String(fault));
      }
    }
  };
}
