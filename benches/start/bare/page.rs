//! A page with Yew and a QR code, and nothing else.

use qrcode::{Color, QrCode};
use wasm_bindgen::prelude::wasm_bindgen;
use yew::{Html, Renderer, component, html};

/// What WeChat Pay's codes hold.
const PAYLOAD: &str = "weixin://wxpay/bizpayurl?pr=p4lpSuKzz";

#[component]
fn Page() -> Html {
    let Ok(code) = QrCode::new(PAYLOAD) else { return Html::default() };
    let side = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path: String = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % side, at / side)).collect();
    html! { <svg width="240" height="240" viewBox={format!("-4 -4 {0} {0}", side + 8)}><path d={path} /></svg> }
}

#[wasm_bindgen(start)]
fn start() {
    Renderer::<Page>::new().render();
}
