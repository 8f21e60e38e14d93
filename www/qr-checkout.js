// The element <qr-checkout>: the one script that a merchant puts on a page.
// It waits for a shopper, fetches the widget once, checks it against the digests written below, and hands
// the element over to it. It decides nothing about money or status: those words come from the widget only.

// The release, which `cargo xtask dist` writes here: each file as [name, integrity], locales by their names.
// Without one Trunk brings the widget, which then speaks English.
const IS_RELEASED = false, GLUE = [], WASM = [], ADVICE = [], LOCALES = {};

const TAG = "qr-checkout";
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
};
const METHODS = ["add", "setQuantity", "clear", "open", "close", "checkNow"];
const ADD = "qrCheckoutAdd";
const OPEN = "qrCheckoutOpen";

/** What the loader itself must say, before any locale is there. */
const ENGLISH = ["Loading the checkout…", "The checkout could not be loaded.", "Try again"];
const WORDS = { "zh-Hans": ["正在加载结账…", "结账页面无法加载。", "重试"] };

// ---- Loading: one promise for the page; a failed one is forgotten, so that trying again works.

let widget;
let tries = 0;

function load() {
  widget ??= (IS_RELEASED ? fetchRelease() : fromTrunk()).catch((failure) => {
    widget = undefined;
    texts = {};
    tries++;
    throw failure;
  });
  return widget;
}

async function fetchRelease() {
  const glueUrl = locate(GLUE);
  const compiled = fetchFile(WASM);
  try {
    await Promise.all([compiled, preload(glueUrl, GLUE[1])]);
    const module = await import(glueUrl);
    await module.default({ module_or_path: compiled });
    return module;
  } catch (failure) {
    throw await explain(failure, [WASM, GLUE]);
  }
}

/** Browsers remember a failed module under its address: another try needs another address. */
function locate([name]) {
  return new URL(name, import.meta.url).href + (tries ? "?" + tries : "");
}

function fetchFile(file) {
  return fetch(locate(file), { integrity: file[1] });
}

/** `import()` takes no digest, but it reuses a module that was preloaded with one, and only after that succeeded. */
function preload(href, integrity) {
  const link = document.createElement("link");
  if (!link.relList.supports("modulepreload")) return fetch(href, { integrity, credentials: "omit" });
  return new Promise((resolve, reject) => {
    const properties = { rel: "modulepreload", crossOrigin: "anonymous", integrity, href, onload: resolve };
    properties.onerror = () => reject(new Error(href + " could not be loaded"));
    document.head.append(Object.assign(link, properties));
  }).finally(() => link.remove());
}

/** Browsers do not say why a checked file failed. One that comes without its digest, but not with it, was changed. */
async function explain(failure, files) {
  let code = "load-failed";
  let message = String(failure);
  for (const file of files) {
    const url = locate(file);
    const arrives = (options) =>
      fetch(url, { credentials: "omit", cache: "force-cache", ...options }).then(({ ok }) => ok, () => false);
    if ((await arrives()) && !(await arrives({ integrity: file[1] }))) {
      code = "load-integrity";
      message = url + " is not the file this loader was made for";
    }
  }
  return { code, message };
}

/** The development page: Trunk's own script starts the wasm and tells when. */
async function fromTrunk() {
  const started = new Promise((resolve) => addEventListener("TrunkApplicationStarted", resolve, { once: true }));
  window.wasmBindings ?? (await started);
  return window.wasmBindings;
}

// ---- Texts: only a shopper of a language but English loads a locale, and only a page with a fault loads the advice.

/** By locale, on their way or there. Those that failed stay English until the page, or the widget, is loaded anew. */
let texts = {};
let advice;

/** The name of the locale for a tag, if a file has it. `zh`, `zh-CN` and `zh-SG` are written alike, `zh-TW` is not. */
function localeOf(tag) {
  const written = (tag) => {
    const { language, script } = new Intl.Locale(tag).maximize();
    return language + script;
  };
  try {
    return Object.keys(LOCALES).find((name) => written(name) === written(tag));
  } catch {
    return undefined; // The page's tag is none.
  }
}

/** The texts of the locale for a tag; none means English. */
function fetchTexts(tag) {
  const name = localeOf(tag);
  if (!name) return undefined;
  const giveUp = (failure) => void console.warn(TAG, "locale-failed", name, String(failure));
  return (texts[name] ??= fetchFile(LOCALES[name]).then((file) => file.text()).catch(giveUp));
}

/** What a developer should do about a fault. */
async function fetchAdvice({ code, severity }) {
  try {
    const known = await (advice ??= fetchFile(ADVICE).then((file) => file.json()));
    return known[severity] ?? known[code];
  } catch {
    advice = undefined;
    return `See ${code} in the documentation of ${TAG}.`;
  }
}

// ---- The element. Without a DOM (rendering on a server) the class exists and nothing happens.

class QrCheckout extends (globalThis.HTMLElement ?? class {}) {
  // `merchant-key` is not observed: the pins are read once, when the element connects.
  static observedAttributes = Object.keys(PROPERTIES).filter((name) => name !== "merchant-key");

  #root = this.attachShadow({ mode: "open" });
  #handle;
  #isWaking;
  #isUpdating;
  #placeholder;
  /** Calls made before the widget was there, in their order. */
  #calls = [];

  get items() {
    return this.#handle?.read("items") ?? [];
  }

  get state() {
    return this.#handle?.read("state") ?? "loading";
  }

  /** Verified facts only; setting it is setting the attribute, as frameworks do. */
  get order() {
    return this.#handle?.read("order") ?? null;
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
    if (this.mode !== "dialog" || this.#calls.length || hasUnfinishedCheckout()) this.#wake();
    deliverKept();
  }

  disconnectedCallback() {
    // A moved element is connected again by then; only a removed one is taken down.
    queueMicrotask(() => this.isConnected || this.#unmount());
  }

  connectedMoveCallback() {}

  attributeChangedCallback() {
    if (!this.isConnected || this.#isUpdating) return;
    this.#isUpdating = true;
    queueMicrotask(() => {
      const update = (settings) => {
        this.#isUpdating = false;
        if (settings) this.#handle?.update(settings);
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
    for (const call of this.#calls.splice(0)) this.#handle.call(...call);
  }

  async #wake() {
    if (this.#handle || this.#isWaking) return;
    this.#isWaking = true;
    this.#show();
    try {
      // The locale comes beside the widget, not after it.
      fetchTexts(language(this));
      const { mount } = await load();
      await this.#withSettings((settings) => {
        this.#isWaking = false;
        if (!this.isConnected) return;
        this.#placeholder?.remove();
        this.#handle = mount(this, this.#root, settings, (name, detail) => {
          this.#tell(name, detail);
          // Chromium keeps to itself why it blocks an answer. Other browsers block none, and would leave the fault to its shoppers.
          const isDoubtful = detail.code === "net-failed" || (name === "ready" && !navigator.userAgentData);
          // If nobody answers, that is told anyway.
          if (settings.integrity && isDoubtful) this.#checkBackend(settings).catch(() => {});
        });
        this.#perform();
      });
    } catch (failure) {
      this.#isWaking = false;
      this.#show(true);
      const { code = "load-failed", message = String(failure) } = failure;
      const severity = code === "load-failed" ? "transient" : "attack-suspected";
      this.#tell("error", { code, severity, message });
    }
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
      this.#tell("error", { code: "config-native-integrity", severity: "configuration" });
    }
  }

  /** Tells the page what the widget has to say. Faults are told with advice, on the console too. */
  async #tell(name, detail) {
    if (name === "error") {
      detail = Object.freeze({ ...detail, message: detail.message ?? (await fetchAdvice(detail)) });
      console.warn(TAG, detail.code, detail.message);
    }
    this.dispatchEvent(new CustomEvent(TAG + "-" + name, { bubbles: true, composed: true, detail }));
  }

  #unmount() {
    this.#placeholder?.remove();
    this.#handle?.unmount();
    this.#handle = undefined;
  }

  /** Gives the attributes as they are once the texts of their language are there: it may become another one meanwhile. */
  async #withSettings(use) {
    let locale, texts;
    while (locale !== (locale = language(this))) texts = await fetchTexts(locale);
    const settings = {
      scriptUrl: new URL(import.meta.url).origin,
      surface,
      // A wallet comes back to the page, where storage tells the order: of a very long address the beginning will do.
      returnUrl: surface && /^[^#]{0,512}/.exec(location)[0],
      // Not a property: like the pins, which browsers take as they are written, it is read once.
      integrity: this.hasAttribute("native-integrity") && this.merchantKey,
    };
    for (const name in PROPERTIES) settings[PROPERTIES[name]] = this.getAttribute(name);
    use({ ...settings, locale, texts });
  }

  /** Says that the widget is on its way, or that it did not come. Styles by CSSOM, which a strict CSP allows. */
  #show(hasFailed = false) {
    this.#placeholder?.remove();
    const isDialog = this.mode === "dialog";
    // Nothing was opened yet: a failure must be seen all the same, waiting need not be.
    if (isDialog && !hasFailed && !this.#calls.some(([name]) => name === "open")) return;
    const [loading, failed, again] = WORDS[localeOf(language(this))] ?? ENGLISH;
    const box = document.createElement(isDialog ? "dialog" : "div");
    const text = document.createElement("p");
    text.setAttribute("role", hasFailed ? "alert" : "status");
    text.textContent = hasFailed ? failed : loading;
    box.append(text);
    box.setAttribute("part", "placeholder");
    box.style.cssText =
      "box-sizing:border-box;display:grid;place-content:center;justify-items:center;gap:12px;min-height:12em;" +
      "padding:24px;border:1px solid color-mix(in srgb,currentColor 15%,transparent);border-radius:12px;font:16px system-ui";
    if (hasFailed) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = again;
      button.style.cssText = "font:inherit;padding:10px 20px";
      button.onclick = () => this.#wake();
      box.append(button);
    }
    // Escape while waiting means: not now.
    box.oncancel = () => (this.#calls = this.#calls.filter(([name]) => name !== "open"));
    this.#placeholder = box;
    this.#root.append(box);
    if (isDialog) box.showModal();
  }
}

function reflect(element, name, value) {
  if (value == null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** The attribute, else the nearest `lang` as the page means it, through shadow roots; else the browser's language. */
function language(element) {
  let node = element;
  let tag = element.locale?.trim();
  for (; node && !tag; node = node.parentNode ?? node.host) tag = node.lang;
  return tag || navigator.language;
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

const kept = [];

function find(id) {
  return id ? document.getElementById(id) : document.querySelector(TAG);
}

function deliver(call) {
  const [id, name, ...values] = call;
  const element = find(id);
  if (element instanceof QrCheckout) element[name](...values);
  else kept.push(call);
}

function deliverKept() {
  for (const call of kept.splice(0)) deliver(call);
}

function buttonOf(event) {
  return event.composedPath().find(({ dataset }) => dataset && (ADD in dataset || OPEN in dataset));
}

function onClick(event) {
  const button = buttonOf(event);
  // The page may have its own reasons: its `preventDefault` is a veto.
  if (!button || event.defaultPrevented) return;
  event.preventDefault();
  const { [ADD]: sku, qrCheckoutQuantity: quantity = 1, qrCheckoutFor: id } = button.dataset;
  if (sku !== undefined) deliver([id, "add", sku, Number(quantity)]);
  if (OPEN in button.dataset) deliver([id, "open"]);
}

/** A pointer or the focus on a button of ours is the earliest sign that the widget will be needed. */
function onIntent(event) {
  const button = buttonOf(event);
  if (!button) return;
  load().catch(() => {});
  fetchTexts(language(find(button.dataset.qrCheckoutFor) ?? button));
}

function define() {
  for (const name in PROPERTIES) {
    if (name === "order") continue;
    Object.defineProperty(QrCheckout.prototype, PROPERTIES[name], {
      configurable: true,
      enumerable: true,
      get() {
        return this.getAttribute(name);
      },
      set(value) {
        reflect(this, name, value);
      },
    });
  }
  document.addEventListener("click", onClick);
  document.addEventListener("pointerover", onIntent, { passive: true });
  document.addEventListener("focusin", onIntent);
  customElements.define(TAG, QrCheckout);
}

// A second copy of this script finds the element defined and leaves the page alone.
if (globalThis.customElements && !customElements.get(TAG)) define();
