"""What a description cannot say, for Schemathesis: a digest is that of the bytes that are sent, a key of idempotency is new each time, and
most good requests are about what there is, or success would never be seen.

Only what is well formed is put right, so that malformed and missing values stay what they are.
"""

import base64
import hashlib
import json
import os
import re
import urllib.request
from pathlib import Path

import schemathesis
from schemathesis.generation import GenerationMode

DIGEST = re.compile(r"(?<=[?&]d=)[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048](?=&|$)")
KEY = re.compile(r"^[A-Za-z0-9_-]{21}[AQgw]$")
KEY_IN_ADDRESS = re.compile(r"(?<=[?&]k=)[A-Za-z0-9_-]{21}[AQgw](?=&|$)")
# One good request of so many stays about what there is not.
STRANGE = 4
# What opens the orders of this client.
OWNER = base64.urlsafe_b64encode(bytes(16)).decode().rstrip("=")


class Shop:
    """What the answers have told so far."""

    def __init__(self):
        self.turn = 0
        self.orders = {}
        self.payments = {}
        self.refunds = {}
        self.webhooks = {}
        self.messages = {}
        self.tickets = {}
        self.links = {}
        self.places = {}
        self.odd = {}
        self.stuck = {}
        self.succeeded = set()

    def one(self, things):
        """One of the last few; the turn chooses, so that a run is like another."""
        last = list(things)[-3:]
        return last[self.turn % len(last)] if last else None

    def order(self, path):
        """Any for the merchant; for a shopper one to be paid. Those that are given up leave some to the others."""
        open_ones = {name: order for name, order in self.orders.items() if order["status"] == "pending" and order["currency"] == "CNY"}
        if path.endswith(("/cancel", "/close")):
            return self.one(dict(list(open_ones.items())[:-3]))
        if path.endswith("/answers"):
            return self.one({name: order for name, order in self.orders.items() if order["status"] == "pending" and not order["payment"]})
        if path.endswith("/open"):
            return self.one({name: order for name, order in self.orders.items() if order["channel"] == "cart"})
        if path.endswith("/correct"):
            return self.one({name: order for name, order in self.orders.items() if shipments(order) == 1} or self.orders)
        if path.endswith(("/refunds", "/fulfilments")):
            paid = {name: order for name, order in self.orders.items() if order["status"] in ("paid", "partly_refunded")}
            return self.one(paid or self.orders)
        return self.one(open_ones if path.startswith("/v1/") else self.orders)

    def learn(self, body):
        order = body.get("order", body)
        if isinstance(order, dict) and order.get("type") == "order":
            self.orders[order["id"]] = order
            if order.get("payment"):
                self.payments[order["payment"]["id"]] = order
            if isinstance(body.get("refund"), dict):
                self.refunds[body["refund"]["id"]] = order["id"]
                if body["refund"]["status"] == "stuck":
                    self.stuck[order["id"]] = order
        waiting = [one for one in body.get("messages") or [] if one["state"] == "waiting"]
        self.messages.update((one["id"], one) for one in waiting)
        self.tickets.update((one["number"], one) for one in body.get("tickets") or [])
        if str(body.get("id")).startswith("lnk_"):
            self.links[body["id"]] = body
        if str(body.get("id")).startswith("plc_"):
            self.places[body["id"]] = body
        self.webhooks.update((one["id"], one) for one in body.get("webhooks") or [])


def shipments(order):
    return sum(one["kind"] == "shipped" for one in order.get("fulfilment") or [])


SHOP = Shop()


def price_digest(base):
    """The digest of what a cart of one tea costs."""
    with urllib.request.urlopen(f"{base}/v1/quote?item=tea:1&n=AAAAAAAAAAAAAAAAAAAAAA") as answer:
        price = json.load(answer)["price"]
    return base64.b64encode(hashlib.sha256(price.encode()).digest()).decode()


def be_about_what_there_is(case):
    path, body, named = case.operation.path, case.body, case.path_parameters or {}
    known = {
        "order": SHOP.order(path),
        "payment": SHOP.one({name: order for name, order in SHOP.payments.items() if order["currency"] == "HKD"}),
        "refund": SHOP.one(SHOP.refunds),
        "webhook": SHOP.one(SHOP.webhooks),
        "message": SHOP.one(SHOP.messages),
        "number": SHOP.one(SHOP.tickets),
        "link": SHOP.one(SHOP.links),
        "place": SHOP.one(SHOP.places),
    }
    if "refund" in named and known["refund"]:
        known["order"] = SHOP.refunds[known["refund"]]
    named.update((name, known[name]) for name in named if known.get(name))
    if path == "/v1/quote":
        case.query["item"] = ["tea:1"]
        case.query.pop("code", None)
    elif path == "/admin/v1/orders" and case.method == "GET":
        case.query.pop("place", None)
    elif path == "/v1/orders":
        body.update(items=[{"sku": "tea", "quantity": 1}], method="wechat_pay", surface="qr")
        body["price_digest"] = price_digest(case.operation.base_url)
        for name in ("code", "return_url", "answers", "country", "region", "delivery"):
            body.pop(name, None)
        body["owner"] = base64.b64encode(hashlib.sha256(bytes(16)).digest()).decode()
    elif path == "/v1/orders/{order}/answers":
        body["answers"] = json.dumps({"salt": base64url(os.urandom(16)), "answers": {"email": "lin@example.org"}})
    elif path == "/v1/orders/{order}/open":
        body.update(key=OWNER, locale="en")
    elif path == "/v1/orders/{order}/payments":
        body.update(method="wechat_pay", surface="qr")
        body.pop("return_url", None)
    elif path == "/admin/v1/orders" and case.method == "POST":
        body["currency"], body["method"] = "HKD", "fps"
        # Made-up amounts come to less than nothing, or to another total than the one that is named.
        body["lines"] = [{**line, "unit_price": abs(line["unit_price"])} for line in body["lines"]] or [{"name": "Tea", "unit_price": 1}]
        for name in ("discounts", "rounding", "amount", "asks", "countries", "deliveries", "place"):
            body.pop(name, None)
        if not SHOP.order("/answers"):
            # By which method it is paid, the shopper says with the answers.
            del body["method"]
            body["asks"] = ["email"]
        for charge in filter(None, [body.get("delivery"), *body.get("taxes", [])]):
            charge["amount"] = 1
    elif path == "/admin/v1/payments/{payment}/confirm" and known["payment"]:
        order = SHOP.payments[known["payment"]]
        body["amount"], body["currency"] = order["amount"], order["currency"]
        if SHOP.turn % 3 == 0:
            # Money that pays nothing, of which somebody has to say what becomes of it.
            body["amount"], body["transaction"] = order["amount"] + 1, base64url(os.urandom(9))
    elif path == "/admin/v1/orders/{order}/refunds":
        body.update(amount=1, by_hand=False)
        for name in ("payment", "lines", "delivery", "restock"):
            body.pop(name, None)
    elif path == "/admin/v1/orders/{order}/fulfilments":
        # What was sent comes back, and is not sent again: of one shipment it is clear which is corrected.
        body.clear()
        body["kind"] = "returned" if shipments(SHOP.orders.get(known["order"], {})) else "shipped"
    elif path == "/admin/v1/orders/{order}/fulfilments/correct":
        body.clear()
        body["carrier"] = "DHL"
    elif path == "/admin/v1/orders/{order}/odd-money/{transaction}/resolve" and SHOP.odd:
        named["order"] = SHOP.one(SHOP.odd)
        named["transaction"] = SHOP.odd[named["order"]]
        body.update(how="keep", by_hand=False)
    elif path == "/admin/v1/licence-keys" and case.method == "POST":
        body["sku"] = "app"
    elif path == "/admin/v1/links" and case.method == "POST":
        # Made-up lines come to less than nothing, and made-up times are none.
        body.clear()
        body.update(currency="HKD", lines=[{"name": "Tea", "unit_price": 1}], uses=SHOP.turn % 3 + 1)
    elif path == "/admin/v1/places" and case.method == "POST":
        # Made-up things are not in the catalog.
        body["items"] = ["tea"]
    elif path in ("/admin/v1/links/{link}/label", "/admin/v1/places/{place}/label"):
        case.query.pop("title", None)
    elif path in ("/admin/v1/links", "/admin/v1/places"):
        case.query = {}
    elif path == "/admin/v1/tickets":
        case.query = {}
    elif path == "/admin/v1/stock/{kind}/{name}":
        named.update(kind="product", name="tea")
        body["change"] = 1
    elif path == "/admin/v1/orders/{order}/attention/{reason}/settle" and SHOP.stuck:
        named.update(order=SHOP.one(SHOP.stuck), reason="refund-stuck")
        if isinstance(body, dict):
            # Of made-up entries less is seen than waits.
            body.pop("seen", None)


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def put_right(request):
    """Works on what is about to be sent."""
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    key = base64url(os.urandom(16))
    request.url = DIGEST.sub(base64url(hashlib.sha256(body).digest()), KEY_IN_ADDRESS.sub(key, request.url))
    if KEY.match(request.headers.get("idempotency-key", "")):
        request.headers["idempotency-key"] = key
    return request


@schemathesis.serializer("text/plain")
def written(context, value):
    """A body that is JSON and goes as text."""
    return json.dumps(value).encode()


@schemathesis.hook
def before_call(context, case, kwargs):
    SHOP.turn += 1
    if case.meta and case.meta.generation.mode == GenerationMode.POSITIVE:
        # A poll is held for longer than Schemathesis waits.
        (case.query or {}).pop("wait", None)
        if "idempotency-key" in (case.headers or {}):
            case.headers["idempotency-key"] = base64url(os.urandom(16))
        if SHOP.turn % STRANGE:
            be_about_what_there_is(case)
    kwargs["auth"] = put_right


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 409 and case.operation.path == "/admin/v1/payments/{payment}/confirm":
        order = SHOP.payments.get((case.path_parameters or {}).get("payment"))
        if order and response.json()["code"] == "wrong-amount":
            SHOP.odd[order["id"]] = case.body["transaction"]
    if response.status_code // 100 != 2:
        return
    SHOP.succeeded.add(f"{case.method} {case.operation.path}")
    Path(os.environ["SUCCEEDED"]).write_text("\n".join(sorted(SHOP.succeeded)))
    is_json = response.headers.get("content-type", [""])[0].split(";")[0] == "application/json"
    # The description has members of the same names.
    if is_json and response.content and case.operation.path != "/openapi.json":
        body = json.loads(response.content)
        if isinstance(body, dict):
            SHOP.learn(body)
