//! Questions as a shopper is asked them: those that this cart calls for, in a language, for a country.

use protocol::{Ask, Choice};

use super::super::text::nearest;
use super::forms::form;
use super::kind::{Kind, When};
use super::question::{Answer, Question};
use crate::i18n::{LOCALES, Words};

/// Whom, and about what.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked<'a> {
    /// The shopper's language.
    pub(crate) locale: &'a str,
    /// Where it goes, ISO 3166-1 alpha-2. Until that is known nobody is asked for an address.
    pub(crate) country: Option<&'a str>,
    /// Whether the region is asked with the price.
    pub(crate) has_region: bool,
    /// Whether something is sent.
    pub(crate) ships: bool,
    /// Whether the shopper comes for it.
    pub(crate) is_pickup: bool,
    /// Whether something is digital.
    pub(crate) has_digital: bool,
}

/// Those questions that are for a cart which holds these things.
pub(crate) fn asks(questions: &[Question], asked: Asked<'_>, holds: impl Fn(&str) -> bool) -> Vec<Ask> {
    let is_for = |question: &&Question| {
        let of_kind = match question.when() {
            When::Always => true,
            When::Ship => asked.ships,
            When::Pickup => asked.is_pickup,
            When::Digital => asked.has_digital,
        };
        of_kind && (question.items.is_empty() || question.items.iter().any(|sku| holds(sku)))
    };
    let mut asks: Vec<Ask> = questions.iter().filter(is_for).filter_map(|question| question.ask(asked)).collect();
    let names: Vec<(String, Option<String>)> = asks.iter().map(|ask| (ask.name.clone(), ask.or.clone())).collect();
    for ask in &mut asks {
        // Of two that do as well each says so, and neither where only one is asked.
        ask.or = ask.or.take().filter(|or| names.iter().any(|(name, _)| name == or));
        let back = || names.iter().find(|(_, or)| or.as_ref() == Some(&ask.name)).map(|(name, _)| name.clone());
        ask.or = ask.or.clone().or_else(back);
    }
    asks
}

/// The parts of an address in a country, for who reads that language. The region is left out where it is asked with the price.
pub(crate) fn address_form(country: &str, locale: &str, has_region: bool) -> Vec<Ask> {
    form(country, locale, &words(locale).asks, has_region)
}

/// What the server says in a language.
pub(crate) fn words(locale: &str) -> &'static Words {
    nearest(LOCALES.iter().map(|words| (words.lang, *words)), locale).unwrap_or(LOCALES[0])
}

impl Question {
    /// As it is asked; not at all while its country is not known.
    fn ask(&self, asked: Asked<'_>) -> Option<Ask> {
        let words = &words(asked.locale).asks;
        let form = match (self.kind, asked.country) {
            (Kind::Address, None) => return None,
            (Kind::Address, Some(country)) => form(country, asked.locale, words, asked.has_region),
            _ => Vec::new(),
        };
        let label = self.label.as_ref().map(|label| label.get(asked.locale)).or(self.kind.label(words)).unwrap_or_default();
        let option = |answer: &Answer| Choice { value: answer.value().to_owned(), label: answer.label(asked.locale).to_owned() };
        Some(Ask {
            name: self.name().to_owned(),
            kind: self.kind.as_str().to_owned(),
            required: self.required,
            or: self.or.clone(),
            label: label.to_owned(),
            hint: self.hint.as_ref().map(|hint| hint.get(asked.locale).to_owned()),
            options: self.options.iter().map(option).collect(),
            max: self.max,
            pattern: None,
            link: self.link.clone(),
            form,
        })
    }
}
