"""Judges our bank codes with national libraries: `starkbank-brcode` and `pybrcode` (Pix), `qriskit` (QRIS), `vietnam-qr-pay` (VietQR),
`promptpay-qr` (PromptPay), `pyPayNowSg` (PayNow), `bakong-khqr` (KHQR) and `hkqr` (FPS).

    judge.py read < cases    reads our payload of every case and compares the fields
    judge.py make < cases    prints a line of [index of the case, a library's payload for it, paths that the library is not told]

Exits 0 and ends with the line "agreed" if all agree; says what differs otherwise. Cases as in judge.mjs.
"""

import json
from datetime import UTC, datetime, timedelta

import brcode.static
import promptpay_qr
import qriskit
from bakong_khqr import KHQR
from brcode.utils.brcodeId import jsonFromBrcode
from hkqr import HKQR
from judging import expect, judge
from pybrcode.pix import Data, Pix, PixKeyURI
from pyPayNowSg.PayNowConfigFactory import PayNowConfigFactory
from pyPayNowSg.PayNowSerializer import PayNowSerializer
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


def make_pix_by_pybrcode(case):
    code = Pix()
    # It calls every code one of a single payment unless it is told not to say either.
    code.payload["poim"] = None
    code.payload["mcc"] = Data(52, case["category"])
    code.setMaiKey(PixKeyURI(case["account"]["key"]).toData())
    code.setTamount(case["minor"] / 100)
    code.setMname(case["name"])
    code.setMcity(case["city"])
    code.setPixID(case["reference"])
    # It writes the scheme in capitals, which is the same scheme.
    expect("0014BR.GOV.BCB.PIX" in str(code), f"pybrcode writes the scheme in another way: {code}")
    return str(code), ["26.00"]


def make_paynow(case):
    # Eight hours ahead, the whole year.
    expires = datetime.fromtimestamp(case["expires_at"], UTC) + timedelta(hours=8)
    account = PayNowConfigFactory.build_merchant_account_info(2, case["account"]["proxy"], False, f"{expires:%Y%m%d%H%M%S}")
    reference = PayNowConfigFactory.build_additional_data(case["reference"])
    payload = PayNowSerializer.serialize(case["name"], account, case["amount"], reference)
    expect(payload.startswith("000201010211"), f"pyPayNowSg no longer calls a code with an amount reusable: {payload}")
    return payload, ["01"]


def make_khqr(case):
    payload = KHQR().create_qr(
        amount=case["minor"] / 100,
        account_id=case["account"]["bakong_id"],
        merchant_name=case["name"],
        merchant_city=case["city"],
        currency=case["currency"],
        bill_number=case["reference"],
    )
    account = case["account"]["bakong_id"]
    # It knows accounts of persons only, which stand in 29 without a bank, and ends its codes after whole days.
    expect(f"00{len(account):02}{account}" in payload, f"bakong-khqr about {account}: {payload}")
    return str(payload), ["29.00", "30.00", "30.01", "30.02", "99.01"]


def alone(maker):
    """A library that is told everything."""
    return lambda case: (maker(case), [])


MAKERS = {
    "pix": [alone(make_pix), make_pix_by_pybrcode],
    "qris": [alone(make_qris)],
    "vietqr": [alone(make_vietqr)],
    "promptpay": [alone(lambda case: promptpay_qr.generate_payload(case["account"]["wanted"], case["minor"] / 100))],
    "paynow": [make_paynow],
    "khqr": [make_khqr],
    "fps": [alone(lambda case: HKQR(case["account"]["id"]).create_hkqr_code(case["amount"], reference_id=case["reference"]))],
}


def make(cases):
    made = [(index, maker(case)) for index, case in enumerate(cases) for maker in MAKERS.get(case["method"], [])]
    print(json.dumps([[index, payload, untold] for index, (payload, untold) in made]))


if __name__ == "__main__":
    judge(__doc__, read=read, make=make)
