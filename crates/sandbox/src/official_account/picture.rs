//! The picture of a code, as the JPEG that WeChat answers. A module of the code is a block of eight pixels of one colour, so only
//! the mean of each block is written and the rest of a decoder's work is left out (ITU T.81, baseline, one component).

use qrcode::{Color, EcLevel, QrCode};

/// White modules around a code.
const QUIET: usize = 4;

/// What the eighth of a block's mean is against grey: white and black.
const LEVELS: [i32; 2] = [127, -128];

/// Begin of a JFIF file of version 1.1 without a thumbnail, pixels as wide as high.
const BEGIN: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];

/// Codes of four bits for how many bits a mean differs by, 0 to 8.
const MEANS: &[u8] = &[0xff, 0xc4, 0, 28, 0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

/// The one code for "nothing else in this block".
const REST: &[u8] = &[0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Draws what a camera is to read; `None` for what no code holds.
pub(super) fn picture(payload: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(payload, EcLevel::M).ok()?;
    let (width, modules) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let is_dark = |at: usize| {
        let (row, column) = ((at / side).checked_sub(QUIET)?, (at % side).checked_sub(QUIET)?);
        (row < width && column < width).then(|| modules.get(row * width + column) == Some(&Color::Dark))
    };
    let mut scan = Scan::default();
    let mut before = 0;
    for at in 0..side * side {
        let level = LEVELS[usize::from(is_dark(at).unwrap_or_default())];
        scan.block(level - before);
        before = level;
    }
    let [high, low] = u16::try_from(side * 8).ok()?.to_be_bytes();
    // Means are eight times the level that is written; nothing else of a block is there to be divided.
    let divisors = [&[0xff, 0xdb, 0, 67, 0][..], &[8; 64]].concat();
    let frame = [0xff, 0xc0, 0, 11, 8, high, low, high, low, 1, 1, 0x11, 0];
    let start = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
    Some([BEGIN, &divisors, &frame, MEANS, REST, &start, &scan.finished(), &[0xff, 0xd9]].concat())
}

/// Bits, the highest first.
#[derive(Default)]
struct Scan {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Scan {
    /// A block whose mean differs so from the one before.
    fn block(&mut self, difference: i32) {
        let size = 32 - difference.unsigned_abs().leading_zeros();
        self.bits(size, 4);
        // Negative ones are written as one less, without their sign.
        let bits = if difference < 0 { difference - 1 } else { difference };
        self.bits(bits.cast_unsigned() & ((1 << size) - 1), size);
        self.bits(0, 1);
    }

    fn bits(&mut self, value: u32, count: u32) {
        self.pending = self.pending << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = u8::try_from(self.pending >> self.count & 0xff).unwrap_or_default();
            self.bytes.push(byte);
            if byte == 0xff {
                // No marker.
                self.bytes.push(0);
            }
        }
        self.pending &= (1 << self.count) - 1;
    }

    fn finished(mut self) -> Vec<u8> {
        let missing = (8 - self.count % 8) % 8;
        self.bits((1 << missing) - 1, missing);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};

    use super::*;

    /// The picture of this digest was read by zbarimg, which said the payload.
    #[test]
    fn a_picture_is_the_one_that_another_program_read() {
        let jpeg = picture("http://weixin.qq.com/q/XfOmDuumDUYzCsPPR6ON1s").unwrap_or_default();
        assert_eq!(hex::encode(digest(&SHA256, &jpeg)), "218d890baa3e4c37ec43068755d2592c706ecfcd6804081e42f108faf52ffa5e");
    }

    #[test]
    fn what_no_code_holds_has_no_picture() {
        assert_eq!(picture(&"x".repeat(8000)), None);
    }
}
