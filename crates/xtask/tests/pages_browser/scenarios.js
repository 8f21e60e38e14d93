// What a page may do with the loader. Each scenario runs in a page of its own, under the strict policy of the README;
// its name is the sentence that the Rust test prints.

const PAY = new URL(import.meta.url).origin;
const log = (window.log = []);
const violations = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  violations.push(`${violatedDirective} blocks ${blockedURI}`),
);

const loader = (folder = "right") => import(`${PAY}/${folder}/qr-checkout.js`);
const calls = () => log.map(([name]) => name);
const loaded = (part) => performance.getEntriesByType("resource").filter(({ name }) => name.includes(part)).length;

const CHINESE = "zh-Hans\nltr\n关闭\n";

function element(attributes = {}, parent = document.body) {
  const node = document.createElement("qr-checkout");
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  parent.append(node);
  return node;
}

function button(data, parent = document.body) {
  const node = document.createElement("button");
  Object.assign(node.dataset, data);
  parent.append(node);
  return node;
}

/** Waits for something to become true, frame by frame; the Rust side owns the deadline. */
async function until(holds) {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const mounted = (count = 1) => until(() => calls().filter((name) => name === "mount").length === count);
const warned = [];
console.warn = (...words) => warned.push(words);
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function equal(actual, expected, what) {
  const [a, e] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== e) throw new Error(`${what}: ${a} instead of ${e}`);
}

function nextError(target = document) {
  return new Promise((resolve) => target.addEventListener("qr-checkout-error", resolve, { once: true }));
}

async function leavesEnglish(folder) {
  await loader(folder);
  element({ locale: "zh-CN" });
  await mounted();
  const { locale, texts } = log[0][2];
  equal([locale, texts], ["zh-CN", undefined], "handed over");
  equal(warned.map((words) => words.slice(0, 3)), [["qr-checkout", "locale-failed", "zh-Hans"]], "console");
}

const scenarios = {
  async "calls made before the widget is there are replayed in their order"() {
    await loader();
    const node = element({ "merchant-key": "ed25519-x" });
    equal([node.items, node.state, node.order], [[], "loading", null], "before");
    node.add("tea-100g", 2);
    node.setQuantity("tea-100g", 3);
    node.remove("tea-100g");
    node.checkNow();
    equal(node.shadowRoot.querySelector("[role=status]").textContent, "Loading the checkout…", "placeholder");
    await until(() => log.length === 5);
    const replayed = [["add", "tea-100g", 2], ["setQuantity", "tea-100g", 3], ["remove", "tea-100g"], ["checkNow"]];
    equal(log.slice(1), replayed, "replayed");
    equal([node.items.length, node.state, node.order.id], [1, "cart", "ord_1"], "after");
    equal(node.shadowRoot.textContent, "widget", "the placeholder is gone");
  },

  async "attributes and properties set before the upgrade survive"() {
    const node = element({ "merchant-key": "ed25519-x", theme: "dark" });
    Object.assign(node, { locale: "zh-Hans", order: "ord_2" });
    await loader();
    await mounted();
    const wanted = { scriptUrl: PAY, surface: false, integrity: false, owner: false, backend: null, merchantKey: "ed25519-x", order: "ord_2" };
    Object.assign(wanted, { mode: null, locale: "zh-Hans", theme: "dark", methods: null, discountCode: null, clientReference: null,
    isolation: null, texts: CHINESE });
    equal(log[0][2], wanted, "attributes");
    equal([node.getAttribute("locale"), node.merchantKey], ["zh-Hans", "ed25519-x"], "mirrored");
  },

  async "changed attributes reach the widget once, and the pin never again"() {
    await loader();
    const node = element({ id: "a" });
    await mounted();
    node.theme = "dark";
    node.setAttribute("locale", "en");
    await turn();
    node.merchantKey = "ed25519-y";
    await turn();
    equal(calls(), ["mount", "update"], "calls");
    equal([log[1][1].theme, log[1][1].locale], ["dark", "en"], "both changes");
    node.theme = null;
    await turn();
    equal([node.hasAttribute("theme"), log[2][1].theme], [false, null], "removed");
  },

  async "a moved element keeps its widget, a removed one frees it, a returned one gets a new one"() {
    await loader();
    const node = element({ id: "a" });
    await mounted();
    document.body.prepend(node);
    await turn();
    // It may stand in another language now, and hears of it.
    equal(calls(), ["mount", "update"], "moved");
    node.remove();
    await turn();
    equal(calls(), ["mount", "update", "unmount"], "removed");
    equal(node.state, "loading", "state of a removed element");
    document.body.append(node);
    await mounted(2);
  },

  async "an element removed while the widget loads is never mounted"() {
    await loader();
    const node = element({ id: "a" });
    node.remove();
    element({ id: "b" });
    await mounted();
    equal(log[0][1], "b", "mounted");
  },

  async "a second copy of the script changes nothing"() {
    await loader();
    await import(`${PAY}/right/qr-checkout.js?again`);
    element();
    await mounted();
    button({ qrCheckoutAdd: "gaiwan" }).click();
    equal(log.slice(1), [["add", "gaiwan", 1]], "one click, one call");
  },

  async "a page that a wallet led back to less of is brought to where the shopper left it, once"() {
    let from = "https://wallet.example/";
    Object.defineProperty(document, "referrer", { get: () => from });
    const [page] = location.href.split("#");
    const { length } = history;
    const heard = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
    sessionStorage.setItem("qr-checkout-left", page + "#/checkout");
    await loader();
    await heard;
    equal([location.hash, sessionStorage.length, history.length], ["#/checkout", 0, length], "brought back");
    location.hash = "#/elsewhere";
    sessionStorage.setItem("qr-checkout-left", new URL("/other#/checkout", page).href);
    dispatchEvent(new Event("pageshow"));
    equal([location.hash, sessionStorage.length], ["#/elsewhere", 0], "another page is not left");
    from = page;
    sessionStorage.setItem("qr-checkout-left", page + "#/checkout");
    dispatchEvent(new Event("pageshow"));
    equal([location.hash, sessionStorage.length], ["#/elsewhere", 0], "whoever went there by himself stays");
  },

  async "two elements share one load"() {
    await loader();
    element({ id: "a" });
    element({ id: "b" });
    await mounted(2);
    equal([loaded("glue.js"), loaded("widget.wasm"), loaded("locale.txt")], [1, 1, 0], "requests");
  },

  async "buttons of the page reach the element they name, also from a shadow root"() {
    await loader();
    element({ id: "a" });
    element({ id: "b" });
    await mounted(2);
    const host = document.body.appendChild(document.createElement("div"));
    const inside = button({ qrCheckoutAdd: "tea-100g", qrCheckoutQuantity: "2" }, host.attachShadow({ mode: "open" }));
    inside.append(document.createElement("b"));
    inside.firstChild.click();
    button({ qrCheckoutOpen: "" }).click();
    equal(log.slice(2), [["add", "tea-100g", 2], ["open"]], "calls");
    const named = button({ qrCheckoutAdd: "gaiwan", qrCheckoutFor: "c" });
    named.click();
    equal(log.length, 4, "kept for an element that is not there yet");
    element({ id: "c" });
    await mounted(3);
    equal(log.at(-1), ["add", "gaiwan", 1], "delivered");
  },

  async "a page can veto a click, and a button in a form does not submit it"() {
    await loader();
    element();
    await mounted();
    const vetoed = button({ qrCheckoutAdd: "tea-100g" });
    vetoed.addEventListener("click", (event) => event.preventDefault());
    vetoed.click();
    equal(calls(), ["mount"], "vetoed");
    const form = document.body.appendChild(document.createElement("form"));
    let submitted = false;
    form.addEventListener("submit", (event) => (submitted = true) && event.preventDefault());
    button({ qrCheckoutAdd: "gaiwan" }, form).click();
    equal([calls(), submitted], [["mount", "add"], false], "in a form");
  },

  async "a closed dialog loads nothing until a shopper comes near"() {
    await loader();
    const node = element({ mode: "dialog", lang: "zh" });
    const open = button({ qrCheckoutOpen: "" });
    await turn();
    node.theme = "dark";
    await turn();
    equal([node.shadowRoot.childElementCount, loaded("widget.wasm"), loaded("locale.txt")], [0, 0, 0], "untouched");
    open.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, composed: true }));
    await until(() => loaded("widget.wasm") === 1 && loaded("locale.txt") === 1);
    equal(calls(), [], "fetched, not mounted");
    open.click();
    equal(node.shadowRoot.querySelector("dialog").open, true, "the dialog waits visibly");
    await until(() => log.length === 2);
    equal(calls(), ["mount", "open"], "calls");
  },

  async "a checkout of an earlier visit goes on behind a closed dialog"() {
    localStorage.setItem("qr-checkout:test", "1");
    await loader();
    element({ mode: "dialog" });
    await mounted();
    localStorage.clear();
  },

  async "a changed glue is refused before it runs"() {
    await loader("changed-glue");
    const node = element();
    const { detail } = await nextError();
    equal([detail.code, detail.severity], ["load-integrity", "attack-suspected"], "error");
    equal([window.glueRan, calls(), Object.isFrozen(detail)], [undefined, [], true], "nothing ran");
    equal(node.shadowRoot.querySelector("[role=alert]").textContent, "The checkout is not available here. Your cart is kept; please contact the shop.", "fallback");
    equal(node.shadowRoot.querySelector("button, a"), null, "trying again would not help, and nobody is led to that host");
    node.checkNow();
    equal((await nextError()).detail.code, "load-integrity", "and on the next try");
    equal(window.glueRan, undefined, "still nothing ran");
  },

  async "a changed wasm is refused"() {
    await loader("changed-wasm");
    element();
    const { detail } = await nextError();
    equal([detail.code, calls()], ["load-integrity", []], "error");
  },

  async "a failed load says so in the page's language and can be tried again"() {
    document.documentElement.lang = "zh-CN";
    await fetch(`${PAY}/broken`, { method: "POST" });
    await loader("flaky");
    const node = element();
    node.add("tea-100g", 1);
    const { detail } = await nextError();
    equal([detail.code, detail.severity], ["load-failed", "transient"], "error");
    const again = node.shadowRoot.querySelector("button");
    equal(again.textContent, "重试", "button");
    const plain = node.shadowRoot.querySelector("a");
    equal([plain.textContent, new URL(plain.href).pathname], ["使用简易页面继续", "/pay"], "and the way without it");
    equal(new URL(plain.href).search, "?item=tea-100g%3A1&locale=zh-CN&plain", "with the cart");
    await fetch(`${PAY}/mended`, { method: "POST" });
    again.click();
    await mounted();
    equal([calls(), log[0][2].texts], [["mount", "add"], CHINESE], "what was asked for is done, in Chinese");
  },

  async "a Chinese page loads its locale once, and hands it over with the first screen"() {
    document.documentElement.lang = "zh-CN";
    await loader();
    element({ id: "a" });
    const inside = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    element({ id: "b" }, inside);
    await mounted(2);
    equal(log.map(([, , { locale, texts }]) => [locale, texts]), [["zh-CN", CHINESE], ["zh-CN", CHINESE]], "handed over");
    equal([loaded("locale.txt"), loaded("advice.json"), warned], [1, 0, []], "requests");
  },

  async "a locale is found by language and script, and the rest is English"() {
    await loader();
    const node = element({ locale: "en" });
    await mounted();
    const textsOf = async (tag, read = tag.trim()) => {
      node.locale = tag;
      await until(() => log.at(-1)[0] === "update" && log.at(-1)[1].locale === read);
      return log.at(-1)[1].texts;
    };
    for (const tag of ["zh", "zh-CN", "zh-cn", "zh-Hans", "zh-Hans-HK", "ZH-SG", " zh "]) equal(await textsOf(tag), CHINESE, tag);
    for (const tag of ["en-GB", "de", "zh-TW", "zh-Hant-CN", "zha"]) equal(await textsOf(tag), undefined, tag);
    // As far as it is a tag.
    for (const [tag, read] of [["zh_CN", "zh-CN"], ["zh-CN-!", "zh-CN"]]) equal(await textsOf(tag, read), CHINESE, tag);
  },

  async "the language that was chosen last is spoken, however late another's texts come"() {
    await loader();
    const node = element({ locale: "en" });
    await mounted();
    node.locale = "zh";
    await Promise.resolve();
    node.locale = "de";
    await until(() => log.length === 2);
    await until(() => loaded("locale.txt") === 1);
    await turn();
    equal(log.slice(1).map(([name, { locale, texts }]) => [name, locale, texts]), [["update", "de", undefined]], "updates");
  },

  async "a locale that cannot be had leaves English, and the console says so"() {
    await leavesEnglish("lost-texts");
  },

  async "a changed locale is refused"() {
    await leavesEnglish("changed-locale");
  },

  async "a fault is told with its advice, and nothing else waits for it"() {
    await loader();
    const node = element();
    await mounted();
    const heard = [];
    for (const name of ["error", "paid"]) document.addEventListener(`qr-checkout-${name}`, ({ type, detail }) => heard.push([type, detail]));
    const fault = nextError(node);
    tell("error", Object.freeze({ code: "pin-missing", severity: "configuration" }));
    tell("error", Object.freeze({ code: "out-of-stock", severity: "refused" }));
    tell("paid", Object.freeze({ order: "ord_1" }));
    equal(heard, [["qr-checkout-paid", { order: "ord_1" }]], "at once");
    const { detail, bubbles, composed } = await fault;
    equal(detail, { code: "pin-missing", severity: "configuration", message: "Write the key." }, "detail");
    equal([bubbles, composed, Object.isFrozen(detail)], [true, true, true], "event");
    await until(() => heard.length === 3);
    equal(heard[2][1].message, "The backend said no.", "a refusal");
    equal(warned[0], ["qr-checkout", "pin-missing", "Write the key."], "console");
    equal(loaded("advice.json"), 1, "requests");
  },

  async "a fault whose advice cannot be had names its code"() {
    await loader("lost-texts");
    element();
    await mounted();
    const fault = nextError();
    tell("error", Object.freeze({ code: "pin-missing", severity: "configuration" }));
    equal((await fault).detail.message.includes("pin-missing"), true, "message");
  },
};

const names = Object.keys(scenarios);
const index = Number(new URLSearchParams(location.search).get("scenario"));
const name = names[index];
let failure = null;
try {
  await scenarios[name]();
  if (violations.length) throw new Error(violations.join("; "));
} catch (thrown) {
  failure = String(thrown);
}
const next = index + 1 < names.length ? index + 1 : null;
await fetch(`${PAY}/verdict`, { method: "POST", body: JSON.stringify({ name, failure, last: next === null }) });
if (next !== null) location.search = `?scenario=${next}`;
