//! What the console shows of the account, and who holds the phone. Worthless outside of the sandbox.

use gateway::official_account::server::{AesKey, Keyword, Template};
use gateway::official_account::{Settings, TemplateSettings};
use serde::{Deserialize, Serialize};

use crate::random::{Randomness, hex, word};

/// What heads the templates that the account was opened with.
pub(super) const PAID: &str = "订单支付成功通知";
pub(super) const SENT: &str = "商品已发出通知";
pub(super) const REFUNDED: &str = "退款成功通知";

/// The keywords of all templates that the account was opened with.
pub(super) const KEYWORDS: [Keyword; 4] = [
    Keyword::new("character_string1", "订单号"),
    Keyword::new("thing2", "商品"),
    Keyword::new("amount3", "金额"),
    Keyword::new("time4", "时间"),
];

/// The facts that stay the same for as long as the account is kept. `Debug` is not there, so that nothing is shown.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountFacts {
    pub original_id: String,
    pub secret: String,
    pub token: String,
    pub aes_key: String,
    /// Who holds the phone.
    pub openid: String,
    pub paid_template: String,
    /// Absent where an older sandbox made the account.
    #[serde(default)]
    pub shipped_template: String,
    pub refunded_template: String,
}

impl AccountFacts {
    pub fn generate(random: &Randomness) -> Self {
        Self {
            original_id: format!("gh_{}", hex::<6>(random).to_ascii_lowercase()),
            secret: hex::<16>(random).to_ascii_lowercase(),
            token: word::<32>(random),
            aes_key: word::<43>(random),
            openid: format!("o{}", word::<27>(random)),
            paid_template: word::<43>(random),
            shipped_template: word::<43>(random),
            refunded_template: word::<43>(random),
        }
    }

    /// Makes what older sandboxes did not have; whether anything was.
    pub fn complete(&mut self, random: &Randomness) -> bool {
        let was_lacking = self.shipped_template.is_empty();
        if was_lacking {
            self.shipped_template = word::<43>(random);
        }
        was_lacking
    }

    /// What a merchant needs to use the account at `base_url`, where the page of OAuth is as well.
    pub fn settings(&self, base_url: &str, appid: &str) -> Settings {
        let [order, description, amount, time] = KEYWORDS.map(|keyword| Some(keyword.name.to_owned()));
        let paid = TemplateSettings { id: self.paid_template.clone(), order, description, amount, time };
        let shipped = TemplateSettings { id: self.shipped_template.clone(), ..paid.clone() };
        let refunded = TemplateSettings { id: self.refunded_template.clone(), ..paid.clone() };
        Settings {
            base_url: base_url.to_owned(),
            open_url: base_url.to_owned(),
            appid: appid.to_owned(),
            secret: self.secret.clone(),
            token: self.token.clone(),
            aes_key: Some(self.aes_key.clone()),
            paid_template: Some(paid),
            shipped_template: Some(shipped),
            refunded_template: Some(refunded),
        }
    }

    /// The key of callbacks; 43 letters and digits always are one.
    pub fn key(&self) -> Option<AesKey> {
        AesKey::parse(&self.aes_key)
    }

    /// The templates that the account was opened with.
    pub fn templates(&self) -> [Template; 3] {
        let template = |id: &String, title| Template { id: id.clone(), title, keywords: &KEYWORDS };
        [template(&self.paid_template, PAID), template(&self.refunded_template, REFUNDED), template(&self.shipped_template, SENT)]
    }
}
