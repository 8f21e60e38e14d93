"""Judges receipts with the independent JOSE library `joserfc`.

    judge.py judge < case    {"keys": {kid: x}, "receipts": [{"about", "jws", "good", "claims"}]}

Ends with the line "agreed" if the library finds every receipt as good or as bad as the case says, and reads the same facts.
"""

import json

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from judging import expect, judge


def opened(keys, text):
    try:
        member = jws.extract_compact(text.encode())
        header = member.headers()
        if header.get("typ") != "qr-checkout-receipt+jws" or header.get("kid") not in keys:
            return None
        return json.loads(jws.deserialize_compact(text, keys[header["kid"]], algorithms=["EdDSA"]).payload)
    except (JoseError, ValueError):
        return None


def judge_case(case):
    keys = {kid: OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x}) for kid, x in case["keys"].items()}
    expect(all(key.thumbprint() == kid for kid, key in keys.items()), "a key id is the thumbprint of its key")
    for receipt in case["receipts"]:
        claims = opened(keys, receipt["jws"])
        expect(claims == (receipt["claims"] if receipt["good"] else None), f"{receipt['about']}: {claims}")


if __name__ == "__main__":
    judge(__doc__, judge=judge_case)
