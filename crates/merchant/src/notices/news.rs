//! What there is to tell, before it is put into words: numbers, and words of ours.

use protocol::OrderStatus;
use serde::{Deserialize, Serialize};

use super::kind::NoticeKind;
use crate::number::OrderNumber;
use crate::order_record::{Fact, OrderRecord, RefundStatus};

/// A sum of a currency, minor units.
pub(crate) type Sum = (String, i64);

/// Something to tell the merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum News {
    /// An order is paid: its number, and what it came to.
    Sold { number: String, amount: i64, currency: String },
    /// So many pieces are left of a product.
    LowStock { sku: String, left: i64 },
    /// Few keys are left in a pool.
    LowKeys { pool: String },
    /// An order needs a person; the reason is a kind of fact.
    Attention { number: String, reason: String },
    /// Something is wrong, by the code of `doctor`; of which provider, if it is about one.
    Wrong { code: String, of: Option<String> },
    /// A key of the admin API ends within so many days.
    KeyEnds { key: String, days: i64 },
    /// The certificates by which a provider is believed do.
    CertificatesEnd { provider: String, days: i64 },
    /// The newest copy of the records is so many days old; or there is none.
    BackupOld { days: Option<i64> },
    /// E-mails to shoppers were given up.
    MailGivenUp,
    /// What a day came to.
    Summary { date: String, orders: i64, sold: Vec<Sum>, returned: Vec<Sum>, attention: i64 },
    /// Nothing: somebody tries the way.
    Test,
}

/// Something to tell, and what nobody is to be told of twice.
pub(crate) struct Noticed {
    pub(crate) news: News,
    pub(crate) about: String,
}

impl News {
    /// Its kind; a test is of none.
    pub(crate) fn kind(&self) -> Option<NoticeKind> {
        Some(match self {
            News::Sold { .. } => NoticeKind::Sold,
            News::LowStock { .. } | News::LowKeys { .. } => NoticeKind::LowStock,
            News::Attention { .. } => NoticeKind::NeedsPerson,
            News::Wrong { code, .. } => match code.as_str() {
                "webhooks-failed" | "webhooks-wait" => NoticeKind::ShopNotHearing,
                "provider-away" | "account-refused" => NoticeKind::ProviderTrouble,
                "mail-server-away" => NoticeKind::Mail,
                _ => NoticeKind::NeedsPerson,
            },
            News::KeyEnds { .. } | News::CertificatesEnd { .. } => NoticeKind::EndsSoon,
            News::BackupOld { .. } => NoticeKind::BackupOld,
            News::MailGivenUp => NoticeKind::Mail,
            News::Summary { .. } => NoticeKind::Summary,
            News::Test => return None,
        })
    }
}

/// What a change of an order has to tell; its facts are those that are new.
pub(crate) fn between(before: &OrderRecord, after: &OrderRecord) -> Vec<Noticed> {
    let order = &after.order;
    let number = OrderNumber::of(&order.id).to_string();
    let mut noticed = Vec::new();
    if order.status == OrderStatus::Paid && !before.order.status.has_money() && !order.is_test {
        let (amount, currency) = (order.price.total, order.currency.as_str().to_owned());
        noticed.push(Noticed { news: News::Sold { number: number.clone(), amount, currency }, about: order.id.as_str().to_owned() });
    }
    for fact in after.facts.iter().filter(|fact| waits_for_a_person(fact)) {
        let (kind, detail) = fact.members();
        let reason = match fact {
            Fact::RefundStatus { status: RefundStatus::Failed, .. } => "refund-failed".to_owned(),
            Fact::RefundStatus { .. } => "refund-stuck".to_owned(),
            _ => kind,
        };
        let about =
            format!("{}/{reason}/{}", order.id.as_str(), hex::encode(protocol::Digest::of(detail.to_string().as_bytes()).as_bytes()));
        noticed.push(Noticed { news: News::Attention { number: number.clone(), reason }, about });
    }
    noticed
}

/// Whether it is on the list for people; a second payment goes back by itself.
fn waits_for_a_person(fact: &Fact) -> bool {
    match fact {
        Fact::SecondPayment { .. } => false,
        Fact::RefundRefused { .. } | Fact::RefundStatus { status: RefundStatus::Failed | RefundStatus::Stuck, .. } => true,
        other => other.needs_attention(),
    }
}
