//! Japanese.

use super::words::Words;

pub(super) const WORDS: Words = Words {
    lang: "ja",
    dir: "ltr",
    country: "国・地域",
    checkout_not_shown: "決済画面を表示できません。このショップのスクリプトを許可してページを再読み込みするか、ショップにお問い合わせください。",
};
