//! Labels to print: a code that opens an address of this backend, with the shop's name and the host in clear, so that whoever scans it sees
//! where it should lead.

mod drawing;
mod fonts;

pub(crate) use drawing::Label;
pub(crate) use fonts::LabelFonts;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use drawing::{HEIGHT, WIDTH};

/// How many pixels of a PNG one unit of the drawing is: 300 dots to the inch of a label 9 cm wide.
const SCALE: u32 = 3;

/// As which file a label is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelFormat {
    /// A drawing whose texts are set in whatever font its viewer has.
    Svg,
    /// A picture.
    Png,
    /// A page.
    Pdf,
}

/// Why a label is not drawn.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LabelError {
    /// No font here has that character.
    #[error("no font has the character {0:?}; name one that has in labels.font_file, or take the SVG, which is set where it is opened")]
    NoGlyph(char),
    /// The address fits into no code.
    #[error("the address is too long for a code")]
    TooLong,
    /// What the libraries say.
    #[error("{0}")]
    Drawing(String),
}

impl LabelFormat {
    pub(crate) fn parse(word: &str) -> Option<LabelFormat> {
        match word {
            "svg" => Some(LabelFormat::Svg),
            "png" => Some(LabelFormat::Png),
            "pdf" => Some(LabelFormat::Pdf),
            _ => None,
        }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            LabelFormat::Svg => "image/svg+xml",
            LabelFormat::Png => "image/png",
            LabelFormat::Pdf => "application/pdf",
        }
    }
}

impl Label<'_> {
    /// The label as a file. It takes its time: not for a thread that answers.
    ///
    /// # Errors
    /// [`LabelError`]
    pub(crate) fn file(&self, format: LabelFormat, fonts: &LabelFonts) -> Result<Vec<u8>, LabelError> {
        let drawn = drawing::svg(self).ok_or(LabelError::TooLong)?;
        if format == LabelFormat::Svg {
            return Ok(drawn.into_bytes());
        }
        if let Some(missing) = fonts.missing([self.shop, self.title, &drawing::place_of(self.url)]) {
            return Err(LabelError::NoGlyph(missing));
        }
        let options = Options { fontdb: fonts.all(), font_family: fonts.family(), ..Options::default() };
        let tree = Tree::from_str(&drawn, &options).map_err(|error| LabelError::Drawing(error.to_string()))?;
        match format {
            LabelFormat::Png => picture(&tree),
            LabelFormat::Pdf | LabelFormat::Svg => page(&tree),
        }
    }
}

fn picture(tree: &Tree) -> Result<Vec<u8>, LabelError> {
    let mut pixels = Pixmap::new(WIDTH * SCALE, HEIGHT * SCALE).ok_or_else(|| LabelError::Drawing("no room for the picture".to_owned()))?;
    let scale = SCALE as f32;
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| LabelError::Drawing(error.to_string()))
}

fn page(tree: &Tree) -> Result<Vec<u8>, LabelError> {
    let page = svg2pdf::to_pdf(tree, svg2pdf::ConversionOptions::default(), svg2pdf::PageOptions::default());
    page.map_err(|error| LabelError::Drawing(error.to_string()))
}
