//! How the texts of a call are written as bytes: what is signed, here as there, is bytes.

/// A way to write texts, by the name that calls give it.
#[derive(Debug, Clone, Copy)]
pub struct Charset {
    /// In lower case.
    pub name: &'static str,
    /// Reads; `None` for what is no text.
    pub decode: fn(&[u8]) -> Option<String>,
    /// Writes; `None` for what it has no signs for.
    pub encode: fn(&str) -> Option<Vec<u8>>,
}

/// What current clients speak.
pub const UTF_8: Charset =
    Charset { name: "utf-8", decode: |bytes| String::from_utf8(bytes.to_vec()).ok(), encode: |text| Some(text.as_bytes().to_vec()) };

impl PartialEq for Charset {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Charset {}
