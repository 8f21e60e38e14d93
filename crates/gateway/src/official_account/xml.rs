//! The XML of callbacks, which is flat: one element `xml` whose children are names and texts. Whatever could make
//! a parser work, fetch or expand (DOCTYPE, entities, processing instructions) is refused, not skipped.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

/// Nothing that WeChat sends comes near, in bytes.
const LONGEST: usize = 64 * 1024;

/// Reads names and texts; children of children are passed over. `None` for anything else, a name that comes twice
/// included: two readers could take either.
pub fn read(body: &[u8]) -> Option<BTreeMap<String, String>> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= LONGEST)?;
    let mut reader = Reader::from_str(text);
    let mut document = Document::default();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => document.opened(tag.name().as_ref())?,
            Event::Empty(tag) => {
                document.opened(tag.name().as_ref())?;
                document.closed()?;
            }
            Event::End(_) => document.closed()?,
            Event::Text(text) => document.said(&text.decode().ok()?)?,
            Event::CData(text) => document.said(&text.decode().ok()?)?,
            Event::GeneralRef(reference) => document.said(&character(&reference)?)?,
            Event::Decl(_) | Event::Comment(_) => {}
            Event::DocType(_) | Event::PI(_) => return None,
            Event::Eof => return document.finished(),
        }
    }
}

/// The five entities that XML itself has, and numbers of characters.
fn character(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref().ok()? {
        Some(character) => Some(character.to_string()),
        None => resolve_predefined_entity(&reference.decode().ok()?).map(str::to_owned),
    }
}

#[derive(Default)]
struct Document {
    depth: usize,
    begun: bool,
    name: String,
    text: String,
    members: BTreeMap<String, String>,
}

impl Document {
    fn opened(&mut self, name: &[u8]) -> Option<()> {
        self.depth += 1;
        match self.depth {
            1 if self.begun || name != b"xml" => return None,
            1 => self.begun = true,
            2 => {
                self.name = std::str::from_utf8(name).ok()?.to_owned();
                self.text.clear();
            }
            _ => {}
        }
        Some(())
    }

    fn closed(&mut self) -> Option<()> {
        if self.depth == 2 {
            let (name, text) = (std::mem::take(&mut self.name), std::mem::take(&mut self.text));
            if self.members.insert(name, text).is_some() {
                return None;
            }
        }
        self.depth = self.depth.checked_sub(1)?;
        Some(())
    }

    /// Text counts inside of a member, and is nothing but space outside of them.
    fn said(&mut self, text: &str) -> Option<()> {
        match self.depth {
            2 => self.text.push_str(text),
            0 | 1 if !text.trim().is_empty() => return None,
            _ => {}
        }
        Some(())
    }

    fn finished(self) -> Option<BTreeMap<String, String>> {
        (self.begun && self.depth == 0).then_some(self.members)
    }
}

/// A text as WeChat writes it; the one sequence that would end it is cut in two.
#[cfg(feature = "provider")]
pub fn text(value: &str) -> String {
    format!("<![CDATA[{}]]>", value.replace("]]>", "]]]]><![CDATA[>"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_texts_are_read_whichever_way_they_are_written() {
        let body = b"<?xml version=\"1.0\"?> <xml><A><![CDATA[a<b]]></A>\n<B>1 &amp; &#x4e2d;</B><C/><D><E>in</E> </D><!-- x --></xml> ";
        let members = read(body).unwrap();
        let expected = [("A", "a<b"), ("B", "1 & 中"), ("C", ""), ("D", " ")];
        assert_eq!(members, expected.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
    }

    #[test]
    fn what_could_make_a_parser_work_is_refused() {
        for body in [
            "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml><A>&a;</A></xml>",
            "<xml><A>&a;</A></xml>",
            "<?php x ?><xml></xml>",
            "<xml><A>1</A><A>2</A></xml>",
            "<xml><A>1</B></xml>",
            "<xml><A>1</A>",
            "<xml></xml><xml></xml>",
            "<xml>loose<A>1</A></xml>",
            "<html></html>",
            "",
        ] {
            assert_eq!(read(body.as_bytes()), None, "{body}");
        }
        assert_eq!(read(format!("<xml><A>{}</A></xml>", "a".repeat(LONGEST)).as_bytes()), None);
        assert_eq!(read(b"<xml><A>\xff</A></xml>"), None);
    }

    proptest! {
        #[test]
        fn every_text_survives_the_round_trip(value in "\\PC{0,80}") {
            let members = read(format!("<xml><A>{}</A></xml>", text(&value)).as_bytes());
            prop_assert_eq!(members, Some(BTreeMap::from([("A".to_owned(), value)])));
        }

        #[test]
        fn no_bytes_make_the_reader_fail_otherwise_than_by_saying_no(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
