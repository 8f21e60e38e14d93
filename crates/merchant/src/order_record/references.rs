//! What a shop and its page say of an order: three names for one thing that are told apart, because they are worth different trust.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::places::AtPlace;
use crate::shown::judge_characters;

/// The most words about an order, and the longest name and text of one, characters.
const MAX_WORDS: usize = 50;
const MAX_NAME: usize = 40;
const MAX_TEXT: usize = 500;
/// The longest number that a shop has of an order, characters.
const MAX_REFERENCE: usize = 64;

/// By which names an order goes beside its own. None of them is ever told to shoppers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct References {
    /// The shop's own number of it: the admin API or the shop's pricing URL said so.
    pub reference: Option<String>,
    /// What the page said that it is about. Anybody can make a page say anything: never taken for `reference`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_reference: Option<String>,
    /// The shop's own words about it, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// At which place it was made, if at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<AtPlace>,
}

impl References {
    /// Judges what the shop says.
    ///
    /// # Errors
    /// The member at fault, and what is wrong with it.
    pub(crate) fn judge(&self) -> Result<(), String> {
        if self.reference.as_ref().is_some_and(|reference| reference.chars().count() > MAX_REFERENCE) {
            return Err(format!("reference: at most {MAX_REFERENCE} characters"));
        }
        self.reference.as_deref().map_or(Ok(()), judge_characters).map_err(|fault| format!("reference: {fault}"))?;
        if self.metadata.len() > MAX_WORDS {
            return Err(format!("metadata: at most {MAX_WORDS} members"));
        }
        for (name, text) in &self.metadata {
            if !(1..=MAX_NAME).contains(&name.chars().count()) || text.chars().count() > MAX_TEXT {
                return Err(format!("metadata: a name has 1 to {MAX_NAME} characters and a text at most {MAX_TEXT}"));
            }
            [name, text].into_iter().try_for_each(|text| judge_characters(text)).map_err(|fault| format!("metadata: {fault}"))?;
        }
        Ok(())
    }

    /// The words as one JSON text, if there are any.
    pub(crate) fn metadata_text(&self) -> Option<String> {
        if self.metadata.is_empty() { None } else { serde_json::to_string(&self.metadata).ok() }
    }
}
