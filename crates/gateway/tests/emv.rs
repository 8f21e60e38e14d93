//! Bank codes against payloads that libraries of other people made: the same fields, in whatever order they stand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

use std::collections::BTreeMap;

use bank_codes::{fields, khqr, qris, text};
use gateway::emv::{Account, Demand, Payee, payload};
use gateway::{Family, GatewayError};

mod bank_codes;

fn payee(name: &str, city: &str, category: &str) -> Payee {
    Payee { name: name.to_owned(), city: city.to_owned(), category: category.to_owned(), postal_code: Some("10110".to_owned()) }
}

fn demand<'a>(amount: i64, currency: &'a str, reference: &'a str) -> Demand<'a> {
    Demand { amount, currency, reference, terminal: None, made_at: 0, expires_at: 900 }
}

/// Codes that other people's libraries made or read, and samples of the specifications, by name.
fn vectors() -> BTreeMap<String, String> {
    serde_json::from_str(include_str!("../vectors/emv.json")).unwrap()
}

type Sample = (&'static str, Account, Payee, Demand<'static>);

/// Made by promptpay-qr, vietnam-qr-pay and pypaynowsg; the last is the specification of Pix.
fn samples_of_libraries() -> Vec<Sample> {
    let nobody = || payee("x", "x", "0000");
    vec![
        ("promptpay-mobile", Account::PromptPay { target: text("801234567") }, nobody(), demand(422, "THB", "")),
        ("promptpay-taxid", Account::PromptPay { target: text("1111111111111") }, nobody(), demand(10_000, "THB", "")),
        ("promptpay-ewallet", Account::PromptPay { target: text("012345678901234") }, nobody(), demand(2_000, "THB", "")),
        (
            "vietqr",
            Account::VietQr { bank: text("970415"), account: text("113366668888") },
            nobody(),
            demand(79_000, "VND", "thanh toan don hang"),
        ),
        (
            "paynow",
            Account::PayNow { proxy: text("201403121W") },
            payee("ACME PTE LTD", "Another city", "0000"),
            // The last second of 2030 in Singapore.
            Demand { expires_at: 1_924_963_199, ..demand(50_000, "SGD", "TQINV-10001") },
        ),
        (
            "pix-static",
            Account::Pix { key: text("123e4567-e12b-12d1-a456-426655440000") },
            payee("Fulano de Tal", "BRASILIA", "0000"),
            demand(1, "BRL", "***"),
        ),
    ]
}

/// Composed by hand, and read by steplix-emvqr, promptparse, ts-khqr and bakong-khqr; qriskit made the Indonesian one.
fn samples_that_libraries_read() -> Vec<Sample> {
    let timed = Demand { made_at: 1_893_456_000, expires_at: 4_102_444_800, ..demand(150, "USD", "INV-1") };
    let duitnow = Account::DuitNow { acquirer: text("501664"), merchant_id: text("123456789") };
    vec![
        ("qris", qris(), payee("TOKO CONTOH", "JAKARTA", "5411"), demand(2_500_000, "IDR", "INV-1")),
        // What these two profiles fix, no setting changes.
        ("fps", Account::Fps { id: text("0000000") }, payee("Another name", "Another city", "0000"), demand(2220, "HKD", "ORD-1")),
        ("khqr-merchant", khqr(), payee("Coffee Shop", "Phnom Penh", "5411"), timed),
        ("duitnow", duitnow, payee("KEDAI CONTOH", "KUALA LUMPUR", "5411"), demand(1000, "MYR", "ORD-1")),
    ]
}

#[test]
fn every_sample_has_the_checksum_of_its_bytes() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 17);
    // What reads the fields judges the checksum as well.
    assert!(vectors.values().all(|sample| fields(sample).contains_key("53")));
    assert_eq!(fields(&vectors["emvco-utf8"])["64.01"], "最佳运输");
}

#[test]
fn every_profile_has_the_fields_of_what_libraries_made() {
    let vectors = vectors();
    for (name, account, payee, demand) in samples_of_libraries() {
        let (mut ours, mut theirs) = (fields(&payload(&account, &payee, &demand).unwrap()), fields(&vectors[name]));
        match account {
            Account::PayNow { .. } => {
                // That library writes 11 even where there is an amount, and was told a day where ours says the second.
                assert_eq!((ours.remove("01"), theirs.remove("01")), (Some(text("12")), Some(text("11"))));
                assert_eq!((ours.remove("26.04"), theirs.remove("26.04")), (Some(text("20301231235959")), Some(text("20301231"))));
            }
            // The specification's sample leaves the amount to the payer.
            Account::Pix { .. } => assert_eq!(ours.remove("54"), Some(text("0.01"))),
            _ => {}
        }
        assert_eq!(ours, theirs, "{name}");
    }
}

#[test]
fn codes_whose_order_is_ours_are_equal_to_the_last_digit_of_the_checksum() {
    let vectors = vectors();
    for (name, account, payee, demand) in samples_that_libraries_read() {
        assert_eq!(payload(&account, &payee, &demand).unwrap(), vectors[name]);
    }
}

/// The setting that is refused.
fn fault(account: &Account, payee: &Payee) -> Option<&'static str> {
    let currency =
        ["BRL", "THB", "SGD", "IDR", "VND", "HKD", "MYR", "USD"].into_iter().find(|currency| account.limits(currency).is_some()).unwrap();
    match payload(account, payee, &demand(100, currency, "A1")) {
        Err(GatewayError::Configuration { key, .. }) => Some(key),
        other => {
            other.unwrap();
            None
        }
    }
}

#[test]
fn a_payee_longer_than_the_form_or_not_of_ascii_is_refused_by_its_key_where_the_profile_shows_it() {
    let pix = Account::Pix { key: text("shop@example.com") };
    let khqr = khqr();
    let (longest, city) = ("N".repeat(25), "C".repeat(15));
    let good = payee(&longest, &city, "5411");
    for account in [&pix, &qris(), &khqr] {
        assert_eq!(fault(account, &good), None);
        for name in [format!("{longest}N"), text(""), text("S\u{e3}o"), text("a\tb")] {
            assert_eq!(fault(account, &payee(&name, &city, "5411")), Some("name"), "{name}");
        }
        for city in [format!("{city}C"), text(""), text("\u{5317}\u{4eac}")] {
            assert_eq!(fault(account, &payee("Shop", &city, "5411")), Some("city"), "{city}");
        }
    }
    for category in ["541", "54111", "541a", "", "\u{661}411"] {
        assert_eq!(fault(&pix, &payee("Shop", "Rio", category)), Some("category"), "{category}");
        assert_eq!(fault(&khqr, &payee("Shop", "City", category)), None, "it has its own");
    }
    for postal_code in ["12345678901", "", "1\u{e9}"] {
        let payee = Payee { postal_code: Some(text(postal_code)), ..good.clone() };
        assert_eq!(fault(&qris(), &payee), Some("postal_code"), "{postal_code}");
        assert_eq!(fault(&pix, &payee), None, "it shows none");
    }
    let unseen = payee(&"\u{e9}".repeat(99), "", "x");
    assert_eq!(fault(&Account::PromptPay { target: text("801234567") }, &unseen), None, "no name is shown");
}

#[test]
fn an_account_in_another_form_than_its_profiles_is_refused_by_its_key() {
    let shop = payee("Shop", "City", "0000");
    let judge = |account: &Account| fault(account, &shop);
    let long = "9".repeat(78);
    for key in
        ["shop@example.com", "+5511999999999", "12345678901", "12345678000195", "12ABC34501DE35", "123e4567-e12b-12d1-a456-426655440000"]
    {
        assert_eq!(judge(&Account::Pix { key: text(key) }), None, "{key}");
    }
    for key in [
        "",
        "shop",
        "@example.com",
        "a b@example.com",
        "a@b@example.com",
        "shop@example..com",
        "shop@-example.com",
        "+4411999999999",
        "1234567890",
        "123e4567ae12b-12d1-a456-426655440000",
        // The central bank's directory keeps both in small letters, and finds nothing else.
        "Shop@example.com",
        "shop@Example.com",
        "123E4567-e12b-12d1-a456-426655440000",
        &long,
    ] {
        assert_eq!(judge(&Account::Pix { key: text(key) }), Some("key"), "{key}");
    }
    for proxy in ["201403121W", "T08LL1234AABC", "+6591234567", "+6581234567"] {
        assert_eq!(judge(&Account::PayNow { proxy: text(proxy) }), None, "{proxy}");
    }
    for proxy in ["", "201403121w", "12345678", "T08LL1234AABCD", "+659123456", "+4491234567", "+65912345678", "+6561234567", "+6501234567"]
    {
        assert_eq!(judge(&Account::PayNow { proxy: text(proxy) }), Some("proxy"), "{proxy}");
    }
    let indonesian = |change: &dyn Fn(&mut [String; 5])| {
        let Account::Qris { acquirer, pan, merchant_id, criteria, national_id } = qris() else { unreachable!() };
        let mut parts = [acquirer, pan, merchant_id, criteria, national_id];
        change(&mut parts);
        let [acquirer, pan, merchant_id, criteria, national_id] = parts;
        Account::Qris { acquirer, pan, merchant_id, criteria, national_id }
    };
    let keys = ["acquirer", "pan", "merchant_id", "criteria", "national_id"];
    let bad: [&[&str]; 5] = [
        &["", "EXAMPLE", "ID.CO.EXAMPLE.OF.A.LONG.NAME.WWWWW"],
        &["9360", "936a", "1234567890", "93601234567890123456"],
        &["", "1234567890123456"],
        &["", "umi", "UMX"],
        &["ID102000000000", "XX1020000000001", "ID102000000000a"],
    ];
    for ((at, key), values) in keys.into_iter().enumerate().zip(bad) {
        for value in values {
            assert_eq!(judge(&indonesian(&|parts| parts[at] = text(value))), Some(key), "{value}");
        }
    }
    let bakong = |bakong_id: &str, merchant_id: &str, bank: &str| {
        judge(&Account::Khqr { bakong_id: text(bakong_id), merchant_id: text(merchant_id), bank: text(bank) })
    };
    let (thirty_two, half) = ("m".repeat(32), "b".repeat(27));
    assert_eq!(bakong(&format!("shop@{half}"), "1", "b"), None);
    assert_eq!(bakong(&format!("shops@{half}"), "1", "b"), Some("bakong_id"));
    for bad in ["@devb", "shop@", "shop@devb@", "my shop@devb"] {
        assert_eq!(bakong(bad, "1", "b"), Some("bakong_id"), "{bad}");
    }
    assert_eq!(bakong("shop@devb", &format!("{thirty_two}m"), "b"), Some("merchant_id"));
    assert_eq!(bakong(&format!("shop@{half}"), &thirty_two, "a bank, and a few more"), None);
    assert_eq!(bakong(&format!("shop@{half}"), &thirty_two, "a bank, and a few more."), None);
    assert_eq!(bakong(&format!("shop@{half}"), &thirty_two, "a bank, and a few more.."), Some("bank"));
    for (account, key) in [
        (Account::PromptPay { target: text("12345") }, "target"),
        (Account::PromptPay { target: text("80123456a") }, "target"),
        (Account::VietQr { bank: text("97041"), account: text("1") }, "bank"),
        (Account::VietQr { bank: text("970415"), account: "1".repeat(20) }, "account"),
        (Account::VietQr { bank: text("970415"), account: text("1 2") }, "account"),
        (Account::Fps { id: text("12a4567") }, "id"),
        (Account::Fps { id: text("1234567890") }, "id"),
        (Account::DuitNow { acquirer: text("50166"), merchant_id: text("1") }, "acquirer"),
        (Account::DuitNow { acquirer: text("501664"), merchant_id: "1".repeat(29) }, "merchant_id"),
        (Account::Khqr { bakong_id: text("shop"), merchant_id: text("1"), bank: text("b") }, "bakong_id"),
    ] {
        assert_eq!(judge(&account), Some(key), "{account:?}");
    }
}

#[test]
fn what_a_profile_cannot_say_is_refused() {
    let vietqr = Account::VietQr { bank: text("970415"), account: text("1") };
    let family = |account: &Account, demand: &Demand<'_>| payload(account, &payee("Shop", "City", "0000"), demand).unwrap_err().family();
    assert_eq!(family(&vietqr, &demand(1, "USD", "A")), Family::Refused);
    assert_eq!(family(&vietqr, &demand(0, "VND", "A")), Family::Refused);
    assert_eq!(family(&qris(), &demand(2_500_001, "IDR", "A")), Family::Refused);
    let reference = "A".repeat(26);
    for reference in ["a/b", "", &reference] {
        assert_eq!(family(&vietqr, &demand(1, "VND", reference)), Family::Configuration, "{reference}");
    }
    let pix = Account::Pix { key: text("shop@example.com") };
    assert_eq!(family(&pix, &demand(1, "BRL", "ORD-1")), Family::Configuration);
}

#[test]
fn references_and_terminals_stand_in_codes_as_the_merchants_bank_wants_them() {
    let shop = payee("Shop", "City", "0000");
    let said = |account: &Account, demand: &Demand<'_>| fields(&payload(account, &shop, demand).unwrap());
    let fps = Account::Fps { id: text("1234567") };
    assert_eq!(said(&fps, &demand(100, "HKD", "A1")).get("62.05"), Some(&text("A1")));
    assert!(
        !said(&fps, &demand(100, "HKD", "")).keys().any(|path| path.starts_with("62")),
        "a bank without references refuses a code with one"
    );
    let pix = Account::Pix { key: text("shop@example.com") };
    assert_eq!(said(&pix, &demand(100, "BRL", "***")).get("62.05"), Some(&text("***")));
    let terminal = Demand { terminal: Some("A01"), ..demand(100_000, "IDR", "A1") };
    let qris = said(&qris(), &terminal);
    assert_eq!((qris.get("62.05"), qris.get("62.07")), (Some(&text("A1")), Some(&text("A01"))));
    assert_eq!(said(&fps, &Demand { terminal: Some("A01"), ..demand(100, "HKD", "A1") }).get("62.07"), None, "others name none");
}

#[test]
fn a_pix_code_names_payee_and_city_by_letters_digits_and_spaces() {
    let pix = Account::Pix { key: text("shop@example.com") };
    let said = fields(&payload(&pix, &payee("TEA & CO. (RJ)", "S. PAULO-SP", "0000"), &demand(100, "BRL", "A1")).unwrap());
    assert_eq!((said["59"].as_str(), said["60"].as_str()), ("TEA CO RJ", "S PAULO SP"));
    for nothing in ["&", "(-)"] {
        assert_eq!(fault(&pix, &payee(nothing, "Rio", "0000")), Some("name"), "{nothing}");
    }
}
