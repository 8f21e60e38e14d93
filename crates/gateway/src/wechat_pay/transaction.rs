//! The transaction object, which queries and notifications share, as a merchant reads it.

use serde::Deserialize;

use super::config::Config;
use super::reply;
use crate::{GatewayError, HttpResponse, ProviderPayment, ProviderStatus, provider_time};

/// The members we rely on. Unknown ones are tolerated, because the provider adds some over time.
#[derive(Deserialize)]
pub(super) struct Transaction {
    appid: String,
    mchid: String,
    out_trade_no: String,
    trade_state: String,
    transaction_id: Option<String>,
    success_time: Option<String>,
    amount: Option<Amount>,
    payer: Option<Payer>,
}

#[derive(Deserialize)]
struct Amount {
    total: Option<i64>,
    currency: Option<String>,
}

/// Present but empty before somebody has paid.
#[derive(Deserialize)]
struct Payer {
    openid: Option<String>,
}

impl Transaction {
    /// Refuses a transaction of another merchant or account.
    pub fn ours(self, config: &Config) -> Result<Self, GatewayError> {
        same("mchid", &config.mchid, &self.mchid)?;
        same("appid", &config.appid, &self.appid)?;
        Ok(self)
    }

    /// Refuses that of another payment of ours.
    pub fn is_of(&self, payment_id: &str) -> Result<(), GatewayError> {
        same("out_trade_no", payment_id, &self.out_trade_no)
    }

    /// Refuses other money.
    pub fn is_money(&self, transaction_id: &str) -> Result<(), GatewayError> {
        same("transaction_id", transaction_id, self.transaction_id.as_deref().unwrap_or_default())
    }

    /// What the state means to a merchant (the provider's table of `trade_state`).
    pub fn status(self) -> Result<ProviderStatus, GatewayError> {
        match self.trade_state.as_str() {
            "NOTPAY" | "ACCEPT" => Ok(ProviderStatus::Waiting),
            "USERPAYING" => Ok(ProviderStatus::Scanned),
            // A refunded payment has been paid; refunds have records of their own.
            "SUCCESS" | "REFUND" => self.paid().map(ProviderStatus::Paid),
            "CLOSED" | "REVOKED" => Ok(ProviderStatus::Closed),
            "PAYERROR" => Ok(ProviderStatus::Refused),
            _ => Err(GatewayError::Unreadable { what: "trade_state" }),
        }
    }

    fn paid(self) -> Result<ProviderPayment, GatewayError> {
        let absent = |what| GatewayError::Unreadable { what };
        let amount = self.amount.ok_or(absent("amount"))?;
        let time = self.success_time.ok_or(absent("success_time"))?;
        Ok(ProviderPayment {
            payment_id: self.out_trade_no,
            transaction_id: self.transaction_id.ok_or(absent("transaction_id"))?,
            amount: amount.total.ok_or(absent("amount.total"))?,
            currency: amount.currency.ok_or(absent("amount.currency"))?,
            paid_at: provider_time::parse(&time).ok_or(absent("success_time"))?,
            payer: self.payer.and_then(|payer| payer.openid),
            // Refunds have records of their own, and this one does not tell how much they were.
            returned: false,
        })
    }
}

/// Reads the answer to a query, and insists that it is about what was asked.
pub(super) fn queried(
    config: &Config,
    reply: &HttpResponse,
    now: i64,
    is_asked: impl FnOnce(&Transaction) -> Result<(), GatewayError>,
) -> Result<ProviderStatus, GatewayError> {
    if reply.status == 404 && reply::code(reply) == "ORDER_NOT_EXIST" {
        return Ok(ProviderStatus::Unknown);
    }
    let transaction: Transaction = reply::read(reply::believed(config, reply, now)?, "transaction")?;
    is_asked(&transaction)?;
    transaction.ours(config)?.status()
}

pub(super) fn same(what: &'static str, ours: &str, theirs: &str) -> Result<(), GatewayError> {
    if ours == theirs {
        return Ok(());
    }
    Err(GatewayError::NotOurs { what, ours: ours.to_owned(), theirs: theirs.to_owned() })
}
