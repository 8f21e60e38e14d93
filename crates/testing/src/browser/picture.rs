//! Pictures of parts of a page, small enough to be kept, and how much two of them differ.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Browser;
use super::eyes::decoded;

/// Steps between the shades of a kept picture: what is less than that is not seen.
const STEP: u8 = 17;
/// How far a shade may be from that of the kept picture: antialiasing of another version of the browser.
const TOLERANCE: u8 = 48;

impl Browser {
    /// A picture of `[x, y, width, height]` of the page, CSS pixels, also where it is scrolled out of sight. Chromium alone can.
    pub async fn picture_at(&self, place: &Value) -> Vec<u8> {
        let clip = json!({ "x": place[0], "y": place[1], "width": place[2], "height": place[3], "scale": 1 });
        let told = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true, "clip": clip })).await;
        STANDARD.decode(told["data"].as_str().unwrap()).unwrap()
    }

    /// Fingers instead of a mouse, as far as pages can tell. Chromium alone can.
    pub async fn be_touched(&self, is_touched: bool) {
        self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": is_touched })).await;
        self.until("matchMedia('(pointer: coarse)').matches === a[0]", json!([is_touched])).await;
    }
}

/// The same picture with fewer shades: a fifth of the size.
pub fn lean(picture: &[u8]) -> Vec<u8> {
    let (width, height, channels, pixels) = decoded(picture);
    let shade = |value: u8| value.saturating_add(STEP / 2) / STEP * STEP;
    let mut colours = BTreeMap::new();
    let flat: Vec<[u8; 3]> = pixels.chunks(channels).map(|pixel| std::array::from_fn(|at| shade(pixel[at]))).collect();
    for colour in &flat {
        let next = colours.len();
        colours.entry(*colour).or_insert(next);
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width.try_into().unwrap(), height.try_into().unwrap());
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let bytes: Vec<u8> = if colours.len() <= 256 {
        let mut palette = vec![0; colours.len() * 3];
        for (colour, at) in &colours {
            palette[at * 3..at * 3 + 3].copy_from_slice(colour);
        }
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(palette);
        flat.iter().map(|colour| u8::try_from(colours[colour]).unwrap()).collect()
    } else {
        encoder.set_color(png::ColorType::Rgb);
        flat.into_iter().flatten().collect()
    };
    encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
    out
}

/// How many of 10,000 pixels are another colour in the other picture; all of them where the sizes differ.
pub fn difference(one: &[u8], other: &[u8]) -> usize {
    let [(width, height, depth, first), (other_width, other_height, other_depth, second)] = [decoded(one), decoded(other)];
    if (width, height) != (other_width, other_height) {
        return 10_000;
    }
    let pixels = first.chunks(depth).zip(second.chunks(other_depth));
    let differ = |one: &[u8], other: &[u8]| one.iter().zip(other).take(3).any(|(one, other)| one.abs_diff(*other) > TOLERANCE);
    pixels.filter(|(one, other)| differ(one, other)).count() * 10_000 / (width * height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(pixels: &[[u8; 3]]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, pixels.len().try_into().unwrap(), 1);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(pixels.as_flattened()).unwrap();
        out
    }

    #[test]
    fn a_lean_picture_is_the_same_picture() {
        let pixels: Vec<[u8; 3]> = (0..=255).map(|shade| [shade, 255 - shade, 128]).collect();
        assert_eq!(difference(&picture(&pixels), &lean(&picture(&pixels))), 0);
        let many: Vec<[u8; 3]> = (0..5000_u16).map(|at| [(at % 16 * 16) as u8, (at / 16 % 16 * 16) as u8, (at / 256 * 8) as u8]).collect();
        assert_eq!(difference(&picture(&many), &lean(&picture(&many))), 0);
    }

    #[test]
    fn what_is_seen_to_differ_is_counted() {
        let white = picture(&[[255; 3]; 100]);
        let mut spot = [[255; 3]; 100];
        spot[7] = [255, 255, 200];
        assert_eq!(difference(&white, &picture(&spot)), 100);
        spot[7] = [255, 255, 230];
        assert_eq!(difference(&white, &picture(&spot)), 0);
        assert_eq!(difference(&white, &picture(&spot[1..])), 10_000);
    }
}
