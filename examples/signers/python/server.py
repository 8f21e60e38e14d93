"""A merchant backend in one file; the library http-message-signatures signs its answers (RFC 9421, Ed25519).

    pip install http-message-signatures==3.0.0
    SEED=… PUBLIC_URL=https://pay.example.com PORT=8000 python server.py

SEED is 32 bytes in base64url (`qr-checkout-server keygen` makes one), PUBLIC_URL how shoppers reach this server.
"""

import base64
import hashlib
import json
import os
import re
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms

PUBLIC_URL = os.environ["PUBLIC_URL"].rstrip("/")
ALLOWED_ORIGIN = os.environ.get("ALLOWED_ORIGIN", "*")
SHOP = {"merchant": "mountain-tea", "merchant_name": "Mountain Tea"}
TEAS = {"tea-100g": ("Jasmine tea, 100 g", 6800), "gaiwan": ("Gaiwan", 12800)}
ORDERS = {}


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


KEY = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(os.environ["SEED"] + "="))
X = b64url(KEY.public_key().public_bytes_raw())
KEY_ID = b64url(hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{X}"}}'.encode()).digest())
SIGNER = HTTPMessageSigner(
    signature_algorithm=algorithms.ED25519,
    key_resolver=MappingKeyResolver(public_keys={}, private_keys={KEY_ID: KEY}),
)
COVERED = ('"@method";req', '"@target-uri";req', '"@status"', '"content-type"', '"unencoded-digest"')
# 16 bytes in base64url.
ID = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
# 32 bytes in base64.
PRICE_DIGEST = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")


def only(query, name):
    """The value of a parameter that stands exactly once."""
    values = query.get(name, [])
    return values[0] if len(values) == 1 else ""


def digest(body):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signed(request, nonce, status, body):
    """The headers of an answer: the digest of the exact bytes sent, and a signature bound to the request."""
    headers = {"Content-Type": "application/json", "Unencoded-Digest": digest(body), "Cache-Control": "no-store, no-transform"}
    # The address is what shoppers see, never the Host header of whoever asks.
    asked = SimpleNamespace(method=request.command, url=PUBLIC_URL + request.path, headers=request.headers)
    answer = SimpleNamespace(status_code=status, headers=headers, request=asked)
    now = datetime.now(timezone.utc)
    SIGNER.sign(
        answer,
        key_id=KEY_ID,
        created=now,
        expires=now + timedelta(seconds=120),
        nonce=nonce,
        tag="qr-checkout",
        label="sig",
        include_alg=False,
        covered_component_ids=COVERED,
    )
    return headers


class No(Exception):
    """A refusal: status, code, and what else belongs to the answer."""


def quote(items):
    if not items or any(sku not in TEAS or not 1 <= quantity <= 999 for sku, quantity in items):
        raise No(404 if items else 400, "unknown-sku" if items else "cart-empty")
    priced = [(sku, quantity, *TEAS[sku]) for sku, quantity in items]
    names = ("sku", "quantity", "name", "image", "unit_price", "total")
    lines = [dict(zip(names, (sku, n, name, None, price, n * price))) for sku, n, name, price in priced]
    total = sum(line["total"] for line in lines)
    price = {"currency": "CNY", "lines": lines, "subtotal": total, "discounts": [], "delivery": None, "taxes": [], "total": total}
    # A text: the same cart has the same, byte for byte, until something of its price changes.
    body = {"type": "quote", **SHOP, "id": "quote_1", "expires_at": int(time.time()) + 600}
    return body | {"price": json.dumps(price), "methods": ["wechat_pay"]}


def create(key, sent):
    # The same attempt gets the same order; another body under the same key is refused.
    name = b64url(hashlib.sha256(key.encode()).digest()[:16])
    known = ORDERS.get("ord_" + name)
    if known and known["digest"] != digest(sent):
        raise No(409, "idempotency-conflict")
    if not known:
        wish = json.loads(sent)
        agreed = str(wish.get("price_digest"))
        if not PRICE_DIGEST.fullmatch(agreed):
            raise No(400, "bad-request", {"faults": [{"code": "bad-request", "field": "price_digest"}]})
        fresh = quote([(item["sku"], item["quantity"]) for item in wish["items"]])
        if agreed != base64.b64encode(hashlib.sha256(fresh["price"].encode()).digest()).decode():
            raise No(409, "price-changed", {"quote": fresh})
        price = json.loads(fresh["price"])
        ends = int(time.time()) + 900
        # Here a real shop asks its payment provider for the code to show.
        payment = {"id": "pay_" + name, "method": "wechat_pay", "surface": "qr", "status": "waiting", "expires_at": ends}
        payment["payload"] = "weixin://wxpay/bizpayurl?pr=" + name[:9]
        order = {"type": "order", **SHOP, "id": "ord_" + name, "seq": 1, "status": "pending", "amount": price["total"]}
        order |= {"currency": price["currency"], "channel": "cart", "price": fresh["price"], "expires_at": ends}
        known = {"digest": digest(sent), "order": order | {"methods": ["wechat_pay"], "payment": payment, "receipt": None}}
        ORDERS["ord_" + name] = known
    return 201, known["order"]


def look(order, query):
    if order not in ORDERS:
        raise No(404, "unknown-order")
    # A poll is held until the order changes. Nothing ever changes here, so it is held to its end.
    if int(query.get("seen", ["0"])[0]) >= ORDERS[order]["order"]["seq"]:
        time.sleep(min(int(query.get("wait", ["0"])[0]), 25))
    return 200, ORDERS[order]["order"]


class Backend(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        cors = {"Access-Control-Allow-Origin": ALLOWED_ORIGIN, "Vary": "Origin"}
        cors["Access-Control-Expose-Headers"] = "Signature, Signature-Input, Unencoded-Digest, Retry-After"
        for name, value in {**headers, **cors, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def route(self, path, query, sent):
        match (self.command, path.strip("/").split("/")):
            case "GET", ["v1", "quote"]:
                pairs = [item.rpartition(":") for item in query.get("item", [])]
                return 200, quote([(sku, int(quantity)) for sku, _, quantity in pairs])
            case "POST", ["v1", "orders"]:
                # The address names the attempt and the body, and the signature covers the address.
                key = only(query, "k")
                if not ID.fullmatch(key):
                    raise No(400, "idempotency-key-missing")
                if self.headers.get("content-type", "").lower().replace(" ", "") != "text/plain;charset=utf-8":
                    raise No(415, "media-type")
                if only(query, "d") != b64url(hashlib.sha256(sent).digest()):
                    raise No(400, "digest-mismatch")
                return create(key, sent)
            case "GET", ["v1", "orders", order]:
                return look(order, query)
        raise No(404, "not-found")

    def may_ask(self):
        """No browser asks by OPTIONS before such a POST, so we look at what it says of the page, before we read a body."""
        origin, own = self.headers.get("origin"), "{0.scheme}://{0.netloc}".format(urlsplit(PUBLIC_URL))
        is_listed = origin in (None, own, ALLOWED_ORIGIN) or ALLOWED_ORIGIN == "*" and origin != "null"
        return self.headers.get("sec-fetch-mode", "cors") == "cors" and (self.command == "GET" or is_listed)

    def do_GET(self):
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path == "/.well-known/http-message-signatures-directory":
            keys = {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": KEY_ID, "x": X, "use": "sig"}]}
            return self.answer(200, {"Content-Type": "application/json"}, json.dumps(keys).encode())
        nonce = only(query, "n")
        if not self.may_ask() or not ID.fullmatch(nonce):
            # What follows is not read, so the connection ends; who waits with another request has to know.
            status, code = (400, b"bad-request") if self.may_ask() else (403, b"origin-not-allowed")
            headers = {"Content-Type": "application/json", "Connection": "close"}
            return self.answer(status, headers, b'{"code":"%s"}' % code)
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            if only(query, "r") not in ("", "1"):
                raise No(410, "release-revoked")
            status, body = self.route(url.path, query, sent)
        except (No, ValueError, KeyError, TypeError, AttributeError) as error:
            status, code, *more = error.args if isinstance(error, No) else (400, "bad-request")
            body = {"type": "problem", "merchant": SHOP["merchant"], "id": nonce, "code": code, "status": status, "detail": code}
            body |= more[0] if more else {}
        body = json.dumps(body).encode()
        self.answer(status, signed(self, nonce, status, body), body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 8000))), Backend)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
