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
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function equal(actual, expected, what) {
  const [a, e] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== e) throw new Error(`${what}: ${a} instead of ${e}`);
}

function nextError(target = document) {
  return new Promise((resolve) => target.addEventListener("qr-checkout-error", resolve, { once: true }));
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
    const wanted = { scriptUrl: PAY, backend: null, merchantKey: "ed25519-x", order: "ord_2" };
    Object.assign(wanted, { mode: null, locale: "zh-Hans", theme: "dark", methods: null });
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
    equal(calls(), ["mount"], "moved");
    node.remove();
    await turn();
    equal(calls(), ["mount", "unmount"], "removed");
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

  async "two elements share one load"() {
    await loader();
    element({ id: "a" });
    element({ id: "b" });
    await mounted(2);
    equal([loaded("glue.js"), loaded("widget.wasm")], [1, 1], "requests");
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
    const node = element({ mode: "dialog" });
    const open = button({ qrCheckoutOpen: "" });
    await turn();
    equal([node.shadowRoot.childElementCount, loaded("widget.wasm")], [0, 0], "untouched");
    open.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, composed: true }));
    await until(() => loaded("widget.wasm") === 1);
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
    equal(node.shadowRoot.querySelector("[role=alert]").textContent, "The checkout could not be loaded.", "fallback");
    node.shadowRoot.querySelector("button").click();
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
    await fetch(`${PAY}/mended`, { method: "POST" });
    again.click();
    await mounted();
    equal(calls(), ["mount", "add"], "what was asked for is done");
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
