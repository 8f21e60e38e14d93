"""Judges our bank codes with national libraries: `starkbank-brcode` (Pix), `qriskit` (QRIS), `vietnam-qr-pay` (VietQR), `promptpay-qr`
(PromptPay) and `hkqr` (FPS).

    judge.py read < cases    reads our payload of every case and compares the fields
    judge.py make < cases    prints a line of [index of the case, a library's payload for it]

Exits 0 and ends with the line "agreed" if all agree; says what differs otherwise. Cases as in judge.mjs.
"""

import json

import brcode.static
import promptpay_qr
import qriskit
from brcode.utils.brcodeId import jsonFromBrcode
from hkqr import HKQR
from judging import expect, judge
from vietnam_qr_pay import QRPay


def flat(tree, above=""):
    """Fields by their path: 26.01."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        else:
            yield above + key, value


def read_vietqr(payload):
    code = QRPay(payload)
    expect(code.is_valid, f"vietnam-qr-pay finds {payload} invalid")
    account = f"0006{code.consumer.bank_bin}01{len(code.consumer.bank_number):02}{code.consumer.bank_number}"
    provider = {"38.00": code.provider.guid, "38.01": account, "38.02": code.provider.service}
    return {**provider, "53": code.currency, "54": code.amount, "58": code.nation, "62.08": code.additional_data.purpose}


def read_qris(payload):
    issues = qriskit.validate(payload)
    expect(not issues, f"qriskit about {payload}: {issues}")
    return qriskit.parse(payload, strict=True)


def read_fps(payload):
    objects = {one["id"]: one.get("dataobjects", one["value"]) for one in HKQR("").decode_qrcode(payload)}
    within = {key: {one["id"]: one["value"] for one in value} for key, value in objects.items() if isinstance(value, list)}
    return dict(flat({**objects, **within}))


READERS = {
    "pix": lambda payload: dict(flat(jsonFromBrcode(payload))),
    "qris": read_qris,
    "vietqr": read_vietqr,
    "fps": read_fps,
}


def read(cases):
    for case in cases:
        if case["method"] not in READERS:
            continue
        found = READERS[case["method"]](case["payload"])
        for path, value in case["fields"].items():
            expect(found.get(path) == value, f"{path} of {case['payload']} is read as {found.get(path)!r}, not {value!r}")
    for case in cases:
        if case["method"] in ("pix", "qris", "vietqr"):
            spoilt = case["payload"][:-1] + ("1" if case["payload"].endswith("0") else "0")
            expect(refuses(case["method"], spoilt), f"{spoilt} was read")


def refuses(method, payload):
    if method == "vietqr":
        return not QRPay(payload).is_valid
    try:
        READERS[method](payload)
    except (ValueError, SystemExit):
        return True
    return False


def make_qris(case):
    account = case["account"]
    create = qriskit.MerchantAccount.create
    national = qriskit.MerchantAccount.national(nmid=account["national_id"], criteria=account["criteria"])
    acquirer = create(
        tag="26", guid=account["acquirer"], pan=account["pan"], merchant_id=account["merchant_id"], criteria=account["criteria"]
    )
    code = qriskit.build(
        merchant_name=case["name"],
        merchant_city=case["city"],
        mcc=case["category"],
        accounts=[acquirer, national],
        postal_code=case["postal_code"],
        amount=case["minor"] // 100,
        additional_data={"05": case["reference"]},
    )
    return code.dumps()


def make_pix(case):
    facts = {"key": case["account"]["key"], "name": case["name"], "city": case["city"], "mcc": case["category"]}
    return brcode.static.fromJson({**facts, "txid": case["reference"], "amount": case["minor"]})


def make_vietqr(case):
    return QRPay.init_viet_qr(case["account"]["bank"], case["account"]["account"], case["amount"], case["reference"]).build()


MAKERS = {
    "pix": make_pix,
    "qris": make_qris,
    "vietqr": make_vietqr,
    "promptpay": lambda case: promptpay_qr.generate_payload(case["account"]["wanted"], case["minor"] / 100),
    "fps": lambda case: HKQR(case["account"]["id"]).create_hkqr_code(case["amount"], reference_id=case["reference"]),
}


def make(cases):
    print(json.dumps([[index, MAKERS[case["method"]](case)] for index, case in enumerate(cases) if case["method"] in MAKERS]))


if __name__ == "__main__":
    judge(__doc__, read=read, make=make)
