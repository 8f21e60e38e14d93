//! Amounts as Alipay's calls and WeChat Pay's bills write them: yuan with two decimals, fen as integers.

use crate::decimal;

/// Writes fen as yuan: `101` as `1.01`.
pub fn format(fen: i64) -> String {
    decimal::format(fen, 2)
}

/// Reads yuan with at most two decimals into fen.
pub fn parse(text: &str) -> Option<i64> {
    decimal::parse(text, 2)
}
