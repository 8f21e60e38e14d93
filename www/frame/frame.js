// The inside of `/frame`: takes a port from the page around it, puts the checkout here, and does for it in the page what only the page can.
// The page is not trusted. Of what it says this knows a closed list (`port.js`), and nothing on it pays, agrees, fills in or reads what was typed.

import "../qr-checkout.js";
import { EVENTS, LEFT, METHODS, SETTINGS, TAG, TYPE, address, attempt, bridgeCall, hear, id, pointer, text } from "./port.js";

/** The longest address that backends take; providers cut longer ones. */
const LONGEST = 512;

const root = document.documentElement;
const { parents, backend, merchantKey, nativeIntegrity } = root.dataset;
const listed = JSON.parse(parents);
const main = document.querySelector("main");

const { focus } = HTMLElement.prototype;

addEventListener("message", take);

/** The first port of the page around, if that is one of the shop's. */
function take({ source, origin, data }) {
  if (source !== parent || parent === window || !listed.includes(origin)) return;
  if (data?.type !== TYPE || !(data.port instanceof MessagePort)) return;
  removeEventListener("message", take);
  begin(data.port, origin);
}

function begin(port, origin) {
  const send = (message) => port.postMessage(message);
  const storage = new Storage(send);
  const bridge = new Bridge(send);
  const known = {};
  let element;
  let page = "";
  stand(send, storage, bridge);
  Object.defineProperty(window, "qrCheckoutPage", { get: () => page });
  hear(port, {
    page: (told) => (page = comeback(address(told, origin))),
    isDark: (isDark) => (root.style.colorScheme = isDark ? "dark" : "light"),
    isDialog: (isDialog) => root.classList.toggle("scrolls", isDialog === true),
    kept: (kept) => storage.recall(kept),
    saved: ([order, saved]) => storage.hear(id(order), pointer(saved)),
    settings(settings) {
      if (Object(settings) !== settings) return;
      const isNew = !element;
      element ??= document.createElement(TAG);
      for (const name of SETTINGS) {
        const value = text(settings[name]) ?? null;
        // What is wrong with one of them is told as it would be in the page.
        if (known[name] !== value) element[name] = known[name] = value;
      }
      if (isNew) put(element, send);
    },
    call: ([method, ...values]) => METHODS.includes(method) && element?.[method](...(method === "remove" ? [values[0]] : values)),
    opened() {
      const heading = element?.shadowRoot.querySelector("[data-focus]");
      if (heading) focus.call(heading);
    },
    bridge: ([number, said]) => bridge.hear(number, text(said, 200)),
  });
  send({ hello: document.title });
}

/** The page's address as a wallet can come back to it: whole, or without query and fragment if that is too long. */
function comeback(whole) {
  const short = whole?.split(/[?#]/)[0];
  return [whole, short].find((address) => address?.length <= LONGEST) ?? "";
}

/** Puts the element here and mirrors it into the page. */
function put(element, send) {
  element.setAttribute("backend", backend);
  element.setAttribute("merchant-key", merchantKey);
  // Nothing is claimed about this host by checking it against its own key.
  element.setAttribute("hosted", "");
  if (nativeIntegrity !== undefined) element.setAttribute("native-integrity", "");
  let told;
  /** What the element's properties say, if they say something new. */
  const facts = () => {
    const { items, state, order } = element;
    const now = JSON.stringify([items, state, order]);
    return now === told ? {} : ((told = now), { facts: { items, state, order } });
  };
  for (const name of EVENTS) {
    element.addEventListener(`${TAG}-${name}`, ({ detail }) => send({ ...facts(), event: [name, detail] }));
  }
  main.append(element);
  // Whatever changes is drawn.
  new MutationObserver(() => {
    const changed = facts();
    if (changed.facts) send(changed);
  }).observe(element.shadowRoot, { subtree: true, childList: true, characterData: true, attributes: true });
  new ResizeObserver(() => send({ height: main.getBoundingClientRect().height })).observe(main);
}

/** What the widget finds here in place of what only the page has. */
function stand(send, storage, bridge) {
  const session = attempt(() => sessionStorage);
  const Channel = globalThis.BroadcastChannel;
  define("localStorage", storage);
  define("sessionStorage", {
    getItem: (name) => session?.getItem(name) ?? null,
    setItem: (name, value) => (name === LEFT ? send({ leave: true }) : session?.setItem(name, value)),
    removeItem: (name) => session?.removeItem(name),
  });
  define("BroadcastChannel", function (name) {
    return storage.listen(name, attempt(() => new Channel(name)));
  });
  define("WeixinJSBridge", bridge);
  // Whoever writes in the page is left there.
  HTMLElement.prototype.focus = function (options) {
    if (document.hasFocus() || navigator.userActivation?.isActive) focus.call(this, options);
  };
  // The page may have changed its address without a word; a click takes longer than the answer. And once the window goes to a wallet, nobody
  // there hears anything more.
  const warn = (event) => send({ look: true, ...(event.composedPath()[0].closest?.("a[target=_top]") && { leave: true }) });
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, warn, { capture: true, passive: true });
  addEventListener("keydown", ({ key, isComposing, defaultPrevented }) => {
    if (key === "Escape" && !isComposing && !defaultPrevented) send({ close: true });
  });
}

function define(name, value) {
  Object.defineProperty(window, name, { value });
}

/**
 * Stands for `localStorage`. Where cart and order are, the page keeps; what opens anything, and what was typed or chosen, stays here: in the
 * frame's own storage, or for as long as the document lives where the browser gives it none.
 */
class Storage {
  #send;
  #own = attempt(() => localStorage);
  /** Whole texts, by the order that the page has given, or "". */
  #texts = new Map();
  #relays = new Map();

  constructor(send) {
    this.#send = send;
  }

  /** Takes in what the page has kept, which may be older than what is known here. */
  recall(kept) {
    for (const [order, saved] of kept) {
      if (id(order) === undefined || this.#texts.has(order)) continue;
      // Where the page may keep nothing, what is kept here is all there is.
      this.#take(order, saved === undefined ? pointer(this.#kept(order)) : pointer(saved));
    }
  }

  getItem(name) {
    return this.#texts.get(orderOf(name)) ?? null;
  }

  setItem(name, saved) {
    const order = orderOf(name);
    if (order === undefined) return;
    this.#texts.set(order, saved);
    // A full storage costs what it would have kept.
    attempt(() => this.#own?.setItem(name, saved));
    this.#send({ keep: [order, pointer(saved)] });
  }

  removeItem(name) {
    const order = orderOf(name);
    if (order === undefined) return;
    this.#texts.delete(order);
    attempt(() => this.#own?.removeItem(name));
    this.#send({ keep: [order, null] });
  }

  /** The channel of that name to the shop's other tabs: the browser's, which no page hears, or else one by way of the page. */
  listen(name, channel) {
    const order = orderOf(name);
    if (channel) {
      channel.addEventListener("message", ({ data }) => this.#texts.set(order, data));
      return channel;
    }
    const relay = new EventTarget();
    relay.postMessage = (saved) => this.#send({ tell: [order, pointer(saved)] });
    relay.close = () => this.#relays.delete(order);
    this.#relays.set(order, relay);
    this.#send({ listen: order });
    return relay;
  }

  /** Another tab has saved that. */
  hear(order, saved) {
    const data = this.#take(order, saved);
    this.#relays.get(order)?.dispatchEvent(new MessageEvent("message", { data }));
  }

  /** Puts what the page may know of a checkout together with what is known here alone. */
  #take(order, saved) {
    const { owner, answers_digest, ...typed } = parse(this.#texts.get(order) ?? this.#kept(order));
    const told = parse(saved);
    const isSame = told.order && told.order === typed.order;
    const whole = JSON.stringify({ items: [], ...typed, order: null, paid: false, removed: "", ...told, ...(isSame && { owner, answers_digest }) });
    if (saved) this.#texts.set(order, whole);
    else this.#texts.delete(order);
    return saved ? whole : "";
  }

  #kept(order) {
    return attempt(() => this.#own?.getItem(nameOf(order)));
  }
}

function nameOf(order) {
  return [TAG, backend, order].join(":");
}

/** Which checkout of this backend a name means. */
function orderOf(name) {
  const start = nameOf("");
  return name.startsWith(start) ? id(name.slice(start.length)) : undefined;
}

function parse(saved) {
  return Object(attempt(() => JSON.parse(saved)));
}

/** Stands for WeChat's bridge, which is in the page. */
class Bridge {
  #send;
  #asked = [];

  constructor(send) {
    this.#send = send;
  }

  invoke(name, call, done) {
    this.#send({ bridge: [this.#asked.push(done) - 1, bridgeCall(call)] });
  }

  /** What the page says that it said: it proves nothing, and is believed of nothing. */
  hear(number, said = "") {
    const done = this.#asked[number];
    delete this.#asked[number];
    done?.({ err_msg: said });
  }
}
