"""Judges webhooks with the library of Standard Webhooks for Python.

Reads {secret, deliveries: [{headers, body, good}]} from standard input; what is not good must be refused.
"""

import json
import sys

from judging import expect, judge
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def deliveries(case):
    library = Webhook(case["secret"])
    for delivery in case["deliveries"]:
        try:
            read = library.verify(delivery["body"], delivery["headers"])
        except WebhookVerificationError as refusal:
            expect(not delivery["good"], f"{delivery['about']}: {refusal}")
        else:
            expect(delivery["good"], f"{delivery['about']} was believed")
            expect(read == json.loads(delivery["body"]), f"{delivery['about']} was read differently")


judge(__doc__, judge=deliveries)
