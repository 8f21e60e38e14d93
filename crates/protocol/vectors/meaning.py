"""Cases of steps 14 and 15: what an authentic answer says, and what its QR payload says."""

import binascii
import hashlib
import json

from exchange import CREATED, MAIN, OTHER, b64, b64url
from spoil import case, honest

LINE = {"sku": "tea-100g", "quantity": 2, "name": "Tea", "image": None, "unit_price": 1250, "total": 2500}
PRICE = {"currency": "CNY", "lines": [LINE], "subtotal": 2500, "discounts": [], "delivery": None, "taxes": [], "total": 2500}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def price_digest(text):
    return b64(hashlib.sha256(text.encode()).digest())


ORDER = {
    "type": "order", "merchant": "demo", "merchant_name": "Mountain Tea", "id": "o_1", "seq": 3, "status": "pending",
    "amount": 2500, "currency": "CNY", "channel": "cart", "price": compact(PRICE),
    "expires_at": CREATED + 1800, "methods": ["wechat_pay"],
    "payment": {
        "id": "pay_1", "method": "wechat_pay", "surface": "qr", "status": "waiting",
        "payload": "weixin://wxpay/bizpayurl?pr=p4lpSuKzz", "expires_at": CREATED + 900,
    },
    "receipt": None,
}  # fmt: skip
AGREED = price_digest(ORDER["price"])


def costing(order=ORDER, **price):
    """An order at another price."""
    price = {**PRICE, **price}
    return dict(order, amount=price["total"], currency=price["currency"], price=compact(price))


def dearer(order=ORDER, **price):
    return costing(order, lines=[dict(LINE, unit_price=1251, total=2502)], subtotal=2502, total=2502, **price)


def renamed(order=ORDER):
    """The same money for something else."""
    return costing(order, lines=[dict(LINE, name="Coffee")])


def respelt(order=ORDER):
    """The same price in other bytes."""
    return dict(order, price=json.dumps(PRICE))


def about(order, **options):
    return honest(body=compact(order).encode(), **options).vector()


CLAIMS = {
    "merchant": "demo", "order": "o_1", "amount": "2500", "currency": "CNY",
    "method": "wechat_pay", "transaction": "4200", "paid_at": CREATED,
}  # fmt: skip
HEAD = {"alg": "EdDSA", "typ": "qr-checkout-receipt+jws", "kid": MAIN.keyid}


def jws(head, claims, key=MAIN):
    part = lambda value: b64url(json.dumps(value, separators=(",", ":")).encode())
    signed = part(head) + "." + part(claims)
    return signed + "." + b64url(key.private.sign(signed.encode()))


def receipt(**claims):
    return jws(HEAD, {**CLAIMS, **claims})


def paid(**claims):
    return dict(ORDER, seq=4, status="paid", payment=dict(ORDER["payment"], status="paid"), receipt=receipt(**claims))


def semantics():
    known = {"expects": "order", "order": "o_1", "merchant": "demo"}
    case("S1", "an order that fits what is known", "accept", about(ORDER), {**known, "price_digest": AGREED, "last": ORDER})
    case("S2", "a paid order with its receipt", "accept", about(paid()), {**known, "last": ORDER})
    case("N111", "another merchant", "bind-merchant", about(dict(ORDER, merchant="other")), known)
    case("N112", "another order than the URL's", "bind-order", about(dict(ORDER, id="o_2")), known)
    agreed = {**known, "price_digest": AGREED}
    case("N113", "another price of the same amount than was agreed to", "bind-price", about(renamed()), agreed)
    case("N113b", "the price that was agreed to, in other bytes", "bind-price", about(respelt()), agreed)
    case("N114", "a higher price than was agreed to", "bind-price", about(dearer()), agreed)
    case("N114b", "a price in another currency than was agreed to", "bind-price", about(costing(currency="USD")), agreed)
    case("N114e", "amount differs from its own price", "body-schema", about(dict(ORDER, amount=2501)), agreed)
    case("N114f", "currency differs from its own price", "body-schema", about(dict(ORDER, currency="USD")), agreed)
    case("N114g", "what was agreed to is compared before what was known", "bind-price", about(dearer()), {**agreed, "last": ORDER})
    case("N115", "seq went back", "bind-seq", about(dict(ORDER, seq=2)), {**known, "last": ORDER})
    case("N116", "same seq, other state", "bind-state", about(dict(ORDER, status="expired")), {**known, "last": ORDER})
    case("N117", "paid to pending", "bind-state", about(dict(ORDER, seq=5)), {**known, "last": paid()})
    case("N118", "receipt of another order", "bind-order", about(paid(order="o_2")), {**known, "last": ORDER})
    case("N118b", "receipt of another amount", "bind-amount", about(paid(amount="1")), known)
    case("N118c", "paid without a receipt", "body-schema", about(dict(paid(), receipt=None)), known)
    html = honest(body=b"<h1>Bad gateway</h1>", status=500).vector()
    html["response"]["headers"] = [["Content-Type", "text/html"]]
    case("N119", "unsigned 500", "net-unsigned-error", html)
    case("N120", "signed 500 with the body of a paid order", "body-schema", about(paid(), status=500), known)


KNOWN = {"expects": "order", "order": "o_1", "merchant": "demo"}


def changes():
    """Changes of an order that are legal, and some that are not."""

    def step(ident, title, code, last, order):
        case(ident, title, code, about(order), {**KNOWN, "last": last})

    expired, back = dict(ORDER, status="expired"), dict(ORDER, seq=5)
    refunded = dict(paid(), seq=5, status="refunded")
    step("S12", "late money: expired to paid", "accept", expired, paid())
    step("S12b", "paid to refunded, the receipt stays", "accept", paid(), refunded)
    step("S12c", "the same state again", "accept", ORDER, ORDER)
    step("N117b", "paid to expired", "bind-state", paid(), dict(paid(), seq=5, status="expired"))
    step("N117c", "refunded to paid", "bind-state", refunded, dict(paid(), seq=6))
    step("N117d", "expired to pending", "bind-state", expired, back)
    other = dict(ORDER, payment=dict(ORDER["payment"], payload="weixin://wxpay/bizpayurl?pr=other"))
    step("N116b", "same seq, other code", "bind-state", ORDER, other)
    step("N114c", "amount differs from the last answer's", "bind-amount", ORDER, dearer(back))
    step("N114d", "currency differs from the last answer's", "bind-currency", ORDER, costing(back, currency="USD"))
    step("N114h", "price of the same amount differs from the last answer's", "bind-price", ORDER, renamed(back))
    step("N114i", "price in other bytes than the last answer's", "bind-price", ORDER, respelt(back))
    step("N114j", "amount and currency differ from the last answer's", "bind-currency", ORDER, dearer(back, currency="USD"))
    step("N114k", "another price, and seq went back", "bind-price", ORDER, renamed(dict(ORDER, seq=2)))
    answering(step)
    broken = [
        ("status", "settled"), ("amount", -1), ("amount", "2500"), ("currency", "cny"), ("price", None), ("seq", True),
        ("channel", "phone"), ("channel", None),
    ]  # fmt: skip
    for letter, (name, value) in zip("abcdefgh", broken, strict=True):
        case(f"X15{letter}", f"{name} is {value}", "body-schema", about(dict(ORDER, **{name: value})), KNOWN)
    told = {"type": "problem", "merchant": "demo", "id": "r1", "code": "not-found", "status": 404, "detail": "No such order."}
    asked = {"expects": "problem", "merchant": "demo"}
    case("S13", "signed 404 problem", "accept", about(told, status=404), asked)
    case("S13b", "signed 400 problem", "accept", about(dict(told, status=400), status=400), asked)
    case("X16", "problem of another merchant", "bind-merchant", about(dict(told, merchant="other"), status=404), asked)
    case("X16b", "problem that repeats another status", "body-schema", about(told, status=409), asked)
    case("X16c", "problem with status 200", "body-schema", about(dict(told, status=200)), asked)
    case("X16d", "problem where an order is due", "body-schema", about(told, status=404), KNOWN)


GIVEN = compact({"salt": b64url(bytes(16)), "country": "DE", "answers": {"email": "lin@example.org"}})
EMAIL = {"name": "email", "kind": "email", "required": True, "label": "E-mail"}


def answering(step):
    """Orders that are bound to answers."""
    mine, other = price_digest(GIVEN), price_digest(GIVEN + " ")
    given = {**KNOWN, "answers_digest": mine}
    answered, later = dict(ORDER, answers_digest=mine), dict(ORDER, seq=5, answers_digest=mine)
    case("S23", "an order with the answers that were given", "accept", about(answered), given)
    case("N131", "an order with other answers than were given", "bind-answers", about(dict(ORDER, answers_digest=other)), given)
    case("N131b", "an order without the answers that were given", "bind-answers", about(ORDER), given)
    step("N131c", "answers differ from the last answer's", "bind-answers", answered, dict(later, answers_digest=other))
    step("N131d", "answers that are gone", "bind-answers", answered, dict(ORDER, seq=5))
    step("N131e", "answers to an order that did not ask", "bind-answers", ORDER, later)
    asking = dict(ORDER, channel="shop", payment=None, asks=[EMAIL])
    step("S23b", "an order that asks is answered", "accept", asking, later)
    step("S23c", "delivery changes its price", "accept", asking, dearer(later))
    step("S23d", "it is answered anew", "accept", dict(asking, answers_digest=mine), dict(later, answers_digest=other))
    step("N131f", "an order that asks is of another price, not answered", "bind-amount", asking, dearer(dict(asking, seq=5)))
    step("N131g", "answers change the currency", "bind-currency", asking, dearer(later, currency="USD"))
    step("N131h", "an order that asks nothing more is of another price", "bind-amount", later, dearer(dict(later, seq=6)))
    step("X25", "answers' digest that is none", "body-schema", ORDER, dict(later, answers_digest="AAAA"))


def receipts():
    def with_receipt(ident, title, code, text):
        case(ident, title, code, about(dict(paid(), receipt=text)), KNOWN)

    good = receipt()
    head, claims, signature = good.split(".")
    with_receipt("N118d", "receipt in another currency", "bind-currency", receipt(currency="USD"))
    with_receipt("N118e", "receipt of another merchant", "bind-merchant", receipt(merchant="other"))
    with_receipt("N118f", "receipt by a key that is not pinned", "key-unknown", jws(dict(HEAD, kid=OTHER.keyid), CLAIMS, OTHER))
    with_receipt("N118g", "receipt signed by another key than it names", "crypto-invalid", jws(HEAD, CLAIMS, OTHER))
    with_receipt("N118h", "receipt with the claims of another", "crypto-invalid", f"{head}.{receipt(transaction='1').split('.')[1]}.{signature}")
    with_receipt("N118i", "receipt with a short signature", "crypto-length", f"{head}.{claims}.{signature[:-2]}")
    for at, (name, value) in enumerate([("alg", "none"), ("alg", "HS256"), ("typ", "JWT"), ("crit", ["b64"]), ("kid", None)]):
        with_receipt(f"N118{'jklmn'[at]}", f"receipt with {name} {value}", "body-schema", jws(dict(HEAD, **{name: value}), CLAIMS))
    for at, amount in enumerate([2500, "02500", "+2500", "2500.0", "-2500", ""]):
        with_receipt(f"N118{'opqrst'[at]}", f"receipt over {amount!r}", "body-schema", receipt(amount=amount))
    for ident, title, text, code in [
        ("u", "no text", "", "body-schema"),
        ("v", "one part", "x", "body-schema"),
        ("w", "no signature", f"{head}.{claims}", "body-schema"),
        ("x", "an empty signature", f"{head}.{claims}.", "crypto-length"),
        ("y", "padding", f"{good}=", "body-schema"),
        ("z", "no header", f".{claims}.{signature}", "body-json"),
        ("za", "four parts", f"{good}.{signature}", "crypto-invalid"),
    ]:
        with_receipt(f"N118{ident}", f"receipt with {title}", code, text)
    price = ORDER["price"]
    with_receipt("S21", "receipt that says what was bought", "accept", receipt(price=price))
    with_receipt("N118zb", "receipt whose price is another text", "bind-price", receipt(price=price + " "))
    with_receipt("N118zc", "receipt whose price is no text", "body-schema", receipt(price=json.loads(price)))
    other = {**json.loads(price), "rounding": 1, "total": json.loads(price)["total"] + 1}
    of_test = jws(dict(HEAD, typ="qr-checkout-test-receipt+jws"), CLAIMS)
    test = dict(ORDER, test=True)
    paid_test = dict(paid(), test=True, receipt=of_test)
    case("S31", "a paid test with the receipt of a test", "accept", about(paid_test), {**KNOWN, "last": test})
    with_receipt("N118ze", "receipt of a test", "bind-state", of_test)
    case("N118zf", "test with a receipt that is of none", "bind-state", about(dict(paid_test, receipt=good)), KNOWN)
    case("N117e", "a test that is none any more", "bind-state", about(paid()), {**KNOWN, "last": test})
    case("N117f", "an order that became a test", "bind-state", about(paid_test), {**KNOWN, "last": ORDER})
    case("X15i", "test is no truth", "body-schema", about(dict(ORDER, test="yes")), KNOWN)
    with_receipt("N118zd", "receipt whose price comes to another amount", "body-schema", receipt(price=compact(other)))


def quotes():
    item = {"sku": "tea-100g", "quantity": 2}
    vat = {"label": "VAT", "rate": "13", "amount": 345, "included": True}
    price = dict(PRICE, discounts=[{"label": "Spring", "amount": 300}], delivery={"label": "Post", "amount": 800}, taxes=[vat], total=3000)
    asked = {"expects": "quote", "merchant": "demo", "items": [item]}

    def quoted(ident, title, code, members=None, context=None, **changes):
        quote = {
            "type": "quote", "merchant": "demo", "merchant_name": "Mountain Tea", "id": "q_1", "expires_at": CREATED + 900,
            "price": compact({**price, **changes}), "methods": ["wechat_pay"],
        }  # fmt: skip
        case(ident, title, code, about({**quote, **(members or {})}), context or asked)

    def spelt(ident, title, code, text):
        quoted(ident, title, code, {"price": text})

    levy = {"label": "Levy", "amount": 100, "included": False}
    quoted("S14", "a quote of what was asked for", "accept")
    quoted("S14b", "tax on top", "accept", taxes=[dict(vat, included=False)], total=3345)
    quoted("S14c", "two taxes, one of them on top, without a rate", "accept", taxes=[vat, levy], total=3100)
    quoted("S14d", "rounded down", "accept", rounding=-5, total=2995)
    quoted("S14e", "rounded up", "accept", rounding=5, total=3005)
    quoted("S14f", "price that says that it is not rounded", "accept", rounding=0)
    spelt("S14g", "price in another order, with white space", "accept", json.dumps(dict(reversed(price.items())), indent=1))
    where = {"country": "DE", "region": "BY", "delivery": dict(price["delivery"], id="post")}
    quoted("S14h", "price with all members", "accept", discount_code={"code": "SPRING", "state": "applied"}, **where)
    quoted("S14i", "price with a member that nobody knows", "accept", colour="green")
    quoted("S14j", "price of nothing: all of it is taken off", "accept", discounts=[{"label": "Gift", "amount": 3300}], total=0)
    quoted("S14k", "line of a variant", "accept", lines=[dict(LINE, options="Blue, large")])
    ask = {"name": "country", "kind": "country", "required": True, "label": "Country", "options": ["AT", "DE"]}
    post = {"id": "post", "label": "Post", "amount": 800, "kind": "ship", "days": [2, 4]}
    quoted("S22", "quote that asks for a country and offers deliveries", "accept", {"asks": [ask], "deliveries": [post, dict(post, days=None)]})
    part = {"name": "region", "kind": "region", "required": True, "label": "State", "options": [{"value": "CA", "label": "California"}]}
    terms = {"name": "terms", "kind": "checkbox", "required": True, "label": "I agree", "link": "https://shop.example/terms"}
    address = {"name": "address", "kind": "address", "required": True, "label": "Address", "form": [dict(part, pattern="[A-Z]+", max=2)]}
    quoted("S22c", "quote with questions of many kinds", "accept", {"asks": [ask, terms, address, dict(EMAIL, **{"or": "terms"}, hint="For the receipt")]})
    quoted("S22b", "quote that asks what a client of today does not know", "accept", {"asks": [dict(ask, name="floor", kind="storey")]})
    for at, (title, members) in enumerate([
        ("an ask without a label", {"asks": [{name: ask[name] for name in ask if name != "label"}]}),
        ("an ask that may be required", {"asks": [dict(ask, required="yes")]}),
        ("options that are no texts", {"asks": [dict(ask, options=[49])]}),
        ("asks that are no list", {"asks": ask}),
        ("a delivery that pays", {"deliveries": [dict(post, amount=-1)]}),
        ("a delivery that comes before it leaves", {"deliveries": [dict(post, days=[4, 2])]}),
        ("a delivery of one number of days", {"deliveries": [dict(post, days=[4])]}),
        ("an option without a value", {"asks": [dict(ask, options=[{"label": "Germany"}])]}),
        ("a part of an address without a kind", {"asks": [dict(address, form=[{"name": "city"}])]}),
        ("a negative length", {"asks": [dict(ask, max=-1)]}),
    ]):  # fmt: skip
        quoted(f"X24{'abcdefghij'[at]}", f"quote with {title}", "body-schema", members)
    quoted("X17", "quote of another quantity", "bind-quote", context=dict(asked, items=[dict(item, quantity=3)]))
    quoted("X17b", "quote of fewer things", "bind-quote", context=dict(asked, items=[item, dict(item, sku="b")]))
    quoted("X17c", "quote of another merchant", "bind-merchant", {"merchant": "other"})
    quoted("X17d", "order where a quote is due", "body-schema", {"type": "order"})
    quoted("X18a", "subtotal does not add up", "body-schema", subtotal=2501)
    quoted("X18b", "total does not add up", "body-schema", total=3001)
    quoted("X18c", "a line does not add up", "body-schema", lines=[dict(LINE, unit_price=1249)])
    text = compact(price)
    spelt("X18d", "price that is not JSON", "body-schema", "thirty")
    spelt("X18e", "price with a fraction", "body-schema", text.replace('"total":3000', '"total":3000.0'))
    spelt("X18f", "price with a member twice", "body-schema", text[:-1] + ',"total":3000}')
    spelt("X18g", "price without a total", "body-schema", compact({name: price[name] for name in price if name != "total"}))
    spelt("X18h", "price with something behind it", "body-schema", text + "{}")
    spelt("X18i", "price that is a list", "body-schema", f"[{text}]")
    spelt("X18j", "price that is no text", "body-schema", price)
    spelt("X18k", "price that is an empty text", "body-schema", "")
    quoted("X18l", "negative discount", "body-schema", discounts=[{"label": "Spring", "amount": -300}], total=3600)
    quoted("X18m", "negative delivery", "body-schema", delivery={"label": "Post", "amount": -800}, total=1400)
    quoted("X18n", "negative tax", "body-schema", taxes=[dict(levy, amount=-100)], total=2900)
    quoted("X18o", "negative total", "body-schema", rounding=-3001, total=-1)
    quoted("X18p", "tax on top that is left out", "body-schema", taxes=[dict(vat, included=False)])
    quoted("X18q", "included tax that is put on", "body-schema", total=3345)
    quoted("X18r", "rounding that is left out", "body-schema", rounding=5)
    quoted("X18s", "tax that is no list", "body-schema", taxes=vat)
    quoted("X18t", "rate as a number", "body-schema", taxes=[dict(vat, rate=13)])
    quoted("X18u", "integer of sixteen digits", "body-schema", rounding=1_000_000_000_000_000, total=1_000_000_000_003_000)
    quoted("X18v", "price in no currency", "body-schema", currency="cny")
    quoted("X18w", "options that are no text", "body-schema", lines=[dict(LINE, options=["Blue", "large"])])
    shop_prices()


def shop_prices():
    """What only orders of the shop's own have."""

    def priced(ident, title, code, **price):
        case(ident, title, code, about(dict(costing(**price), channel="shop")), KNOWN)

    back = {"sku": "deposit", "quantity": 1, "name": "Deposit", "image": None, "unit_price": -500, "total": -500}
    priced("S20", "order of the shop's own", "accept")
    priced("S20b", "a line that takes money off", "accept", lines=[LINE, back], subtotal=2000, total=2000)
    priced("S20c", "a price without lines is its subtotal", "accept", lines=[])
    much = dict(back, unit_price=-2501, total=-2501)
    priced("X23", "a line that takes off more than there is", "body-schema", lines=[LINE, much], subtotal=-1, total=-1)
    priced("X23b", "a negative line that does not add up", "body-schema", lines=[LINE, dict(back, total=500)], subtotal=3000, total=3000)


def payloads():
    def drawn(ident, title, payload, code):
        order = dict(ORDER, payment=dict(ORDER["payment"], payload=payload))
        case(ident, title, code, about(order), {"expects": "order"})

    drawn("N121", "javascript: payload", "javascript:alert(1)", "qr-scheme")
    drawn("N122", "data: payload", "data:text/html,x", "qr-scheme")
    drawn("N123", "allowed scheme, other host", "weixin://evil/bizpayurl?pr=1", "qr-host")
    drawn("N124", "host with a Unicode look-alike", "weixin://wxp\u0430y/bizpayurl?pr=1", "qr-scheme")
    drawn("N127", "control characters", "weixin://wxpay/\u0007", "qr-scheme")
    drawn("N128", "payload over 2,953 bytes", "weixin://wxpay/" + "x" * 2939, "qr-too-long")
    drawn("N123b", "scheme and host of another method", "https://qr.alipay.com/bax1", "qr-scheme")
    drawn("N123c", "the host as user info", "weixin://wxpay@evil/b", "qr-host")
    bank_codes()


def links():
    """What a phone opens, what the bridge inside of WeChat takes, and the code to follow by (docs/spec/payloads.md §1)."""

    def opened(ident, title, code, payload, surface="app", method="wechat_pay", **options):
        payment = dict(ORDER["payment"], method=method, surface=surface, payload=payload)
        case(ident, title, code, about(dict(ORDER, methods=[method], payment=payment), **options), {"expects": "order"})

    def followed(ident, title, code, follow):
        case(ident, title, code, about(dict(paid(), follow=follow)), KNOWN)

    cashier = "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=1&redirect_url=https%3A%2F%2Fshop.example%2F"
    oauth = "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fshop.example%2F&state=s#wechat_redirect"
    call = {"appId": "wx1", "timeStamp": "1", "nonceStr": "n", "package": "prepay_id=wx2", "signType": "RSA", "paySign": "c2ln"}
    local = "http://127.0.0.1:8081/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1"
    at_home = {"base": "http://127.0.0.1:8080"}
    opened("S17", "a jump into WeChat", "accept", cashier)
    opened("S17b", "a jump into Alipay", "accept", "https://qr.alipay.com/bax1", method="alipay")
    opened("S17c", "inside WeChat: who is the shopper?", "accept", oauth, "wechat")
    opened("S17d", "inside WeChat: a call of the bridge", "accept", json.dumps(call), "wechat")
    opened("S17e", "a link to this machine, from a backend on it", "accept", local, **at_home)
    opened("N129", "a link to this machine, from a backend elsewhere", "link-scheme", local)
    opened("N129b", "javascript: link", "link-scheme", "javascript:alert(1)")
    opened("N129c", "another host", "link-scheme", "https://wx.tenpay.com.evil.example/cgi-bin/a")
    opened("N129d", "the host as user info", "link-scheme", "https://wx.tenpay.com@evil.example/a")
    opened("N129e", "this machine as user info", "link-scheme", "http://127.0.0.1:1@evil.example/a", **at_home)
    opened("N129f", "a code where a link is due", "link-scheme", ORDER["payment"]["payload"])
    opened("N129g", "a link where a code is due", "qr-scheme", cashier, "qr")
    opened("N129h", "another method's link", "link-scheme", cashier, method="alipay")
    opened("N129i", "a method that has no links", "link-scheme", "https://qr.alipay.com/bax1", method="pix")
    opened("N129j", "a method that is not paid inside WeChat", "link-scheme", "https://qr.alipay.com/bax1", "wechat", "alipay")
    opened("N129k", "a call of the bridge on a phone's browser", "link-scheme", json.dumps(call))
    opened("N129l", "a call with a number", "link-scheme", json.dumps(dict(call, timeStamp=1)), "wechat")
    opened("N129m", "a call that lacks a member", "link-scheme", json.dumps({name: call[name] for name in list(call)[1:]}), "wechat")
    opened("N129n", "a call of more than it takes", "link-scheme", json.dumps(dict(call, url="https://evil.example")), "wechat")
    followed("S18", "a code to follow the shop by", "accept", "http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI")
    followed("S18b", "none", "accept", None)
    followed("N130", "a code to follow somebody else by", "qr-host", "http://weixin.qq.com.evil.example/q/x")
    followed("N130b", "a code to follow by that is no address", "qr-scheme", "javascript:alert(1)")
    followed("N130c", "a code to follow by that is no text", "body-schema", 1)


def bank_codes():
    """Codes of one method out of eight; the CRC is Python's own (docs/spec/payloads.md §2)."""

    def pix(account="26360014br.gov.bcb.pix0114+5511999999999", currency="5303986", amount="540525.00", extra=""):
        return sealed(f"000201{account}52040000{currency}{amount}5802BR5904Shop6003Rio{extra}")

    def sealed(elements):
        return f"{elements}6304{binascii.crc_hqx((elements + '6304').encode(), 0xFFFF):04X}"

    def drawn(ident, title, code, payload, method="pix", currency="BRL"):
        payment = dict(ORDER["payment"], method=method, payload=payload)
        order = dict(costing(currency=currency), methods=[method], payment=payment)
        case(ident, title, code, about(order), {"expects": "order"})

    drawn("S15", "an honest bank code", "accept", pix())
    dynamic = "26360014br.gov.bcb.pix2514pix.example/qr"
    drawn("S15b", "a dynamic Pix without an amount: its address knows it", "accept", pix(account=dynamic, amount=""))
    drawn("S15c", "checksum in lower case", "accept", pix()[:-4] + pix()[-4:].lower())
    drawn("S15d", "characters that have two bytes", "accept", pix(extra="64130002PT0103S\u00e3o"))
    drawn("S15e", "Alipay's own address", "accept", "https://qr.alipay.com/bax03431ljhokirwl38f00a7", "alipay", "CNY")
    drawn("N123d", "Alipay with another host", "qr-host", "https://qr.alipay.com.evil.example/bax1", "alipay", "CNY")
    drawn("N125", "EMV checksum wrong", "qr-crc", pix()[:-4] + "0000")
    drawn("N125b", "EMV checksum without its length", "qr-crc", pix().replace("6304", "63"))
    drawn("N126", "EMV amount differs from the order's", "qr-amount", pix(amount="540525.01"))
    for at, amount in enumerate(["54042500", "540525,00", "54062.50e1", "5406-25.00", "54010", "540725.00.0"]):
        drawn(f"N126{'bcdefg'[at]}", f"EMV amount written as {amount[4:]}", "qr-amount", pix(amount=amount))
    drawn("N126h", "EMV currency differs from the order's", "qr-amount", pix(currency="5303840"))
    drawn("N126i", "EMV code without a currency", "qr-amount", pix(currency=""))
    drawn("N126k", "EMV code that leaves the amount to the shopper", "qr-amount", pix(amount=""))
    drawn("N126j", "EMV fee on top of the amount", "qr-amount", pix(extra="55020256041.00"))
    drawn("X19", "EMV code of another scheme", "qr-payee", pix(account="26360014br.gov.bcb.pax0114+5511999999999"))
    drawn("X19b", "EMV account of nobody", "qr-payee", pix(account="26180014br.gov.bcb.pix"))
    drawn("X19c", "EMV code with two accounts of the scheme", "qr-payee", pix(extra="27360014br.gov.bcb.pix0114+5511888888888"))
    drawn("X20", "EMV amount twice", "qr-scheme", pix(extra="540525.00"))
    drawn("X20b", "EMV element longer than the code", "qr-scheme", pix(extra="6499x"))
    drawn("X20c", "EMV element of nothing", "qr-scheme", pix(extra="6400"))
    drawn("X20d", "EMV code with a control character", "qr-scheme", pix(extra="6401\u0007"))
    drawn("X20e", "bank code for an unknown method", "qr-scheme", pix(), "coins")
    for at, amount in enumerate(["540225", "540325.", "540425.0", "540625.000", "541325.0000000000"]):
        drawn(f"S19{'abcde'[at]}", f"EMV amount written as {amount[4:]}", "accept", pix(amount=amount))
    drawn("X21", "EMV amount of fourteen characters", "qr-amount", pix(amount="541425.00000000000"))
    drawn("X21b", "EMV amount with more than the minor units", "qr-amount", pix(amount="540625.001"))
    drawn("S19f", "scheme in the other case", "accept", pix(account="26360014BR.GOV.BCB.PIX0114+5511999999999"))
    drawn("X22", "account of the scheme outside of 26 to 51", "qr-payee", pix(account="25360014br.gov.bcb.pix0114+5511999999999"))
    drawn("X22b", "EMV code with a delete character", "qr-scheme", pix(extra="6401\u007f"))
    drawn("X22c", "EMV code with a control character of the C1 set", "qr-scheme", pix(extra="6401\u0085"))
    drawn("X22d", "a dynamic Pix with another amount", "qr-amount", pix(account=dynamic, amount="540526.00"))
    khqr = lambda account: sealed(f"000201{account}520400005303840540525.005802KH5904Shop6010Phnom Penh")
    drawn("S19g", "an honest code of Bakong", "accept", khqr("29180014shop_name@aclb"), "khqr", "USD")
    drawn("X22e", "a code of Bakong for nobody", "qr-payee", khqr("29130009shop_name"), "khqr", "USD")
    drawn("X22f", "WeChat's scheme without its path", "qr-host", "weixin://wxpay?pr=x", "wechat_pay", "CNY")
