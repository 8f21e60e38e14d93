//! Reads the codes in a picture that the phone's camera took or the shopper chose. The page sends the brightness of every pixel,
//! so that no picture format is parsed here. Whose code it is, others tell.

use rqrr::PreparedImage;

/// The longest side of a picture, in pixels: the page makes larger ones smaller.
pub(crate) const LONGEST_SIDE: usize = 1280;

/// A grey picture.
pub(crate) struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// Rows of `width` pixels from the top, each a byte from 0 (black) to 255. `None` unless they fill a rectangle that is
    /// [`LONGEST_SIDE`] wide and high at most.
    pub fn new(width: usize, pixels: Vec<u8>) -> Option<Self> {
        let height = pixels.len().checked_div(width)?;
        let sound = (1..=LONGEST_SIDE).contains(&width) && (1..=LONGEST_SIDE).contains(&height) && width * height == pixels.len();
        sound.then_some(Self { width, pixels })
    }

    /// The texts of all codes in it. A code drawn light on dark is read too.
    pub fn codes(&self) -> Vec<String> {
        let codes = self.read(|brightness| brightness);
        if codes.is_empty() { self.read(|brightness| 255 - brightness) } else { codes }
    }

    fn read(&self, seen: impl Fn(u8) -> u8) -> Vec<String> {
        let (width, height) = (self.width, self.pixels.len() / self.width);
        let mut prepared =
            PreparedImage::prepare_from_greyscale(width, height, |x, y| seen(self.pixels.get(y * width + x).copied().unwrap_or(255)));
        prepared.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
    }
}
