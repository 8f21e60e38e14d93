//! Bank codes against payloads that libraries of other people made: the same fields, in whatever order they stand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

use gateway::Family;
use gateway::emv::{Account, Demand, Payee, payload};

use bank_codes::{fields, khqr, qris, text};

mod bank_codes;

fn payee(name: &str, city: &str, category: &str) -> Payee {
    Payee { name: name.to_owned(), city: city.to_owned(), category: category.to_owned(), postal_code: Some("10110".to_owned()) }
}

fn demand<'a>(amount: i64, currency: &'a str, reference: &'a str) -> Demand<'a> {
    Demand { amount, currency, reference, made_at: 0, expires_at: 900 }
}

type Sample = (Account, Payee, Demand<'static>, &'static str);

/// Made by promptpay-qr, vietnam-qr-pay and pypaynowsg; the last is the specification of Pix.
fn samples_of_libraries() -> Vec<Sample> {
    vec![
        (
            Account::PromptPay { target: text("812345675") },
            payee("x", "x", "0000"),
            demand(422, "THB", ""),
            "00020101021229370016A000000677010111011300668123456755802TH530376454044.22630444FE",
        ),
        (
            Account::PromptPay { target: text("1111111111111") },
            payee("x", "x", "0000"),
            demand(10_000, "THB", ""),
            "00020101021229370016A000000677010111021311111111111115802TH53037645406100.0063046B52",
        ),
        (
            Account::VietQr { bank: text("970415"), account: text("113366668888") },
            payee("x", "x", "0000"),
            demand(79_000, "VND", "thanh toan don hang"),
            "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA53037045405790005802VN62230819thanh toan don hang63048A24",
        ),
        (
            Account::PayNow { proxy: text("201403121W"), expires_on: Some(text("20301231")) },
            payee("ACME PTE LTD", "Singapore", "0000"),
            demand(50_000, "SGD", "TQINV-10001"),
            concat!(
                "00020101021126490009SG.PAYNOW010120210201403121W030100408203012315204000053037025406500.005802SG",
                "5912ACME PTE LTD6009Singapore62150111TQINV-1000163040973"
            ),
        ),
        (
            Account::Pix { key: text("123e4567-e12b-12d1-a456-426655440000") },
            payee("Fulano de Tal", "BRASILIA", "0000"),
            demand(1, "BRL", "***"),
            concat!(
                "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR",
                "5913Fulano de Tal6008BRASILIA62070503***63041D3D"
            ),
        ),
    ]
}

/// Composed by hand, and read by steplix-emvqr, promptparse, ts-khqr and bakong-khqr; qriskit made the Indonesian one.
fn samples_that_libraries_read() -> Vec<Sample> {
    let timed = Demand { made_at: 1_893_456_000, expires_at: 4_102_444_800, ..demand(150, "USD", "INV-1") };
    vec![
        (
            qris(),
            payee("TOKO CONTOH", "JAKARTA", "5411"),
            demand(2_500_000, "IDR", "INV-1"),
            concat!(
                "00020101021226640017ID.CO.EXAMPLE.WWW0118936009990000000009021000000000090303UMI51440014ID.CO.QRIS.WWW0215ID1020000000001",
                "0303UMI5204541153033605405250005802ID5911TOKO CONTOH6007JAKARTA61051011062090505INV-16304528B"
            ),
        ),
        (
            Account::Fps { id: text("0000000") },
            payee("NA", "HK", "0000"),
            demand(2220, "HKD", "ORD-1"),
            "00020101021226270012hk.com.hkicl02070000000520400005303344540522.205802HK5902NA6002HK62090505ORD-163042AD8",
        ),
        (
            Account::DuitNow { acquirer: text("501664"), merchant_id: text("123456789") },
            payee("KEDAI CONTOH", "KUALA LUMPUR", "5411"),
            demand(1000, "MYR", "ORD-1"),
            concat!(
                "00020201021226410014A000000615000101065016640209123456789520454115303458540510.005802MY",
                "5912KEDAI CONTOH6012KUALA LUMPUR62090505ORD-163042EAD"
            ),
        ),
        (
            khqr(),
            payee("Coffee Shop", "Phnom Penh", "5999"),
            timed,
            concat!(
                "00020101021230350009shop@devb01061234560208Dev Bank52045999530384054041.505802KH",
                "5911Coffee Shop6010Phnom Penh62090105INV-19934001318934560000000113410244480000063042BD9"
            ),
        ),
    ]
}

#[test]
fn every_profile_has_the_fields_of_what_libraries_made() {
    for (account, payee, demand, sample) in samples_of_libraries() {
        let (mut ours, mut theirs) = (fields(&payload(&account, &payee, &demand).unwrap()), fields(sample));
        match account {
            // That library writes 11 even where there is an amount.
            Account::PayNow { .. } => assert_eq!((ours.remove("01"), theirs.remove("01")), (Some(text("12")), Some(text("11")))),
            // The specification's sample leaves the amount to the payer.
            Account::Pix { .. } => assert_eq!(ours.remove("54"), Some(text("0.01"))),
            _ => {}
        }
        assert_eq!(ours, theirs);
    }
}

#[test]
fn codes_whose_order_is_ours_are_equal_to_the_last_digit_of_the_checksum() {
    for (account, payee, demand, sample) in samples_that_libraries_read() {
        assert_eq!(payload(&account, &payee, &demand).unwrap(), sample);
    }
}

#[test]
fn what_a_profile_cannot_say_is_refused_and_a_setting_at_fault_is_named() {
    let vietqr = Account::VietQr { bank: text("970415"), account: text("1") };
    let family = |account: &Account, payee: &Payee, demand: &Demand<'_>| payload(account, payee, demand).unwrap_err().family();
    let shop = payee("Shop", "City", "0000");
    assert_eq!(family(&vietqr, &shop, &demand(1, "USD", "A")), Family::Refused);
    assert_eq!(family(&vietqr, &shop, &demand(0, "VND", "A")), Family::Refused);
    assert_eq!(family(&qris(), &shop, &demand(2_500_001, "IDR", "A")), Family::Refused);
    assert_eq!(family(&qris(), &payee("", "City", "0000"), &demand(100, "IDR", "A")), Family::Configuration);
    assert_eq!(family(&vietqr, &shop, &demand(1, "VND", "a/b")), Family::Configuration);
    let pix = Account::Pix { key: text("shop@example.com") };
    assert_eq!(family(&pix, &shop, &demand(1, "BRL", "ORD-1")), Family::Configuration);
    for account in [
        Account::PromptPay { target: text("12345") },
        Account::VietQr { bank: text("97041"), account: text("1") },
        Account::Fps { id: text("12a4567") },
        Account::Khqr { bakong_id: text("shop"), merchant_id: text("1"), bank: text("b") },
    ] {
        assert_eq!(family(&account, &shop, &demand(100, "THB", "A")), Family::Configuration);
    }
}
