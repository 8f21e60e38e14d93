//! Turns the caller's random bytes into the texts that providers make up: ids, nonces, codes.
//! The source of the bytes is an argument; nothing here is a secret of production.

use std::sync::Arc;

/// Fills a buffer with random bytes.
pub type Randomness = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `N` letters and digits. The slight bias of the remainder does not matter for sandbox ids.
pub fn alphanumeric<const N: usize>(random: &Randomness) -> [u8; N] {
    let mut bytes = [0; N];
    random(&mut bytes);
    bytes.map(|byte| ALPHANUMERIC[usize::from(byte) % ALPHANUMERIC.len()])
}

/// `N` letters and digits as text.
pub fn word<const N: usize>(random: &Randomness) -> String {
    alphanumeric::<N>(random).iter().copied().map(char::from).collect()
}

/// `N` decimal digits.
pub fn digits<const N: usize>(random: &Randomness) -> String {
    let mut bytes = [0; N];
    random(&mut bytes);
    bytes.map(|byte| char::from(b'0' + byte % 10)).iter().collect()
}

/// `2 * N` upper-case hex digits.
pub fn hex<const N: usize>(random: &Randomness) -> String {
    let mut bytes = [0; N];
    random(&mut bytes);
    ::hex::encode_upper(bytes)
}
