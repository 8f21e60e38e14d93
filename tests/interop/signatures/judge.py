"""Judges signed answers with the independent library `http-message-signatures`.

    judge.py judge < case    {"keys": {keyid: x}, "exchanges": [{"request", "response", "good"}]}, exchanges as in the conformance vectors

Ends with the line "agreed" if the library finds every answer as good or as bad as the case says.
"""

import base64
import hashlib
import json
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, InvalidSignature, MappingKeyResolver, algorithms
from judging import expect, judge

COVERED = ['"@method";req', '"@target-uri";req', '"@status"', '"content-type"', '"unencoded-digest"']


def message(described, **more):
    return SimpleNamespace(headers=dict(described["headers"]), **more)


def is_good(verifier, exchange):
    request, response = exchange["request"], exchange["response"]
    asked = message(request, method=request["method"], url=request["url"])
    answer = message(response, status_code=response["status"], request=asked)
    try:
        verifier.verify(answer, max_age=None, expect_tag="qr-checkout", require_components=COVERED)
    except InvalidSignature:
        return False
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(response["body"])).digest()).decode()
    return answer.headers["unencoded-digest"] == f"sha-256=:{digest}:"


def judge_case(case):
    keys = {keyid: Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "=")) for keyid, x in case["keys"].items()}
    resolver = MappingKeyResolver(public_keys=keys, private_keys={})
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=resolver)
    for exchange in case["exchanges"]:
        expect(is_good(verifier, exchange) == exchange["good"], f"{exchange['about']}: {json.dumps(exchange)}")


if __name__ == "__main__":
    judge(__doc__, judge=judge_case)
