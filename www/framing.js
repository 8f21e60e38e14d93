// `isolation="frame"`: puts the checkout into a frame of the backend's own, out of reach of the page's scripts, and stands for it in the page:
// the same methods, properties and events. The loader fetches this in place of the widget. What the frame is told and says is in `frame/port.js`.

import { EVENTS, LEFT, METHODS, SETTINGS, TAG, TYPE, attempt, bridgeCall, hear, id, pointer, text } from "./frame/port.js";

/** After how long a frame that is silent is looked into, milliseconds. */
const SILENCE = 3_000;
/** How long WeChat's bridge may take to be there, milliseconds. */
const BRIDGE_PATIENCE = 4_000;
/** The tallest frame, CSS pixels, and the longest text of an event's detail, UTF-16 units. */
const TALLEST = 20_000;
const LONGEST_DETAIL = 262_144;
/** Why the backend shows its frame on no page, or not on this one. */
const REFUSALS = ["config-frame-origins", "config-frame-not-allowed"];

/** The widget's own widths and knobs (`src/ui/widget.css`). */
const CSS_TEXT = `
:host { display: block; min-inline-size: min(100%, 280px); }
.frame { display: block; inline-size: 100%; block-size: 20em; border: 0; }
.dialog { inline-size: min(100% - 24px, var(--qr-checkout-max-width, 880px)); max-inline-size: none; max-block-size: calc(100% - 24px); box-sizing: border-box;
  padding: 0; border: 0; border-radius: var(--qr-checkout-radius, 12px); overflow: hidden; color: var(--qr-checkout-text, light-dark(#17211c, #edf3ef));
  background: var(--qr-checkout-surface, light-dark(#fff, #151b18)); }
.dialog[open] { display: flex; flex-direction: column; }
.dialog::backdrop { background: #0008; }
.dialog > .frame { flex: 0 1 auto; min-block-size: 0; }
.dialog > button { align-self: end; flex: none; min-block-size: 44px; margin: 4px 8px 0; padding: 8px 16px; font: 600 medium/1.5 var(--qr-checkout-font, system-ui, sans-serif);
  color: inherit; background: none; border: 1px solid #8886; border-radius: 9px; cursor: pointer; }
.probe { color: light-dark(#fff, #000); display: none; }
`;

/**
 * Shows the checkout of an element in its shadow root, beside what stands there until it has come. The settings are the loader's, `tell` takes names and details of events, `words` are what
 * the loader says.
 *
 * @returns a promise of what the loader drives, once the frame has answered. It fails with a code where there can be no frame.
 */
export async function mount(element, root, settings, tell, words) {
  const base = (settings.backend || settings.scriptUrl).replace(/\/$/, "");
  const severity = "configuration";
  if (!URL.canParse(base)) throw { code: "config-backend", severity };
  if (origin === "null") throw { code: "config-frame-opaque", severity };
  if (new URL(base).origin === origin) throw { code: "config-frame-same-origin", severity };
  const framed = new Framed({ element, root, base, tell, words });
  await framed.open(settings);
  return framed;
}

/** A checkout in a frame, as the loader drives it. */
class Framed {
  #element;
  #root;
  #base;
  #tell;
  #words;
  #settings;
  #frame;
  #dialog;
  #probe;
  #port;
  #channels = new Map();
  #facts = { items: Object.freeze([]), state: "loading", order: null };
  /** Ends the listeners on the page. */
  #ending = new AbortController();

  constructor({ element, root, base, tell, words }) {
    [this.#element, this.#root, this.#base, this.#tell, this.#words] = [element, root, base, tell, words];
  }

  /** Comes true when the frame has answered. */
  open(settings) {
    this.#settings = settings;
    this.#listen();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#diagnose(reject), SILENCE);
      const onViolation = ({ disposition, effectiveDirective, blockedURI }) => {
        if (disposition !== "enforce" || !effectiveDirective.startsWith("frame-src") || !this.#base.startsWith(new URL(blockedURI, this.#base).origin)) return;
        const message = `The page's policy blocks it: ${effectiveDirective} ${blockedURI}`;
        reject({ code: "load-blocked", severity: "configuration", message });
      };
      document.addEventListener("securitypolicyviolation", onViolation, { signal: this.#ending.signal });
      this.#put(() => {
        clearTimeout(timer);
        document.removeEventListener("securitypolicyviolation", onViolation);
        resolve();
      });
    }).catch((failure) => {
      this.unmount();
      throw failure;
    });
  }

  /** Asks the backend why its frame is silent; where it does not say, there is nothing to do but to wait. */
  async #diagnose(reject) {
    const answer = await fetch(this.#base + "/frame", { credentials: "omit" }).catch(() => {});
    const { code } = (await answer?.json().catch(() => {})) ?? {};
    if (REFUSALS.includes(code)) reject({ code, severity: "configuration" });
  }

  // ---- What the loader calls.

  update(settings) {
    const isOther = (settings.mode === "dialog") !== Boolean(this.#dialog);
    this.#settings = settings;
    if (isOther) return this.#put(() => {});
    // Moved on the page, a dialog is modal no more and open all the same.
    if (this.#dialog?.open && !this.#dialog.matches(":modal")) this.#show();
    this.#sendSettings();
  }

  call(method, ...values) {
    if (method === "open") this.#show();
    else if (method === "close") this.#dialog?.close();
    else if (METHODS.includes(method)) {
      // What is neither text nor number is told to be wrong in there, as it would be here.
      this.#send({ call: [method, ...values.map((value) => (["string", "number", "undefined"].includes(typeof value) ? value : null))] });
    }
  }

  read(property) {
    return this.#facts[property];
  }

  unmount() {
    this.#ending.abort();
    this.#port?.close();
    for (const channel of this.#channels.values()) channel.close();
    [...this.#root.children].forEach(takeAway);
    this.#root.adoptedStyleSheets = [];
  }

  // ---- The frame in the page.

  /** Makes the frame, as a dialog or inline; `answered` is called when it has answered for the first time. */
  #put(answered) {
    this.#port?.close();
    const before = [...this.#root.children];
    const frame = (this.#frame = document.createElement("iframe"));
    frame.className = "frame";
    frame.allow = "clipboard-write; web-share";
    frame.title = this.#words[0];
    frame.src = `${this.#base}/frame?locale=${encodeURIComponent(this.#settings.locale)}`;
    // Until it answers, what stood there says so.
    frame.style.cssText = "position:absolute;visibility:hidden;block-size:0";
    // After a reload of its own, or when the element was moved, another document is in it.
    frame.onload = () => this.#connect(answered, before);
    this.#dialog = this.#settings.mode === "dialog" ? this.#makeDialog() : undefined;
    this.#probe = Object.assign(document.createElement("i"), { className: "probe" });
    this.#dialog?.append(frame);
    this.#root.append(this.#dialog ?? frame, this.#probe);
  }

  #makeDialog() {
    const dialog = Object.assign(document.createElement("dialog"), { className: "dialog" });
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: this.#words[5] });
    close.onclick = () => dialog.close();
    // Beside the box is outside of it.
    dialog.onclick = ({ target }) => target === dialog && dialog.close();
    dialog.onclose = () => this.#tell("closed", Object.freeze({}));
    dialog.append(close);
    return dialog;
  }

  #show() {
    const dialog = this.#dialog;
    if (!dialog || dialog.matches(":modal")) return;
    dialog.open = false;
    dialog.showModal();
    if (!dialog.checkVisibility()) {
      dialog.onclose = null;
      dialog.close();
      return this.#tell("error", Object.freeze({ code: "config-dialog-hidden", severity: "configuration" }));
    }
    this.#frame.focus();
    this.#send({ opened: true });
  }

  #connect(answered, before) {
    const { port1, port2 } = new MessageChannel();
    this.#port?.close();
    this.#port = port1;
    let isFirst = true;
    const ears = {
      /** It has taken the port. */
      hello: (title) => {
        if (!isFirst) return;
        isFirst = false;
        before.splice(0).forEach(takeAway);
        this.#frame.style.cssText = "";
        this.#frame.title = text(title, 200) || this.#words[0];
        this.#sendSettings();
        answered();
      },
      ...this.#ears(),
    };
    hear(port1, ears);
    this.#frame.contentWindow.postMessage({ type: TYPE, port: port2 }, new URL(this.#base).origin, [port2]);
  }

  #send(message) {
    this.#port?.postMessage(message);
  }

  #sendSettings() {
    const settings = {};
    for (const name of SETTINGS) settings[name] = text(this.#settings[name]) ?? null;
    const order = id(settings.order) ?? "";
    const kept = [...new Set(["", order])].map((one) => [one, this.#recall(one)]);
    this.#send({ ...this.#surroundings(), kept, settings, isDialog: Boolean(this.#dialog) });
  }

  /** The page's address, to which wallets come back, and whether the element stands on dark. */
  #surroundings() {
    const isDark = getComputedStyle(this.#probe).color === "rgb(0, 0, 0)";
    this.#frame.style.colorScheme = isDark ? "dark" : "light";
    return { page: location.href, isDark };
  }

  #listen() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS_TEXT);
    this.#root.adoptedStyleSheets = [sheet];
    const { signal } = this.#ending;
    const look = () => this.#probe && this.#send(this.#surroundings());
    // What could have changed either of them, or comes before a shopper uses the frame.
    for (const name of ["hashchange", "popstate", "focusin", "blur", "pointerover"]) addEventListener(name, look, { signal, passive: true });
    globalThis.navigation?.addEventListener("currententrychange", look, { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look, { signal });
  }

  // ---- What the frame says.

  #ears() {
    return {
      height: (height) => {
        if (height > 0 && height <= TALLEST) this.#frame.style.blockSize = Math.ceil(height) + "px";
      },
      facts: ({ items, state, order }) => {
        if (Array.isArray(items) && text(state, 32)) this.#facts = frozen({ items, state, order: order ?? null });
      },
      event: ([name, detail]) => {
        if (EVENTS.includes(name) && JSON.stringify(detail ?? {}).length <= LONGEST_DETAIL) this.#tell(name, frozen(detail ?? {}));
      },
      keep: ([order, saved]) => this.#keep(id(order), saved),
      listen: (order) => this.#channel(id(order)),
      tell: ([order, saved]) => this.#channel(id(order))?.postMessage(pointer(saved) ?? ""),
      look: () => this.#send(this.#surroundings()),
      leave: () => attempt(() => sessionStorage.setItem(LEFT, location.href)),
      close: () => this.#dialog?.close(),
      bridge: ([number, call]) => this.#bridge(number, bridgeCall(call)),
    };
  }

  #key(order) {
    return [TAG, this.#base, order].join(":");
  }

  #recall(order) {
    return attempt(() => pointer(localStorage.getItem(this.#key(order))) ?? null);
  }

  /** Keeps where the checkout is; nothing to remember leaves nothing behind. */
  #keep(order, saved) {
    if (order === undefined) return;
    const kept = pointer(saved);
    attempt(() => (kept ? localStorage.setItem(this.#key(order), kept) : localStorage.removeItem(this.#key(order))));
  }

  /** The channel to the page's other tabs, for a frame that has none of its own. */
  #channel(order) {
    if (order === undefined) return undefined;
    let channel = this.#channels.get(order);
    if (!channel) {
      channel = attempt(() => new BroadcastChannel(this.#key(order)));
      if (!channel) return undefined;
      this.#channels.set(order, channel);
      channel.onmessage = ({ data }) => this.#send({ saved: [order, pointer(data) ?? ""] });
    }
    return channel;
  }

  /** Calls WeChat's bridge, which is in the page alone, and tells what it said. */
  #bridge(number, call) {
    if (!call || !Number.isInteger(number)) return;
    const answer = (result) => this.#send({ bridge: [number, text(result?.err_msg, 200) ?? ""] });
    const ask = () => globalThis.WeixinJSBridge.invoke("getBrandWCPayRequest", call, answer);
    if (globalThis.WeixinJSBridge) return ask();
    const timer = setTimeout(() => {
      document.removeEventListener("WeixinJSBridgeReady", ready);
      answer();
    }, BRIDGE_PATIENCE);
    const ready = () => {
      clearTimeout(timer);
      ask();
    };
    document.addEventListener("WeixinJSBridgeReady", ready, { once: true, signal: this.#ending.signal });
  }
}

/** An open dialog gives the focus back before it goes. */
function takeAway(child) {
  const dialog = child.matches("dialog") ? child : child.querySelector("dialog");
  if (dialog) dialog.onclose = null;
  dialog?.close();
  child.remove();
}

function frozen(value) {
  if (Object(value) === value) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
