//! Bank codes in both directions, over random amounts and names: national libraries and two general readers read what the gateway
//! writes, and the widget's reader accepts what those libraries write for the same demand, with the same fields.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

use std::collections::BTreeSet;

use bank_codes::{fields, khqr, qris, text};
use gateway::emv::{Account, Demand, Payee, payload};
use protocol::{Code, Currency, Method, Money, Payment, PaymentId, PaymentStatus, Surface};
use serde_json::{Value, json};
use testing::judges::judge;

mod bank_codes;

/// How many codes of each profile.
const CODES: usize = 40;

/// Every judge of bank codes.
const JUDGES: [&str; 2] = ["emv/judge.mjs", "emv/judge.py"];

/// One national profile with a merchant of it.
struct Profile {
    method: &'static str,
    currency: &'static str,
    account: Account,
    /// The account as other libraries are told it.
    settings: Value,
    /// What readers have to find of it, by path.
    fields: Value,
    /// Where the reference stands, if the profile has one.
    reference: Option<&'static str>,
}

impl Profile {
    /// Minor units of the smallest amount that is ever paid.
    fn scale(&self) -> i64 {
        if matches!(self.currency, "IDR" | "KHR") { 100 } else { 1 }
    }

    /// A random merchant, as far as the libraries of the profile can be told one.
    fn payee(&self) -> Payee {
        let (name, city, category) = match self.method {
            "fps" => (text("NA"), text("HK"), "0000"),
            "paynow" => (name(25), text("Singapore"), "0000"),
            "khqr" => (name(25), name(15), "5999"),
            // Of other signs and of more spaces than one, words are made: some banks read nothing else.
            "pix" => (words(25), words(15), "5411"),
            _ => (name(25), name(15), "5411"),
        };
        Payee { name, city, category: text(category), postal_code: Some(text("10110")) }
    }

    /// A random demand, our code for it, and what readers have to find there.
    fn case(&self, now: i64) -> Value {
        let (count, payee, expires_at) = (i64::from(random() % 10_000_000) + 1, self.payee(), now + 900);
        let minor = count * self.scale();
        let reference = if self.method == "pix" { format!("ORD{}", random()) } else { format!("ORD-{}", random()) };
        let demand = Demand { amount: minor, currency: self.currency, reference: &reference, terminal: None, made_at: now, expires_at };
        // Whole units in these currencies, two decimals elsewhere.
        let amount = match self.currency {
            "VND" | "IDR" | "KHR" => count.to_string(),
            _ => format!("{}.{:02}", count / 100, count % 100),
        };
        let mut fields = self.fields.clone();
        fields["54"] = json!(amount);
        if let Some(path) = self.reference {
            fields[path] = json!(reference);
        }
        if !matches!(self.method, "promptpay" | "vietqr") {
            (fields["52"], fields["59"], fields["60"]) = (json!(payee.category), json!(payee.name), json!(payee.city));
        }
        if self.method == "khqr" {
            fields["99.01"] = json!((expires_at * 1000).to_string());
        }
        json!({
            "method": self.method, "payload": payload(&self.account, &payee, &demand).unwrap(), "fields": fields,
            "account": self.settings, "name": payee.name, "city": payee.city, "category": payee.category,
            "postal_code": payee.postal_code, "reference": reference, "amount": amount, "minor": minor, "currency": self.currency,
            "expires_at": expires_at,
        })
    }
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    u32::from_le_bytes(bytes)
}

/// The same without other signs, and a space between two words.
fn words(longest: usize) -> String {
    name(longest).replace(['.', '-', '\''], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Up to so many letters, digits, spaces and other signs, a letter first and last.
fn name(longest: usize) -> String {
    let letter = |set: &[u8]| char::from(set[usize::try_from(random()).unwrap() % set.len()]);
    let inner = usize::try_from(random()).unwrap() % (longest - 1);
    let middle: String = (0..inner).map(|_| letter(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789abcxyz.-'")).collect();
    format!("{}{middle}{}", letter(b"ABCXYZ"), letter(b"abcxyz"))
}

fn profiles() -> Vec<Profile> {
    let promptpay = |target: &str, kind: &str, wanted: &str, path: &str, written: &str| Profile {
        method: "promptpay",
        currency: "THB",
        account: Account::PromptPay { target: text(target) },
        settings: json!({ "kind": kind, "wanted": wanted }),
        fields: json!({ "29.00": "A000000677010111", path: written }),
        reference: None,
    };
    let khqr = |currency, number: &str| Profile {
        method: "khqr",
        currency,
        account: khqr(),
        settings: json!({ "bakong_id": "shop@devb", "merchant_id": "123456", "bank": "Dev Bank" }),
        fields: json!({ "30.00": "shop@devb", "30.01": "123456", "30.02": "Dev Bank", "53": number }),
        reference: Some("62.01"),
    };
    vec![
        Profile {
            method: "pix",
            currency: "BRL",
            account: Account::Pix { key: text("shop@example.com") },
            settings: json!({ "key": "shop@example.com" }),
            fields: json!({ "26.00": "br.gov.bcb.pix", "26.01": "shop@example.com" }),
            reference: Some("62.05"),
        },
        promptpay("812345675", "MSISDN", "0812345675", "29.01", "0066812345675"),
        promptpay("1111111111111", "NATID", "1111111111111", "29.02", "1111111111111"),
        promptpay("012345678901234", "EWALLETID", "012345678901234", "29.03", "012345678901234"),
        Profile {
            method: "paynow",
            currency: "SGD",
            account: Account::PayNow { proxy: text("201403121W") },
            settings: json!({ "proxy": "201403121W" }),
            fields: json!({ "26.00": "SG.PAYNOW", "26.01": "2", "26.02": "201403121W", "26.03": "0" }),
            reference: Some("62.01"),
        },
        Profile {
            method: "qris",
            currency: "IDR",
            account: qris(),
            settings: json!({
                "acquirer": "ID.CO.EXAMPLE.WWW", "pan": "936009990000000009", "merchant_id": "0000000009", "criteria": "UMI",
                "national_id": "ID1020000000001",
            }),
            fields: json!({ "26.01": "936009990000000009", "26.02": "0000000009", "51.02": "ID1020000000001", "61": "10110" }),
            reference: Some("62.05"),
        },
        Profile {
            method: "vietqr",
            currency: "VND",
            account: Account::VietQr { bank: text("970415"), account: text("113366668888") },
            settings: json!({ "bank": "970415", "account": "113366668888" }),
            fields: json!({ "38.00": "A000000727", "38.01": "00069704150112113366668888", "38.02": "QRIBFTTA" }),
            reference: Some("62.08"),
        },
        Profile {
            method: "fps",
            currency: "HKD",
            account: Account::Fps { id: text("1234567") },
            settings: json!({ "id": "1234567" }),
            fields: json!({ "26.00": "hk.com.hkicl", "26.02": "1234567" }),
            reference: Some("62.05"),
        },
        Profile {
            method: "duitnow",
            currency: "MYR",
            account: Account::DuitNow { acquirer: text("501664"), merchant_id: text("123456789") },
            settings: json!({}),
            fields: json!({ "00": "02", "26.00": "A0000006150001", "26.01": "501664", "26.02": "123456789" }),
            reference: Some("62.05"),
        },
        khqr("USD", "840"),
        khqr("KHR", "116"),
    ]
}

/// Cases of every profile. Bakong's libraries know no other clock than that of the machine.
fn cases() -> Vec<Value> {
    let now = testing::now();
    profiles().iter().flat_map(|profile| (0..CODES).map(|_| profile.case(now))).collect()
}

/// Whether the widget would draw that payload for that demand.
fn verdict(case: &Value, payload: &str, minor: i64) -> Result<(), Code> {
    let payment = Payment {
        id: PaymentId::parse("pay_1").unwrap(),
        method: Method::parse(case["method"].as_str().unwrap()).unwrap(),
        surface: Surface::Qr,
        status: PaymentStatus::Waiting,
        payload: Some(text(payload)),
        expires_at: 0,
    };
    let currency = Currency::parse(case["currency"].as_str().unwrap()).unwrap();
    protocol::payload::check(&payment, Money { amount: minor, currency }, false)
}

/// The same fields, apart from what the library cannot be told.
fn same_fields(case: &Value, theirs: &str, untold: &[String]) {
    let (mut ours, mut theirs) = (fields(case["payload"].as_str().unwrap()), fields(theirs));
    for path in untold {
        let (here, there) = (ours.remove(path), theirs.remove(path));
        assert_ne!(here, there, "{path} is the same after all");
    }
    // When a code of Bakong was made the library takes from its own clock.
    assert_eq!(ours.remove("99.00").is_some(), theirs.remove("99.00").is_some());
    // Trailing zeros are a matter of taste; the widget's reader has compared the amounts.
    for amounts in [&mut ours, &mut theirs] {
        let amount = amounts.remove("54").unwrap();
        let amount = if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { &amount };
        amounts.insert(text("54"), amount.to_owned());
    }
    assert_eq!(ours, theirs, "{case}");
}

#[test]
fn national_libraries_and_general_readers_read_what_was_written() {
    let cases = Value::from(cases()).to_string();
    JUDGES.into_iter().for_each(|script| drop(judge(script, &["read"], &cases)));
}

#[test]
fn a_reader_in_our_own_language_reads_what_was_written_and_builds_it_again() {
    for case in cases() {
        let ours = case["payload"].as_str().unwrap();
        let read = promptparse::parse(ours, true, true).unwrap();
        // Where it looks for objects it finds them in an amount too, as the code below proves: so it builds from closed templates.
        assert!(promptparse::parse(ours, true, false).unwrap().validate("63"), "built again it is another code: {ours}");
        for (path, value) in case["fields"].as_object().unwrap() {
            let (id, inside) = path.split_once('.').map_or((path.as_str(), None), |(id, inside)| (id, Some(inside)));
            assert_eq!(read.get_tag_value(id, inside), value.as_str(), "{path} of {ours}");
        }
        let spoilt = format!("{}{}", &ours[..ours.len() - 1], if ours.ends_with('0') { '1' } else { '0' });
        assert!(promptparse::parse(&spoilt, true, true).is_none(), "{spoilt}");
    }
    // `13` with three characters, and one that is lost.
    let amount = "00020101021229370016A000000677010111011300668012345675303764540813036.745802TH6304";
    let code = format!("{amount}{}", promptparse::checksum(amount, true));
    assert!(
        promptparse::parse(&code, true, false).unwrap().validate("63") && !promptparse::parse(&code, true, true).unwrap().validate("63")
    );
}

#[test]
fn the_widgets_reader_draws_what_national_libraries_make_and_for_no_other_amount() {
    let cases = cases();
    let job = Value::from(cases.clone()).to_string();
    let mut judged = BTreeSet::new();
    for script in JUDGES {
        let made: Vec<(usize, String, Vec<String>)> = serde_json::from_str(judge(script, &["make"], &job).lines().next().unwrap()).unwrap();
        for (index, theirs, untold) in made {
            let (case, minor) = (&cases[index], cases[index]["minor"].as_i64().unwrap());
            assert_eq!(verdict(case, &theirs, minor), Ok(()), "{theirs}");
            assert_eq!(verdict(case, &theirs, minor + 1), Err(Code::QrAmount), "{theirs}");
            same_fields(case, &theirs, &untold);
            judged.insert(case["method"].as_str().unwrap().to_owned());
        }
    }
    let everywhere: Vec<&str> = judged.iter().map(String::as_str).collect();
    assert_eq!(everywhere, ["duitnow", "fps", "khqr", "paynow", "pix", "promptpay", "qris", "vietqr"]);
}

#[test]
fn the_widgets_reader_draws_what_was_written_and_nothing_spoilt() {
    for case in cases() {
        let (ours, minor) = (case["payload"].as_str().unwrap(), case["minor"].as_i64().unwrap());
        assert_eq!(verdict(&case, ours, minor), Ok(()), "{ours}");
        assert_eq!(verdict(&case, ours, minor - 1), Err(Code::QrAmount), "{ours}");
        let spoilt = format!("{}{}", &ours[..ours.len() - 1], if ours.ends_with('0') { '1' } else { '0' });
        assert_eq!(verdict(&case, &spoilt, minor), Err(Code::QrCrc), "{spoilt}");
    }
}
