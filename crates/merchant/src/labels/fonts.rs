//! The fonts of labels: one for Latin, Greek and Cyrillic that is always there, and the one that the merchant names for other scripts.

use std::path::Path;
use std::sync::Arc;

use resvg::usvg::fontdb::{Database, ID};
use ttf_parser::Face;

/// The fonts of labels.
#[derive(Clone, Debug)]
pub(crate) struct LabelFonts {
    all: Arc<Database>,
    family: String,
}

impl LabelFonts {
    /// The fonts, with that file first, if one is named.
    ///
    /// # Errors
    /// One line: why the file is no font.
    pub(crate) fn open(file: Option<&Path>) -> Result<LabelFonts, String> {
        let mut all = Database::new();
        if let Some(file) = file {
            all.load_font_file(file).map_err(|error| format!("{}: {error}", file.display()))?;
            if all.is_empty() {
                return Err(format!("{}: holds no font that can be read (TrueType or OpenType)", file.display()));
            }
        }
        all.load_font_data(epaint_default_fonts::UBUNTU_LIGHT.to_vec());
        let family = all.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
        Ok(LabelFonts { all: Arc::new(all), family: family.unwrap_or_default() })
    }

    pub(super) fn all(&self) -> Arc<Database> {
        Arc::clone(&self.all)
    }

    /// In which texts are set first.
    pub(super) fn family(&self) -> String {
        self.family.clone()
    }

    /// The first character that none of them has.
    pub(super) fn missing<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Option<char> {
        let ids: Vec<ID> = self.all.faces().map(|face| face.id).collect();
        let has = |id: ID, character: char| {
            let glyph = |data: &[u8], index: u32| Face::parse(data, index).ok().and_then(|face| face.glyph_index(character));
            self.all.with_face_data(id, glyph).flatten().is_some()
        };
        texts.into_iter().flat_map(str::chars).filter(|one| !one.is_whitespace()).find(|one| !ids.iter().any(|id| has(*id, *one)))
    }
}
