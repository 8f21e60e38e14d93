"""Judges receipts with the independent JOSE library `joserfc`.

    judge.py < case    {"keys": {kid: x}, "receipts": [{"about", "jws", "good", "claims"}]}

Ends with the line "agreed" if the library finds every receipt as good or as bad as the case says, and reads the same facts.
"""

import json
import sys

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey


def opened(keys, text):
    try:
        member = jws.extract_compact(text.encode())
        header = member.headers()
        if header.get("typ") != "qr-checkout-receipt+jws" or header.get("kid") not in keys:
            return None
        return json.loads(jws.deserialize_compact(text, keys[header["kid"]], algorithms=["EdDSA"]).payload)
    except (JoseError, ValueError):
        return None


def judge(case):
    keys = {kid: OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x}) for kid, x in case["keys"].items()}
    if any(key.thumbprint() != kid for kid, key in keys.items()):
        sys.exit("disagreed: a key id is not the thumbprint of its key")
    for receipt in case["receipts"]:
        claims = opened(keys, receipt["jws"])
        if (claims is not None) != receipt["good"] or (claims is not None and claims != receipt["claims"]):
            sys.exit(f"disagreed: {receipt['about']}: {claims}")


if __name__ == "__main__":
    judge(json.load(sys.stdin))
    print("agreed")
