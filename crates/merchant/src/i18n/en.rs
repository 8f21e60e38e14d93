//! English.

use super::words::Words;

pub(super) const WORDS: Words = Words {
    lang: "en",
    dir: "ltr",
    country: "Country",
    checkout_not_shown: "The checkout cannot be shown. Please allow scripts from this shop and reload the page, or contact the shop.",
};
