// What is sold at a counter: an amount that is typed, or things of the catalog. Without a network a sale waits as a draft, which somebody
// confirms; it is never sent by itself.
"use strict";

// The most digits of an amount, how long the shop may take for a sale, and the pause after a key until things are priced, milliseconds.
const DIGITS = 12;
const LONG = 20000;
const STILL = 250;

let digits = "";
/** What is in the cart: how many of each thing. */
let cart = new Map();
/** What the things cost together, as the shop says; nothing while it does not. */
let total = null;
let way = "keypad";
let isSelling = false;

const typed = () => ({ ...known.nothing, amount: Number(digits || 0) });
const wareOf = (sku) => known.wares.find((ware) => ware.sku === sku);
const nameOf = (sku) => [wareOf(sku)?.name ?? sku, wareOf(sku)?.options].filter(Boolean).join(", ");
const priced = (amount) => money({ ...known.nothing, amount });

/** What the things cost together as far as this device knows. */
const guess = () => [...cart].reduce((sum, [sku, number]) => sum + (wareOf(sku)?.price ?? 0) * number, 0);

function emptySale() {
  digits = "";
  cart = new Map();
  total = null;
  part("words").value = part("find").value = "";
  blame();
}

/** Says at each field what is wrong with it. */
function blame(faults = {}) {
  for (const field of ["amount", "words", "items"]) part(`${field}-fault`).textContent = faults[field] ?? "";
  part("words").setAttribute("aria-invalid", String(Boolean(faults.words)));
}

async function drawSale() {
  drawAmount();
  drawDrafts();
  drawWares();
  choose(way);
  try {
    const { wares } = await call(`/staff/counter/wares?locale=${SPOKEN}`);
    known.wares = wares;
    keep();
    drawWares();
    choose(way);
  } catch (error) {
    // Without a network there are those of before.
    if (!(error instanceof Away)) isHandled(error);
  }
}

/** Shows one of the two ways to sell; a wide screen shows both. */
function choose(wanted) {
  const hasWares = known.wares.length > 0;
  way = hasWares ? wanted : "keypad";
  part("sale").dataset.wares = hasWares ? "some" : "none";
  part("ways").hidden = !hasWares;
  part("keypad").hidden = way !== "keypad";
  part("items").hidden = way !== "items";
  document.querySelectorAll("[data-way]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.way === way)));
}

function drawAmount() {
  if (!known.nothing) return;
  part("amount").textContent = money(typed());
  part("charge").textContent = digits ? said("charge", { amount: money(typed()) }) : said("charge_none");
  part("charge").disabled = !Number(digits);
}

function press(key) {
  blame();
  const longer = key === "⌫" ? digits.slice(0, -1) : digits + key;
  digits = longer.replace(/^0+/, "").slice(0, DIGITS);
  drawAmount();
}

function drawWares() {
  const wanted = part("find").value.trim().toLocaleLowerCase(SPOKEN);
  const fits = ({ sku, name, options }) => [sku, name, options].some((text) => text?.toLocaleLowerCase(SPOKEN).includes(wanted));
  const found = known.wares.filter((ware) => fits(ware) || cart.has(ware.sku));
  const line = (ware) => {
    const { sku, price } = ware;
    const name = nameOf(sku);
    const what = make("span", "", { class: "what" });
    what.append(make("span", name), " ", make("span", priced(price), { class: "small" }));
    const stepper = make("span", "", { class: "stepper" });
    const step = (by) => () => {
      const number = Math.min(999, Math.max(0, (cart.get(sku) ?? 0) + by));
      if (number) cart.set(sku, number);
      else cart.delete(sku);
      blame();
      drawNumber(number);
      priceCart();
    };
    const number = make("output", String(cart.get(sku) ?? 0));
    const less = make("button", "−", { type: "button", "aria-label": said("less", { name }), onclick: step(-1) });
    const more = make("button", "+", { type: "button", "aria-label": said("more", { name }), onclick: step(1) });
    const drawNumber = (to) => (number.textContent = String(to));
    stepper.append(less, number, more);
    const one = make("li");
    one.append(what, stepper);
    return one;
  };
  part("wares").replaceChildren(...(found.length ? found.map(line) : [make("li", said("no_wares"))]));
  drawTotal();
}

function drawTotal() {
  const amount = total?.amount ?? guess();
  part("charge-items").textContent = cart.size ? said("charge", { amount: priced(amount) }) : said("charge_none");
  part("charge-items").disabled = cart.size === 0;
}

const items = () => [...cart].map(([sku, quantity]) => ({ sku, quantity }));

let asking;
/** The shop says what things cost together, with what is taken off and put on. */
function priceCart() {
  total = null;
  drawTotal();
  clearTimeout(asking);
  if (!cart.size) return;
  asking = setTimeout(async () => {
    const asked = JSON.stringify({ items: items(), locale: SPOKEN });
    try {
      const told = await call("/staff/counter/price", asked);
      if (asked !== JSON.stringify({ items: items(), locale: SPOKEN })) return;
      total = told.total;
      drawTotal();
    } catch (error) {
      if (!isHandled(error)) blame(faultsOf(error.told));
    }
  }, STILL);
}

/** What a refusal says, by the field that it is about. */
function faultsOf({ code, field, faults = [] }) {
  const words = { "out-of-stock": "gone", "unknown-sku": "not_sold", quantity: "too_many" };
  const lines = faults.map(({ code, sku, left }) => said(words[code] ?? "refused", { name: sku ? nameOf(sku) : "", left }));
  if (lines.length) return { items: lines.join(" ") };
  if (field === "words") return { words: said("words_bad") };
  if (field === "amount" || code === "method-not-offered") return { amount: said("amount_bad"), items: said("amount_bad") };
  return { amount: said("refused"), items: said("refused") };
}

/** Sells. The word under which it counts once is the sale's own, so that neither a second tap nor a lost answer sells twice. */
async function sell(sale) {
  if (isSelling) return;
  isSelling = true;
  listenForTouch();
  blame();
  say("");
  try {
    await call("/staff/counter/orders", sale.body, LONG);
    forgetDraft(sale);
    emptySale();
    await begin();
  } catch (error) {
    if (error instanceof Away) keepDraft(sale);
    else if (!isHandled(error)) blame(faultsOf(error.told));
  } finally {
    isSelling = false;
  }
}

function saleOf(content, shown) {
  const body = JSON.stringify({ once: crypto.randomUUID(), locale: SPOKEN, ...content });
  return { body, shown, at: now() };
}

function keepDraft(sale) {
  forgetDraft(sale);
  known.drafts.push(sale);
  keep();
  emptySale();
  go("sale");
  say(said("kept"));
}

function forgetDraft(sale) {
  known.drafts = known.drafts.filter((draft) => draft.body !== sale.body);
  keep();
}

function drawDrafts() {
  part("drafts").hidden = known.drafts.length === 0;
  const line = (draft) => {
    const acts = make("span", "", { class: "acts" });
    const discard = () => {
      forgetDraft(draft);
      drawDrafts();
    };
    acts.append(
      make("button", said("confirm"), { type: "button", onclick: () => sell(draft) }),
      make("button", said("discard"), { type: "button", onclick: discard }),
    );
    const one = make("li");
    one.append(make("span", `${draft.shown} · ${time(draft.at)}`, { class: "what" }), acts);
    return one;
  };
  part("draft").replaceChildren(...known.drafts.map(line));
}

part("keypad").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!Number(digits)) return;
  const text = part("words").value.trim();
  sell(saleOf({ amount: Number(digits), words: text }, [money(typed()), text].filter(Boolean).join(" · ")));
});
part("items").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!cart.size) return;
  const shown = [...cart].map(([sku, number]) => `${number} × ${nameOf(sku)}`).join(", ");
  sell(saleOf({ items: items() }, `${priced(total?.amount ?? guess())} · ${shown}`));
});
part("find").addEventListener("input", drawWares);
part("words").addEventListener("input", () => blame());
document.querySelectorAll("[data-way]").forEach((one) => one.addEventListener("click", () => choose(one.dataset.way)));
addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey;
  if (isTyping || part("work").hidden || part("sale").hidden || part("keypad").hidden) return;
  if (/^[0-9]$/.test(event.key)) press(event.key);
  else if (event.key === "Backspace") press("⌫");
  else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) part("keypad").requestSubmit();
});
drawKeys("keys", press);
