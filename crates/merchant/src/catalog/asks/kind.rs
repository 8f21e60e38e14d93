//! The kinds of questions, and the carts that they are for.

use serde::{Deserialize, Serialize};

use crate::i18n::AskWords;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Name,
    Email,
    Phone,
    Company,
    /// A number by which a tax office knows a business.
    TaxId,
    Address,
    /// One line.
    Text,
    /// Several lines.
    Multiline,
    /// One of several answers.
    Choice,
    /// A yes.
    Checkbox,
    /// A day.
    Date,
}

/// Which carts are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    /// Every one.
    Always,
    /// Of which something is sent.
    Ship,
    /// Which the shopper comes for.
    Pickup,
    /// Of which something is digital.
    Digital,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Kind; 11] = [
        Kind::Name,
        Kind::Email,
        Kind::Phone,
        Kind::Company,
        Kind::TaxId,
        Kind::Address,
        Kind::Text,
        Kind::Multiline,
        Kind::Choice,
        Kind::Checkbox,
        Kind::Date,
    ];

    /// The word of the API.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Name => "name",
            Kind::Email => "email",
            Kind::Phone => "phone",
            Kind::Company => "company",
            Kind::TaxId => "tax_id",
            Kind::Address => "address",
            Kind::Text => "text",
            Kind::Multiline => "multiline",
            Kind::Choice => "choice",
            Kind::Checkbox => "checkbox",
            Kind::Date => "date",
        }
    }

    /// What it is called where the shop does not say; of these alone it is known what is meant.
    pub(super) fn label(self, words: &AskWords) -> Option<&'static str> {
        match self {
            Kind::Name => Some(words.name),
            Kind::Email => Some(words.email),
            Kind::Phone => Some(words.phone),
            Kind::Company => Some(words.company),
            Kind::TaxId => Some(words.tax_id),
            Kind::Address => Some(words.address),
            Kind::Text | Kind::Multiline | Kind::Choice | Kind::Checkbox | Kind::Date => None,
        }
    }

    /// Whether a shop says what it is called.
    pub(super) fn needs_label(self) -> bool {
        matches!(self, Kind::Text | Kind::Multiline | Kind::Choice | Kind::Checkbox | Kind::Date)
    }

    /// Whether a shop may say how long an answer can be.
    pub(super) fn has_max(self) -> bool {
        matches!(self, Kind::Name | Kind::Company | Kind::Text | Kind::Multiline)
    }

    /// Which carts are asked where the shop does not say.
    pub(super) fn when(self) -> When {
        if self == Kind::Address { When::Ship } else { When::Always }
    }
}
