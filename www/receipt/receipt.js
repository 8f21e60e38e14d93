// Checks a receipt of qr-checkout in this page alone, with the browser's own Ed25519: five verdicts, and what is missing for one.
// Not here: the words, which are in words.js.
"use strict";

const TYP = "qr-checkout-receipt+jws";
// Of a test, by which no money moved.
const TEST_TYP = "qr-checkout-test-receipt+jws";
// The examples of RFC 8037 and RFC 9421: their private halves are public.
const EXAMPLE_KEYS = ["ed25519-11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="];
// The y coordinates of the points of small order, without their sign: with such a key anything can pass for signed.
const SMALL_ORDER = [
  "00".repeat(32),
  "01" + "00".repeat(31),
  "ec" + "ff".repeat(30) + "7f",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
];
// Minor-unit digits other than two (ISO 4217:2015 table A.1).
const DIGITS = { 0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 3: "BHD IQD JOD KWD LYD OMR TND", 4: "CLF UYW" };
const ID = /^[A-Za-z0-9._~-]{1,64}$/;
const textOf = (form) => (value) => typeof value === "string" && form.test(value);
const CLAIMS = {
  amount: textOf(/^(0|[1-9]\d{0,17})$/),
  currency: textOf(/^[A-Z]{3}$/),
  order: textOf(ID),
  merchant: textOf(ID),
  method: textOf(ID),
  transaction: textOf(/^/),
  // A time that a calendar has.
  paid_at: (value) => Number.isInteger(value) && Math.abs(value) <= 8.64e12,
  // Receipts of other backends, and older ones, have none.
  number: (value) => value === undefined || textOf(/^[0-9A-Z]{1,32}$/)(value),
  // A text of JSON.
  price: (value) => value === undefined || typeof value === "string",
};

// Names of methods that are the same in every language: banks' schemes.
const SCHEMES = { pix: "Pix", promptpay: "PromptPay", paynow: "PayNow", qris: "QRIS", vietqr: "VietQR", duitnow: "DuitNow", fps: "FPS", khqr: "KHQR" };
// Far more than a receipt has: whatever is larger is not read.
const LARGEST_FILE = 1 << 20;

class Unreadable extends Error {}

/** Bytes of strict base64url without padding: what another spelling could stand for is refused. */
function decode(text) {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) throw new Unreadable();
  const bytes = Uint8Array.from(atob(standard), (symbol) => symbol.charCodeAt(0));
  if (encode(bytes) !== text) throw new Unreadable();
  return bytes;
}

function encode(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function object(bytes) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Unreadable();
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Unreadable();
  return value;
}

/** Whether a key is of small order, or spelled in the way that RFC 8032 §5.1.3 refuses: y must be below 2^255 - 19. */
function isWeak(key) {
  const y = Uint8Array.from(key);
  y[31] &= 0x7f;
  const hex = Array.from(y, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return SMALL_ORDER.includes(hex) || (hex.endsWith("ff".repeat(30) + "7f") && y[0] >= 0xed);
}

/** The receipt in a page that the checkout saved: the last word that can be one. Anything else is taken as it is. */
function signedPart(text) {
  const found = text.startsWith("<") && text.match(/eyJ[\w-]*\.[\w-]+\.[\w-]+/g);
  return found ? found.at(-1) : text;
}

/** A map from key id (RFC 7638) to raw key, or null if a token cannot be read. */
async function keysOf(text) {
  const keys = new Map();
  for (const token of text.split(/\s+/).filter(Boolean)) {
    if (!/^ed25519-[A-Za-z0-9+/]{43}=$/.test(token) || EXAMPLE_KEYS.includes(token)) return null;
    const key = Uint8Array.from(atob(token.slice(8)), (symbol) => symbol.charCodeAt(0));
    if (btoa(String.fromCharCode(...key)) !== token.slice(8) || isWeak(key)) return null;
    const jwk = `{"crv":"Ed25519","kty":"OKP","x":"${encode(key)}"}`;
    keys.set(encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(jwk)))), key);
  }
  return keys;
}

async function judge(receipt, trustedText, revokedText) {
  if (!receipt) return [""];
  if (!globalThis.crypto?.subtle) return ["unable"];
  const [trusted, revoked] = [await keysOf(trustedText), await keysOf(revokedText)];
  if (!trusted || !revoked) return ["key"];
  try {
    const parts = receipt.split(".");
    if (parts.length !== 3) return ["invalid"];
    const [header, claims, signature] = parts.map(decode);
    const { alg, typ, kid, crit } = object(header);
    if (alg !== "EdDSA" || ![TYP, TEST_TYP].includes(typ) || crit !== undefined || typeof kid !== "string" || signature.length !== 64) return ["invalid"];
    const key = revoked.get(kid) ?? trusted.get(kid);
    if (!key) return [trusted.size || revoked.size ? "unknown-key" : "no-key"];
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, signed))) return ["invalid"];
    const facts = object(claims);
    if (!Object.entries(CLAIMS).every(([name, fits]) => fits(facts[name]))) return ["invalid"];
    if (facts.price !== undefined) facts.price = priceOf(facts);
    facts.isTest = typ === TEST_TYP;
    return [revoked.has(kid) ? "revoked" : facts.isTest ? "test" : "valid", facts];
  } catch (error) {
    // What this browser's crypto does not know is no fault of the receipt.
    return [error instanceof Unreadable ? "invalid" : "unable"];
  }
}

/** What was bought, with its numbers as texts, so that none is rounded; unreadable if it is none or comes to another amount. */
function priceOf({ price, amount, currency }) {
  object(new TextEncoder().encode(price));
  const exact = JSON.parse(price.replace(/"(?:[^"\\]|\\.)*"|-?\d+/g, (part) => (part.startsWith('"') ? part : `"${part}"`)));
  const { lines, subtotal, discounts, delivery, taxes, rounding = "0", total } = exact;
  if (![lines, discounts, taxes].every(Array.isArray)) throw new Unreadable();
  const labelled = [...discounts, ...taxes, ...(delivery ? [delivery] : [])];
  const fits =
    lines.every((line) => typeof line?.name === "string" && isMinor(line.quantity) && isMinor(line.total)) &&
    lines.every(({ options = "" }) => typeof options === "string") &&
    labelled.every((part) => typeof part?.label === "string" && isMinor(part.amount)) &&
    [subtotal, rounding].every(isMinor);
  if (!fits || total !== amount || exact.currency !== currency) throw new Unreadable();
  return { lines, subtotal, discounts, delivery, taxes, rounding, total };
}

/** Whether a text is a whole number of at most 18 digits. */
function isMinor(text) {
  return /^(0|-?[1-9]\d{0,17})$/.test(text);
}

// ---- What is shown, in the language of whoever reads.

let [locale, words] = ["en", WORDS.en];
let shown = [""];

/** Takes the first of these tags that there are words for. As in the checkout `zh`, `zh-CN` and `zh-SG` are written alike, `zh-TW` is not. */
function speak(tags) {
  const written = (tag) => {
    try {
      const { language, script } = new Intl.Locale(tag).maximize();
      return language + script;
    } catch {
      return "";
    }
  };
  const nameOf = (tag) => Object.keys(WORDS).find((name) => written(name) === written(tag));
  locale = tags.find(nameOf) ?? "en";
  const name = nameOf(locale);
  words = WORDS[name];
  Object.assign(document.documentElement, { lang: name, dir: words.dir });
  document.title = words.title;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = words[place.dataset.word];
  field("languages").setAttribute("aria-label", words.languages);
  for (const link of field("languages").children) link.ariaCurrent = link.lang === name ? "true" : null;
  nameFile();
  show(...shown);
}

/** Minor units as the language writes them, to the last digit; with a true minus sign and the digits of wallets. */
function money(minor, currency) {
  const digits = Number(Object.keys(DIGITS).find((digits) => DIGITS[digits].split(" ").includes(currency)) ?? 2);
  const [sign, whole] = minor.startsWith("-") ? ["-", minor.slice(1)] : ["", minor];
  const padded = whole.padStart(digits + 1, "0");
  const at = padded.length - digits;
  const decimal = `${sign}${padded.slice(0, at)}${digits ? "." : ""}${padded.slice(at)}`;
  const options = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits, numberingSystem: "latn" };
  const written = new Intl.NumberFormat(locale, options).format(decimal);
  return sign ? written.replace("-", "−") : written;
}

/** What is taken off, as an amount. */
function taken(minor) {
  return minor === "0" || minor.startsWith("-") ? minor.replace("-", "") : `-${minor}`;
}

/** A text with what belongs into its place, kept apart from words of another direction. */
function fill(text, what) {
  return text.replace(/\{\w+\}/, () => `\u2068${what}\u2069`);
}

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

/** What the amount is made of, in the order of the checkout: lines, what is put on and taken off, the total, taxes inside of it. */
function sum({ price, amount, currency }) {
  const row = (kind) => (label, minor) => {
    const made = element("div", element("dt", label), element("dd", money(minor, currency)));
    made.className = kind;
    return made;
  };
  const [line, part, total, inside] = ["line", "part", "total", "inside"].map(row);
  if (price === undefined) return [total(words.total, amount)];
  const { lines, subtotal, discounts, delivery, taxes, rounding } = price;
  const bought = ({ quantity, name, options, total }) => line(`${quantity} × ${name}${options ? ` – ${options}` : ""}`, total);
  const taxed = ({ label, rate }) => (taxes.length > 1 && /^\d+(\.\d+)?$/.test(rate) ? `${label} ${percent(rate)}` : label);
  return [
    ...lines.map(bought),
    ...(subtotal !== amount || delivery ? [part(words.subtotal, subtotal)] : []),
    ...discounts.map(({ label, amount }) => part(label, taken(amount))),
    ...(delivery ? [part(delivery.label, delivery.amount)] : []),
    ...taxes.filter(({ included }) => !included).map((tax) => part(taxed(tax), tax.amount)),
    ...(rounding === "0" ? [] : [part(words.rounding, rounding)]),
    total(words.total, amount),
    ...taxes.filter(({ included }) => included).map((tax) => inside(fill(words.tax_included, taxed(tax)), tax.amount)),
  ];
}

/** A rate as the language writes it; it comes as a decimal number. */
function percent(rate) {
  const options = { style: "unit", unit: "percent", maximumFractionDigits: 6, numberingSystem: "latn" };
  return new Intl.NumberFormat(locale, options).format(rate);
}

/** Names and what they stand for. */
function terms(facts) {
  const cells = facts.flatMap(([name, value]) => [element("dt", name), element("dd", value)]);
  return element("dl", ...cells);
}

/** The receipt as a receipt: whose, what for, how and when it was paid; what only programs ask for is folded. */
function receiptOf(facts) {
  const options = { dateStyle: "long", timeStyle: "long", numberingSystem: "latn" };
  const paid = element("time", new Intl.DateTimeFormat(locale, options).format(facts.paid_at * 1000));
  paid.dateTime = new Date(facts.paid_at * 1000).toISOString();
  const price = element("dl", ...sum(facts));
  price.className = "price";
  const names = new Map(Object.entries({ ...SCHEMES, wechat_pay: words.wechat_pay, alipay: words.alipay }));
  const number = facts.number === undefined ? [] : [[words.order_number, facts.number]];
  const technical = [
    [words.order, facts.order],
    [words.transaction, facts.transaction],
    [words.method_id, facts.method],
  ];
  return [
    element("h3", fill(words.receipt_of, facts.merchant)),
    ...(facts.isTest ? [element("strong", words.test)] : []),
    terms(number),
    price,
    terms([[words.method, names.get(facts.method) ?? facts.method], [words.paid_at, paid]]),
    element("details", element("summary", words.details), terms(technical)),
  ].filter((part) => part.hasChildNodes());
}

/** Shows a verdict, and the receipt that it is about; what is shown is told by `data-verdict` once it stands there. */
function show(verdict, facts) {
  shown = [verdict, facts];
  const answer = field("answer");
  answer.querySelector("h2").textContent = verdict && words[verdict];
  answer.querySelector("p").textContent = verdict && words[`${verdict}_hint`];
  field("facts").replaceChildren(...(facts ? receiptOf(facts) : []));
  answer.dataset.verdict = verdict;
}

function field(id) {
  return document.getElementById(id);
}

/** The name of the file that was chosen, where it stood that one can be. */
function nameFile() {
  field("name").textContent = field("file").files[0]?.name ?? words.drop_hint;
}

let asked = 0;

async function check() {
  // An answer to what stood there before must not be shown to what stands there now.
  const question = ++asked;
  const answer = await judge(signedPart(field("receipt").value.trim()), field("trusted").value, field("revoked").value);
  if (question === asked) show(...answer);
}

/** Reads the file that was chosen or dropped; a folder, and what is too large, is no receipt. */
async function read() {
  const question = ++asked;
  const file = field("file").files[0];
  nameFile();
  if (!file) return check();
  const text = file.size > LARGEST_FILE ? file.name : await file.text().catch(() => file.name);
  if (question !== asked) return;
  field("receipt").value = signedPart(text.trim());
  await check();
}

document.addEventListener("input", ({ target }) => {
  if (target === field("file")) return void read();
  if (target === field("receipt")) field("file").value = "";
  nameFile();
  check();
});
field("question").addEventListener("submit", (event) => event.preventDefault());

// A file may be dropped anywhere: beside the zone the browser would leave the page for it.
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const isOver = kind === "dragenter" || kind === "dragover";
    document.documentElement.classList.toggle("dragging", isOver);
    if (kind !== "drop") return;
    field("file").files = event.dataTransfer.files;
    read();
  });
}

// Another language leaves everything as it is; the address remembers it where it can.
field("languages").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  speak([link.lang]);
  try {
    history.replaceState(null, "", link.href);
  } catch {
    // From a disk some browsers allow no other address.
  }
});

speak([new URLSearchParams(location.search).get("lang"), ...navigator.languages]);
check();
