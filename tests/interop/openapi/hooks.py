"""What a description cannot say, for Schemathesis: a digest is that of the bytes that are sent, and a key of idempotency is new each time.

Only what is well formed is put right, so that malformed and missing headers stay what they are.
"""

import base64
import hashlib
import os
import re

import schemathesis

DIGEST = re.compile(r"^sha-256=:[A-Za-z0-9+/]{43}=:$")
KEY = re.compile(r"^[A-Za-z0-9_-]{21}[AQgw]$")


def put_right(request):
    """Works on what is about to be sent."""
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    if DIGEST.match(request.headers.get("content-digest", "")):
        request.headers["content-digest"] = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    if KEY.match(request.headers.get("idempotency-key", "")):
        request.headers["idempotency-key"] = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
    return request


@schemathesis.hook
def before_call(context, case, kwargs):
    kwargs["auth"] = put_right
