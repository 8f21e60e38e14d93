// The page at a counter: who is before the screen, and what is on it. What is sold is in counter-sale.js, what was sold in counter-day.js, and
// the side that a customer sees in counter-customer.js. The shop remembers which side is shown; this page only asks.
"use strict";

// How long the shop may hold a question, milliseconds, and the pause after it could not be reached.
const HELD = 40000;
const PAUSE = 5000;
const STORED = "qr-checkout-counter";
const SCREENS = ["small", "work", "customer"];

/** What this device remembers: the shop and what it sells, drafts, and whether a customer was before the screen. No names, no keys. */
let known = recalled(STORED, { shop: "", nothing: null, is_open: false, faces: null, wares: [], drafts: [], is_muted: false });
const keep = () => localStorage.setItem(STORED, JSON.stringify(known));

/** An amount as people read it. */
function money({ amount, currency, exponent }) {
  const digits = { minimumFractionDigits: exponent, maximumFractionDigits: exponent };
  const text = new Intl.NumberFormat(SPOKEN, { style: "currency", currency, ...digits }).format(amount / 10 ** exponent);
  // Among words that run the other way it keeps its own order.
  return SPOKEN === "ar" ? `\u2066${text}\u2069` : text;
}

/** An element with words and what else it has. */
function make(tag, text = "", properties = {}) {
  const one = document.createElement(tag);
  one.textContent = text;
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) one.addEventListener(name.slice(2), value);
    else one.setAttribute(name, value);
  }
  return one;
}

/** Keys of digits, on which a thumb finds them. */
function drawKeys(box, press) {
  const names = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0", "⌫"];
  const key = (name) => make("button", name, { type: "button", onclick: () => press(name), ...(name === "⌫" ? { "aria-label": said("erase") } : {}) });
  part(box).replaceChildren(...names.map(key));
}

function only(screen) {
  for (const one of SCREENS) part(one).hidden = one !== screen;
}

/** Says something to whoever works here, below the head of the page. */
function say(text) {
  part("line").textContent = text;
}

/** What goes wrong with any question. Answers whether that is all there is to say. */
function isHandled(error) {
  if (error instanceof LoggedOut) logIn();
  else if (error instanceof Turned) begin();
  else if (error instanceof Away) say(said("away"));
  else return false;
  return true;
}

/** Nobody is logged in: whatever was sold or drafted here is nobody's any more. Whom a door let in is told all the same. */
function logIn() {
  watching++;
  leaveCustomer();
  known = { ...known, shop: "", nothing: null, is_open: false, faces: null, wares: [], drafts: [] };
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("qr-checkout") && name !== "qr-checkout-door") localStorage.removeItem(name);
  }
  if (known.is_muted) localStorage.setItem(STORED, JSON.stringify({ is_muted: true }));
  emptySale();
  place = "sale";
  only("small");
  part("choose").hidden = true;
  part("login").hidden = false;
  part("key").focus();
}

/** Shows what the shop says is to be shown. */
async function begin() {
  let told;
  try {
    told = await call("/staff/session");
  } catch (error) {
    if (!(error instanceof Away)) return logIn();
    // Nobody can be asked: what was on the screen last stays on it.
    if (!known.shop || !known.is_open) return logInLater();
    listenToShop();
    return known.faces ? showCustomer(known) : showWork(said("away"));
  }
  const { faces = null, shop, backend, merchant_key } = told;
  Object.assign(known, { shop, backend, merchant_key, faces });
  if (faces) {
    keep();
    showCustomer(known);
    return listenToShop();
  }
  if (!told.sells) return logIn();
  Object.assign(known, { nothing: told.nothing, is_open: told.is_open, refunds: Boolean(told.refund_limit) });
  keep();
  if (!told.is_open) {
    only("small");
    part("login").hidden = true;
    part("choose").hidden = false;
    return part("chosen").focus();
  }
  showWork("");
  listenToShop();
}

/** Without a network nobody logs in, and nothing is erased: the shop has not said that it is over. */
function logInLater() {
  only("small");
  part("login").hidden = false;
  part("login-fault").textContent = said("away");
}

function showWork(text) {
  leaveCustomer();
  only("work");
  part("shop").textContent = known.shop;
  say(text);
  go(place);
}

/** What whoever works here looks at. */
let place = "sale";
function go(to) {
  place = to;
  for (const one of ["sale", "day", "closing"]) part(one).hidden = one !== to;
  document.querySelectorAll("[data-place]").forEach((one) => {
    if (one.dataset.place === to) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  });
  if (to === "sale") drawSale();
  if (to === "day") drawDay();
  if (to === "closing") drawClosing();
}

let watching = 0;
/** One question that the shop holds until the session is over or another side is to be shown: nothing is asked meanwhile. */
async function listenToShop() {
  const mine = ++watching;
  while (mine === watching) {
    try {
      const { changed } = await call(`/staff/watch?faces=${known.faces?.order ?? ""}`, undefined, HELD);
      if (changed && mine === watching) return begin();
    } catch (error) {
      if (mine !== watching) return;
      if (error instanceof LoggedOut) return logIn();
      await new Promise((wake) => {
        setTimeout(wake, PAUSE);
        addEventListener("online", wake, { once: true });
      });
    }
  }
}

part("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  part("login-fault").textContent = "";
  try {
    await call("/staff/session", JSON.stringify({ key: part("key").value }));
    part("key").value = "";
  } catch (error) {
    part("login-fault").textContent = said(error instanceof Away ? "away" : "wrong_key");
    return;
  }
  await begin();
  if (!part("login").hidden && !part("small").hidden) part("login-fault").textContent = said("wrong_key");
});

part("choose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const pin = part("chosen").value;
  const isGood = /^[0-9]{4,8}$/.test(pin);
  part("choose-fault").textContent = isGood ? "" : said("pin_digits");
  part("chosen").setAttribute("aria-invalid", String(!isGood));
  if (!isGood) return part("chosen").focus();
  listenForTouch();
  try {
    await call("/staff/counter/pin", JSON.stringify({ pin }));
  } catch (error) {
    if (error instanceof Away) return void (part("choose-fault").textContent = said("away"));
    if (!(error instanceof Refused)) return logIn();
  }
  part("chosen").value = "";
  begin();
});

document.querySelectorAll("[data-place]").forEach((one) =>
  one.addEventListener("click", () => {
    say("");
    go(one.dataset.place);
  }),
);
part("leave").addEventListener("click", async () => {
  // Nobody leaves what was not sent without a word about it.
  if (known.drafts.length) {
    go("sale");
    return say(said("drafts_hint"));
  }
  try {
    await call("/staff/session/end", "");
    logIn();
  } catch (error) {
    isHandled(error);
  }
});
addEventListener("online", () => part("work").hidden || begin());
addEventListener("DOMContentLoaded", () => {
  keepPages();
  speak();
  begin();
});
