//! Our payment ids as Alipay's `out_trade_no` and back: it knows letters, digits and `_` only, ours may hold
//! `-`, `*` and `|` too. `_` escapes, so that two ids never become one number.

/// Writes an id as a number of at most twice its length (32 characters of ours, 64 of theirs).
pub(super) fn encode(payment_id: &str) -> String {
    let mut number = String::new();
    for character in payment_id.chars() {
        match character {
            '_' => number.push_str("__"),
            '-' => number.push_str("_d"),
            '*' => number.push_str("_s"),
            '|' => number.push_str("_p"),
            other => number.push(other),
        }
    }
    number
}

/// Reads a number; `None` for one that no id of ours becomes, such as another till's on the same account.
pub(super) fn decode(number: &str) -> Option<String> {
    let mut id = String::new();
    let mut characters = number.chars();
    while let Some(character) = characters.next() {
        id.push(match character {
            '_' => match characters.next()? {
                '_' => '_',
                'd' => '-',
                's' => '*',
                'p' => '|',
                _ => return None,
            },
            other => other,
        });
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_of_another_till_is_not_mistaken_for_an_id_of_ours() {
        assert_eq!(encode("pay_a-b"), "pay__a_db");
        assert_eq!(decode("pay_ab"), None);
        assert_eq!(decode("till7_"), None);
    }

    proptest! {
        #[test]
        fn every_id_becomes_a_number_of_the_allowed_letters_and_comes_back(id in "[0-9A-Za-z_*|-]{6,32}") {
            let number = encode(&id);
            prop_assert!(number.len() <= 64 && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
            prop_assert_eq!(decode(&number), Some(id));
        }
    }
}
