// The phone: lists codes, pays or declines them. Talks to /sandbox/ only; builds every node by hand.

import { followAccount } from "/account.js";
import { showFaults } from "/faults.js";
import { startScanner } from "/scanner.js";
import { texts, translate } from "/texts.js";

const $ = (id) => document.getElementById(id);
const cards = new Map();
let found = null;

function say(text, bad) {
  $("message").textContent = text;
  $("message").classList.toggle("bad", bad);
}

// Minor units become a text without passing through binary fractions.
function amount(minor, currency) {
  const format = new Intl.NumberFormat(navigator.language, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  const digits = format.resolvedOptions().maximumFractionDigits;
  const text = String(minor).padStart(digits + 1, "0");
  return format.format(digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`);
}

function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return texts.days(Math.floor(hours / 24));
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

async function send(path, body, type = "application/json") {
  try {
    const reply = await fetch(path, { method: "POST", body, ...(body && { headers: { "content-type": type } }) });
    if (reply.status === 204) return { problem: "no_code" };
    const answer = await reply.json();
    return reply.ok ? { answer } : { problem: answer.problem };
  } catch {
    return { problem: "offline" };
  }
}

async function act(card, verb) {
  for (const button of card.node.querySelectorAll("button")) button.disabled = true;
  const { problem } = await send(`/sandbox/codes/${encodeURIComponent(card.id)}/${verb}`);
  if (problem) say(texts.problem[problem] ?? problem, true);
  else say(texts.done[verb], false);
  await refresh();
}

function makeCard(code) {
  const node = element("li");
  node.dataset.payment = code.payment_id;
  const card = { id: code.id, node };
  const price = element("p", "amount", amount(code.amount, code.currency));
  price.id = `amount-${code.id}`;
  const wallet = element("p", "wallet", texts.wallet[code.provider] ?? code.provider);
  node.append(wallet, element("p", "payee", code.payee), element("p", "what", code.description), price);
  card.buttons = element("div", "row");
  for (const verb of ["pay", "scan", "decline"]) {
    const button = element("button", verb, texts[verb]);
    button.type = "button";
    button.setAttribute("aria-describedby", price.id);
    button.addEventListener("click", () => act(card, verb));
    card.buttons.append(button);
  }
  card.state = element("p", "state");
  card.left = element("p", "left");
  node.append(card.buttons, card.state, card.left);
  return card;
}

function update(card, code) {
  const payable = ["open", "scanned", "dismissed"].includes(code.state);
  card.buttons.hidden = !payable;
  for (const button of card.buttons.children) {
    button.disabled = false;
    if (button.className === "scan") button.hidden = code.state !== "open";
  }
  const state = texts.state[code.state] ?? "";
  if (card.state.textContent !== state) card.state.textContent = state;
  card.state.className = `state ${code.state}`;
  card.left.textContent = payable ? texts.left(clock(code.seconds_left)) : "";
  card.node.classList.toggle("found", code.id === found);
}

// Cards stay the same nodes between refreshes, so that focus and a press under way survive.
function draw(codes) {
  const seen = new Set();
  codes.forEach((code, index) => {
    seen.add(code.id);
    if (!cards.has(code.id)) cards.set(code.id, makeCard(code));
    const card = cards.get(code.id);
    update(card, code);
    const place = $("codes").children[index];
    if (place !== card.node) $("codes").insertBefore(card.node, place ?? null);
  });
  for (const [id, card] of cards) {
    if (seen.has(id)) continue;
    card.node.remove();
    cards.delete(id);
  }
  $("empty").hidden = codes.length > 0;
}

let offline = false;

async function refresh() {
  try {
    const reply = await fetch("/sandbox/codes");
    draw(await reply.json());
    if (offline) say("", false);
    offline = false;
  } catch {
    offline = true;
    say(texts.problem.offline, true);
  }
}

// Opens what was scanned: its card is the wallet's question. Whether there was something to open.
async function open({ answer, problem }) {
  if (problem) {
    say(texts.problem[problem] ?? problem, true);
    return false;
  }
  // A code to follow by is nothing to pay.
  if (answer.account) return account.found(answer);
  found = answer.id;
  say(texts.done.found, false);
  await refresh();
  const card = cards.get(found);
  card?.node.scrollIntoView({ block: "center" });
  card?.buttons.firstChild.focus({ preventScroll: true });
  return true;
}

$("scan").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await open(await send("/sandbox/scan", JSON.stringify({ payload: $("payload").value.trim() })))) $("payload").value = "";
});

async function watch() {
  if (!document.hidden) await Promise.all([refresh(), account.refresh()]);
  setTimeout(watch, 1000);
}

translate();
const account = followAccount({ element, send, say });
startScanner({
  say,
  open: (text) => send("/sandbox/scan", JSON.stringify({ payload: text })).then(open),
  // Whether a code was in the picture; a camera goes on looking where a shopper is told.
  look: async (width, pixels, patient) => {
    const found = await send(`/sandbox/scan/picture?width=${width}`, pixels, "application/octet-stream");
    if (patient && found.problem === "no_code") return false;
    await open(found);
    return true;
  },
});
showFaults();
watch();
