"""A month of a shop by the client that openapi-python-client writes from the description: month.py DESCRIPTION BACKEND KEY."""

import contextlib
import importlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

description, backend, key = sys.argv[1:]
folder = tempfile.TemporaryDirectory()
generate = [Path(sys.executable).with_name("openapi-python-client"), "generate", "--path", description, "--meta", "none"]
generate += ["--output-path", Path(folder.name, "shop_client")]
made = subprocess.run(generate, capture_output=True, text=True, check=False)
assert made.returncode == 0, made.stdout + made.stderr
sys.path.insert(0, folder.name)
from shop_client import AuthenticatedClient, models  # noqa: E402

client = AuthenticatedClient(base_url=backend, token=key)


def call(name, *path, once=None, **arguments):
    """What the shop answers, as the client reads it."""
    module = importlib.import_module(f"shop_client.api.default.{name}")
    if once:
        arguments["idempotency_key"] = f"python {once}"
    return module.sync_detailed(*path, client=client, **arguments).parsed


def refused(answer, code):
    assert isinstance(answer, models.AdminProblem) and answer.code == code, answer


def tell(line):
    print(line, flush=True)
    return sys.stdin.readline()


def sell(reference, amount):
    line = models.AdminNewOrderLinesItem(name="Tea", sku="tea", quantity=2, unit_price=amount // 2)
    return call("admin_create_order", once=reference, body=models.AdminNewOrder(reference=reference, currency="HKD", lines=[line]))


def pay(order, amount, transaction):
    body = models.AdminBooking(amount=amount, currency="HKD", transaction=transaction)
    return call("admin_confirm", order.payments[0].id, once=transaction, body=body)


# Two are sold, one is given up.
first = sell("P-1", 24000)
assert first.order.status == "pending"
pay(first, 24000, "bank-P-1")
second = sell("P-2", 9000)
refused(pay(second, 100, "bank-P-9"), "wrong-amount")
pay(second, 9000, "bank-P-2")
third = sell("P-3", 500)
assert call("admin_cancel", third.order.id).order.status == "canceled"

# Some goes back.
refund = models.AdminNewRefund(amount=4000, reason="a chipped cup", by_hand=True)
assert call("admin_refund", "P-1", once="back", body=refund).order.status == "partly_refunded"
refused(call("admin_refund", "P-1", once="beyond", body=models.AdminNewRefund(amount=24000)), "refund-too-much")

# It is looked at.
account = call("admin_order", first.order.number)
assert account.refundable == 20000 and account.ledger[0].kind == "created"
listed = call("admin_orders", from_="today", status=models.AdminOrdersStatus.PAID)
assert "P-2" in [order.reference for order in listed.orders]
assert call("admin_insights", from_="today", to="today").channels is not None
refused(call("admin_reconciliation", method="fps", date="2027-01-15"), "no-bills")

# The shop's own server was told.
events = [models.Event.from_dict(event) for event in json.loads(tell("events"))]
paid = [event for event in events if event.type_ == "order.paid" and (event.data.reference or "").startswith("P-")]
assert [event.data.order.amount for event in paid] == [24000, 9000]
told = call("admin_webhooks", state=models.AdminWebhooksState.DELIVERED)
assert call("admin_replay", told.webhooks[0].id) is not None

with contextlib.suppress(OSError):
    folder.cleanup()
print("agreed")
