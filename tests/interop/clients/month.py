"""A month of a shop by the client that openapi-python-client writes from the description: month.py DESCRIPTION BACKEND KEY."""

import contextlib
import csv
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
    line = models.AdminNewLine(name="Tea", sku="tea", quantity=2, unit_price=amount // 2)
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

# What did not fit is settled: it was returned at the bank.
def waiting():
    return [order.reference for order in call("admin_orders", attention=True).orders]


assert "P-2" in waiting()
by_hand = models.AdminResolution(how=models.AdminResolutionHow.RETURN, by_hand=True)
settled = call("admin_resolve", "P-2", "bank-P-9", body=by_hand)
assert [money.state for money in settled.odd_money] == ["returned"]
refused(call("admin_resolve", "P-2", "bank-P-9", body=by_hand), "already-resolved")
assert "P-2" not in waiting()

# Some goes back.
refund = models.AdminNewRefund(amount=4000, reason="a chipped cup", by_hand=True)
assert call("admin_refund", "P-1", once="back", body=refund).order.status == "partly_refunded"
refused(call("admin_refund", "P-1", once="beyond", body=models.AdminNewRefund(amount=24000)), "refund-too-much")

pieces = [models.AdminNewRefundLinesItem(sku="tea", quantity=1)]
returned = call("admin_refund", "P-2", once="pieces", body=models.AdminNewRefund(lines=pieces, by_hand=True))
assert returned.refund.amount == 4500
call("admin_note", "P-1", once="note", body=models.AdminNewNote(text="a cup was chipped"))
call("admin_change_stock", models.AdminChangeStockKind.PRODUCT, "tea", once="parcel", body=models.AdminStockChange(change=5))
assert [one.left for one in call("admin_stock").stock if one.name == "tea"] == [15]

# It is looked at.
account = call("admin_order", first.order.number)
assert account.refundable == 20000 and account.ledger[0].kind == "created"
listed = call("admin_orders", from_="today", status=models.AdminOrdersStatus.PARTLY_REFUNDED)
assert "P-2" in [order.reference for order in listed.orders]
assert account.notes[0].text == "a cup was chipped"
assert [found.order.id for found in call("admin_orders", find="bank-P-2").orders] == [second.order.id]
figures = call("admin_insights", from_="today", to="today", by=models.AdminInsightsBy.DAY)
assert [row["net"] for row in figures.rows] == [24500]
assert call("admin_doctor").findings == []
refused(call("admin_reconciliation", method="fps", date="2027-01-15"), "no-bills")

# The shop's own server was told.
events = [models.Event.from_dict(event) for event in json.loads(tell("events"))]
paid = [event for event in events if event.type_ == "order.paid" and (event.data.reference or "").startswith("P-")]
assert [event.data.order.amount for event in paid] == [24000, 9000]
told = call("admin_webhooks", state=models.AdminWebhooksState.DELIVERED)
assert call("admin_replay", told.webhooks[0].id) is not None

# The month ends, and its books are closed.
january = models.AdminCloseMonthBody(month="2027-01")
refused(call("admin_close_month", body=january), "month-open")
tell(f"clock {20 * 86_400}")
assert call("admin_close_month", body=january).time_zone == "UTC"
rows = list(csv.DictReader(call("admin_export", from_="2027-01", to="2027-01").splitlines()))
amounts = [f"{row['kind']} {row['amount']}" for row in rows]
assert amounts == ["sale 240.00", "odd-money 1.00", "sale 90.00", "refund -1.00", "refund -40.00", "refund -45.00"], amounts
assert call("admin_books", "2027-01").closed_at

with contextlib.suppress(OSError):
    folder.cleanup()
print("agreed")
