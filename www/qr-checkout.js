// The element <qr-checkout>: the one script that a merchant puts on a page.
// It waits for a shopper, fetches the widget once, checks it against the digests written into it, and hands
// the element over to it. It decides nothing about money or status: those words come from the widget only.

import { PATIENCE, TAG, fetchTexts, forget, isOfWidget, load, onViolation } from "./loader/loading.js";
import { askEarly, plainPage } from "./loader/asking.js";
import { deliverKept, elements, hearButtons, takeEarlyClicks } from "./loader/buttons.js";
import { language } from "./loader/language.js";
import { comeBack } from "./loader/returning.js";
import { tell } from "./loader/telling.js";
import { drawWaiting, empty, wordsOf } from "./loader/waiting.js";

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
  isolation: "isolation",
};
/** Not what libraries have every object inherit. */
const NAMES = Object.keys(PROPERTIES);
const METHODS = ["add", "setQuantity", "clear", "open", "close", "checkNow"];
/** Read once: whom a page trusts, and who draws, when the element connects. */
const READ_ONCE = ["merchant-key", "isolation"];

// ---- The element. Without a DOM (rendering on a server) the class exists and nothing happens.

class QrCheckout extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = NAMES.concat("discountcode", "clientreference").filter((name) => !READ_ONCE.includes(name));

  #root = this.attachShadow({ mode: "open" });
  #handle;
  /** The attempt to get a widget, which is under way or has led to the one there is. What comes of an earlier one is not heard. */
  #attempt;
  #isWaking;
  /** Whether the widget is in a frame of the backend's own, out of the page's reach. */
  #isFramed;
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
    const isFramed = (this.#isFramed = isolated(this));
    // What comes over the line first; then what the shopper sees meanwhile.
    const loading = prepare(this);
    const locale = language(this);
    const early = isFramed ? wordsOf(locale) : askEarly(this.#settings(), locale, this.#calls);
    this.#show();
    if (!isFramed) warmUp(locale);
    const patience = setTimeout(() => {
      if (this.#attempt !== attempt) return;
      this.#fail({ code: "load-timeout" });
      forget(loading);
    }, PATIENCE);
    try {
      const { mount } = await loading;
      await this.#withSettings(async (settings) => {
        // After its time an attempt is as good as the next, if that has not come to anything yet; a frame is gone with its attempt.
        if (this.#handle || !this.isConnected || (isFramed && this.#attempt !== attempt)) return;
        const tell = (name, detail) => this.#attempt === attempt && this.#hear(settings, name, detail);
        if (isFramed) {
          const handle = await mount(this, this.#root, settings, tell, early);
          if (this.#attempt !== attempt) return handle.unmount();
          this.#handle = handle;
          return this.#perform();
        }
        this.#clear();
        this.#attempt = attempt;
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
    this.#isWaking = false;
    empty(this.#root);
  }

  #hear(settings, name, detail) {
    tell(this, name, detail);
    // Chromium keeps to itself why it blocks an answer. Other browsers block none, and would leave the fault to its shoppers.
    const isDoubtful = detail.code === "net-failed" || (name === "ready" && !navigator.userAgentData);
    // If nobody answers, that is told anyway.
    if (settings.integrity && isDoubtful && !this.#isFramed) this.#checkBackend(settings).catch(() => {});
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
    while (locale !== (locale = language(this, (tag) => (badTag ??= tag)))) texts = this.#isFramed ? undefined : await fetchTexts(locale);
    if (badTag && this.#badTag !== badTag) tell(this, "error", { code: "config-locale", severity: "configuration" });
    this.#badTag = badTag;
    return use({ ...this.#settings(), locale, texts });
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

function isolated(element) {
  return element.isolation === "frame";
}

/** Begins to load what draws for an element: the widget and its texts, or the frame that has its own. Of a button without an element, the widget. */
function prepare(element) {
  const isFramed = isolated(element);
  const loading = load(isFramed);
  // The locale comes beside the widget, not after it.
  if (!isFramed) fetchTexts(language(element));
  return loading;
}

/** Browsers take long to make the first formatter of a page: one is made while the widget is awaited. */
function warmUp(locale) {
  setTimeout(() => new Intl.NumberFormat(locale, { style: "currency", currency: "CNY" }).format(1));
}

/** A fault that nobody caught. */
function onFault({ error, reason = error }) {
  if (isOfWidget(reason)) QrCheckout.breakDown(reason);
}

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
  hearButtons((element) => prepare(element).catch(() => {}));
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
