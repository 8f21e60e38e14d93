"""An honest exchange under the golden key, to be spoilt by the cases of generate.py."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOW = 1_800_000_030
CREATED = 1_800_000_000
NONCE = "AAECAwQFBgcICQoLDA0ODw"
EARLIER = "_v7-_v7-_v7-_v7-_v7-_g"
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
KEY = "EBESExQVFhcYGRobHB0eHw"
COVERED = ['"@method";req', '"@target-uri";req', '"@status"', '"content-type"', '"unencoded-digest"']
PAID = b'{"type":"order","id":"o_1","status":"paid"}'


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def digest(data):
    return f"sha-256=:{b64(hashlib.sha256(data).digest())}:"


class Key:
    def __init__(self, seed):
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.pin = "ed25519-" + b64(self.public)
        jwk = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": b64url(self.public)}, separators=(",", ":"))
        self.keyid = b64url(hashlib.sha256(jwk.encode()).digest())


# The test key of RFC 9421 B.1.4, and another merchant's.
MAIN = Key(base64.urlsafe_b64decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU="))
OTHER = Key(bytes(range(1, 33)))


class Exchange:
    """A request and its answer; whatever a case leaves alone is honest."""

    def __init__(self, method="GET", path=None, body=PAID, status=None, base="https://pay.shop.example"):
        post = method == "POST"
        self.method = method
        self.url = base + (path or ("/v1/orders" if post else "/v1/orders/o_1")) + f"?n={NONCE}"
        self.sent = b'{"items":[{"sku":"tea-100g","quantity":2}],"method":"wechat_pay"}' if post else b""
        if post:
            self.url += f"&k={KEY}&d={b64url(hashlib.sha256(self.sent).digest())}"
        self.request_headers = [["content-type", "text/plain;charset=utf-8"]] if post else []
        self.status = status or (201 if post else 200)
        self.body = body
        self.content_type = "application/json"
        self.digest = None
        self.components = list(COVERED)
        self.parameters = {
            "created": CREATED,
            "expires": CREATED + 120,
            "nonce": f'"{NONCE}"',
            "keyid": f'"{MAIN.keyid}"',
            "tag": '"qr-checkout"',
        }
        self.order = list(self.parameters)
        self.label = "sig"
        self.key = MAIN

    # What is signed may differ from what is delivered.
    def input(self):
        parameters = "".join(f";{name}" + (f"={self.parameters[name]}" if self.parameters[name] is not None else "") for name in self.order)
        return f"({' '.join(self.components)}){parameters}"

    def value(self, component):
        name = component.split('"')[1]
        headers = dict((key.lower(), value) for key, value in self.request_headers)
        known = {
            "@method": self.method,
            "@target-uri": self.url,
            "@status": str(self.status),
            "content-type": self.content_type,
            "unencoded-digest": self.digest or digest(self.body),
            "content-digest": headers.get("content-digest", ""),
            "idempotency-key": headers.get("idempotency-key", ""),
        }
        return known.get(name, "x")

    def base(self):
        lines = [f"{component}: {self.value(component)}" for component in self.components]
        return "\n".join(lines + [f'"@signature-params": {self.input()}'])

    def signature(self, base=None):
        return self.key.private.sign((base or self.base()).encode())

    def headers(self):
        return [
            ["Content-Type", self.content_type],
            ["Unencoded-Digest", self.digest or digest(self.body)],
            ["Signature-Input", f"{self.label}={self.input()}"],
            ["Signature", f"{self.label}=:{b64(self.signature())}:"],
        ]

    def vector(self):
        return {
            "now": NOW,
            "elapsed_ms": 400,
            "pins": [MAIN.pin],
            "request": {"method": self.method, "url": self.url, "headers": self.request_headers, "body": b64(self.sent)},
            "response": {"status": self.status, "headers": self.headers(), "body": b64(self.body)},
        }
