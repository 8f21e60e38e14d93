//! Merchants of two profiles, and a reader of bank codes that shares nothing with the writer.

use std::collections::BTreeMap;

use gateway::emv::Account;

/// The text as a string of its own.
pub fn text(text: &str) -> String {
    text.to_owned()
}

/// A merchant in Indonesia.
pub fn qris() -> Account {
    Account::Qris {
        acquirer: text("ID.CO.EXAMPLE.WWW"),
        pan: text("936009990000000009"),
        merchant_id: text("0000000009"),
        criteria: text("UMI"),
        national_id: text("ID1020000000001"),
    }
}

/// A merchant in Cambodia.
pub fn khqr() -> Account {
    Account::Khqr { bakong_id: text("shop@devb"), merchant_id: text("123456"), bank: text("Dev Bank") }
}

/// CRC-16/IBM-3740 by its definition: the remainder of a polynomial division, bit by bit and from the first.
fn checksum(text: &str) -> u16 {
    let bits = text.bytes().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1 == 1));
    bits.fold(0xffff, |sum, bit| {
        let carries = (sum >> 15 == 1) != bit;
        if carries { (sum << 1) ^ 0x1021 } else { sum << 1 }
    })
}

/// The fields of a payload by their path, such as `26.01`, the checksum apart, which has to be that of its bytes.
pub fn fields(payload: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for (id, value) in objects(payload) {
        let is_template = matches!(id.parse(), Ok(26..=51 | 62 | 64 | 80..=99));
        let inside = if is_template { objects(&value) } else { Vec::new() };
        let found = match inside.is_empty() {
            true => vec![(id, value)],
            false => inside.into_iter().map(|(inner, value)| (format!("{id}.{inner}"), value)).collect(),
        };
        for (path, value) in found {
            assert!(fields.insert(path, value).is_none(), "twice in {payload}");
        }
    }
    let expected = format!("{:04X}", checksum(&payload[..payload.len() - 4]));
    assert_eq!(fields.remove("63"), Some(expected), "{payload}");
    fields
}

fn objects(text: &str) -> Vec<(String, String)> {
    let characters: Vec<char> = text.chars().collect();
    let (mut at, mut objects) = (0, Vec::new());
    while at < characters.len() {
        let text = |from: usize, to: usize| characters[from..to].iter().collect::<String>();
        let end = at + 4 + text(at + 2, at + 4).parse::<usize>().unwrap();
        objects.push((text(at, at + 2), text(at + 4, end)));
        at = end;
    }
    objects
}
