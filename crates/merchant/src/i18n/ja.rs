//! Japanese.

use super::words::{AskWords, MessageWords, OccasionWords, Words};

pub(super) const WORDS: Words = Words {
    lang: "ja",
    dir: "ltr",
    country: "国・地域",
    checkout_not_shown: "決済画面を表示できません。このショップのスクリプトを許可してページを再読み込みするか、ショップにお問い合わせください。",
    asks: AskWords {
        name: "お名前",
        email: "メールアドレス",
        phone: "電話番号",
        company: "会社名",
        tax_id: "税務登録番号",
        address: "住所",
        line1: "番地・建物名",
        line2: "住所（続き）",
        sorting_code: "仕分けコード",
        city: "市区町村",
        post_town: "郵便管轄町",
        suburb: "地区",
        neighborhood: "町域",
        townland: "タウンランド",
        village_township: "村・町",
        district: "区",
        area: "地域",
        county: "郡",
        department: "県",
        do_si: "道・市",
        emirate: "首長国",
        island: "島",
        oblast: "州",
        parish: "教区",
        prefecture: "都道府県",
        province: "州・省",
        state: "州",
        postal: "郵便番号",
        zip: "郵便番号（ZIP）",
        pin: "郵便番号（PIN）",
        eircode: "郵便番号（Eircode）",
    },
    messages: MessageWords {
        greeting: "{name} 様",
        greeting_unnamed: "お客様",
        paid: OccasionWords {
            subject: "{shop}：ご注文 {number} のお支払いが完了しました",
            body: "ありがとうございます。{total} のお支払いを確認しました。",
        },
        shipped: OccasionWords {
            subject: "{shop}：ご注文 {number} を発送しました", body: "{shop} よりお荷物を発送しました。"
        },
        ready_for_pickup: OccasionWords {
            subject: "{shop}：ご注文 {number} のご用意ができました",
            body: "ご注文の商品のご用意ができました。{shop} でお受け取りください。",
        },
        refunded: OccasionWords {
            subject: "{shop}：ご注文 {number} の返金のお知らせ", body: "{shop} より {amount} を返金しました。"
        },
        order: "ご注文",
        total: "合計",
        returned: "返金額",
        carrier: "配送業者",
        tracking: "お問い合わせ番号",
        follow_parcel: "荷物を追跡する",
        see_order: "ご注文を見る",
        receipt_attached: "レシートを添付しました。",
        receipt: "レシート",
        paid_at: "支払日時",
        transaction: "取引番号",
        rounding: "端数調整",
        why: "このメールは、{shop} でのご注文の際にご入力いただいたアドレスにお送りしています。",
    },
};
