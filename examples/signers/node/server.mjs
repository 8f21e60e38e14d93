// A merchant backend in one file; Node's own crypto signs its answers (RFC 9421, Ed25519). No package is needed.
//
//     SEED=… PUBLIC_URL=https://pay.example.com PORT=8000 node server.mjs
//
// SEED is 32 bytes in base64url (`qr-checkout-server keygen` makes one), PUBLIC_URL how shoppers reach this server.

import { createHash, createPrivateKey, createPublicKey, sign as ed25519 } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const { SEED, PUBLIC_URL, PORT = "8000", ALLOWED_ORIGIN = "*" } = process.env;
const BASE = PUBLIC_URL.replace(/\/$/, "");
const SHOP = { merchant: "mountain-tea", merchant_name: "Mountain Tea" };
const TEAS = new Map([["tea-100g", ["Jasmine tea, 100 g", 6800]], ["gaiwan", ["Gaiwan", 12800]]]);
const orders = new Map();

/** 16 bytes in base64url. */
const ID = /^[A-Za-z0-9_-]{21}[AQgw]$/;
/** 32 bytes in base64. */
const PRICE_DIGEST = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
export const digest = (body) => `sha-256=:${sha256(body).toString("base64")}:`;

// An Ed25519 private key is its seed behind a fixed PKCS #8 prefix (RFC 8410).
const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(SEED, "base64url")]);
export const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
const { x } = createPublicKey(key).export({ format: "jwk" });
export const keyId = sha256(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).toString("base64url");

/** The headers that sign an answer: the digest of the exact bytes sent, and a signature bound to the request. */
function sign(request, nonce, status, body) {
  const created = Math.floor(Date.now() / 1000);
  const covered = [
    ['"@method";req', request.method],
    // The address is what shoppers see, never the Host header of whoever asks.
    ['"@target-uri";req', BASE + request.url],
    ['"@status"', status],
    ['"content-type"', "application/json"],
    ['"unencoded-digest"', digest(body)],
  ];
  const parameters = `created=${created};expires=${created + 120};nonce="${nonce}";keyid="${keyId}";tag="qr-checkout"`;
  const input = `(${covered.map(([name]) => name).join(" ")});${parameters}`;
  const lines = [...covered, ['"@signature-params"', input]].map(([name, value]) => `${name}: ${value}`);
  const signature = ed25519(null, Buffer.from(lines.join("\n")), key).toString("base64");
  return { "Unencoded-Digest": digest(body), "Signature-Input": `sig=${input}`, Signature: `sig=:${signature}:` };
}

class No extends Error {
  constructor(status, code, more = {}) {
    super(code);
    Object.assign(this, { status, more });
  }
}

function quote(items) {
  if (items.length === 0) throw new No(400, "cart-empty");
  const lines = items.map(({ sku, quantity }) => {
    if (!TEAS.has(sku)) throw new No(404, "unknown-sku");
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > 999) throw new No(400, "quantity");
    const [name, unit_price] = TEAS.get(sku);
    return { sku, quantity, name, image: null, unit_price, total: quantity * unit_price };
  });
  const total = lines.reduce((sum, line) => sum + line.total, 0);
  const expires_at = Math.floor(Date.now() / 1000) + 600;
  // A text: the same cart has the same, byte for byte, until something of its price changes.
  const price = JSON.stringify({ currency: "CNY", lines, subtotal: total, discounts: [], delivery: null, taxes: [], total });
  return { type: "quote", ...SHOP, id: "quote_1", expires_at, price, methods: ["wechat_pay"] };
}

function create(idempotencyKey, sent) {
  // The same attempt gets the same order; another body under the same key is refused.
  const name = sha256(idempotencyKey).subarray(0, 16).toString("base64url");
  const known = orders.get(`ord_${name}`);
  if (known && known.digest !== digest(sent)) throw new No(409, "idempotency-conflict");
  if (known) return known.order;
  const { items, price_digest } = JSON.parse(sent);
  if (typeof price_digest !== "string" || !PRICE_DIGEST.test(price_digest)) {
    throw new No(400, "bad-request", { faults: [{ code: "bad-request", field: "price_digest" }] });
  }
  const fresh = quote(items);
  if (price_digest !== sha256(fresh.price).toString("base64")) throw new No(409, "price-changed", { quote: fresh });
  const { total, currency } = JSON.parse(fresh.price);
  const expires_at = Math.floor(Date.now() / 1000) + 900;
  // Here a real shop asks its payment provider for the code to show.
  const payload = `weixin://wxpay/bizpayurl?pr=${name.slice(0, 9)}`;
  const payment = { id: `pay_${name}`, method: "wechat_pay", surface: "qr", status: "waiting", payload, expires_at };
  const order = { type: "order", ...SHOP, id: `ord_${name}`, seq: 1, status: "pending", amount: total, currency, channel: "cart" };
  Object.assign(order, { price: fresh.price, expires_at, methods: ["wechat_pay"], payment, receipt: null });
  orders.set(order.id, { digest: digest(sent), order });
  return order;
}

async function look(id, query) {
  const known = orders.get(id);
  if (!known) throw new No(404, "unknown-order");
  // A poll is held until the order changes. Nothing ever changes here, so it is held to its end.
  const wait = Math.min(Number(query.get("wait") ?? 0), 25);
  if (Number(query.get("seen") ?? 0) >= known.order.seq) await new Promise((done) => setTimeout(done, wait * 1000));
  return known.order;
}

async function route(request, path, query, sent) {
  if ((query.get("r") ?? "1") !== "1") throw new No(410, "release-revoked");
  if (request.method === "GET" && path === "/v1/quote") {
    const items = query.getAll("item").map((item) => item.split(":"));
    return [200, quote(items.map(([sku, quantity]) => ({ sku, quantity: Number(quantity) })))];
  }
  if (request.method === "POST" && path === "/v1/orders") {
    // The address names the attempt and the body, and the signature covers the address.
    const [[key = "", ...keys], digests] = [query.getAll("k"), query.getAll("d")];
    if (!ID.test(key) || keys.length > 0) throw new No(400, "idempotency-key-missing");
    const type = request.headers["content-type"] ?? "";
    if (type.toLowerCase().replace(" ", "") !== "text/plain;charset=utf-8") throw new No(415, "media-type");
    if (digests.length !== 1 || digests[0] !== sha256(sent).toString("base64url")) throw new No(400, "digest-mismatch");
    return [201, create(key, sent)];
  }
  const order = path.match(/^\/v1\/orders\/([^/]+)$/);
  if (request.method === "GET" && order) return [200, await look(order[1], query)];
  throw new No(404, "not-found");
}

/** No browser asks by OPTIONS before such a POST, so we look at what it says of the page, before we read a body. */
function mayAsk({ method, headers: { origin, "sec-fetch-mode": mode = "cors" } }) {
  const isListed = [new URL(BASE).origin, ALLOWED_ORIGIN].includes(origin) || (ALLOWED_ORIGIN === "*" && origin !== "null");
  return mode === "cors" && (method !== "POST" || origin === undefined || isListed);
}

async function answer(request, response, sign) {
  const { pathname, searchParams } = new URL(BASE + request.url);
  response.setHeader("Access-Control-Allow-Origin", ALLOWED_ORIGIN);
  response.setHeader("Access-Control-Expose-Headers", "Signature, Signature-Input, Unencoded-Digest, Retry-After");
  response.setHeader("Vary", "Origin");
  const json = { "Content-Type": "application/json" };
  if (pathname === "/.well-known/http-message-signatures-directory") {
    const keys = [{ kty: "OKP", crv: "Ed25519", kid: keyId, x, use: "sig" }];
    return response.writeHead(200, json).end(JSON.stringify({ keys }));
  }
  if (!mayAsk(request)) return response.writeHead(403, json).end('{"code":"origin-not-allowed"}');
  const [nonce = "", ...nonces] = searchParams.getAll("n");
  if (!ID.test(nonce) || nonces.length > 0) return response.writeHead(400, json).end('{"code":"bad-request"}');
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const [status, body] = await route(request, pathname, searchParams, Buffer.concat(chunks)).catch((error) => {
    const [status, code, more] = error instanceof No ? [error.status, error.message, error.more] : [400, "bad-request", {}];
    return [status, { type: "problem", merchant: SHOP.merchant, id: nonce, code, status, detail: code, ...more }];
  });
  const bytes = Buffer.from(JSON.stringify(body));
  const signature = await sign({ method: request.method, url: request.url, headers: {} }, nonce, status, bytes);
  response.writeHead(status, { ...json, "Cache-Control": "no-store, no-transform", ...signature }).end(bytes);
}

/** Listens, and has every answer signed by `sign`. */
export function serve(sign) {
  const server = createServer((request, response) => answer(request, response, sign));
  server.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(sign);
