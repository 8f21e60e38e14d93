//! The independent judges of bank codes: two readers of other people read what the gateway makes, over random amounts
//! and names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

use gateway::emv::{Account, Demand, Payee, payload};
use serde_json::{Value, json};

mod judges;

/// How many codes of each profile.
const CODES: usize = 50;

#[test]
fn two_independent_readers_read_what_was_written() {
    let mut codes = Vec::new();
    for (account, currency, scale) in profiles() {
        codes.extend((0..CODES).map(|_| code(&account, currency, scale)));
    }
    judges::judge("emv/judge.mjs", &["read"], &Value::from(codes).to_string());
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    u32::from_le_bytes(bytes)
}

/// Up to so many letters, digits and spaces, a letter first and last.
fn name(longest: usize) -> String {
    let letter = |set: &[u8]| char::from(set[usize::try_from(random()).unwrap() % set.len()]);
    let inner = usize::try_from(random()).unwrap() % (longest - 1);
    let middle: String = (0..inner).map(|_| letter(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789abcxyz.-'")).collect();
    format!("{}{middle}{}", letter(b"ABCXYZ"), letter(b"abcxyz"))
}

/// A code, and what readers have to find in it. `scale` is how many minor units the smallest payable amount has.
fn code(account: &Account, currency: &str, scale: i64) -> Value {
    let count = i64::from(random() % 10_000_000) + 1;
    let payee = Payee { name: name(25), city: name(15), category: "5411".to_owned(), postal_code: Some("10110".to_owned()) };
    let reference = format!("ORD-{}", random());
    let demand = Demand { amount: count * scale, currency, reference: &reference, made_at: 1_767_225_600, expires_at: 1_767_226_500 };
    let payload = payload(account, &payee, &demand).unwrap();
    // Whole units in these currencies, two decimals elsewhere.
    let amount = match currency {
        "VND" | "IDR" | "KHR" => count.to_string(),
        _ => format!("{}.{:02}", count / 100, count % 100),
    };
    let mut fields = json!({ "54": amount });
    if !matches!(account, Account::PromptPay { .. } | Account::VietQr { .. }) {
        fields["52"] = json!("5411");
        fields["59"] = json!(payee.name);
        fields["60"] = json!(payee.city);
    }
    json!({ "payload": payload, "fields": fields })
}

fn profiles() -> Vec<(Account, &'static str, i64)> {
    let text = |text: &str| text.to_owned();
    let qris = Account::Qris {
        acquirer: text("ID.CO.EXAMPLE.WWW"),
        pan: text("936009990000000009"),
        merchant_id: text("0000000009"),
        criteria: text("UMI"),
        national_id: text("ID1020000000001"),
    };
    let khqr = Account::Khqr { bakong_id: text("shop@devb"), merchant_id: text("123456"), bank: text("Dev Bank") };
    vec![
        (Account::Pix { key: text("shop@example.com") }, "BRL", 1),
        (Account::PromptPay { target: text("812345675") }, "THB", 1),
        (Account::PayNow { proxy: text("+6591234567"), expires_on: None }, "SGD", 1),
        (qris, "IDR", 100),
        (Account::VietQr { bank: text("970415"), account: text("113366668888") }, "VND", 1),
        (Account::Fps { id: text("1234567") }, "HKD", 1),
        (Account::DuitNow { acquirer: text("501664"), merchant_id: text("123456789") }, "MYR", 1),
        (khqr.clone(), "USD", 1),
        (khqr, "KHR", 100),
    ]
}
