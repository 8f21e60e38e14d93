//! A question as the shop writes it, in its catalog or with an order of its own.

use serde::{Deserialize, Serialize};

use super::super::text::Text;
use super::kind::{Kind, When};
use crate::shown::{MAX_NAME, judge_text};

/// The most answers of a choice.
const MAX_OPTIONS: usize = 100;
/// The longest answer that can be allowed, characters.
const MAX_ANSWER: i64 = 1000;
/// The longest address of what can be read about a question.
const MAX_LINK: usize = 2048;
/// What answers hold beside those to questions.
const TAKEN: [&str; 4] = ["country", "region", "delivery", "salt"];

/// `[[ask]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// By which it is answered; the word of its kind if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    pub(super) kind: Kind,
    /// Whether nothing is sold without an answer.
    #[serde(default = "yes")]
    pub(super) required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<Text>,
    /// Between what there is a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) options: Vec<Answer>,
    /// The most characters of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<i64>,
    /// Another question, by its name: an answer to one of the two is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) or: Option<String>,
    /// What can be read about it, an https address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<When>,
    /// The things of which a cart must hold one to be asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) items: Vec<String>,
}

/// An answer that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Answer {
    /// It is its own name.
    Plain(String),
    /// It has another name, or several.
    Named { value: String, label: Text },
}

fn yes() -> bool {
    true
}

impl Question {
    /// Of a kind that needs no words.
    pub(super) fn of(kind: Kind) -> Question {
        Question {
            name: None,
            kind,
            required: true,
            label: None,
            hint: None,
            options: Vec::new(),
            max: None,
            or: None,
            link: None,
            when: None,
            items: Vec::new(),
        }
    }

    /// Whether it is for some carts only, by what the shop wrote.
    pub(super) fn is_for_some(&self) -> bool {
        self.when.is_some() || !self.items.is_empty()
    }

    /// By which it is answered.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.kind.as_str())
    }

    /// Whether a question can have that name.
    pub(crate) fn is_name(name: &str) -> bool {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        (1..=32).contains(&name.len()) && name.bytes().all(is_letter) && !TAKEN.contains(&name)
    }

    /// Whether there is such a kind.
    pub(crate) fn is_kind(word: &str) -> bool {
        Kind::ALL.iter().any(|kind| kind.as_str() == word)
    }

    /// Whether it is one for an address.
    pub(crate) fn is_address(&self) -> bool {
        self.kind == Kind::Address
    }

    /// Which carts are asked.
    pub(super) fn when(&self) -> When {
        self.when.unwrap_or(self.kind.when())
    }

    /// The things of which a cart must hold one to be asked; none where that is no matter.
    pub(crate) fn items(&self) -> &[String] {
        &self.items
    }

    /// Whether it can be asked.
    pub(super) fn check(&self) -> Result<(), String> {
        let name = self.name();
        if TAKEN.contains(&name) {
            return Err(format!("name: {name} is taken; country and region are asked by [[delivery]] and [tax]"));
        }
        if !Question::is_name(name) {
            return Err("name: 1 to 32 of a-z, 0-9, _ and -".to_owned());
        }
        if self.label.is_none() && self.kind.needs_label() {
            return Err(format!("label: is missing; what a {} is for, the shop alone knows", self.kind.as_str()));
        }
        for (key, text) in [("label", &self.label), ("hint", &self.hint)] {
            text.as_ref().map_or(Ok(()), Text::judge).map_err(|fault| format!("{key}: {fault}"))?;
        }
        self.check_options()?;
        match self.max {
            Some(_) if !self.kind.has_max() => return Err(format!("max: {} is as long as it is", self.kind.as_str())),
            Some(max) if !(1..=MAX_ANSWER).contains(&max) => return Err(format!("max: 1 to {MAX_ANSWER} characters")),
            _ => {}
        }
        let is_address =
            |link: &String| link.starts_with("https://") && link.len() <= MAX_LINK && link.bytes().all(|byte| byte.is_ascii_graphic());
        match &self.link {
            Some(_) if self.kind != Kind::Checkbox => Err("link: belongs to what is agreed to, a checkbox".to_owned()),
            Some(link) if !is_address(link) => Err(format!("link: https://…, at most {MAX_LINK} characters, others escaped by %")),
            _ => Ok(()),
        }
    }

    fn check_options(&self) -> Result<(), String> {
        if (self.kind == Kind::Choice) == self.options.is_empty() {
            return Err("options: what a choice is between, and belongs to nothing else".to_owned());
        }
        if self.options.len() > MAX_OPTIONS {
            return Err(format!("options: at most {MAX_OPTIONS}"));
        }
        for (at, option) in self.options.iter().enumerate() {
            let value = option.value();
            judge_text(value, MAX_NAME).map_err(|fault| format!("options: {value:?}: {fault}"))?;
            if value.trim() != value {
                return Err(format!("options: {value:?} has blanks around it, which no answer has"));
            }
            if let Answer::Named { label, .. } = option {
                label.judge().map_err(|fault| format!("options: {value:?}: {fault}"))?;
            }
            if self.options[..at].iter().any(|before| before.value() == value) {
                return Err(format!("options: {value:?} stands twice"));
            }
        }
        Ok(())
    }
}

impl Answer {
    pub(super) fn value(&self) -> &str {
        match self {
            Answer::Plain(value) | Answer::Named { value, .. } => value,
        }
    }

    /// What it is called in a language.
    pub(super) fn label(&self, locale: &str) -> &str {
        match self {
            Answer::Plain(value) => value,
            Answer::Named { label, .. } => label.get(locale),
        }
    }
}
