//! Chinese in simplified characters.

use super::words::Words;

pub(super) const WORDS: Words = Words {
    lang: "zh-Hans",
    dir: "ltr",
    country: "国家或地区",
    checkout_not_shown: "无法显示结账页面。请允许此商店运行脚本并刷新页面，或联系商家。",
};
