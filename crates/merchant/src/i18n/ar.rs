//! Arabic.

use super::words::Words;

pub(super) const WORDS: Words = Words {
    lang: "ar",
    dir: "rtl",
    country: "البلد",
    checkout_not_shown: "تعذّر عرض صفحة الدفع. يُرجى السماح بتشغيل البرامج النصية لهذا المتجر وإعادة تحميل الصفحة، أو التواصل مع المتجر.",
};
