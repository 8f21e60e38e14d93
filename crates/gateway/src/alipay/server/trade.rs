//! A trade as Alipay shows it, in answers and in notifications. Written apart from the merchant's readers, so
//! that each checks the other.

use serde_json::{Value, json};

use super::answer::Members;
use crate::provider_time::BEIJING;
use crate::yuan;

/// How a scanned trade stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TradeState {
    /// Scanned, not paid.
    WaitBuyerPay,
    /// Paid, refundable.
    Success(Payment),
    /// Paid, and the time for refunds is over.
    Finished(Payment),
    /// Closed unpaid, by call or by time, at these unix seconds.
    Closed(i64),
}

/// What a payment adds to a trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Unix seconds.
    pub paid_at: i64,
    /// The shopper's number: 16 digits.
    pub buyer_id: String,
}

/// One refund of a trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRecord {
    /// The merchant's number of it.
    pub out_request_no: String,
    /// Fen.
    pub amount: i64,
    /// Unix seconds.
    pub at: i64,
}

/// A trade as answers and notifications show it.
#[derive(Debug, Clone, Copy)]
pub struct TradeView<'a> {
    /// The merchant's number.
    pub out_trade_no: &'a str,
    /// Alipay's number.
    pub trade_no: &'a str,
    /// Fen.
    pub total: i64,
    /// What the shopper reads.
    pub subject: &'a str,
    /// Longer text.
    pub body: &'a str,
    /// The merchant's own data.
    pub passback_params: &'a str,
    /// When it was scanned, in unix seconds.
    pub created_at: i64,
    /// How it stands.
    pub state: &'a TradeState,
    /// What went back.
    pub refunds: &'a [RefundRecord],
}

/// How a query is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueryReplyOptions {
    /// Whether the accounts are told that the money came from, which is on request only.
    pub fund_bill_list: bool,
    /// Whether what was received and paid is told as nought although it was not.
    pub zero_amounts: bool,
    /// Whether a trade that closed unpaid has a date of payment.
    pub dated_closed: bool,
    /// Whether nothing is told of what was received and paid.
    pub without_amounts: bool,
}

impl TradeView<'_> {
    /// Fen that went back in all.
    #[must_use]
    pub fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    /// The payment, if there was one.
    #[must_use]
    pub fn payment(&self) -> Option<&Payment> {
        match self.state {
            TradeState::Success(payment) | TradeState::Finished(payment) => Some(payment),
            TradeState::WaitBuyerPay | TradeState::Closed(_) => None,
        }
    }

    /// The status; a trade whose money went back entirely is closed.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.state {
            TradeState::WaitBuyerPay => "WAIT_BUYER_PAY",
            TradeState::Success(_) if self.refunded() >= self.total => "TRADE_CLOSED",
            TradeState::Success(_) => "TRADE_SUCCESS",
            TradeState::Finished(_) => "TRADE_FINISHED",
            TradeState::Closed(_) => "TRADE_CLOSED",
        }
    }

    /// The two numbers, which every answer about a trade has.
    #[must_use]
    pub fn numbers(&self) -> Members {
        vec![("trade_no", json!(self.trade_no)), ("out_trade_no", json!(self.out_trade_no))]
    }

    /// The answer to a query.
    #[must_use]
    pub fn query_answer(&self, told: QueryReplyOptions) -> Members {
        let paid = self.payment().filter(|_| !told.zero_amounts).map_or(0, |_| self.total);
        let mut members = self.numbers();
        members.extend([
            ("buyer_logon_id", json!(BUYER_LOGON_ID)),
            ("trade_status", json!(self.status())),
            ("total_amount", yuan(self.total)),
            ("receipt_amount", yuan(paid)),
            ("buyer_pay_amount", yuan(paid)),
            ("point_amount", yuan(0)),
            ("invoice_amount", yuan(paid)),
        ]);
        match (self.payment(), self.state) {
            (Some(payment), _) => {
                members
                    .extend([("send_pay_date", json!(BEIJING.format_plain(payment.paid_at))), ("buyer_user_id", json!(payment.buyer_id))]);
                if told.fund_bill_list {
                    members.push(("fund_bill_list", json!([{ "amount": yuan(self.total), "fund_channel": "ALIPAYACCOUNT" }])));
                }
            }
            (None, TradeState::Closed(at)) if told.dated_closed => members.push(("send_pay_date", json!(BEIJING.format_plain(*at)))),
            (None, _) => {}
        }
        if told.without_amounts {
            members.retain(|(name, _)| !name.ends_with("_amount") || *name == "total_amount");
        }
        members
    }

    /// The answer to a refund. `changed` tells whether this call moved money; the fee is of all refunds so far.
    #[must_use]
    pub fn refund_answer(&self, changed: bool) -> Members {
        let mut members = self.numbers();
        members.extend([
            ("buyer_logon_id", json!(BUYER_LOGON_ID)),
            ("fund_change", json!(if changed { "Y" } else { "N" })),
            ("refund_fee", yuan(self.refunded())),
            ("send_back_fee", yuan(self.refunded())),
        ]);
        members
    }

    /// The answer to the query of a refund: nothing at all for one that was never made.
    #[must_use]
    pub fn refund_query_answer(&self, out_request_no: &str) -> Members {
        let Some(refund) = self.refunds.iter().find(|refund| refund.out_request_no == out_request_no) else { return Members::new() };
        let mut members = self.numbers();
        members.extend([
            ("out_request_no", json!(refund.out_request_no)),
            ("total_amount", yuan(self.total)),
            ("refund_amount", yuan(refund.amount)),
            ("refund_status", json!("REFUND_SUCCESS")),
            ("gmt_refund_pay", json!(BEIJING.format_plain(refund.at))),
        ]);
        members
    }
}

/// The shopper's account as others see it.
pub(super) const BUYER_LOGON_ID: &str = "buy***@example.com";

fn yuan(fen: i64) -> Value {
    json!(yuan::format(fen))
}
