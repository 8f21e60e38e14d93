//! The codewords of a QR code: one segment of bytes and its Reed-Solomon correction (ISO/IEC 18004 §7.4 and §7.5). Placing them
//! is the `qrcode` crate's work; its own encoder brings tables for every level that weigh 4 kB brotli more than this file.

/// Codewords of correction in each block, version by version, at level M (table 9).
const CORRECTION: [u8; 40] = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    28, 28, 28, 28, 28, 28,
];
/// Blocks, version by version, at level M (table 9).
const BLOCKS: [u8; 40] = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43,
    45, 47, 49,
];

/// What is drawn into the modules of a code, interleaved by block.
pub(super) struct Codewords {
    /// 1 to 40; the side is `17 + 4 * version` modules.
    pub version: u8,
    pub data: Vec<u8>,
    pub correction: Vec<u8>,
}

/// The codewords of the smallest code at level M that holds these bytes, or `None` when none does (2,331 bytes at most).
pub(super) fn codewords(payload: &[u8]) -> Option<Codewords> {
    let version = (1..=40).find(|version| payload.len() + count_bytes(*version) < capacity(*version))?;
    let data = segment(payload, version);
    let blocks = blocks(&data, usize::from(BLOCKS[version - 1]));
    let divisor = divisor(usize::from(CORRECTION[version - 1]));
    let mut correction = Vec::new();
    for block in &blocks {
        correction.push(remainder(block, &divisor));
    }
    Some(Codewords { version: version as u8, data: interleaved(&blocks), correction: interleaved(&correction) })
}

/// Codewords of data that a version holds.
fn capacity(version: usize) -> usize {
    let mut modules = (16 * version + 128) * version + 64;
    if version >= 2 {
        // Alignment patterns, and from version 7 on the version information.
        let patterns = version / 7 + 2;
        modules -= (25 * patterns - 10) * patterns - 55;
        if version >= 7 {
            modules -= 36;
        }
    }
    modules / 8 - usize::from(BLOCKS[version - 1]) * usize::from(CORRECTION[version - 1])
}

/// Bytes of the character count in byte mode (table 3).
fn count_bytes(version: usize) -> usize {
    if version < 10 { 1 } else { 2 }
}

/// Mode, count, bytes and terminator, padded to the capacity: everything stands half a byte further, behind the mode's four bits.
fn segment(payload: &[u8], version: usize) -> Vec<u8> {
    let count = (payload.len() as u16).to_be_bytes();
    let mut data = Vec::new();
    let mut half = 0b0100;
    for byte in count[2 - count_bytes(version)..].iter().chain(payload) {
        data.push((half << 4) | (byte >> 4));
        half = byte & 15;
    }
    data.push(half << 4);
    let (mut pad, capacity) = (0xEC, capacity(version));
    while data.len() < capacity {
        data.push(pad);
        pad ^= 0xEC ^ 0x11;
    }
    data
}

/// The data cut into blocks; the last ones are a byte longer where it does not divide.
fn blocks(mut data: &[u8], count: usize) -> Vec<&[u8]> {
    let mut blocks = Vec::new();
    for left in (1..=count).rev() {
        let (block, rest) = data.split_at(data.len() / left);
        blocks.push(block);
        data = rest;
    }
    blocks
}

fn interleaved(blocks: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut codewords = Vec::new();
    for at in 0..blocks.last().map_or(0, |block| block.as_ref().len()) {
        for block in blocks {
            codewords.extend(block.as_ref().get(at));
        }
    }
    codewords
}

/// The generator polynomial of that degree, without its leading 1: the product of `x - 2^i`.
fn divisor(degree: usize) -> Vec<u8> {
    let mut divisor = vec![0; degree];
    divisor[degree - 1] = 1;
    let mut root = 1;
    for _ in 0..degree {
        for at in 0..degree {
            divisor[at] = product(divisor[at], root) ^ divisor.get(at + 1).unwrap_or(&0);
        }
        root = product(root, 2);
    }
    divisor
}

fn remainder(block: &[u8], divisor: &[u8]) -> Vec<u8> {
    let mut rest = vec![0; divisor.len()];
    for byte in block {
        let factor = byte ^ rest.remove(0);
        rest.push(0);
        for (left, by) in rest.iter_mut().zip(divisor) {
            *left ^= product(*by, factor);
        }
    }
    rest
}

/// In the field of 256 elements, modulo x⁸ + x⁴ + x³ + x² + 1.
fn product(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |sum, bit| (sum << 1) ^ ((sum >> 7) * 0x1D) ^ (((b >> bit) & 1) * a))
}

#[cfg(test)]
mod tests {
    use qrcode::bits::Bits;
    use qrcode::{EcLevel, Version, ec};

    use super::*;

    /// The encoder of the `qrcode` crate, an implementation that shares no line with ours.
    fn judge(payload: &[u8], version: i16) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(payload).ok()?;
        bits.push_terminator(EcLevel::M).ok()?;
        ec::construct_codewords(&bits.into_bytes(), Version::Normal(version), EcLevel::M).ok()
    }

    #[test]
    fn codewords_of_every_version_are_those_of_another_encoder() {
        for version in 1..=40 {
            let most = capacity(version) - count_bytes(version) - 1;
            let least = if version == 1 { 0 } else { capacity(version - 1) - count_bytes(version - 1) };
            for length in [least, most] {
                let payload: Vec<u8> = (0..length).map(|at| (at * 31 + length) as u8).collect();
                let ours = codewords(&payload).unwrap();
                assert_eq!(usize::from(ours.version), version, "{length} bytes");
                assert_eq!(judge(&payload, version as i16), Some((ours.data, ours.correction)), "{length} bytes");
            }
            let over = vec![b'x'; most + 1];
            assert_eq!(judge(&over, version as i16), None, "{} bytes fit into version {version}", most + 1);
        }
    }

    #[test]
    fn bytes_that_no_code_holds_are_rejected() {
        assert!(codewords(&[b'x'; 2332]).is_none());
    }
}
