//! German.

use super::words::Words;

pub(super) const WORDS: Words = Words {
    lang: "de",
    dir: "ltr",
    country: "Land",
    checkout_not_shown: "Die Kasse kann nicht angezeigt werden. Bitte lassen Sie Skripte dieses Shops zu und laden Sie die Seite neu, oder wenden Sie sich an den Shop.",
};
