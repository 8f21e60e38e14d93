//! Codes of banks' schemes: checksum, amount, currency, account, and one reading only.

use protocol::Code;

use crate::{GOOD, sealed, verdict};

/// An honest Pix code over 12.34, with something put before, or in place of, one of its elements.
pub(crate) fn pix(old: &str, new: &str) -> Result<(), Code> {
    let honest = "00020126360014br.gov.bcb.pix0114+5511999999999520400005303986540512.345802BR5904Shop6003Rio";
    assert!(honest.contains(old), "{old}");
    verdict("pix", 1234, "BRL", &sealed(&honest.replacen(old, new, 1)))
}

#[test]
fn a_bank_code_with_another_checksum_is_refused() {
    for (method, amount, currency, payload) in GOOD.iter().skip(3) {
        let (start, digits) = payload.split_at(payload.len() - 4);
        assert_eq!(verdict(method, *amount, currency, &format!("{start}{}", digits.to_lowercase())), Ok(()));
        for wrong in [
            format!("{start}0000"),
            format!("{start}{}", &digits[..3]),
            format!("{start}+{}", &digits[1..]),
            format!("{payload} "),
            start.to_owned(),
        ] {
            assert_eq!(verdict(method, *amount, currency, &wrong), Err(Code::QrCrc), "{wrong}");
        }
    }
    // The checksum of `…63` without `04`, and one that stands before the end.
    let elements = "00020126360014br.gov.bcb.pix0114+55119999999995303986";
    let without = sealed(elements).replacen("6304", "63", 1);
    assert_eq!(verdict("pix", 1, "BRL", &without), Err(Code::QrCrc));
    assert_eq!(verdict("pix", 1, "BRL", &sealed(&sealed(elements))), Err(Code::QrScheme));
}

#[test]
fn another_amount_than_the_orders_is_refused() {
    for same in ["540512.34", "5406012.34", "540612.340"] {
        assert_eq!(pix("540512.34", same), Ok(()), "{same}");
    }
    for other in [
        "540512.35",
        "54041234",
        "540412.3",
        "540512,34",
        "5406-12.34",
        "54061.23e1",
        "54010",
        "54040.00",
        "540612.3.4",
        "54061 2.34",
        "5407+012.34",
        "54140000000012.34",
        "5406012.35",
        "540612.341",
    ] {
        assert_eq!(pix("540512.34", other), Err(Code::QrAmount), "{other}");
    }
    let zero = sealed("00020126360014br.gov.bcb.pix0114+5511999999999530398654010");
    assert_eq!(verdict("pix", 0, "BRL", &zero), Err(Code::QrAmount));
    let most = sealed("00020126360014br.gov.bcb.pix0114+551199999999953039865413999999999999.");
    assert_eq!(verdict("pix", 99_999_999_999_900, "BRL", &most), Ok(()));
}

#[test]
fn a_code_without_an_amount_is_refused_unless_it_is_a_dynamic_pix() {
    assert_eq!(pix("540512.34", ""), Err(Code::QrAmount));
    let account = "26360014br.gov.bcb.pix0114+5511999999999";
    let code = |method: &str, currency: &str, number: &str, account: &str| {
        verdict(method, 1234, currency, &sealed(&format!("000201{account}5303{number}")))
    };
    let dynamic = "26360014br.gov.bcb.pix2514pix.example/qr";
    assert_eq!(code("pix", "BRL", "986", account), Err(Code::QrAmount));
    assert_eq!(code("pix", "BRL", "986", dynamic), Ok(()));
    // With a key beside the address it could be either.
    for both in ["26450014br.gov.bcb.pix2514pix.example/qr0105+5511", "26450014br.gov.bcb.pix0105+55112514pix.example/qr"] {
        assert_eq!(code("pix", "BRL", "986", both), Err(Code::QrAmount), "{both}");
    }
    // Whatever it says itself is compared all the same.
    assert_eq!(code("pix", "BRL", "986540512.35", dynamic), Err(Code::QrAmount));
    // No other scheme has such an address.
    for (method, currency, number, account) in [
        ("paynow", "SGD", "702", "26310009SG.PAYNOW2514pix.example/qr"),
        ("promptpay", "THB", "764", "29370016A0000006770101112513pix.example/q"),
        ("fps", "HKD", "344", "26340012hk.com.hkicl2514pix.example/qr"),
        ("khqr", "USD", "840", "30270009shop@devb2510pix.exampl"),
    ] {
        assert_eq!(code(method, currency, number, account), Err(Code::QrAmount), "{method}");
        assert_eq!(code(method, currency, &format!("{number}540512.34"), account), Ok(()), "{method}");
    }
}

#[test]
fn amounts_follow_the_currencys_minor_units() {
    let vietnam = |amount: &str| sealed(&format!("00020138210010A00000072701031235303704540{}{amount}", amount.len()));
    assert_eq!(verdict("vietqr", 79000, "VND", &vietnam("79000")), Ok(()));
    assert_eq!(verdict("vietqr", 79000, "VND", &vietnam("79000.00")), Ok(()));
    assert_eq!(verdict("vietqr", 79000, "VND", &vietnam("790.00")), Err(Code::QrAmount));
    assert_eq!(verdict("vietqr", 79000, "VND", &vietnam("79000.50")), Err(Code::QrAmount));
    let rupiah = GOOD.iter().find(|(method, ..)| *method == "qris").unwrap().3;
    assert_eq!(verdict("qris", 25_000, "IDR", rupiah), Err(Code::QrAmount));
}

#[test]
fn another_currency_or_a_fee_on_top_is_refused() {
    assert_eq!(pix("5303986", "5303840"), Err(Code::QrAmount));
    assert_eq!(pix("5303986", ""), Err(Code::QrAmount));
    for fee in ["550201", "5502025604100.", "550203570510.00", "56041.00", "570510.00"] {
        assert_eq!(pix("5802BR", &format!("{fee}5802BR")), Err(Code::QrAmount), "{fee}");
    }
    let euro = sealed("00020126360014br.gov.bcb.pix0114+55119999999995303978540512.34");
    assert_eq!(verdict("pix", 1234, "EUR", &euro), Err(Code::QrAmount));
    for (currency, number) in [("CNY", "156"), ("HKD", "344"), ("KHR", "116")] {
        let code = |number: &str| sealed(&format!("00020126230012hk.com.hkicl02031235303{number}540512.34"));
        assert_eq!(verdict("fps", 1234, currency, &code(number)), Ok(()));
        assert_eq!(verdict("fps", 1234, currency, &code("999")), Err(Code::QrAmount));
    }
}

#[test]
fn exactly_one_account_of_the_methods_scheme_must_be_paid() {
    let account = "26360014br.gov.bcb.pix0114+5511999999999";
    assert_eq!(pix("br.gov.bcb.pix", "BR.GOV.BCB.PIX"), Ok(()));
    let others = format!("02164000000000000000{account}27200012com.other.me01000");
    assert_eq!(
        pix(account, &others.replace("27200012com.other.me01000", "27200012com.other.me0100")),
        Ok(()),
        "other schemes may stand beside it"
    );
    for other in [
        "",
        "26360014br.gov.bcb.pax0114+5511999999999",
        "26180014br.gov.bcb.pix",
        "26200014br.gov.bcb.pix01",
        "26221014br.gov.bcb.pix0100",
        "25360014br.gov.bcb.pix0114+5511999999999",
        "52360014br.gov.bcb.pix0114+5511999999999",
        "26370015br.gov.bcb.pixx0114+5511999999999",
    ] {
        assert_eq!(pix(account, other), Err(if other.starts_with("52") { Code::QrScheme } else { Code::QrPayee }), "{other}");
    }
    assert_eq!(pix(account, &format!("{account}{}", account.replacen("26", "51", 1))), Err(Code::QrPayee));
    for account in ["28190015john_smith@devb", "31190015john_smith@devb", "29190015john_smith.devb", "29190115john_smith@devb"] {
        assert_eq!(verdict("khqr", 100, "USD", &sealed(&format!("000201{account}5303840"))), Err(Code::QrPayee), "{account}");
    }
}

#[test]
fn what_two_readers_could_take_apart_differently_is_refused() {
    for (old, new) in [
        ("5802BR", "540512.345802BR"),
        ("5802BR", "00020158 2BR"),
        ("5802BR", "58A2BR"),
        ("5802BR", "5800"),
        ("5802BR", "58-1BR"),
        ("6003Rio", "6004Rio"),
        ("6003Rio", "6002Rio"),
        ("6003Rio", "60"),
        ("6003Rio", "6003Ri\u{7}"),
        ("6003Rio", "6003Ri\u{9b}"),
        ("000201", "0002\u{661}"),
        ("000201", "010212000201"),
    ] {
        assert_eq!(pix(old, new), Err(Code::QrScheme), "{old} → {new}");
    }
    // Lengths count characters, the checksum bytes (docs/spec/payloads.md §2).
    assert_eq!(pix("6003Rio", "6004São\u{1f375}"), Ok(()));
    assert_eq!(pix("6003Rio", "6004Ri\u{a0}o"), Ok(()), "the first character behind the C1 controls");
    assert_eq!(pix("6003Rio", "6004Ri\u{9f}o"), Err(Code::QrScheme), "the last of them");
    assert_eq!(pix("6003Rio", "6004Ri\u{df}o"), Ok(()), "its second byte alone is in their range");
    assert_eq!(pix("6003Rio", "6007São\u{1f375}"), Err(Code::QrScheme));
}
