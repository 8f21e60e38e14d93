//! A QR payload as one SVG path: dark on light in every theme, quiet zone of four modules (ISO/IEC 18004 §9.1), whole pixels
//! per module. Over it lies the canvas that the browser's side paints the same path on, a pixel a module (`Host::keep_code_readable`).
//! The payload was judged by `protocol::payload` before an order could be verified; nothing is fetched.

use std::cell::RefCell;

use protocol::decimal;
use qrcode::canvas::Canvas;
use qrcode::{Color, EcLevel, Version};

use super::codewords::codewords;
use super::element::{Attr, Element, element, named};

/// Light modules around the code.
const QUIET: i32 = 4;
/// The side to come near, CSS pixels.
const SIDE: i32 = 240;
/// The smallest side, CSS pixels.
const LEAST_SIDE: i32 = 200;

/// A drawn code.
#[derive(Clone)]
struct Drawing {
    payload: String,
    /// Modules along one side, quiet zone included.
    modules: i32,
    /// The dark modules.
    path: String,
}

thread_local! {
    /// The countdown redraws the screen every second; each of its codes is worked out once.
    static KNOWN: RefCell<Vec<Drawing>> = const { RefCell::new(Vec::new()) };
}

/// The code of that payload, or `None` when it does not fit into one.
pub(super) fn code(payload: &str, name: String) -> Option<Element> {
    let Drawing { modules, path, .. } = drawing(payload)?;
    let scale = ((SIDE + modules / 2) / modules).max((LEAST_SIDE + modules - 1) / modules);
    let side = decimal::text((modules * scale).into());
    let all = decimal::text(modules.into());
    let svg = named("svg", "qr")
        .attr_owned(Attr::ViewBox, ["0 0", &all, &all].join(" "))
        .attr_owned(Attr::Width, side.clone())
        .attr_owned(Attr::Height, side)
        .attr_owned(Attr::FontSize, all.clone())
        .attr(Attr::ShapeRendering, "crispEdges")
        .attr(Attr::Role, "img")
        .attr_owned(Attr::AriaLabel, name)
        .child(element("path").attr(Attr::Fill, "#fff").attr_owned(Attr::D, ["M0 0h", &all, "v", &all, "H0z"].concat()))
        .child(element("path").attr(Attr::Fill, "#000").attr_owned(Attr::D, path));
    let picture = element("canvas").attr_owned(Attr::Width, all.clone()).attr_owned(Attr::Height, all).attr(Attr::AriaHidden, "true");
    Some(element("div").attr(Attr::Class, "drawn").child(svg).child(picture))
}

/// Modules along one side, quiet zone included, and the outline of the dark ones in units of a module.
pub(super) fn outline(payload: &str) -> Option<(i32, String)> {
    drawing(payload).map(|drawing| (drawing.modules, drawing.path))
}

fn drawing(payload: &str) -> Option<Drawing> {
    let known = KNOWN.with_borrow(|known| known.iter().find(|one| one.payload == payload).cloned());
    if known.is_some() {
        return known;
    }
    let code = Code::encode(payload.as_bytes())?;
    let drawing = Drawing { payload: payload.to_owned(), modules: code.size + 2 * QUIET, path: path(&code) };
    KNOWN.with_borrow_mut(|known| {
        // As many as one screen has.
        if known.len() > 1 {
            known.remove(0);
        }
        known.push(drawing.clone());
    });
    Some(drawing)
}

/// The modules of a code.
struct Code {
    size: i32,
    /// Row by row.
    modules: Vec<Color>,
}

impl Code {
    /// Error correction level M, bytes in one segment: payloads are addresses, where finer segments save nothing.
    fn encode(payload: &[u8]) -> Option<Code> {
        let codewords = codewords(payload)?;
        let version = Version::Normal(codewords.version.into());
        let mut canvas = Canvas::new(version, EcLevel::M);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&codewords.data, &codewords.correction);
        Some(Code { size: i32::from(version.width()), modules: canvas.apply_best_mask().into_colors() })
    }
}

/// One rectangle for each horizontal run of dark modules.
fn path(code: &Code) -> String {
    let mut path = String::new();
    let mut rest = code.modules.as_slice();
    let mut at = 0;
    while let Some(&color) = rest.first() {
        let x = at % code.size;
        let mut width = 0;
        while x + width < code.size && rest.first() == Some(&color) {
            (width, rest) = (width + 1, &rest[1..]);
        }
        if color == Color::Dark {
            let [left, top, width] = [x + QUIET, at / code.size + QUIET, width].map(|modules| decimal::text(modules.into()));
            path.push_str(&["M", &left, " ", &top, "h", &width, "v1H", &left, "z"].concat());
        }
        at += width;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_kept_and_another_payload_is_another_drawing() {
        let first = drawing("weixin://wxpay/bizpayurl?pr=p4lpSuKzz").unwrap();
        assert_eq!(first.modules, 25 + 4 + 8);
        assert_eq!(drawing(&first.payload).unwrap().path, first.path);
        assert_ne!(drawing("weixin://wxpay/bizpayurl?pr=other").unwrap().path, first.path);
    }

    #[test]
    fn a_payload_that_fits_no_code_is_not_drawn() {
        assert!(drawing(&"x".repeat(4000)).is_none());
    }
}
