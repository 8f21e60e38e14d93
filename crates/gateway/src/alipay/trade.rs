//! Trades: precreate, query and close. A trade does not exist at Alipay before somebody scans its code
//! (Alipay, "methods").

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::reply::believed;
use super::{number, texts};
use crate::provider_time::BEIJING;
use crate::{Closed, GatewayError, HttpResponse, PaymentRequest, Prepared, ProviderPayment, ProviderStatus, yuan};

/// Makes a code.
pub(super) const PRECREATE: &str = "alipay.trade.precreate";
/// Asks about a trade.
pub(super) const QUERY: &str = "alipay.trade.query";
/// Closes an unpaid trade.
pub(super) const CLOSE: &str = "alipay.trade.close";

/// The only currency of these calls.
pub(super) const CURRENCY: &str = "CNY";

/// What an unscanned code answers to every call.
pub(super) const NOT_YET: &str = "ACQ.TRADE_NOT_EXIST";

/// How long a code works, in seconds.
const CODE_LIFE: i64 = 2 * 3600;

/// The content of calls that only name a trade.
#[derive(Serialize)]
pub(super) struct TradeId<'a> {
    pub out_trade_no: &'a str,
}

/// The content of a query: by what the money was paid is told on request only.
#[derive(Serialize)]
pub(super) struct TradeQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    out_trade_no: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trade_no: Option<String>,
    query_options: [&'static str; 1],
}

pub(super) fn query_content(payment_id: &str) -> TradeQuery {
    TradeQuery { out_trade_no: Some(number::encode(payment_id)), trade_no: None, query_options: ["fund_bill_list"] }
}

/// The same by Alipay's own number.
pub(super) fn query_content_of(trade_no: &str) -> TradeQuery {
    TradeQuery { out_trade_no: None, trade_no: Some(trade_no.to_owned()), query_options: ["fund_bill_list"] }
}

/// The content of a precreate.
#[derive(Serialize)]
pub(super) struct PrecreateContent<'a> {
    out_trade_no: String,
    total_amount: String,
    subject: String,
    product_code: &'a str,
    time_expire: String,
}

pub(super) fn precreate<'a>(payment: &PaymentRequest<'_>, product_code: &'a str) -> PrecreateContent<'a> {
    PrecreateContent {
        out_trade_no: number::encode(payment.payment_id),
        total_amount: yuan::format(payment.amount),
        subject: texts::subject(payment),
        product_code,
        time_expire: BEIJING.format_plain(payment.expires_at),
    }
}

/// What the reply to a precreate is compared with.
pub(super) struct ExpectedTrade {
    number: String,
    is_in_yuan: bool,
    expires_at: i64,
}

impl ExpectedTrade {
    pub fn of(payment: &PaymentRequest<'_>) -> Self {
        Self { number: number::encode(payment.payment_id), is_in_yuan: payment.currency == CURRENCY, expires_at: payment.expires_at }
    }
}

#[derive(Deserialize)]
struct PrecreateReply {
    out_trade_no: String,
    qr_code: String,
}

pub(super) fn prepared(config: &Config, expected: &ExpectedTrade, reply: &HttpResponse, now: i64) -> Result<Prepared, GatewayError> {
    if !expected.is_in_yuan {
        let message = format!("Alipay collects {CURRENCY} only");
        return Err(GatewayError::Refused { status: 200, code: "currency".to_owned(), message });
    }
    let made: PrecreateReply = believed(config, PRECREATE, reply)?;
    same("out_trade_no", &expected.number, &made.out_trade_no)?;
    if !made.qr_code.starts_with("https://qr.alipay.com/") {
        return Err(GatewayError::Unreadable { what: "qr_code" });
    }
    Ok(Prepared { payload: made.qr_code, expires_at: expected.expires_at.min(now.saturating_add(CODE_LIFE)), provider_ref: None })
}

/// The members of a trade that we rely on.
#[derive(Deserialize)]
struct Trade {
    out_trade_no: String,
    trade_no: String,
    trade_status: String,
    total_amount: String,
    send_pay_date: Option<String>,
    buyer_user_id: Option<String>,
    buyer_open_id: Option<String>,
    receipt_amount: Option<String>,
    buyer_pay_amount: Option<String>,
    fund_bill_list: Option<Vec<Fund>>,
}

/// One of the accounts that a trade was paid from.
#[derive(Deserialize)]
struct Fund {
    amount: Option<String>,
}

impl Trade {
    /// Whether money moved, as far as the answer tells. Amounts may be nought although it did, so the accounts that it came from count
    /// as well.
    fn moved_money(&self) -> Option<bool> {
        let amounts = [&self.receipt_amount, &self.buyer_pay_amount].into_iter().flatten();
        let funds = self.fund_bill_list.iter().flatten().filter_map(|fund| fund.amount.as_ref());
        let told: Vec<i64> = amounts.chain(funds).filter_map(|amount| yuan::parse(amount)).collect();
        match told.iter().any(|fen| *fen > 0) {
            true => Some(true),
            false => (!told.is_empty() || self.fund_bill_list.is_some()).then_some(false),
        }
    }

    fn paid(self, payment_id: &str, time: &str, returned: bool) -> Result<ProviderStatus, GatewayError> {
        let fields = PaymentFields { trade_no: &self.trade_no, amount: &self.total_amount, time };
        let payment = fields.payment(payment_id, self.buyer_user_id.or(self.buyer_open_id))?;
        Ok(ProviderStatus::Paid(ProviderPayment { returned, ..payment }))
    }
}

pub(super) fn queried(config: &Config, payment_id: &str, reply: &HttpResponse) -> Result<ProviderStatus, GatewayError> {
    let Some(trade) = found(config, reply)? else { return Ok(ProviderStatus::Unknown) };
    same("out_trade_no", &number::encode(payment_id), &trade.out_trade_no)?;
    stands(trade, payment_id)
}

/// The same of a trade that was asked for by Alipay's own number: whose payment it is, the answer tells.
pub(super) fn queried_by_trade_no(config: &Config, trade_no: &str, reply: &HttpResponse) -> Result<ProviderStatus, GatewayError> {
    let Some(trade) = found(config, reply)? else { return Ok(ProviderStatus::Unknown) };
    same("trade_no", trade_no, &trade.trade_no)?;
    let payment_id = number::decode(&trade.out_trade_no).ok_or(GatewayError::Unreadable { what: "out_trade_no" })?;
    stands(trade, &payment_id)
}

/// The trade of an answer; `None` before somebody has scanned its code.
fn found(config: &Config, reply: &HttpResponse) -> Result<Option<Trade>, GatewayError> {
    match believed(config, QUERY, reply) {
        Err(GatewayError::Refused { code, .. }) if code == NOT_YET => Ok(None),
        trade => trade.map(Some),
    }
}

fn stands(trade: Trade, payment_id: &str) -> Result<ProviderStatus, GatewayError> {
    match (trade.trade_status.as_str(), trade.send_pay_date.clone()) {
        ("WAIT_BUYER_PAY", _) => Ok(ProviderStatus::Scanned),
        ("TRADE_SUCCESS" | "TRADE_FINISHED", Some(time)) => trade.paid(payment_id, &time, false),
        // Closed unpaid, or by giving all of its money back. Its date is there either way and proves nothing: its money does.
        ("TRADE_CLOSED", date) => match (trade.moved_money(), date) {
            (Some(true), Some(time)) => trade.paid(payment_id, &time, true),
            (Some(false), _) | (None, None) => Ok(ProviderStatus::Closed),
            (Some(true), None) | (None, Some(_)) => Ok(ProviderStatus::ClosedInDoubt),
        },
        _ => Err(GatewayError::Unreadable { what: "trade_status" }),
    }
}

/// What queries and notifications tell of a payment, in their own form.
pub(super) struct PaymentFields<'a> {
    pub trade_no: &'a str,
    pub amount: &'a str,
    pub time: &'a str,
}

impl PaymentFields<'_> {
    pub fn payment(&self, payment_id: &str, payer: Option<String>) -> Result<ProviderPayment, GatewayError> {
        Ok(ProviderPayment {
            payment_id: payment_id.to_owned(),
            transaction_id: self.trade_no.to_owned(),
            amount: yuan::parse(self.amount).ok_or(GatewayError::Unreadable { what: "total_amount" })?,
            currency: CURRENCY.to_owned(),
            paid_at: BEIJING.parse_plain(self.time).ok_or(GatewayError::Unreadable { what: "time of payment" })?,
            payer,
            returned: false,
        })
    }
}

#[derive(Deserialize)]
struct CloseReply {
    out_trade_no: String,
}

pub(super) fn closed(config: &Config, payment_id: &str, reply: &HttpResponse) -> Result<Closed, GatewayError> {
    match believed::<CloseReply>(config, CLOSE, reply) {
        Ok(answer) => same("out_trade_no", &number::encode(payment_id), &answer.out_trade_no).map(|()| Closed::Closed),
        Err(GatewayError::AlreadyPaid { .. }) => Ok(Closed::AlreadyPaid),
        // Said of paid and of closed trades alike, so a query has to tell which.
        Err(GatewayError::Refused { code, .. })
            if matches!(code.as_str(), "ACQ.TRADE_STATUS_ERROR" | "ACQ.REASON_TRADE_STATUS_INVALID" | "ACQ.REASON_ILLEGAL_STATUS") =>
        {
            Ok(Closed::AlreadyPaid)
        }
        Err(error) => Err(error),
    }
}

/// Refuses an answer about something else than was asked.
pub(super) fn same(what: &'static str, ours: &str, theirs: &str) -> Result<(), GatewayError> {
    if ours == theirs {
        return Ok(());
    }
    Err(GatewayError::NotOurs { what, ours: ours.to_owned(), theirs: theirs.to_owned() })
}
