//! The drawing of a label: the shop's name, the code, what it is for, and the host that it leads to.

use maud::{Markup, html};
use url::Url;

use crate::qr_drawing::QrDrawing;

/// How large a label is, units of which 96 are an inch.
pub(super) const WIDTH: u32 = 360;
pub(super) const HEIGHT: u32 = 460;
/// The side of the code, its quiet zone among it.
const CODE: u32 = 300;
/// Where the code begins.
const TOP: u32 = 62;
/// The longest text, characters; of a longer one the beginning stands there.
const LONGEST: usize = 40;

/// What stands on a label.
pub(crate) struct Label<'a> {
    /// The name of the shop.
    pub(crate) shop: &'a str,
    /// What the code is for.
    pub(crate) title: &'a str,
    /// Where it leads.
    pub(crate) url: &'a str,
}

/// The label as SVG.
pub(super) fn svg(label: &Label<'_>) -> Option<String> {
    let QrDrawing { side, dark } = QrDrawing::of(label.url)?;
    let module = f64::from(CODE) / f64::from(u32::try_from(side).ok()?);
    let place = format!("translate({} {TOP}) scale({module:.5})", (WIDTH - CODE) / 2);
    let drawn = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } width=(WIDTH) height=(HEIGHT) {
            rect width=(WIDTH) height=(HEIGHT) fill="#fff" {}
            (line(label.shop, 44, 26.0))
            path transform=(place) d=(dark) fill="#000" shape-rendering="crispEdges" {}
            (line(label.title, TOP + CODE + 26, 20.0))
            (line(&place_of(label.url), TOP + CODE + 60, 15.0))
        }
    };
    Some(drawn.into_string())
}

/// The host of an address, as browsers show it.
pub(super) fn place_of(url: &str) -> String {
    Url::parse(url).map_or_else(
        |_| url.to_owned(),
        |url| {
            let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
            format!("{}{port}", url.host_str().unwrap_or_default())
        },
    )
}

/// A line in the middle, smaller where it is long.
fn line(text: &str, y: u32, size: f64) -> Markup {
    let cut: String = text.chars().take(LONGEST).collect();
    let text = if text.chars().count() > LONGEST { format!("{}…", cut.trim_end()) } else { cut };
    // About how wide it is, in sizes of the font: characters of East Asia are as wide as they are high.
    let wide: f64 = text.chars().map(|one| if u32::from(one) >= 0x1100 { 1.0 } else { 0.6 }).sum();
    let size = size.min(f64::from(WIDTH - 24) / wide.max(1.0));
    html! {
        text x=(WIDTH / 2) y=(y) font-size={ (format!("{size:.1}")) } text-anchor="middle" fill="#000" { (text) }
    }
}
