// The element <qr-checkout>: the one script that a merchant puts on a page.
// It waits for a shopper, fetches the widget once, checks it against the digests written into it, and hands
// the element over to it. It decides nothing about money or status: those words come from the widget only.

import { PATIENCE, TAG, fetchTexts, forget, isOfWidget, load, onViolation } from "./loader/loading.js";
import { askEarly, plainPage } from "./loader/asking.js";
import { language } from "./loader/language.js";
import { comeBack } from "./loader/returning.js";
import { tell } from "./loader/telling.js";
import { drawWaiting, empty } from "./loader/waiting.js";

/** Attributes of the element and the properties that mirror them. */
const PROPERTIES = {
  backend: "backend",
  "merchant-key": "merchantKey",
  order: "order",
  mode: "mode",
  locale: "locale",
  theme: "theme",
  methods: "methods",
  "discount-code": "discountCode",
  "client-reference": "clientReference",
};
/** Not what libraries have every object inherit. */
const NAMES = Object.keys(PROPERTIES);
const METHODS = ["add", "setQuantity", "clear", "open", "close", "checkNow"];
const ADD = "qrCheckoutAdd";
const OPEN = "qrCheckoutOpen";

// ---- The element. Without a DOM (rendering on a server) the class exists and nothing happens.

class QrCheckout extends (globalThis.HTMLElement ?? class {}) {
  // `merchant-key` is not observed: the pins are read once, when the element connects.
  static observedAttributes = NAMES.concat("discountcode", "clientreference").filter((name) => name !== "merchant-key");

  #root = this.attachShadow({ mode: "open" });
  #handle;
  /** The attempt to get a widget, which is under way or has led to the one there is. What comes of an earlier one is not heard. */
  #attempt;
  #isWaking;
  #isUpdating;
  #badTag;
  /** Calls made before the widget was there, in their order. */
  #calls = [];

  get items() {
    return this.#ask((widget) => widget.read("items")) ?? [];
  }

  get state() {
    return this.#ask((widget) => widget.read("state")) ?? "loading";
  }

  /** Verified facts only; setting it is setting the attribute, as frameworks do. */
  get order() {
    return this.#ask((widget) => widget.read("order")) ?? null;
  }

  set order(id) {
    reflect(this, "order", id);
  }

  connectedCallback() {
    for (const name of Object.values(PROPERTIES)) {
      if (!Object.hasOwn(this, name)) continue;
      // Set before the upgrade, on the plain element: take it off so that the setter is reached.
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    elements.add(this);
    // Moved, it may stand in another language, and an open dialog has been closed by the browser.
    if (this.#handle) this.attributeChangedCallback();
    else if (this.mode !== "dialog" || this.#calls.length || hasUnfinishedCheckout()) this.#wake();
    deliverKept();
  }

  disconnectedCallback() {
    // A moved element is connected again by then; only a removed one is taken down.
    queueMicrotask(() => {
      if (this.isConnected) return;
      elements.delete(this);
      this.#clear();
    });
  }

  connectedMoveCallback() {}

  attributeChangedCallback() {
    if (!this.isConnected || this.#isUpdating) return;
    this.#isUpdating = true;
    queueMicrotask(() => {
      const update = (settings) => {
        this.#isUpdating = false;
        if (settings) this.#ask((widget) => widget.update(settings));
        else if (this.isConnected && this.mode !== "dialog") this.#wake();
      };
      if (this.#handle) this.#withSettings(update);
      else update();
    });
  }

  static {
    for (const name of METHODS) {
      this.prototype[name] = function (...values) {
        this.#call(name, ...values);
      };
    }
  }

  /** With a sku it takes an item out of the cart; without one it is every element's own `remove()`. */
  remove(...sku) {
    if (sku.length) this.#call("remove", ...sku);
    else super.remove();
  }

  #call(...call) {
    this.#calls.push(call);
    if (this.#handle) this.#perform();
    else if (this.isConnected) this.#wake();
  }

  #perform() {
    for (const call of this.#calls.splice(0)) this.#ask((widget) => widget.call(...call));
  }

  /** Asks the widget, if it is there. A widget that fails has broken down, and all of them with it. */
  #ask(question) {
    try {
      return this.#handle && question(this.#handle);
    } catch (fault) {
      QrCheckout.breakDown(fault);
    }
  }

  /** Takes every widget off the page, and what there is of the newest: after a fault inside of their one wasm none is as it should be. */
  static breakDown(fault, newest) {
    forget();
    for (const element of elements) {
      if (!element.#handle && element !== newest) continue;
      element.#clear();
      element.#fail({ code: "widget-failed", message: String(fault) });
    }
  }

  async #wake() {
    if (this.#handle || this.#isWaking) return;
    this.#isWaking = true;
    const attempt = (this.#attempt = {});
    // What comes over the line first; then what the shopper sees meanwhile.
    const loading = load();
    const locale = language(this);
    // The locale comes beside the widget, not after it.
    fetchTexts(locale);
    const early = askEarly(this.#settings(), locale, this.#calls);
    this.#show();
    warmUp(locale);
    const patience = setTimeout(() => {
      if (this.#attempt !== attempt) return;
      this.#fail({ code: "load-timeout" });
      forget(loading);
    }, PATIENCE);
    try {
      const { mount } = await loading;
      await this.#withSettings((settings) => {
        // After its time an attempt is as good as the next, if that has not come to anything yet.
        if (this.#handle || !this.isConnected) return;
        this.#clear();
        this.#attempt = attempt;
        const tell = (name, detail) => this.#attempt === attempt && this.#hear(settings, name, detail);
        try {
          this.#handle = mount(this, this.#root, settings, tell, early);
        } catch (fault) {
          return QrCheckout.breakDown(fault, this);
        }
        this.#perform();
      });
      if (this.#attempt === attempt) this.#isWaking = false;
    } catch (failure) {
      if (this.#attempt === attempt) this.#fail(failure);
    } finally {
      clearTimeout(patience);
    }
  }

  /** There is no widget: says so, in the page and to it. */
  #fail({ code = "load-failed", severity = "transient", message }) {
    this.#isWaking = false;
    this.#show({ code, severity });
    tell(this, "error", { code, severity, message });
  }

  /** Takes away what is there. */
  #clear() {
    try {
      this.#handle?.unmount();
    } catch {} // It has broken down before.
    this.#handle = this.#attempt = undefined;
    empty(this.#root);
  }

  #hear(settings, name, detail) {
    tell(this, name, detail);
    // Chromium keeps to itself why it blocks an answer. Other browsers block none, and would leave the fault to its shoppers.
    const isDoubtful = detail.code === "net-failed" || (name === "ready" && !navigator.userAgentData);
    // If nobody answers, that is told anyway.
    if (settings.integrity && isDoubtful) this.#checkBackend(settings).catch(() => {});
  }

  /**
   * Complains unless answers bear what browsers can check: a signature whose `keyid` is a pinned key as it stands in the pin. Asked
   * without `integrity`, so that the answer, which is 400, comes in any case; nothing is believed of it but that.
   */
  async #checkBackend({ backend, scriptUrl, integrity }) {
    const url = (backend || scriptUrl).replace(/\/?$/, "/v1/quote?n=AAAAAAAAAAAAAAAAAAAAAA");
    const answer = await fetch(url, { credentials: "omit" });
    const key = /"([^"]{43}=)"/.exec(answer.headers.get("signature-input"))?.[1];
    if (answer.status === 400 && !integrity.includes(key)) {
      tell(this, "error", { code: "config-native-integrity", severity: "configuration" });
    }
  }

  /** Gives the attributes as they are once the texts of their language are there: it may become another one meanwhile. */
  async #withSettings(use) {
    let locale, texts;
    let badTag;
    while (locale !== (locale = language(this, (tag) => (badTag ??= tag)))) texts = await fetchTexts(locale);
    if (badTag && this.#badTag !== badTag) tell(this, "error", { code: "config-locale", severity: "configuration" });
    this.#badTag = badTag;
    use({ ...this.#settings(), locale, texts });
  }

  #settings() {
    const settings = {
      scriptUrl: new URL(import.meta.url).origin,
      // A screen that others scan says so: on a counter's own phone, too, a code is shown.
      surface: this.getAttribute("surface") || surface,
      // Not a property: like the pins, which browsers take as they are written, it is read once.
      integrity: this.hasAttribute("native-integrity") && this.merchantKey,
      // The page of an order, whose address alone has its buyer's key.
      owner: this.hasAttribute("owner") && location.hash.slice(1),
    };
    for (const name of NAMES) settings[PROPERTIES[name]] = written(this, name);
    return settings;
  }

  /** Says that the widget is on its way, or did not come. */
  #show(failure) {
    empty(this.#root);
    const isDialog = this.mode === "dialog";
    // Nothing was opened yet: a failure must be seen all the same, waiting need not be.
    if (isDialog && !failure && !this.#calls.some(([name]) => name === "open")) return;
    const retry = () => this.#wake();
    const leave = () => {
      this.#calls = this.#calls.filter(([name]) => name !== "open");
      empty(this.#root);
      tell(this, "closed", Object.freeze({}));
    };
    const locale = language(this);
    // Nobody is led to a host whose files were changed.
    const page = failure && failure.severity !== "attack-suspected" && plainPage(this.#settings(), locale, this.#calls);
    if (drawWaiting(this.#root, locale, failure, retry, isDialog && leave, page)) return;
    // In a part of the page that is not drawn it would only block the rest.
    empty(this.#root);
    if (failure) tell(this, "error", { code: "config-dialog-hidden", severity: "configuration" });
  }
}

/** Browsers take long to make the first formatter of a page: one is made while the widget is awaited. */
function warmUp(locale) {
  setTimeout(() => new Intl.NumberFormat(locale, { style: "currency", currency: "CNY" }).format(1));
}

/** A fault that nobody caught. */
function onFault({ error, reason = error }) {
  if (isOfWidget(reason)) QrCheckout.breakDown(reason);
}

/** Every element on the page, in whatever shadow. */
const elements = new Set();

/** An attribute as written; frameworks that find no property yet write one of the property's name, which HTML makes small. */
function written(element, name) {
  return element.getAttribute(name) ?? element.getAttribute(PROPERTIES[name].toLowerCase());
}

function reflect(element, name, value) {
  if (value == null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * Where this shopper pays: inside of WeChat, inside of another app, on this phone, or else with a phone beside the page. WeChat on a
 * desktop, WeCom and mini programs call themselves WeChat, but have no bridge to its wallet.
 */
const agent = globalThis.navigator?.userAgent;
const OTHER_APPS =
  /wxwork|miniProgram|FBA[NV]|Instagram|Line\/|Weibo|QQ\/|DingTalk|AlipayClient|AliApp|TikTok|musical_ly|Bytedance|KAKAOTALK|Zalo|; wv\)/i;
const isPhone = /Mobi|Android/.test(agent) && !/WindowsWechat|MacWechat/.test(agent);
const surface = isPhone && (OTHER_APPS.test(agent) ? "in_app" : /MicroMessenger/.test(agent) ? "wechat" : "app");

/** A cart or order of an earlier visit goes on at once, also where the dialog is still closed. */
function hasUnfinishedCheckout() {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(TAG));
  } catch {
    return false; // Storage can be forbidden; then there is nothing to go on with.
  }
}

// ---- Buttons of the page. Clicks that come before their element are kept for it.

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
  if (element instanceof QrCheckout) element[name](...values);
  else kept.push(call);
}

function deliverKept() {
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

/** A pointer or the focus on a button of ours is the earliest sign that the widget will be needed. */
function onIntent(event) {
  const button = event.composedPath().find(isOurs);
  if (!button) return;
  load().catch(() => {});
  fetchTexts(language(find(button) ?? button));
}

/** Clicks from before this script: each has opened the note that the page has put beside its button. */
function takeEarlyClicks() {
  for (const button of document.querySelectorAll("[popovertarget]")) {
    const note = button.popoverTargetElement;
    if (!isOurs(button) || !note?.matches(":popover-open")) continue;
    note.hidePopover();
    press(button);
  }
}

function define() {
  for (const name of NAMES) {
    if (name === "order") continue;
    Object.defineProperty(QrCheckout.prototype, PROPERTIES[name], {
      configurable: true,
      enumerable: true,
      get() {
        return written(this, name);
      },
      set(value) {
        reflect(this, name, value);
      },
    });
  }
  document.addEventListener("click", onClick);
  document.addEventListener("pointerover", onIntent, { passive: true });
  document.addEventListener("focusin", onIntent);
  document.addEventListener("securitypolicyviolation", onViolation);
  addEventListener("error", onFault);
  addEventListener("unhandledrejection", onFault);
  // Before the element looks around; and when the page was kept as it was, nothing is left to do.
  comeBack();
  addEventListener("pageshow", comeBack);
  customElements.define(TAG, QrCheckout);
  takeEarlyClicks();
}

// A second copy of this script finds the element defined and leaves the page alone.
if (globalThis.customElements && !customElements.get(TAG)) define();
