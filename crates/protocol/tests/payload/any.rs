//! Any text at all.

use proptest::prelude::*;

use crate::{GOOD, sealed, verdict};

/// Any payload of the list with one byte or character replaced, removed or put in.
fn mutated() -> impl Strategy<Value = (usize, String)> {
    (0..GOOD.len(), any::<prop::sample::Index>(), any::<Option<char>>(), any::<bool>()).prop_map(|(which, at, symbol, keep)| {
        let mut symbols: Vec<char> = GOOD[which].3.chars().collect();
        let at = at.index(symbols.len());
        let end = if keep { at } else { at + 1 };
        symbols.splice(at..end, symbol);
        (which, symbols.into_iter().collect())
    })
}

proptest! {
    #[test]
    fn reading_never_panics(payload: String, amount: i64) {
        for (method, _, currency, _) in GOOD {
            let _ = verdict(method, amount, currency, &payload);
            let _ = verdict(method, amount, currency, &sealed(&format!("000201{payload}")));
        }
    }

    #[test]
    fn one_changed_character_spoils_every_bank_code((which, payload) in mutated()) {
        let (method, amount, currency, honest) = GOOD[which];
        if which > 2 && !payload.eq_ignore_ascii_case(honest) {
            prop_assert!(verdict(method, amount, currency, &payload).is_err(), "{payload}");
        }
    }

    #[test]
    fn no_other_amount_fits(amount in 0_i64..1_000_000_000_000) {
        for (method, honest, currency, payload) in GOOD.iter().filter(|(.., payload)| payload.contains("540")) {
            let fits = verdict(method, amount, currency, payload).is_ok();
            prop_assert_eq!(fits, amount == *honest);
        }
    }

    #[test]
    fn nothing_but_the_providers_hosts_is_drawn(payload in "(https|weixin|HTTPS)://[a-z.@:%\\\\/?#-]{0,40}(qr\\.alipay\\.com|wxpay)[a-z.@:%\\\\/?#-]{0,12}") {
        let drawn = verdict("alipay", 1, "CNY", &payload).is_ok();
        prop_assert_eq!(drawn, payload.starts_with("https://qr.alipay.com/") && payload.len() > 22);
        let drawn = verdict("wechat_pay", 1, "CNY", &payload).is_ok();
        prop_assert_eq!(drawn, payload.starts_with("weixin://wxpay/") && payload.len() > 15);
    }
}
