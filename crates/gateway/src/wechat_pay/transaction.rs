//! The transaction object, which queries and notifications share, as a merchant reads it.

use serde::Deserialize;

use super::config::Config;
use crate::{GatewayError, ProviderPayment, ProviderStatus, beijing};

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
    /// Refuses a transaction of another merchant, account or (if one is expected) payment.
    pub fn ours(self, config: &Config, payment_id: Option<&str>) -> Result<Self, GatewayError> {
        same("mchid", &config.mchid, &self.mchid)?;
        same("appid", &config.appid, &self.appid)?;
        if let Some(payment_id) = payment_id {
            same("out_trade_no", payment_id, &self.out_trade_no)?;
        }
        Ok(self)
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
            paid_at: beijing::parse(&time).ok_or(absent("success_time"))?,
            payer: self.payer.and_then(|payer| payer.openid),
        })
    }
}

pub(super) fn same(what: &'static str, ours: &str, theirs: &str) -> Result<(), GatewayError> {
    if ours == theirs {
        return Ok(());
    }
    Err(GatewayError::NotOurs { what, ours: ours.to_owned(), theirs: theirs.to_owned() })
}
