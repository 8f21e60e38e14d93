//! What the phone's eye sees: pictures with a code, with another, with none, and what is no picture.

use qrcode::{Color, EcLevel, QrCode};
use serde_json::Value;

use crate::stage::Stage;

/// Pixels of a module's side, and modules of the quiet zone.
const SCALE: usize = 4;
const QUIET: usize = 4;

/// The brightness of every pixel of a drawn code, with `dark` ink on `light` paper, and the width.
fn drawn(text: &str, dark: u8, light: u8) -> (usize, Vec<u8>) {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let (modules, colors) = (code.width(), code.to_colors());
    let width = (modules + 2 * QUIET) * SCALE;
    let ink = |pixel: usize| {
        let at = |place: usize| (place / SCALE).checked_sub(QUIET).filter(|module| *module < modules);
        match (at(pixel % width), at(pixel / width)) {
            (Some(x), Some(y)) if colors[y * modules + x] == Color::Dark => dark,
            _ => light,
        }
    };
    (width, (0..width * width).map(ink).collect())
}

impl Stage {
    async fn look(&self, (width, pixels): (usize, Vec<u8>)) -> (u16, Value) {
        let url = format!("{}/sandbox/scan/picture?width={width}", self.sandbox.url());
        let reply = self.http.post(url).body(pixels).send().await.unwrap();
        let status = reply.status().as_u16();
        (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default())
    }
}

#[tokio::test]
async fn a_picture_of_a_code_opens_its_payment_dark_on_light_and_light_on_dark() {
    let stage = super::open().await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    for (dark, light) in [(0, 255), (255, 0), (70, 180)] {
        let (status, view) = stage.look(drawn(&prepared.payload, dark, light)).await;
        assert_eq!((status, view["payload"].as_str()), (200, Some(prepared.payload.as_str())), "{dark} on {light}");
    }
}

#[tokio::test]
async fn a_picture_without_a_code_of_ours_is_told_apart_from_one_without_any() {
    let stage = super::open().await;
    let problem = |(status, answer): (u16, Value)| (status, answer["problem"].as_str().unwrap_or_default().to_owned());
    let foreign = stage.look(drawn("https://shop.example/", 0, 255)).await;
    assert_eq!(problem(foreign), (404, "unknown_code".to_owned()));
    let empty = stage.look((200, vec![255; 200 * 150])).await;
    assert_eq!(empty.0, 204);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_unread() {
    let stage = super::open().await;
    for (width, pixels) in [(0, vec![255; 100]), (7, vec![255; 100]), (1281, vec![255; 1281]), (1, vec![255; 1281]), (10, Vec::new())] {
        assert_eq!(stage.look((width, pixels)).await.0, 400, "{width}");
    }
    assert_eq!(stage.look((1280, vec![255; 1280 * 1281])).await.0, 413);
}
