//! Judging a receipt long after it was signed (docs/spec/signing.md §6): five verdicts. Pure; files and arguments are `main`'s.

use std::fmt;

use jiff::Timestamp;
use protocol::{Code, Money, Pins, Price, Receipt};

/// What a receipt is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Signed by a key that is trusted.
    Valid(Receipt),
    /// Signed by a key that is trusted, of a test: no money moved.
    Test(Receipt),
    /// Signed by a key that was trusted and no longer is. Whoever stole the key can write such receipts, too.
    Revoked(Receipt),
    /// Signed by a key that nobody named.
    UnknownKey,
    /// Not a receipt, or changed after it was signed.
    Invalid(Code),
}

/// The receipt in a file that a shopper saved: in a page of the checkout (`receipt-….html`) the last word that can be one, for what is
/// written above it was written by a shop; any other file is the receipt itself.
pub fn signed_part(file: &str) -> &str {
    let file = file.trim();
    if !file.starts_with('<') {
        return file;
    }
    let words = file.split(|symbol: char| !symbol.is_ascii_alphanumeric() && !matches!(symbol, '-' | '_' | '.'));
    words.rev().find(|word| word.starts_with("eyJ") && word.matches('.').count() == 2).unwrap_or(file)
}

/// Judges a receipt, a compact JWS. A key that is both trusted and revoked is revoked.
pub fn judge(jws: &str, trusted: &[Pins], revoked: &[Pins]) -> Verdict {
    for (keys, verdict) in [(revoked, Verdict::Revoked as fn(Receipt) -> Verdict), (trusted, Verdict::Valid)] {
        for key in keys {
            match Receipt::open(jws, key) {
                Ok(receipt) => {
                    return match verdict(receipt) {
                        Verdict::Valid(receipt) if receipt.is_test => Verdict::Test(receipt),
                        verdict => verdict,
                    };
                }
                Err(Code::KeyUnknown) => {}
                Err(code) => return Verdict::Invalid(code),
            }
        }
    }
    Verdict::UnknownKey
}

impl Verdict {
    /// The exit code of `verify-receipt`: 0 valid, 3 revoked, 4 unknown key, 5 invalid, 6 of a test. 1 and 2 are left to failures to judge at all.
    pub fn exit_code(&self) -> u8 {
        match self {
            Verdict::Valid(_) => 0,
            Verdict::Revoked(_) => 3,
            Verdict::UnknownKey => 4,
            Verdict::Invalid(_) => 5,
            Verdict::Test(_) => 6,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Valid(receipt) => write!(out, "valid\n{}", Facts(receipt)),
            Verdict::Test(receipt) => write!(out, "genuine, and worth nothing\n{}", Facts(receipt)),
            Verdict::Revoked(receipt) => {
                let warning = "valid, but its key has been revoked since: believe it only if you had it before that";
                write!(out, "{warning}\n{}", Facts(receipt))
            }
            Verdict::UnknownKey => write!(out, "unknown key: none of the keys named has signed it"),
            Verdict::Invalid(code) => write!(out, "invalid ({}): it is no receipt, or it was changed", code.as_str()),
        }
    }
}

/// What a receipt says, a line each.
struct Facts<'a>(&'a Receipt);

impl fmt::Display for Facts<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts(receipt) = self;
        let (amount, currency) = (receipt.money.to_decimal(), receipt.money.currency.as_str());
        // What the provider wrote may hold anything; a terminal must not act on it.
        let plain = |text: &str| text.chars().filter(|symbol| !symbol.is_control()).collect::<String>();
        let transaction = plain(&receipt.transaction);
        if receipt.is_test {
            writeln!(out, "  TEST         no money moved")?;
        }
        writeln!(out, "  amount       {amount} {currency}")?;
        for (label, amount) in receipt.price.iter().flat_map(|price| parts(price, "rounding")) {
            writeln!(out, "               {}  {}", plain(&label), Money { amount, ..receipt.money }.to_decimal())?;
        }
        if let Some(number) = &receipt.number {
            writeln!(out, "  number       {}", plain(number))?;
        }
        writeln!(out, "  order        {}", receipt.order)?;
        writeln!(out, "  merchant     {}", receipt.merchant)?;
        writeln!(out, "  method       {}", receipt.method)?;
        writeln!(out, "  transaction  {transaction}")?;
        write!(out, "  paid at      {}", utc(receipt.paid_at))
    }
}

/// What an amount is made of: labels and minor units; `rounding` is what rounding is called. A tax that the prices hold already adds nothing.
pub(crate) fn parts<'a>(price: &'a Price, rounding: &'a str) -> impl Iterator<Item = (String, i64)> {
    let lines = price.lines.iter().map(|line| (format!("{} × {}", line.item.quantity, line.title()), line.total));
    let discounts = price.discounts.iter().map(|discount| (discount.label.clone(), -discount.amount));
    let delivery = price.delivery.iter().map(|delivery| (delivery.label.clone(), delivery.amount));
    let taxes = price.taxes.iter().filter(|tax| !tax.included).map(|tax| (tax.label.clone(), tax.amount));
    let rounding = (price.rounding != 0).then(|| (rounding.to_owned(), price.rounding));
    lines.chain(discounts).chain(delivery).chain(taxes).chain(rounding)
}

/// Unix seconds as RFC 3339 writes them in UTC.
pub fn utc(unix: i64) -> String {
    // What no calendar has is no time of an order.
    Timestamp::from_second(unix).map_or_else(|_| unix.to_string(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn times_are_written_in_utc() {
        for (unix, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_800_000_000, "2027-01-15T08:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(unix), text);
        }
    }
}
