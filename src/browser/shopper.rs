//! What a shopper takes away from the page: a text on the clipboard, a file on the disk.

/// Puts a text on the clipboard; where the browser forbids that, nothing happens and the text stays selectable.
pub fn copy_text(_text: &str) {}

/// Offers a text to be saved as a file of that name and media type.
pub fn save_file(_name: &str, _mime: &str, _text: &str) {}
