//! A code as a drawing inside of HTML: dark on white at night too, with the quiet zone that readers want, and styled by attributes alone, for
//! the policy of these pages allows no styles inside of them.

use maud::{Markup, html};

use crate::qr_drawing::QrDrawing;

/// The code of a text, named for whoever does not see it; none of a text that no code has room for.
pub(super) fn drawing(text: &str, name: &str) -> Option<Markup> {
    let QrDrawing { side, dark } = QrDrawing::of(text)?;
    Some(html! {
        svg class="code" role="img" aria-label=(name) viewBox={ "0 0 " (side) " " (side) } width="280" height="280" shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(dark) fill="#000" {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::drawing;

    #[test]
    fn a_code_has_a_name_and_no_style_and_what_is_too_long_is_none() {
        let drawn = drawing("weixin://wxpay/bizpayurl?pr=1", "Pay \"now\"").unwrap().into_string();
        assert!(drawn.contains("aria-label=\"Pay &quot;now&quot;\"") && !drawn.contains("style"), "{drawn}");
        assert!(drawn.contains("d=\"M4 4h7v1h-7z"), "the first finder begins behind the quiet zone: {drawn}");
        assert!(drawing(&"x".repeat(5_000), "code").is_none());
    }
}
