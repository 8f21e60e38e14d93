//! The dark modules of a code as the path of a drawing, one unit to a module, behind the quiet zone that readers want.

use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around a code (ISO/IEC 18004 §9.1).
const QUIET: usize = 4;

/// A code to be drawn.
pub(crate) struct QrDrawing {
    /// How many units it measures, its quiet zone among them.
    pub(crate) side: usize,
    /// The dark modules, as the data of an SVG path.
    pub(crate) dark: String,
}

impl QrDrawing {
    /// The code of a text; none of a text that no code has room for.
    pub(crate) fn of(text: &str) -> Option<QrDrawing> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let (width, colors) = (code.width(), code.to_colors());
        let mut dark = String::new();
        for (y, row) in colors.chunks(width).enumerate() {
            let mut x = 0;
            while x < width {
                let length = row[x..].iter().take_while(|color| **color == Color::Dark).count();
                if length > 0 {
                    dark.push_str(&format!("M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET));
                }
                x += length.max(1);
            }
        }
        Some(QrDrawing { side: width + 2 * QUIET, dark })
    }
}
