//! What a message says within the measure of its keywords: the kind stands in a keyword's name, before its number, and WeChat refuses
//! what does not fit (gateways: Official Account, "template messages").

use super::message::Message;
use crate::provider_time::BEIJING;
use crate::text::{Budget, Unit};

/// What is said where nothing else can be.
const NOTHING: &str = "-";

/// A keyword that takes any text. Emoji and signs such as `①` are taken out by WeChat before it judges what is left.
const TEXT: Budget = Budget { unit: Unit::Characters, longest: 200, takes: is_plain, instead: &[], ellipsis: "…" };
const THING: Budget = Budget { longest: 20, ..TEXT };
const NAME: Budget = Budget { longest: 10, ellipsis: "", ..TEXT };
const PHRASE: Budget = Budget { longest: 5, takes: is_chinese, ellipsis: "", ..TEXT };
const CHARACTERS: Budget = Budget { longest: 32, takes: |character| character.is_ascii_graphic(), ellipsis: "", ..TEXT };
const LETTERS: Budget = Budget { takes: |character| character.is_ascii_alphabetic(), ..CHARACTERS };
const DIGITS: Budget = Budget { takes: |character| character.is_ascii_digit() || character == '.', ..CHARACTERS };

/// The number of the order.
pub(super) fn order(keyword: &str, message: &Message<'_>) -> String {
    said(keyword, |budget| budget.fit(message.order), "订单")
}

/// What was bought; the shop's name where nothing of that can be said.
pub(super) fn description(keyword: &str, message: &Message<'_>) -> String {
    let bought = crate::Description { shop: "", ..message.description };
    let say = |budget: &Budget| {
        Some(budget.describe(&bought)).filter(|said| !said.is_empty()).unwrap_or_else(|| budget.fit(message.description.shop))
    };
    said(keyword, say, "商品")
}

/// How much.
pub(super) fn amount(keyword: &str, message: &Message<'_>) -> String {
    said(keyword, |budget| budget.fit(message.amount), "已支付")
}

/// When. A keyword for a day takes no clock.
pub(super) fn time(keyword: &str, message: &Message<'_>) -> String {
    let day_and_clock = BEIJING.format_plain(message.at);
    match kind(keyword) {
        "date" => BEIJING.date(message.at),
        _ => said(keyword, |budget| budget.fit(&day_and_clock), "刚刚"),
    }
}

/// The same text, which says first that it is about a test; `None` where the keyword takes no such words.
pub(super) fn marked(keyword: &str, text: &str) -> Option<String> {
    match kind(keyword) {
        "phrase" => Some(PHRASE.fit(&format!("测试{text}"))),
        // An order's id and the mark have room.
        "character_string" => Some(CHARACTERS.fit(&format!("TEST-{text}"))),
        "letter" => Some(LETTERS.fit(&format!("TEST{text}"))),
        "number" | "amount" | "date" | "time" | "const" | "phone_number" | "car_number" => None,
        _ => Some(said(keyword, |budget| budget.fit(&format!("[测试]{text}")), NOTHING)),
    }
}

/// What can be said by a keyword, never nothing; `chinese` stands where it takes Chinese alone.
fn said(keyword: &str, say: impl Fn(&Budget) -> String, chinese: &str) -> String {
    let (budget, otherwise) = match kind(keyword) {
        "thing" => (THING, NOTHING),
        "name" => (NAME, NOTHING),
        "phrase" => (PHRASE, chinese),
        "character_string" => (CHARACTERS, NOTHING),
        "letter" => (LETTERS, "order"),
        "number" => (DIGITS, "0"),
        _ => (TEXT, NOTHING),
    };
    Some(say(&budget)).filter(|said| !said.is_empty()).unwrap_or_else(|| otherwise.to_owned())
}

fn kind(keyword: &str) -> &str {
    keyword.trim_end_matches(|character: char| character.is_ascii_digit())
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Letters of any script, digits, and the signs that keyboards have: no emoji, no enclosed figures, arrows, boxes or dingbats.
fn is_plain(character: char) -> bool {
    !matches!(character, '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}' | '\u{2190}'..='\u{2bff}' | '\u{3200}'..='\u{33ff}' | '\u{fe00}'..='\u{fe0f}')
        && (character < '\u{10000}' || matches!(character, '\u{20000}'..='\u{3ffff}'))
}
