"""Judges our Alipay with the independent client `python-alipay-sdk`.

    judge.py drive SANDBOX_URL     plays a merchant against the sandbox, from precreate to the refund's notification
    judge.py compare < requests    signs the requests of our gateway again and compares every signature

Exits 0 and ends with the line "agreed" if both sides agree; says what differs otherwise.
"""

import csv
import io
import zipfile
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen

from alipay import AliPay
from alipay.exceptions import AliPayException
from judging import Merchant, control, expect, judge, settings_of


def client(settings, notify_url=None):
    pay = AliPay(
        appid=settings["app_id"],
        app_notify_url=notify_url,
        app_private_key_string=settings["app_key"],
        alipay_public_key_string=settings["alipay_public_key"],
        sign_type="RSA2",
    )
    pay._gateway = settings["base_url"] + "/gateway.do"
    return pay


def ok(answer, what):
    expect(answer["code"] == "10000", f"{what}: {answer}")
    return answer


def refused(answer, sub_code, what):
    expect(answer["code"] == "40004" and answer["sub_code"] == sub_code, f"{what}: {answer}")


def drive(sandbox):
    settings = settings_of(sandbox, "alipay")
    merchant = Merchant("/notify/alipay", 200, b"success")
    pay = client(settings, merchant.url)
    # The client counts braces without regard to strings, so both ways of writing slashes have to suit it.
    for plain in (False, True):
        control(sandbox, "faults", {"plain_slashes": plain})
        paid_story(sandbox, pay, merchant, f"INTEROP_paid_{plain:d}")
    closed_story(sandbox, pay)
    refusals(settings, pay)
    bill_story(sandbox, pay)


def bill_story(sandbox, pay):
    control(sandbox, "clock", {"advance_seconds": 86400})
    made = ok(pay.api_alipay_trade_precreate("绿茶, 100 g", "INTEROP_bill", "12.50"), "precreate")
    control(sandbox, "scan", {"payload": made["qr_code"]})
    control(sandbox, "pay", {"payload": made["qr_code"]})
    ok(pay.api_alipay_trade_refund("2.50", out_trade_no="INTEROP_bill", out_request_no="b1"), "refund")
    paid = ok(pay.api_alipay_trade_query(out_trade_no="INTEROP_bill"), "query")
    day = paid["send_pay_date"].split(" ")[0]
    method = "alipay.data.dataservice.bill.downloadurl.query"
    ask = lambda kind, date: pay.server_api(method, {"bill_type": kind, "bill_date": date})
    refused(ask("trade", day), "isp.bill_not_exist", "a bill of today")
    refused(ask("trade", "yesterday"), "isv.invalid-arguments", "a day that is none")
    control(sandbox, "clock", {"advance_seconds": 2 * 86400})
    url = ok(ask("trade", day), "bill")["bill_download_url"]
    file = zipfile.ZipFile(io.BytesIO(urlopen(url).read()))
    name = next(name for name in file.namelist() if name.endswith("_业务明细.csv"))
    lines = [line for line in file.read(name).decode("gbk").splitlines() if not line.startswith("#")]
    header, *rows = csv.reader(lines)
    expect(len(header) == 25 and len(rows) == 2, f"rows of the bill: {rows}")
    # A name with a comma is not quoted there: what stands before it and behind it is counted from its side.
    cells = [[cell.strip() for cell in row] for row in rows]
    kinds = [(row[1], row[2], row[-14], row[-4], row[-3]) for row in cells]
    expect(kinds == [("INTEROP_bill", "交易", "12.50", "", "-0.08"), ("INTEROP_bill", "退款", "-2.50", "b1", "0.02")], f"{kinds}")
    control(sandbox, "clock", {"advance_seconds": 31})
    expect(not urlopen(url).read().startswith(b"PK"), "a bill that is not offered any more")


def paid_story(sandbox, pay, merchant, number):
    made = ok(pay.api_alipay_trade_precreate("测试 order", number, "12.50", body="b", timeout_express="90m"), "precreate")
    expect(made["qr_code"].startswith("https://qr.alipay.com/"), f"qr_code: {made}")
    refused(pay.api_alipay_trade_query(out_trade_no=number), "ACQ.TRADE_NOT_EXIST", "query before the scan")
    unscanned = ok(pay.api_alipay_trade_cancel(out_trade_no=number), "cancel before the scan")
    expect(unscanned["retry_flag"] == "N" and not {"trade_no", "action"} & set(unscanned), f"cancel before the scan: {unscanned}")
    control(sandbox, "scan", {"payload": made["qr_code"]})
    scanned = ok(pay.api_alipay_trade_query(out_trade_no=number), "query after the scan")
    expect(scanned["trade_status"] == "WAIT_BUYER_PAY", f"scanned: {scanned}")
    control(sandbox, "pay", {"payload": made["qr_code"]})
    paid = ok(pay.api_alipay_trade_query(trade_no=scanned["trade_no"]), "query after payment")
    expect((paid["trade_status"], paid["total_amount"], paid["out_trade_no"]) == ("TRADE_SUCCESS", "12.50", number), f"paid: {paid}")
    told = notified(pay, merchant)
    expect((told["trade_status"], told["total_amount"], told["trade_no"]) == ("TRADE_SUCCESS", "12.50", paid["trade_no"]), f"told: {told}")
    refused(pay.api_alipay_trade_precreate("测试 order", number, "12.50"), "ACQ.TRADE_HAS_SUCCESS", "precreate of a paid one")
    refunds(sandbox, pay, merchant, number)


def refunds(sandbox, pay, merchant, number):
    part = {"refund_amount": "2.50", "out_trade_no": number, "out_request_no": "r1"}
    first = ok(pay.api_alipay_trade_refund(**part), "refund")
    expect((first["fund_change"], first["refund_fee"]) == ("Y", "2.50"), f"refund: {first}")
    again = ok(pay.api_alipay_trade_refund(**part), "refund again")
    expect((again["fund_change"], again["refund_fee"]) == ("N", "2.50"), f"refund again: {again}")
    told = notified(pay, merchant)
    expect((told["trade_status"], told["refund_fee"], told["out_biz_no"]) == ("TRADE_SUCCESS", "2.50", "r1"), f"told: {told}")
    control(sandbox, "clock", {"advance_seconds": 3})
    rest = ok(pay.api_alipay_trade_refund("10.00", out_trade_no=number, out_request_no="r2"), "the rest")
    expect((rest["fund_change"], rest["refund_fee"]) == ("Y", "12.50"), f"the rest: {rest}")
    asked = ok(pay.api_alipay_trade_fastpay_refund_query("r2", out_trade_no=number), "refund query")
    expect((asked["refund_status"], asked["refund_amount"], asked["total_amount"]) == ("REFUND_SUCCESS", "10.00", "12.50"), f"{asked}")
    never = ok(pay.api_alipay_trade_fastpay_refund_query("r3", out_trade_no=number), "refund query of none")
    expect("refund_status" not in never, f"never refunded: {never}")
    told = notified(pay, merchant)
    expect(told["trade_status"] == "TRADE_CLOSED", f"told: {told}")


def notified(pay, merchant):
    form = dict(parse_qsl(merchant.next()[1].decode(), keep_blank_values=True, strict_parsing=True))
    sign = form.pop("sign")
    expect(pay.verify(dict(form), sign), f"the notification's signature: {form}")
    expect(not pay.verify({**form, "total_amount": "9.99"}, sign), "a changed notification must be refused")
    return form


def closed_story(sandbox, pay):
    for number, act, expected in (
        ("INTEROP_closed", pay.api_alipay_trade_close, None),
        ("INTEROP_canceled", pay.api_alipay_trade_cancel, "close"),
    ):
        made = ok(pay.api_alipay_trade_precreate("to be closed", number, 0.01), "precreate")
        control(sandbox, "scan", {"payload": made["qr_code"]})
        done = ok(act(out_trade_no=number), number)
        expect(done.get("action") == expected, f"{number}: {done}")
        closed = ok(pay.api_alipay_trade_query(out_trade_no=number), "query")
        expect(closed["trade_status"] == "TRADE_CLOSED", f"{number}: {closed}")
        refused(pay.api_alipay_trade_close(out_trade_no=number), "ACQ.TRADE_STATUS_ERROR", "close of a closed one")
        refused(pay.api_alipay_trade_refund("0.01", out_trade_no=number), "ACQ.TRADE_HAS_CLOSE", "refund of an unpaid one")


def refusals(settings, pay):
    refused(pay.api_alipay_trade_precreate("x & y", "INTEROP_subject", "1.00"), "ACQ.INVALID_PARAMETER", "a subject with &")
    goods = [{"goods_id": "t", "goods_name": "茶", "quantity": 1, "price": "1.00"}]
    more = {"seller_id": settings["seller_id"], "product_code": "QR_CODE_OFFLINE", "goods_detail": goods, "operator_id": "o"}
    ok(pay.api_alipay_trade_precreate("tea", "INTEROP_more", "1.00", **more), "members that take no effect")
    for change, sub_code in (
        ({"seller_id": "2088000000000009"}, "ACQ.PARTNER_ERROR"),
        ({"product_code": "FAST_INSTANT_TRADE_PAY"}, "ACQ.INVALID_PARAMETER"),
        ({"goods_detail": [{"goods_id": "t"}]}, "ACQ.INVALID_PARAMETER"),
        ({"operator_id": "o" * 29}, "ACQ.INVALID_PARAMETER"),
    ):
        refused(pay.api_alipay_trade_precreate("tea", "INTEROP_odd", "1.00", **{**more, **change}), sub_code, f"{change}")
    for change, sub_code in (({"app_id": "2021000000000009"}, "isv.invalid-app-id"), ({"app_key": None}, "isv.invalid-signature")):
        # The client's own key in the wrong place: a signature that is none of the application's.
        key = pay._app_private_key_string if change.get("app_key", "") else foreign_key()
        stranger = client({**settings, **change, "app_key": key})
        try:
            stranger.api_alipay_trade_query(out_trade_no="INTEROP_closed")
            expect(False, f"{sub_code} was let in")
        except AliPayException as refusal:
            expect(sub_code in str(refusal), f"{sub_code}: {refusal}")


def foreign_key():
    from Cryptodome.PublicKey import RSA

    return RSA.generate(2048).export_key().decode()


def compare(job):
    pay = client(job)
    for request in job["requests"]:
        sent = dict(parse_qsl(urlsplit(request["url"]).query, strict_parsing=True))
        sent.update(parse_qsl(request["body"], strict_parsing=True))
        ours = sent.pop("sign")
        theirs = dict(parse_qsl(pay.sign_data(dict(sent)), strict_parsing=True))
        expect(theirs.pop("sign") == ours, f"signature of {sent}")
        expect(theirs == sent, f"parameters of {sent}")


if __name__ == "__main__":
    judge(__doc__, drive=drive, compare=compare)
