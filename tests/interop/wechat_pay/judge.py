"""Judges our WeChat Pay with the independent client `wechatpayv3`.

    judge.py drive SANDBOX_URL     plays a merchant against the sandbox, from prepay to notification
    judge.py compare < requests    signs the requests of our gateway again and compares every byte

Exits 0 and ends with the line "agreed" if both sides agree; says what differs otherwise.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from unittest import mock

import requests
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import build_authorization, load_private_key

PATIENCE = 20


def expect(holds, what):
    if not holds:
        sys.exit(f"disagreed: {what}")


class Merchant:
    """A merchant's notification endpoint; keeps what arrives."""

    def __init__(self):
        self.arrivals = Queue()
        arrivals = self.arrivals

        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                arrivals.put((dict(self.headers.items()), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Endpoint)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notify/wechat_pay"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


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
    pay._core._gate_way = settings["base_url"]
    return pay


def control(sandbox, path, body):
    reply = requests.post(f"{sandbox}/sandbox/{path}", json=body, timeout=PATIENCE)
    expect(reply.ok, f"control {path}: {reply.status_code} {reply.text}")
    return reply.json()


def state(pay, **query):
    status, body = pay.query(**query)
    expect(status == 200, f"query: {status} {body}")
    return json.loads(body)


def drive(sandbox):
    settings = requests.get(f"{sandbox}/sandbox/settings", timeout=PATIENCE).json()["wechat_pay"]
    merchant = Merchant()
    pay = client(settings, merchant.url)

    paid_story(sandbox, pay, merchant)
    closed_story(pay)
    refusals(settings, pay)


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
    headers, body = merchant.arrivals.get(timeout=PATIENCE)
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


def refusals(settings, pay):
    status, body = pay.query(out_trade_no="INTEROP-unknown")
    expect(status == 404 and json.loads(body)["code"] == "ORDER_NOT_EXIST", f"unknown: {status} {body}")
    status, body = pay.pay(description="x", out_trade_no="INTEROP-scene", amount={"total": 1}, scene_info={"ip": "::1"})
    expect(status == 400 and json.loads(body)["code"] == "PARAM_ERROR", f"unknown member: {status} {body}")
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


if __name__ == "__main__":
    if sys.argv[1:2] == ["drive"]:
        drive(sys.argv[2])
    elif sys.argv[1:] == ["compare"]:
        compare(json.load(sys.stdin))
    else:
        sys.exit(__doc__)
    print("agreed")
