"""The pricing URL of a shop in one file: tells the backend of qr-checkout what a cart costs. Python alone, no package.

    QR_CHECKOUT_PRICING_SECRET=whsec_… PORT=8000 python server.py

The backend's configuration names it, and has the same secret in its environment:

    [catalog]
    url = "http://127.0.0.1:8000/price"
    currency = "EUR"
"""

import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["QR_CHECKOUT_PRICING_SECRET"].removeprefix("whsec_"))
# Prices in cents. What is for sale, and how many are left, stands in your database.
GOODS = {
    "mug": {"name": {"en": "Mug", "de": "Becher"}, "price": 1250, "stock": 20},
    "book": {"name": {"en": "Book of teas", "de": "Teebuch"}, "price": 1999, "stock": 3},
}
# Seconds; an older question is somebody's recording.
TOLERANCE = 300


def is_signed(headers, body):
    """The signature of Standard Webhooks; a library of theirs does the same."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(SECRET, signed, hashlib.sha256)).decode()
    given = headers.get("webhook-signature", "").split(" ")
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) <= TOLERANCE
    return fresh and any(hmac.compare_digest(expected, each) for each in given)


def price(asked):
    """What the cart costs, or why it cannot be had."""
    lines = []
    for item in asked["items"]:
        good = GOODS.get(item["sku"])
        if good is None:
            return {"refused": "unknown-sku"}
        if item["quantity"] > good["stock"]:
            return {"refused": "out-of-stock", "sku": item["sku"], "left": good["stock"]}
        name = good["name"].get(asked["locale"].split("-")[0], good["name"]["en"])
        total = good["price"] * item["quantity"]
        lines.append(item | {"name": name, "unit_price": good["price"], "total": total, "stock": good["stock"]})
    subtotal = sum(line["total"] for line in lines)
    spring = (asked["code"] or "").strip().upper() == "SPRING"
    discounts = [{"label": "Spring", "amount": subtotal // 10}] if spring else []
    delivery = {"label": "Post", "amount": 0 if subtotal >= 5000 else 490}
    total = subtotal - sum(discount["amount"] for discount in discounts) + delivery["amount"]
    # 19 % that the prices hold already, rounded half up: 19/119 of what is paid.
    tax = {"label": "VAT", "rate": "19", "amount": (total * 38 + 119) // 238, "included": True}
    answer = {"currency": "EUR", "lines": lines, "subtotal": subtotal, "discounts": discounts}
    answer |= {"delivery": delivery, "taxes": [tax], "total": total}
    return answer | ({"discount_code": "applied" if spring else "unknown"} if asked["code"] else {})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = is_signed(self.headers, body)
        answer = json.dumps(price(json.loads(body)) if signed else {}).encode()
        self.send_response(200 if signed else 401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Carts are nobody's business."""


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Handler)
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
