//! What the gallery's shop calls itself and its things, in each language. A locale without words of its own has goods named in English.

/// What the merchant says in one language.
pub(super) struct Words {
    pub(super) locale: &'static str,
    pub(super) merchant: &'static str,
    pub(super) goods: [&'static str; 3],
    /// The variant of the second.
    pub(super) options: &'static str,
    pub(super) discount: &'static str,
    pub(super) shipping: &'static str,
    pub(super) country: &'static str,
    pub(super) pickup: &'static str,
    pub(super) tax: &'static str,
}

/// The words of that locale.
pub(super) fn of(locale: &str) -> &'static Words {
    ALL.iter().find(|words| words.locale == locale).unwrap_or(&ALL[0])
}

const ALL: [Words; 5] = [
    Words {
        locale: "en",
        merchant: "Mountain Tea",
        goods: ["Spring green tea, 100 g", "Porcelain gaiwan", "High mountain oolong, 50 g"],
        options: "White, with a lid",
        discount: "Autumn discount",
        shipping: "Delivery in two days",
        country: "Country",
        pickup: "Pick up in the tea house",
        tax: "VAT 13 %",
    },
    Words {
        locale: "ar",
        merchant: "شاي الجبل",
        // As shops write it: a name in Latin letters among the others.
        goods: ["شاي أخضر ربيعي، 100 غ", "Gaiwan (porcelain)", "شاي أولونغ جبلي، 50 غ"],
        options: "أبيض، بغطاء",
        discount: "خصم الخريف",
        shipping: "التوصيل خلال يومين",
        country: "البلد",
        pickup: "الاستلام من بيت الشاي",
        tax: "ضريبة القيمة المضافة 13%",
    },
    Words {
        locale: "de",
        merchant: "Bergtee",
        goods: ["Grüner Frühlingstee, 100 g", "Gaiwan aus Porzellan", "Hochgebirgs-Oolong, 50 g"],
        options: "Weiß, mit Deckel",
        discount: "Herbstrabatt",
        shipping: "Lieferung in zwei Tagen",
        country: "Land",
        pickup: "Abholung im Teehaus",
        tax: "MwSt. 13 %",
    },
    Words {
        locale: "ja",
        merchant: "山のお茶",
        goods: ["春摘み緑茶 100g", "白磁の蓋碗", "高山烏龍茶 50g"],
        options: "白・蓋付き",
        discount: "秋の割引",
        shipping: "2日でお届け",
        country: "国・地域",
        pickup: "店舗で受け取り",
        tax: "付加価値税 13%",
    },
    Words {
        locale: "zh-Hans",
        merchant: "山间茶舍",
        goods: ["明前绿茶 100 克", "白瓷盖碗", "高山乌龙 50 克"],
        options: "白色，带盖",
        discount: "秋季优惠",
        shipping: "两日送达",
        country: "国家或地区",
        pickup: "茶馆自提",
        tax: "增值税 13%",
    },
];
