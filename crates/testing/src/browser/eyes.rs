//! Reads QR codes from pictures, with two decoders that share nothing: rqrr here and zbar as a program.

use std::process::Command;

/// The text of the one code in a PNG picture; panics unless both decoders read the same.
pub fn read_qr(png: &[u8]) -> String {
    let ours = with_rqrr(png);
    assert_eq!(ours, with_zbar(png), "rqrr and zbar read different texts");
    ours
}

/// Whether either decoder finds a code.
pub fn sees_qr(png: &[u8]) -> bool {
    let (width, height, grey) = grey(png);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    !picture.detect_grids().is_empty() || !zbar(png).is_empty()
}

fn with_rqrr(png: &[u8]) -> String {
    let (width, height, grey) = grey(png);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "rqrr sees {} codes", grids.len());
    grids[0].decode().unwrap().1
}

fn with_zbar(png: &[u8]) -> String {
    let texts = zbar(png);
    assert_eq!(texts.len(), 1, "zbar sees {texts:?}");
    texts[0].clone()
}

fn zbar(png: &[u8]) -> Vec<String> {
    let folder = crate::Folder::new("eyes");
    let file = folder.path().join("screen.png");
    std::fs::write(&file, png).unwrap();
    let output = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&file).output().expect("zbarimg (Debian: zbar-tools) is installed");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Whether a picture of a code is mostly light, with its dark parts dark: what scanners are made for.
pub fn is_dark_on_light(png: &[u8]) -> bool {
    let (_, _, grey) = grey(png);
    let share = |is: fn(&u8) -> bool| grey.iter().filter(|value| is(value)).count() * 100 / grey.len();
    share(|value| *value > 200) > 50 && share(|value| *value < 60) > 15
}

/// The colour of the lower right corner.
pub(super) fn corner(png: &[u8]) -> [u8; 3] {
    let (width, height, channels, pixels) = decoded(png);
    let at = ((height - 3) * width + width - 3) * channels;
    pixels[at..at + 3].try_into().unwrap()
}

fn grey(png: &[u8]) -> (usize, usize, Vec<u8>) {
    let (width, height, channels, pixels) = decoded(png);
    let mean = |pixel: &[u8]| {
        let colours = &pixel[..channels.min(3)];
        u8::try_from(colours.iter().map(|&value| u32::from(value)).sum::<u32>() / u32::try_from(colours.len()).unwrap()).unwrap()
    };
    (width, height, pixels.chunks(channels).map(mean).collect())
}

/// Width, height, bytes to a pixel, and the pixels row by row.
pub(super) fn decoded(png: &[u8]) -> (usize, usize, usize, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    pixels.truncate(frame.buffer_size());
    (frame.width.try_into().unwrap(), frame.height.try_into().unwrap(), frame.color_type.samples(), pixels)
}
