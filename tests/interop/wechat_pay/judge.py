"""Judges our WeChat Pay with the independent client `wechatpayv3`.

    judge.py drive SANDBOX_URL     plays a merchant against the sandbox, from prepay to notification
    judge.py compare < requests    signs the requests of our gateway again and compares every byte

Exits 0 and ends with the line "agreed" if both sides agree; says what differs otherwise.
"""

import gzip
import hashlib
import json
import time
from unittest import mock

import requests
from judging import PATIENCE, Merchant, control, expect, judge, settings_of
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core
from wechatpayv3.utils import build_authorization, load_private_key, rsa_sign


def client(settings, notify_url):
    key_id = settings["public_key_id"]
    pay = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=settings["mchid"],
        private_key=settings["merchant_key"],
        cert_serial_no=settings["merchant_serial"],
        appid=settings["appid"],
        apiv3_key=settings["apiv3_key"],
        notify_url=notify_url,
        timeout=PATIENCE,
        public_key=settings["platform_keys"][key_id],
        public_key_id=key_id,
    )
    # There is no option for it.
    pay._core._gate_way = settings["base_url"]
    return pay


def state(pay, **query):
    status, body = pay.query(**query)
    expect(status == 200, f"query: {status} {body}")
    return json.loads(body)


def drive(sandbox):
    settings = settings_of(sandbox, "wechat_pay")
    merchant = Merchant("/notify/wechat_pay", 204)
    pay = client(settings, merchant.url)

    paid_story(sandbox, pay, merchant)
    closed_story(pay)
    surfaces(sandbox, settings, pay, merchant)
    refunds(sandbox, pay, merchant)
    refusals(settings, pay)
    certificates(sandbox, settings, merchant)
    # The last, because it moves the clock.
    bills(sandbox, pay)


def paid_story(sandbox, pay, merchant):
    number, amount = "INTEROP*1-a_paid", {"total": 1250, "currency": "CNY"}
    status, body = pay.pay(description="测试 order", out_trade_no=number, amount=amount, attach="附加", support_fapiao=True)
    expect(status == 200, f"prepay: {status} {body}")
    code_url = json.loads(body)["code_url"]
    expect(code_url.startswith("weixin://wxpay/bizpayurl"), f"code_url: {code_url}")

    waiting = state(pay, out_trade_no=number)
    expect(waiting["trade_state"] == "NOTPAY", f"before payment: {waiting}")
    control(sandbox, "pay", {"payload": code_url})
    paid = state(pay, out_trade_no=number)
    expect(paid["trade_state"] == "SUCCESS" and paid["amount"]["total"] == 1250, f"after payment: {paid}")
    expect(paid["attach"] == "附加" and paid["trade_type"] == "NATIVE", f"after payment: {paid}")
    expect(state(pay, transaction_id=paid["transaction_id"]) == paid, "query by the provider's number")

    status, body = pay.close(number)
    expect(status == 400 and json.loads(body)["code"] == "ORDERPAID", f"closing a paid one: {status} {body}")
    notified(pay, merchant, paid)


def notified(pay, merchant, paid):
    headers, body = merchant.next()
    event = pay.callback(headers, body)
    expect(event is not None, "the notification's signature")
    expect(event["event_type"] == "TRANSACTION.SUCCESS", f"event: {event}")
    expect(event["resource"] == paid, f"notified {event['resource']}, queried {paid}")
    nonce = next(name for name in headers if name.lower() == "wechatpay-nonce")
    expect(pay.callback({**headers, nonce: "other"}, body) is None, "a changed notification must be refused")


def closed_story(pay):
    number = "INTEROP-closed"
    status, body = pay.pay(description="to be closed", out_trade_no=number, amount={"total": 1})
    expect(status == 200, f"prepay: {status} {body}")
    for _ in range(2):
        status, body = pay.close(number)
        expect(status == 204 and not body, f"close: {status} {body}")
    closed = state(pay, out_trade_no=number)
    expect(closed["trade_state"] == "CLOSED", f"after close: {closed}")


def surfaces(sandbox, settings, pay, merchant):
    scene = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
    jump = prepaid(pay, "INTEROP-h5", WeChatPayType.H5, scene_info=scene)["h5_url"]
    expect(jump.startswith(f"{settings['base_url']}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id="), f"h5_url: {jump}")
    # Who holds the phone, as the account of this appid knows them.
    openid = requests.get(f"{sandbox}/sandbox/official_account", timeout=PATIENCE).json()["openid"]
    prepay_id = prepaid(pay, "INTEROP-jsapi", WeChatPayType.JSAPI, payer={"openid": openid})["prepay_id"]
    someone = {"payer": {"openid": "oINTEROP"}, "pay_type": WeChatPayType.JSAPI}
    status, body = pay.pay(description="x", out_trade_no="INTEROP-someone", amount={"total": 1}, **someone)
    expect(status == 500 and json.loads(body)["code"] == "OPENID_MISMATCH", f"another account's openid: {status} {body}")
    call = bridge(sandbox, settings, pay, prepay_id)
    acts = {
        "MWEB": ("INTEROP-h5", lambda: control(sandbox, "pay", {"payload": jump})),
        "JSAPI": ("INTEROP-jsapi", lambda: control(sandbox, "wechat_pay/bridge?answer=pay", call)),
    }
    for kind, (number, act) in acts.items():
        act()
        paid = state(pay, out_trade_no=number)
        expect(paid["trade_type"] == kind and paid["trade_state"] == "SUCCESS", f"{kind}: {paid}")
        notified(pay, merchant, paid)
    expect(paid["payer"]["openid"] == openid, f"payer: {paid}")
    poor = {"scene_info": {"payer_client_ip": "::1"}, "pay_type": WeChatPayType.H5}
    status, body = pay.pay(description="x", out_trade_no="INTEROP-scene", amount={"total": 1}, **poor)
    expect(status == 400 and json.loads(body)["code"] == "PARAM_ERROR", f"H5 without its scene: {status} {body}")


def prepaid(pay, number, kind, **more):
    status, body = pay.pay(description="x", out_trade_no=number, amount={"total": 100}, pay_type=kind, **more)
    expect(status == 200, f"prepay {kind}: {status} {body}")
    return json.loads(body)


def refunds(sandbox, pay, merchant):
    number, amount = "INTEROP-h5", {"refund": 30, "total": 100, "currency": "CNY"}
    for _ in range(2):
        status, body = pay.refund("INTEROP@r1", amount, out_trade_no=number, reason="太多")
        accepted = json.loads(body)
        expect(status == 200 and accepted["status"] == "PROCESSING", f"refund: {status} {body}")
    control(sandbox, "clock", {"advance_seconds": 5})
    status, body = pay.query_refund("INTEROP@r1")
    ended = json.loads(body)
    expect(status == 200 and ended["status"] == "SUCCESS" and ended["amount"]["refund"] == 30, f"refund query: {status} {body}")
    headers, body = merchant.next()
    event = pay.callback(headers, body)
    expect(event is not None and event["event_type"] == "REFUND.SUCCESS", f"refund's notification: {event}")
    told = event["resource"]
    expect((told["refund_status"], told["refund_id"]) == ("SUCCESS", ended["refund_id"]), f"refund's notification: {told}")
    expect(state(pay, out_trade_no=number)["trade_state"] == "REFUND", "state after a refund")
    status, body = pay.refund("INTEROP@r1", {**amount, "refund": 31}, out_trade_no=number)
    expect(status == 400 and json.loads(body)["code"] == "INVALID_REQUEST", f"another amount: {status} {body}")
    status, body = pay.query_refund("INTEROP@r2")
    expect(status == 404 and json.loads(body)["code"] == "RESOURCE_NOT_EXISTS", f"unknown refund: {status} {body}")
    stuck_refund(sandbox, pay, merchant, amount)


def stuck_refund(sandbox, pay, merchant, amount):
    """One that the shopper's account cannot take goes to a card, whose number the client encrypts."""
    control(sandbox, "faults", {"abnormal_refund": True})
    status, body = pay.refund("INTEROP@stuck", amount, out_trade_no="INTEROP-jsapi")
    control(sandbox, "clock", {"advance_seconds": 5})
    told = pay.callback(*merchant.next())
    expect(told is not None and told["event_type"] == "REFUND.ABNORMAL", f"a stuck refund: {told}")
    refund_id = json.loads(body)["refund_id"]
    card = {"bank_type": "ICBC_DEBIT", "bank_account": "6222000000000000", "real_name": "张三"}
    status, body = pay.abnormal_refund(refund_id, "INTEROP@stuck", "USER_BANK_CARD", **card)
    expect(status == 200 and json.loads(body)["status"] == "PROCESSING", f"to a card: {status} {body}")
    control(sandbox, "clock", {"advance_seconds": 5})
    told = pay.callback(*merchant.next())
    expect(told is not None and told["event_type"] == "REFUND.SUCCESS", f"arrived at the card: {told}")
    status, body = pay.abnormal_refund(refund_id, "INTEROP@stuck", "MERCHANT_BANK_CARD")
    expect(status == 400 and json.loads(body)["code"] == "INVALID_REQUEST", f"a second time: {status} {body}")
    control(sandbox, "faults", {})


def certificates(sandbox, settings, merchant):
    """The older mode: the client downloads the certificates while it is constructed, and knows no public key; two while one takes
    over from the other, and either signs."""
    address = property(lambda _: settings["base_url"], lambda _, __: None)
    for signing, count in (("certificate", 1), ("rotating", 2)):
        control(sandbox, "faults", {"signing": signing})
        with mock.patch.object(Core, "_gate_way", address, create=True):
            pay = client({**settings, "public_key_id": None, "platform_keys": {None: None}}, merchant.url)
            expect(len(pay._core._certificates) == count, f"{count} in use: {pay._core._certificates}")
            for number in range(4):
                number = f"INTEROP-{signing}-{number}"
                code = prepaid(pay, number, WeChatPayType.NATIVE)["code_url"]
                control(sandbox, "pay", {"payload": code})
                notified(pay, merchant, state(pay, out_trade_no=number))
    control(sandbox, "faults", {})


def bridge(sandbox, settings, pay, prepay_id):
    """What the client signs for a page inside of WeChat is what WeChat shows, and nothing else is."""
    call = {"appId": settings["appid"], "timeStamp": "1767225600", "nonceStr": "nonce", "package": f"prepay_id={prepay_id}"}
    call = {**call, "signType": "RSA", "paySign": pay.sign(list(call.values()))}
    told = control(sandbox, "wechat_pay/bridge?answer=not_now", call)
    expect(told == {"err_msg": "get_brand_wcpay_request:cancel"}, f"the bridge: {told}")
    told = control(sandbox, "wechat_pay/bridge?answer=pay", {**call, "nonceStr": "other"})
    expect(told["err_msg"] == "get_brand_wcpay_request:fail", f"the bridge, of another signature: {told}")
    return call


def bills(sandbox, pay):
    """Of today, seen from the day after tomorrow; the client's clock is moved along."""
    today, later = time.time(), 2 * 24 * 3600
    control(sandbox, "clock", {"advance_seconds": later})
    date = time.strftime("%Y-%m-%d", time.gmtime(today + 8 * 3600))
    with mock.patch("wechatpayv3.utils.time.time", return_value=int(today + later)):
        for gzipped in (True, False):
            path = f"/v3/bill/tradebill?bill_date={date}&bill_type=ALL"
            status, body = pay.trade_bill(date) if gzipped else pay._core.request(path)
            expect(status == 200, f"bill: {status} {body}")
            offer = json.loads(body)
            status, file = pay.download_bill(offer["download_url"])
            expect(status == 200, f"download: {status} {file}")
            file = gzip.decompress(file) if gzipped else file
            expect(hashlib.sha1(file).hexdigest() == offer["hash_value"], "digest of the plain file")
            read_bill(file.decode())
        status, body = pay.fundflow_bill(date)
        expect(status == 200, f"fund flow: {status} {body}")
        offer = json.loads(body)
        status, file = pay.download_bill(offer["download_url"])
        file = gzip.decompress(file)
        expect(hashlib.sha1(file).hexdigest() == offer["hash_value"], "digest of the fund flow")
        read_fund_flow(file.decode())
        status, body = pay.fundflow_bill(date, account_type="FEES")
        expect(status == 400 and json.loads(body)["code"] == "NO_STATEMENT_EXIST", f"no fees: {status} {body}")
        status, body = pay.trade_bill("2020-01-01")
        expect(status == 400 and json.loads(body)["code"] == "INVALID_REQUEST", f"an old bill: {status} {body}")
        status, body = pay.download_bill("/v3/billdownload/file?token=none")
        expect(status == 400, f"a token of nothing: {status} {body}")


def read_bill(text):
    header, *lines, _, sums = text.splitlines()
    rows = [dict(zip(header.split(","), line[1:].split(",`"), strict=True)) for line in lines]
    numbers = [row["商户订单号"] for row in rows if row["交易状态"] == "SUCCESS"]
    expect({"INTEROP*1-a_paid", "INTEROP-h5", "INTEROP-jsapi"} <= set(numbers), f"payments: {numbers}")
    refund = next(row for row in rows if row["商户退款单号"] == "INTEROP@r1")
    attached = {row["商户订单号"]: row["商户数据包"] for row in rows}
    expect(attached["INTEROP*1-a_paid"] == "附加", f"attach: {attached}")
    expect((refund["申请退款金额"], refund["退款状态"]) == ("0.30", "SUCCESS"), f"refund: {refund}")
    expect(int(sums[1:].split(",`")[0]) == len(rows), f"sums: {sums}")


def read_fund_flow(text):
    header, *lines, _, sums = text.splitlines()
    rows = [dict(zip(header.split(","), line[1:].split(",`"), strict=True)) for line in lines]
    flowed = {row["业务凭证号"]: (row["收支类型"], row["收支金额(元)"]) for row in rows}
    expect(flowed["INTEROP*1-a_paid"] == ("收入", "12.50") and flowed["INTEROP@r1"] == ("支出", "0.30"), f"flowed: {flowed}")
    count, incomes, income, expenses, expense = sums[1:].split(",`")
    expect(int(count) == len(rows) == int(incomes) + int(expenses), f"counts: {sums}")
    fen = [int(amount.replace(".", "")) for amount in (income, expense, rows[-1]["账户结余(元)"])]
    expect(fen[0] - fen[1] == fen[2], f"balance: {fen}")


def refusals(settings, pay):
    status, body = pay.query(out_trade_no="INTEROP-unknown")
    expect(status == 404 and json.loads(body)["code"] == "ORDER_NOT_EXIST", f"unknown: {status} {body}")
    status, body = pay.pay(description="x", out_trade_no="INTEROP-scene", amount={"total": 1}, scene_info={"ip": "::1"})
    expect(status == 400 and json.loads(body)["code"] == "PARAM_ERROR", f"unknown member: {status} {body}")
    for text, words in [("字" * 43, "字节数 129，大于最大值 127"), ("tea \U0001f375", "请求内容传入了非UTF8参数")]:
        status, body = pay.pay(description=text, out_trade_no="INTEROP-lively", amount={"total": 1})
        expect(status == 400 and words in json.loads(body)["message"], f"a text of another measure: {status} {body}")
    stranger = client({**settings, "merchant_serial": "0" * 40}, "http://127.0.0.1:1/")
    status, body = stranger.query(out_trade_no="INTEROP-closed")
    expect(status == 401 and json.loads(body)["code"] == "SIGN_ERROR", f"stranger: {status} {body}")


def compare(job):
    key = load_private_key(job["merchant_key"])
    for request in job["requests"]:
        with mock.patch("wechatpayv3.utils.time.time", return_value=request["timestamp"]):
            theirs = build_authorization(
                request["target"],
                request["method"],
                job["mchid"],
                job["merchant_serial"],
                key,
                data=request["body"],
                nonce_str=request["nonce"],
            )
        expect(theirs == request["authorization"], f"{request['target']}:\nours   {request['authorization']}\ntheirs {theirs}")
    bridge = job["bridge"]
    theirs = rsa_sign(key, "".join(f"{bridge[name]}\n" for name in ("appId", "timeStamp", "nonceStr", "package")))
    expect(theirs == bridge["paySign"], f"the bridge's signature: ours {bridge['paySign']}, theirs {theirs}")


if __name__ == "__main__":
    judge(__doc__, drive=drive, compare=compare)
