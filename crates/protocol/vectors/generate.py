"""Writes the conformance vectors of the signing profile, one JSON file a case (README.md tells the format).

Written in another language than the verifier, from the profile's text alone, so that the two can disagree.
Needs the package `cryptography`. Usage: python generate.py [FOLDER]; same input, same bytes.
"""

import gzip
import hashlib
import json
import pathlib
import sys

from exchange import COVERED, CREATED, EARLIER, GROUP_ORDER, KEY, MAIN, NONCE, NOW, OTHER, PAID, b64, b64url, digest
from meaning import ORDER, about, changes, links, payloads, quotes, receipts, semantics
from spoil import CASES, case, changed, header, honest, replaced, second, with_components, with_parameter, with_signature, without_parameter

def presence_and_parsing():
    case("N1", "no signature headers", "sig-missing", header(changed("Signature", None), "Signature-Input", None))
    case("N2", "Signature only", "sig-half", changed("Signature-Input", None))
    case("N3", "Signature-Input only", "sig-half", changed("Signature", None))
    hidden = header(header(changed("Signature", None), "Signature-Input", None), "Unencoded-Digest", None)
    case("N4", "headers not exposed by CORS", "sig-not-exposed", hidden, {"cross_origin": True})
    case("N4b", "not signed, all headers exposed", "sig-missing", header(changed("Signature", None), "Signature-Input", None), {"cross_origin": True})
    bare = header(header(changed("Signature", None), "Signature-Input", None), "Unencoded-Digest", None)
    case("N4c", "not signed, from the page's own origin", "sig-missing", bare)
    case("N5", "empty values", "sig-malformed", header(changed("Signature", ""), "Signature-Input", ""))
    case("N6", "Signature-Input is not a dictionary", "sig-malformed", changed("Signature-Input", "42"))
    case("N7", "trailing comma", "sig-malformed", changed("Signature-Input", lambda text: text + ","))
    case("N8", "duplicate label in Signature-Input", "sig-duplicate-label", changed("Signature-Input", lambda text: f"{text}, {text}"))
    case("N9", "duplicate label in Signature", "sig-duplicate-label", changed("Signature", lambda text: f"{text}, {text}"))
    case("N10", "label in one field only", "sig-label-mismatch", changed("Signature", replaced("sig=", "gis=")))
    case("N11", "value is not an inner list", "sig-malformed", changed("Signature-Input", 'sig="x";created=1800000000'))
    case("N12", "signature is not a byte sequence", "sig-malformed", changed("Signature", 'sig="x"'))
    case("N13", "byte sequence with parameters", "sig-malformed", changed("Signature", lambda text: text + ";a=1"))
    case("N14", "base64url alphabet in the signature", "sig-malformed", changed("Signature", lambda text: text.replace("+", "-").replace("/", "_")))
    case("N15", "missing padding", "sig-malformed", changed("Signature", replaced("==:", ":")))
    case("N16", "surplus padding", "sig-malformed", changed("Signature", replaced("==:", "===:")))
    loose = honest()
    text = b64(loose.signature())
    trailing = text[:-3] + chr(ord(text[-3]) + 1) + "=="
    case("N17", "non-zero trailing bits", "sig-malformed", changed("Signature", f"sig=:{trailing}:"))
    case("N18", "header over the size limit", "sig-too-large", changed("Signature-Input", lambda text: text + f';x="{"a" * 4096}"'))
    many = lambda text: ", ".join(f"s{at}={text.split('=', 1)[1]}" for at in range(5))
    case("N19", "more than four members", "sig-too-large", header(changed("Signature", many), "Signature-Input", many(honest().headers()[2][1])))
    case("N20", "unquoted string parameter", "param-type", with_parameter("nonce", NONCE))
    upper = honest()
    upper.order[3] = "keyId"
    upper.parameters["keyId"] = f'"{MAIN.keyid}"'
    case("N21", "upper-case parameter key", "sig-malformed", upper.vector())
    case("N22", "escaped quote in a component name", "sig-malformed", changed("Signature-Input", replaced('"@status"', '"@stat\\"us"')))
    case("N23", "decimal created", "sig-malformed", with_parameter("created", "1800000000.0"))
    case("N23b", "16-digit created", "sig-malformed", with_parameter("created", "1800000000000000"))
    case("N24", "non-ASCII byte", "sig-malformed", changed("Signature-Input", lambda text: text + ';x="é"'))


def selection():
    same = lambda exchange: None
    case("N25", "no signature with our tag", "sig-no-tag", with_parameter("tag", '"other"'))
    case("N26", "two with our tag, the second bad", "sig-ambiguous", second(same, bad=True))
    case("N26b", "two with our tag, the first bad", "sig-ambiguous", second(same, bad=True, first=True))
    case("N27", "two with our tag, both good", "sig-ambiguous", second(same))
    case("N28", "tag as a token", "sig-no-tag", with_parameter("tag", "qr-checkout"))
    native = honest()
    native.components = ['"unencoded-digest";sf']
    native.parameters = {"created": CREATED, "nonce": f'"{NONCE}"', "keyid": f'"{b64(MAIN.public)}"', "tag": '"ed25519-integrity"'}
    native.order = list(native.parameters)
    case("N29", "native-tag signature alone", "sig-no-tag", native.vector())
    case("N30", "tag differing by case", "sig-no-tag", with_parameter("tag", '"QR-Checkout"'))
    three = honest()
    inputs = ", ".join([f"sig={three.input()}"] + [f"s{at}={three.input()}".replace('"qr-checkout"', '"other"') for at in range(2)])
    signatures = ", ".join(f"{label}=:{b64(three.signature())}:" for label in ["sig", "s0", "s1"])
    case("X1", "three signatures, one of them ours", "sig-extra", header(changed("Signature", signatures), "Signature-Input", inputs))
    other = f"s2={three.input()}".replace('"qr-checkout"', '"other"')
    four = header(changed("Signature", f"{signatures}, s2=:AAAA:"), "Signature-Input", f"{inputs}, {other}")
    case("X1b", "four signatures, one of them ours", "sig-extra", four)
    case("N10b", "label in Signature only", "sig-label-mismatch", changed("Signature", lambda text: f"{text}, other=:AAAA:"))


def components():
    case("N31", "empty component list", "comp-missing", with_components([]))
    for at, (number, name) in enumerate([(32, "@method"), (33, "@target-uri"), (34, "@status"), (35, "content-type"), (36, "unencoded-digest")]):
        case(f"N{number}", f"{name} not covered", "comp-missing", with_components(COVERED[:at] + COVERED[at + 1 :]))
    # The address binds both already, and one set of components serves all methods.
    for number, name in [(37, "content-digest"), (38, "idempotency-key")]:
        posted = honest(method="POST")
        posted.request_headers.append([name, "x"])
        posted.components += [f'"{name}";req']
        case(f"N{number}", f"POST whose {name} header is covered, too", "comp-not-allowed", posted.vector())
    swap = lambda old, new: with_components([new if component == old else component for component in COVERED])
    case("N39", "@method without req", "comp-param", swap('"@method";req', '"@method"'))
    case("N40", "@status with req", "comp-param", swap('"@status"', '"@status";req'))
    case("N41", "component listed twice", "comp-duplicate", with_components(COVERED + ['"@status"']))
    case("N42", "component twice, parameters in another order", "comp-duplicate", with_components(COVERED + ['"@method";req;a', '"@method";a;req']))
    case("N43", "unknown derived component", "comp-not-allowed", with_components(COVERED + ['"@unknown"']))
    case("N44", "unknown component parameter", "comp-param", swap('"content-type"', '"content-type";x'))
    case("N45", "sf on ours", "comp-param", swap('"unencoded-digest"', '"unencoded-digest";sf'))
    case("N46", "bs", "comp-param", swap('"content-type"', '"content-type";bs'))
    case("N47", "tr", "comp-param", swap('"content-type"', '"content-type";tr'))
    case("N48", "key", "comp-param", swap('"unencoded-digest"', '"unencoded-digest";key="sha-256"'))
    case("N49", "@signature-params listed", "comp-not-allowed", with_components(COVERED + ['"@signature-params"']))
    case("N50", "upper-case component name", "comp-not-allowed", swap('"content-type"', '"Content-Type"'))
    case("N51", "covered content-type is absent", "comp-unresolvable", changed("Content-Type", None))
    case("N52", "req=?0", "comp-param", swap('"@method";req', '"@method";req=?0'))
    case("N53", "extra header component", "comp-not-allowed", with_components(COVERED + ['"cache-control"']))


def parameters():
    for number, name in [(54, "created"), (55, "expires"), (56, "nonce"), (57, "keyid")]:
        case(f"N{number}", f"{name} missing", "param-missing", without_parameter(name))
    case("N58", "tag missing", "sig-no-tag", without_parameter("tag"))
    case("N59", "created as a string", "param-type", with_parameter("created", f'"{CREATED}"'))
    case("N60", "negative created", "param-type", with_parameter("created", -1))
    case("N61", "alg present, right value", "param-alg-present", with_parameter("alg", '"ed25519"'))
    case("N62", "alg present, wrong value", "param-alg-present", with_parameter("alg", '"hmac-sha256"'))
    case("N63", "duplicate parameter", "param-duplicate", changed("Signature-Input", lambda text: text + f";created={CREATED}"))
    case("N64", "nonce of nobody", "nonce-mismatch", with_parameter("nonce", '"AAAAAAAAAAAAAAAAAAAAAA"'))
    case("N65", "nonce of an earlier request", "nonce-reused", with_parameter("nonce", f'"{EARLIER}"'), {"earlier": [EARLIER]})
    case("N66", "nonce differing only in padding", "nonce-mismatch", with_parameter("nonce", f'"{NONCE}=="'))
    case("N67", "lifetime over 300 s", "time-lifetime", with_parameter("expires", CREATED + 301))
    case("N68", "expires equals created", "time-lifetime", with_parameter("expires", CREATED))
    expired = {**honest().vector(), "now": CREATED + 181}
    case("N69", "expired against the estimate", "time-expired", expired, {"created": CREATED})
    early = {**honest().vector(), "now": CREATED - 61}
    case("N70", "created 61 s ahead of the estimate", "time-created-skew", early, {"created": CREATED - 61})
    late = {**honest().vector(), "elapsed_ms": 55_001}
    case("N71", "answer later than wait + 30 s after sending", "nonce-stale", late, {"wait": 25})
    case("N72", "created 6 s earlier than the previous answer", "time-regression", honest().vector(), {"created": CREATED + 6})
    case("N72b", "created 5 s earlier than the previous answer", "accept", honest().vector(), {"created": CREATED + 5})


def key_and_crypto():
    case("N73", "unknown keyid", "key-unknown", with_parameter("keyid", f'"{OTHER.keyid}"'))
    case("N75", "keyid is the raw key in base64", "key-unknown", with_parameter("keyid", f'"{b64(MAIN.public)}"'))
    good = honest().signature()
    case("N76", "63 bytes", "crypto-length", with_signature(good[:-1]))
    case("N77", "65 bytes", "crypto-length", with_signature(good + b"\0"))
    der = b"\x30\x44\x02\x20" + good[:32] + b"\x02\x20" + good[32:]
    case("N78", "DER", "crypto-length", with_signature(der))
    s = int.from_bytes(good[32:], "little") + GROUP_ORDER
    case("N80", "S not below the group order", "crypto-invalid", with_signature(good[:32] + s.to_bytes(32, "little")))
    small = {**honest().vector(), "pins": ["ed25519-" + b64(b"\x01" + bytes(31))]}
    case("N81", "small-order pin", "pin-weak", small)
    other = honest()
    other.key = OTHER
    case("N84", "signed with another pinned merchant's key", "crypto-invalid", {**other.vector(), "pins": [MAIN.pin, OTHER.pin]})
    case("N85", "signature over a base with CRLF", "crypto-invalid", with_signature(honest().signature(honest().base().replace("\n", "\r\n"))))
    case("N86", "signature over a base with a final newline", "crypto-invalid", with_signature(honest().signature(honest().base() + "\n")))
    moved = lambda text: text.replace(f";created={CREATED}", "") + f";created={CREATED}"
    case("N87", "parameters re-ordered after signing", "crypto-invalid", changed("Signature-Input", moved))


def request_binding():
    def asked(**change):
        vector = honest().vector()
        vector["request"].update(change)
        return vector

    url = honest().url
    case("N88", "answer for another order", "crypto-invalid", asked(url=url.replace("o_1", "o_2")))
    case("N89", "answer for another host", "crypto-invalid", asked(url=url.replace("shop.example", "shop2.example")))
    case("N90", "answer for http instead of https", "crypto-invalid", asked(url=url.replace("https:", "http:")))
    case("N91", "answer for another query", "crypto-invalid", asked(url=url.replace("?n=", "?seen=1&n=")))
    post = honest(method="POST")
    case("N92", "GET answer replayed to a POST", "crypto-invalid", asked(method="POST", headers=post.request_headers, body=b64(post.sent)))
    delivered = honest().vector()
    delivered["response"]["status"] = 201
    case("N93", "status 200 signed, 201 delivered", "crypto-invalid", delivered)
    body = b64url(hashlib.sha256(post.sent).digest())
    for number, name, old, new in [(94, "body", body, b64url(hashlib.sha256(b"{}").digest())), (95, "idempotency key", KEY, 22 * "A")]:
        vector = post.vector()
        vector["request"]["url"] = post.url.replace(old, new)
        case(f"N{number}", f"answer for another {name}", "crypto-invalid", vector)
    case("N96", "redirect followed", "net-redirect", honest().vector(), {"redirected": True})


def digest_and_body():
    case("N97", "digest header absent though covered", "digest-missing", changed("Unencoded-Digest", None))
    field = digest(PAID)

    def digested(value):
        exchange = honest()
        exchange.digest = value
        return exchange.vector()

    case("N98", "two members", "digest-malformed", digested(f"{field}, sha-512=:{b64(hashlib.sha512(PAID).digest())}:"))
    case("N99", "sha-512 only", "digest-alg", digested(f"sha-512=:{b64(hashlib.sha512(PAID).digest())}:"))
    case("N100", "digest of wrong length", "digest-malformed", digested(f"sha-256=:{b64(hashlib.sha256(PAID).digest()[:31])}:"))

    def delivered(body):
        vector = honest().vector()
        vector["response"]["body"] = b64(body)
        return vector

    case("N101", "body one bit off", "digest-mismatch", delivered(PAID.replace(b"paid", b"qaid")))
    case("N102", "body truncated", "digest-mismatch", delivered(PAID[:-1]))
    case("N103", "digest of the compressed bytes", "digest-mismatch", digested(digest(gzip.compress(PAID, mtime=0))))
    case("N104", "BOM added", "digest-mismatch", delivered(b"\xef\xbb\xbf" + PAID))
    case("N104b", "BOM signed", "body-encoding", honest(body=b"\xef\xbb\xbf" + PAID).vector())
    for ident, content_type in [("N105", "application/json; charset=utf-8"), ("N105b", "text/html")]:
        exchange = honest()
        exchange.content_type = content_type
        case(ident, f"content type {content_type}", "body-type", exchange.vector())
    case("N106", "duplicate key", "body-duplicate-key", honest(body=b'{"type":"order","type":"order"}').vector())
    case("N107", "bytes after the JSON", "body-json", honest(body=PAID + b" x").vector())
    case("N108", "invalid UTF-8", "body-encoding", honest(body=b'{"type":"\xff"}').vector())
    case("N109", "amount as a float", "body-json", honest(body=b'{"type":"order","amount":12.5}').vector())
    case("N109b", "integer of sixteen digits", "body-json", honest(body=b'{"type":"order","amount":1000000000000000}').vector())
    nameless = {name: value for name, value in ORDER.items() if name != "merchant_name"}
    case("N110b", "merchant_name missing", "body-schema", about(nameless), {"expects": "order"})
    wrong = dict(ORDER, type="quote")
    case("N110", "wrong type", "body-schema", about(wrong), {"expects": "order"})
    case("X2", "body is not an object", "body-schema", honest(body=b"[]").vector())


def edges():
    """Where a limit holds and where it is passed, and codes that the list leaves out."""

    def at(ident, title, code, now):
        case(ident, title, code, {**honest().vector(), "now": now}, {"created": min(now, CREATED)})

    at("S3", "created 60 s ahead of the estimate", "accept", CREATED - 60)
    at("S4", "created 60 s behind the estimate", "accept", CREATED + 60)
    at("X3", "created 61 s behind the estimate", "time-created-skew", CREATED + 61)
    at("X3b", "expired by exactly 60 s, so only created is too old", "time-created-skew", CREATED + 180)
    case("S5b", "answer 30 s after the wait", "accept", {**honest().vector(), "elapsed_ms": 55_000}, {"wait": 25})
    case("S5", "answer 30 s after sending", "accept", {**honest().vector(), "elapsed_ms": 30_000})
    case("X4", "answer later than 30 s after sending", "nonce-stale", {**honest().vector(), "elapsed_ms": 30_001})
    case("S6", "lifetime of 300 s", "accept", with_parameter("expires", CREATED + 300))
    case("X5", "expires before created", "time-lifetime", with_parameter("expires", CREATED - 1))
    case("X6", "seventeen components", "sig-too-large", with_components(COVERED + [f'"a{at}"' for at in range(12)]))
    case("X6b", "sixteen components", "comp-not-allowed", with_components(COVERED + [f'"a{at}"' for at in range(11)]))
    many = honest()
    many.order += [f"p{at}" for at in range(7)]
    many.parameters |= {f"p{at}": at for at in range(7)}
    case("S7", "twelve parameters", "accept", many.vector())
    many.order.append("p7")
    many.parameters["p7"] = 7
    case("X7", "thirteen parameters", "sig-too-large", many.vector())
    room = 4096 - len(f'sig={honest().input()};x=""')
    case("S8", "header of 4,096 bytes", "accept", with_parameter("x", f'"{"a" * room}"'))
    case("X8", "header of 4,097 bytes", "sig-too-large", with_parameter("x", f'"{"a" * (room + 1)}"'))
    for at, value in enumerate(["-5", "999999999999999", "?0", None, "*a/b:c", ":AAEC:", '"a\\"b\\\\c ~"', '""', "::"]):
        case(f"S9{'abcdefghi'[at]}", f"extra parameter x={value}", "accept", with_parameter("x", value))
    for at, value in enumerate(["@5", "1.5", "--1", "?2", "(a)", '"a', '"\\n"', '"\t"', '"\x7f"', ":A:", ":AAEC", "%22", "", "-"]):
        case(f"X9{'abcdefghijklmn'[at]}", f"extra parameter x={value!r}", "sig-malformed", with_parameter("x", value))
    shape = lambda ident, title, change: case(ident, title, "sig-malformed", changed("Signature-Input", change))
    shape("X10", "leading comma", lambda text: ", " + text)
    shape("X10b", "upper-case label", replaced("sig=", "Sig="))
    shape("X10c", "members without a comma", lambda text: f"{text} b=()")
    shape("X10d", "member without a value", lambda text: f"{text}, b")
    shape("X10e", "tab between components", replaced(" ", "\t"))
    shape("X10f", "components without a space", replaced(" ", ""))
    shape("X10g", "unclosed list", replaced(")", ""))
    shape("X10h", "token as a component", replaced('"@status"', "status"))
    shape("X10k", "component name with a tab", replaced('"@status"', '"@sta\ttus"'))
    shape("X10l", "component name with a delete character", replaced('"@status"', '"@sta\x7ftus"'))
    shape("X10i", "space before a semicolon", replaced(";created", " ;created"))
    shape("X10j", "space around an equals sign", replaced("created=", "created ="))
    case("X11", "signature of no bytes", "crypto-length", changed("Signature", "sig=::"))
    foreign = honest()
    foreign.url = foreign.url.replace("o_1", "\u00f6")
    case("X12", "address that no signature base can hold", "comp-value", foreign.vector())
    field = digest(PAID)
    # RFC 9421 section 2.1 trims what stands around a value, so the base does not see this change.
    case("S10", "white space around the digest", "accept", changed("Unencoded-Digest", f" {field}\t"))
    text = f'sha-256="{b64(hashlib.sha256(PAID).digest())}"'
    # RFC 9530 was archived with two examples that end in a surplus equals sign.
    for at, value in enumerate([field.upper(), text, f"{field};a", f"{field[:-1]}=:", f"{field},", "sha-256"]):
        exchange = honest()
        exchange.digest = value
        case(f"X13{'abcdef'[at]}", f"digest {value}", "digest-malformed", exchange.vector())


def pins():
    def pinned(ident, title, code, *tokens):
        case(ident, title, code, {**honest().vector(), "pins": list(tokens)})

    key = lambda number: "ed25519-" + b64(number.to_bytes(32, "little"))
    prime, root = 2**255 - 19, 2**255
    eighth = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
    weak = [0, 1, prime - 1, eighth, prime - eighth, prime, prime + 1, root - 1]
    for at, number in enumerate(weak + [root + 1, root + eighth]):
        pinned(f"N81{'bcdefghijk'[at]}", f"weak or not canonical pin {number:064x}", "pin-weak", key(number))
    pinned("X14", "no pin", "pin-missing")
    pinned("X14b", "pin of another type", "pin-syntax", MAIN.pin.replace("ed25519", "p256"))
    pinned("X14c", "pin in the URL alphabet", "pin-syntax", MAIN.pin.replace("/", "_"))
    pinned("X14d", "pin of 31 bytes", "pin-length", "ed25519-" + b64(MAIN.public[:31]))
    pinned("X14e", "the same pin twice", "pin-duplicate", MAIN.pin, MAIN.pin)
    others = [key(number) for number in (9, 10, 11)]
    pinned("X14f", "four pins", "pin-too-many", MAIN.pin, *others)
    pinned("S11", "three pins", "accept", *others[:2], MAIN.pin)


def accepted():
    case("A1", "golden vector G1", "accept", honest().vector())
    g2 = honest(method="POST", body=b'{"type":"order","id":"o_1","status":"pending"}').vector()
    case("A2", "golden vector G2", "accept", g2)
    shuffled = honest()
    shuffled.order = ["tag", "keyid", "nonce", "expires", "created"]
    case("A3", "parameters in another order", "accept", shuffled.vector())
    case("A4", "unknown extra signature parameter", "accept", with_parameter("x", '"1"'))

    def native(exchange):
        exchange.components = COVERED[:4] + ['"unencoded-digest";sf']
        exchange.parameters = {"created": CREATED, "nonce": f'"{NONCE}"', "keyid": f'"{b64(MAIN.public)}"', "tag": '"ed25519-integrity"'}
        exchange.order = list(exchange.parameters)

    case("A5", "ours beside the native twin", "accept", second(native, label="native"))
    case("A6", "components in another order", "accept", with_components(COVERED[::-1]))
    loose = changed("Signature-Input", lambda text: text.replace(";created", ";  created").replace('req "@t', 'req  "@t'))
    case("A7", "space after semicolons and between components", "accept", loose)
    twin = second(native, label="native")
    case("A7b", "OWS around commas", "accept", header(twin, "Signature", replaced(", ", " \t,\t ")))
    case("A8", "second pin", "accept", {**honest().vector(), "pins": [OTHER.pin, MAIN.pin]})
    wire = honest().vector()
    wire["response"]["headers"].append(["Content-Encoding", "gzip"])
    case("A9", "gzip on the wire, decoded by the browser", "accept", wire)
    case("A10", "first answer, device clock a year wrong", "accept", {**honest().vector(), "now": NOW - 31_536_000})
    lower = honest().vector()
    lower["response"]["headers"] = [[name.lower(), value] for name, value in lower["response"]["headers"]]
    case("A11", "lower-case header names", "accept", lower)
    problem = b'{"type":"problem","merchant":"demo","id":"r1","code":"price-changed","status":409,"detail":"The price changed."}'
    case("A12", "signed 409 problem", "accept", honest(method="POST", status=409, body=problem).vector(), {"expects": "problem"})


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "conformance"
    folder.mkdir(parents=True, exist_ok=True)
    for make in [
        presence_and_parsing, selection, components, parameters, key_and_crypto,
        request_binding, digest_and_body, edges, pins, semantics, changes, receipts, quotes, payloads, links, accepted,
    ]:  # fmt: skip
        make()
    for vector in CASES:
        text = json.dumps(vector, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{vector['id']}.json").write_text(text, encoding="utf-8")
    print(f"{len(CASES)} vectors in {folder}")


if __name__ == "__main__":
    main()
