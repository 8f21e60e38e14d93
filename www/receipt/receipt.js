// Checks a receipt of qr-checkout in this page alone, with the browser's own Ed25519. Four verdicts, and one for "cannot tell".
"use strict";

const TYP = "qr-checkout-receipt+jws";
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
const CLAIMS = {
  amount: (value) => /^(0|[1-9]\d{0,17})$/.test(value),
  currency: (value) => /^[A-Z]{3}$/.test(value),
  order: (value) => ID.test(value),
  merchant: (value) => ID.test(value),
  method: (value) => ID.test(value),
  transaction: (value) => typeof value === "string",
  paid_at: (value) => Number.isSafeInteger(value),
  // Receipts of other backends, and older ones, have none.
  number: (value) => value === undefined || /^[0-9A-Z]{1,32}$/.test(value),
  // A text of JSON.
  price: (value) => value === undefined || typeof value === "string",
};

const WORDS = {
  "": ["", ""],
  valid: ["Valid", "One of the shop's keys has signed this receipt, and nobody has changed it since."],
  revoked: ["Valid, but its key has been revoked since", "Believe it only if you had it before the shop revoked that key: who stole a key can sign with it."],
  "unknown-key": ["Unknown key", "None of the keys above has signed this receipt. Compare them with the shop's pages."],
  invalid: ["Invalid", "This is not a receipt, or it was changed after it was signed."],
  key: ["A key cannot be read", "A key is ed25519- and 44 characters, as in merchant-key; several are separated by spaces. The example keys of RFCs and weak keys are refused."],
  unable: ["This browser cannot tell", "Open the page over https or from a disk, in Chrome 137, Firefox 129, Safari 17 or later; or use qr-checkout-server verify-receipt."],
};

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
    if (alg !== "EdDSA" || typ !== TYP || crit !== undefined || typeof kid !== "string" || signature.length !== 64) return ["invalid"];
    const key = revoked.get(kid) ?? trusted.get(kid);
    if (!key) return ["unknown-key"];
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, signed))) return ["invalid"];
    const facts = object(claims);
    if (!Object.entries(CLAIMS).every(([name, fits]) => fits(facts[name]))) return ["invalid"];
    if (facts.price !== undefined && !isPriceOf(facts)) return ["invalid"];
    facts.breakdown = breakdown(facts);
    return [revoked.has(kid) ? "revoked" : "valid", facts];
  } catch (error) {
    // What this browser's crypto does not know is no fault of the receipt.
    return [error instanceof Unreadable ? "invalid" : "unable"];
  }
}

/** Whether the price in a receipt is readable, and comes to its amount. */
function isPriceOf({ price, amount, currency }) {
  const { total, currency: priced, lines, discounts, taxes } = object(new TextEncoder().encode(price));
  return String(total) === amount && priced === currency && [lines, discounts, taxes].every(Array.isArray);
}

/** What the amount is made of: a label and an amount each. */
function breakdown({ price, currency }) {
  if (price === undefined) return [];
  const { lines, discounts, delivery, taxes, rounding } = JSON.parse(price);
  const minor = (amount) => money({ amount: String(amount), currency });
  return [
    ...lines.map(({ quantity, name, options, total }) => [`${quantity} × ${name}${options ? ` – ${options}` : ""}`, minor(total)]),
    ...discounts.map(({ label, amount }) => [label, minor(-amount)]),
    ...(delivery ? [[delivery.label, minor(delivery.amount)]] : []),
    ...taxes.map(({ label, rate, amount, included }) => [`${label}${rate ? ` ${rate} %` : ""}${included ? " (included)" : ""}`, minor(amount)]),
    ...(rounding ? [["Rounding", minor(rounding)]] : []),
  ];
}

function money({ amount, currency }) {
  const digits = Number(Object.keys(DIGITS).find((digits) => DIGITS[digits].split(" ").includes(currency)) ?? 2);
  const padded = amount.replace("-", "").padStart(digits + 1, "0");
  const at = padded.length - digits;
  return `${amount.startsWith("-") ? "−" : ""}${padded.slice(0, at)}${digits ? "." : ""}${padded.slice(at)} ${currency}`;
}

function show(verdict, facts) {
  const answer = document.getElementById("answer");
  const [heading, explanation] = WORDS[verdict];
  answer.querySelector("h2").textContent = heading;
  answer.querySelector("p").textContent = explanation;
  const rows = facts
    ? [
        ["Amount", money(facts)],
        ...facts.breakdown,
        ...(facts.number === undefined ? [] : [["Order number", facts.number]]),
        ["Order", facts.order],
        ["Shop", facts.merchant],
        ["Method", facts.method],
        ["Transaction", facts.transaction],
        ["Paid at", new Date(facts.paid_at * 1000).toLocaleString(undefined, { dateStyle: "long", timeStyle: "long" })],
      ]
    : [];
  const cells = rows.flatMap(([name, value]) => {
    const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    detail.textContent = value;
    return [term, detail];
  });
  answer.querySelector("dl").replaceChildren(...cells);
  answer.dataset.verdict = verdict;
}

const field = (id) => document.getElementById(id);
let asked = 0;

async function check() {
  // An answer to what stood there before must not be shown to what stands there now.
  const question = ++asked;
  const answer = await judge(field("receipt").value.trim(), field("trusted").value, field("revoked").value);
  if (question === asked) show(...answer);
}

field("question").addEventListener("input", async (event) => {
  const file = field("file").files[0];
  if (event.target === field("file") && file) field("receipt").value = await file.text();
  check();
});
field("question").addEventListener("submit", (event) => event.preventDefault());
check();
