//! Texts as a provider takes them: so long, counted in its unit, of its characters, cut between characters as people see them. Every
//! text that leaves for a provider or into a code is made here, and nothing is cut anywhere else. The measures stand where the
//! provider's words stand.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// Characters of Unicode.
    Characters,
}

/// How much text a provider takes, and of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub unit: Unit,
    /// The longest text, in units.
    pub longest: usize,
    /// Whether the provider takes a character.
    pub takes: fn(char) -> bool,
    /// What stands in the place of a character that means something else to the provider.
    pub instead: &'static [(char, char)],
    /// Stands at the end of a text that was cut, where the provider takes such a sign.
    pub ellipsis: &'static str,
}

/// What is bought, in parts, so that each provider can say it within its own measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description<'a> {
    /// The shop's name; empty to leave it out.
    pub shop: &'a str,
    /// The first thing.
    pub item: &'a str,
    /// How many things more.
    pub more: usize,
}

impl<'a> From<&'a str> for Description<'a> {
    fn from(item: &'a str) -> Self {
        Description { shop: "", item, more: 0 }
    }
}

/// Between the shop and what is bought.
const BETWEEN: &str = " · ";

impl Budget {
    /// The text as the provider takes it; empty if nothing of it can be said.
    pub fn fit(&self, text: &str) -> String {
        self.cut(&self.clean(text), self.longest)
    }

    /// The same of a purchase: both the shop and the first thing can be read, however long they are.
    pub fn describe(&self, purchase: &Description<'_>) -> String {
        let more = Some(format!(" +{}", purchase.more)).filter(|more| purchase.more > 0 && self.takes_all(more)).unwrap_or_default();
        let (shop, item) = (self.clean(purchase.shop), self.clean(purchase.item));
        let alone = |name: &str| {
            let named = self.cut(name, self.longest.saturating_sub(self.measure(&more)));
            if named.is_empty() { named } else { named + &more }
        };
        if shop.is_empty() || item.is_empty() {
            return alone(if item.is_empty() { &shop } else { &item });
        }
        let room = self.longest.saturating_sub(self.measure(BETWEEN) + self.measure(&more));
        // Who needs less than a half leaves the rest to the other.
        let (shops, items) = (self.measure(&shop), self.measure(&item));
        let for_shop = shops.min((room / 2).max(room.saturating_sub(items)));
        // A single character as people see it may have more parts than there is room for: then it is left out.
        match (self.cut(&shop, for_shop), self.cut(&item, room - for_shop)) {
            (shops, items) if shops.is_empty() || items.is_empty() => {
                [&item, &shop].into_iter().map(|name| alone(name)).find(|named| !named.is_empty()).unwrap_or_default()
            }
            (shop, item) => format!("{shop}{BETWEEN}{item}{more}"),
        }
    }

    /// How long a text is, in units.
    pub fn measure(&self, text: &str) -> usize {
        match self.unit {
            Unit::Bytes => text.len(),
            Unit::Characters => text.chars().count(),
        }
    }

    /// The whole text in characters that the provider takes, its white space as single spaces.
    fn clean(&self, text: &str) -> String {
        let said: String = text.graphemes(true).map(|character| self.say(character)).collect();
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// One character as people see it. What the provider does not take is said by what it is made of, such as `T` for `𝐓`, or left out
    /// as a whole: half an emoji is another one.
    fn say(&self, character: &str) -> String {
        let plain = self.plain(character);
        if self.takes_all(&plain) {
            return plain;
        }
        let made_of = self.plain(&character.nfkd().filter(|part| !is_combining_mark(*part)).nfc().collect::<String>());
        if self.takes_all(&made_of) { made_of } else { String::new() }
    }

    fn takes_all(&self, text: &str) -> bool {
        text.chars().all(self.takes)
    }

    /// Without what cannot be seen, and with what stands instead of some.
    fn plain(&self, text: &str) -> String {
        let instead = |character: char| match self.instead.iter().find(|(meant, _)| *meant == character) {
            Some((_, instead)) => *instead,
            None if character.is_control() || character.is_whitespace() => ' ',
            None => character,
        };
        text.chars().filter(|character| !is_unseen(*character)).map(instead).collect()
    }

    /// The text, or as much of it as has room.
    fn cut(&self, text: &str, room: usize) -> String {
        if self.measure(text) <= room {
            return text.to_owned();
        }
        let room = room.saturating_sub(self.measure(self.ellipsis));
        let mut kept = String::new();
        for character in text.graphemes(true) {
            if self.measure(&kept) + self.measure(character) > room {
                break;
            }
            kept.push_str(character);
        }
        match kept.trim_end() {
            "" => String::new(),
            kept => format!("{kept}{}", self.ellipsis),
        }
    }
}

/// Marks that say in which direction to read, or nothing at all, and characters of no meaning. What joins or picks the shape of others
/// belongs to them.
fn is_unseen(character: char) -> bool {
    matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e000}'..='\u{f8ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BYTES: Budget = Budget { unit: Unit::Bytes, longest: 30, takes: |c| c < '\u{10000}', instead: &[(',', '，')], ellipsis: "…" };
    const CHARACTERS: Budget = Budget { unit: Unit::Characters, longest: 8, takes: |_| true, instead: &[], ellipsis: "…" };
    const LETTERS: Budget =
        Budget { unit: Unit::Characters, longest: 99, takes: |c| c == ' ' || c.is_ascii_alphanumeric(), instead: &[], ellipsis: "" };

    #[test]
    fn lengths_are_counted_in_the_providers_unit() {
        assert_eq!(BYTES.fit(&"茶".repeat(10)), "茶".repeat(10));
        assert_eq!(BYTES.fit(&"茶".repeat(11)), format!("{}…", "茶".repeat(9)));
        assert_eq!(CHARACTERS.fit(&"茶".repeat(9)), format!("{}…", "茶".repeat(7)));
    }

    #[test]
    fn a_combined_character_is_kept_or_left_out_as_a_whole() {
        assert_eq!(BYTES.fit("Tea 👩‍🍳 for 🇨🇳 2\u{fe0f}\u{20e3}"), "Tea for 2\u{fe0f}\u{20e3}");
        assert_eq!(CHARACTERS.fit("1234567👩‍🍳"), "1234567…");
        assert_eq!(CHARACTERS.fit("123456👩‍🍳"), "123456…");
        assert_eq!(CHARACTERS.fit("12345👩‍🍳"), "12345👩‍🍳");
        assert_eq!(CHARACTERS.fit("1234567e\u{301}"), "1234567…");
    }

    #[test]
    fn what_is_not_taken_is_said_by_what_it_is_made_of() {
        assert_eq!(BYTES.fit("𝐓𝐞𝐚 \u{1f375}𠮷野家"), "Tea 野家");
        assert_eq!(LETTERS.fit("S\u{e3}o Jo\u{e3}o (№ ①)"), "Sao Joao No 1");
        assert_eq!(LETTERS.fit("茶"), "");
    }

    #[test]
    fn line_feeds_are_spaces_and_what_turns_the_direction_of_reading_is_gone() {
        assert_eq!(BYTES.fit(" a\r\n\tb,\u{202e}c\u{feff} "), "a b，c");
    }

    #[test]
    fn both_the_shop_and_the_first_thing_are_read_however_long_they_are() {
        let say = |shop: &str, item: &str, more| BYTES.describe(&Description { shop, item, more });
        assert_eq!(say("Tea", "Cup", 0), "Tea · Cup");
        assert_eq!(say("Tea", "Cup", 12), "Tea · Cup +12");
        assert_eq!(say("Tea", &"x".repeat(99), 2), format!("Tea · {}… +2", "x".repeat(17)));
        assert_eq!(say(&"y".repeat(99), "Cup", 0), format!("{}… · Cup", "y".repeat(20)));
        assert_eq!(say(&"山".repeat(40), &"茶".repeat(40), 0), format!("{}… · {}…", "山".repeat(3), "茶".repeat(3)));
        let endless = format!("ก{}", "\u{e33}".repeat(99));
        assert_eq!((say("Tea", &endless, 3), say(&endless, "Cup", 0)), ("Tea +3".to_owned(), "Cup".to_owned()));
        assert_eq!(say(&endless, &endless, 1), "");
        assert_eq!((say("🍵", "Cup", 0), say("Tea", "🍵", 2), say("🍵", "", 0)), ("Cup".to_owned(), "Tea +2".to_owned(), String::new()));
    }

    proptest! {
        #[test]
        fn whatever_is_said_keeps_to_the_measure_and_to_the_characters(shop in "\\PC{0,60}", item in "\\PC{0,60}", more in 0usize..100) {
            for budget in [BYTES, Budget { longest: 127, ..BYTES }, Budget { longest: 20, ..CHARACTERS }] {
                for said in [budget.fit(&item), budget.describe(&Description { shop: &shop, item: &item, more })] {
                    prop_assert!(budget.measure(&said) <= budget.longest, "{said}");
                    prop_assert!(said.chars().all(budget.takes) && !said.chars().any(char::is_control), "{said}");
                }
            }
        }
    }
}
