//! Notifications as Alipay sends them: a form, signed over all members but `sign` and `sign_type`.

use std::collections::BTreeMap;

use serde_json::json;

use super::request::Application;
use super::trade::{BUYER_LOGON_ID, TradeView};
use crate::alipay::sign::{SIGN_TYPE, notification_text};
use crate::encoding::form;
use crate::provider_time::BEIJING;
use crate::rsa::PrivateKey;
use crate::yuan;

/// What a notification is about, and when it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// The same in every repetition of one event.
    pub id: &'a str,
    /// Unix seconds of this attempt.
    pub now: i64,
    /// The trade.
    pub trade: TradeView<'a>,
    /// The merchant's number of the refund that it is about, if it is about one.
    pub refund: Option<&'a str>,
    /// Fen that the notification claims as the total: the trade's, unless a fault has its way.
    pub claimed_total: i64,
    /// The seller, as a person knows it.
    pub seller_email: &'a str,
}

/// The body. `spoil` signs something else.
#[must_use]
pub fn notification_body(notice: &Notice<'_>, application: &Application, key: &PrivateKey, spoil: bool) -> Vec<u8> {
    let mut members = members(notice, application);
    let text = notification_text(&members);
    let signed = if spoil { "something else" } else { &text };
    members.insert("sign", key.sign(signed.as_bytes()));
    form(&members).into_bytes()
}

fn members(notice: &Notice<'_>, application: &Application) -> BTreeMap<&'static str, String> {
    let Notice { trade, .. } = notice;
    let total = yuan::format(notice.claimed_total);
    let mut members = BTreeMap::from([
        ("notify_time", BEIJING.format_plain(notice.now)),
        ("notify_type", "trade_status_sync".to_owned()),
        ("notify_id", notice.id.to_owned()),
        ("app_id", application.app_id.clone()),
        ("auth_app_id", application.app_id.clone()),
        ("charset", "utf-8".to_owned()),
        ("version", "1.0".to_owned()),
        ("sign_type", SIGN_TYPE.to_owned()),
        ("trade_no", trade.trade_no.to_owned()),
        ("out_trade_no", trade.out_trade_no.to_owned()),
        ("trade_status", trade.status().to_owned()),
        ("total_amount", total.clone()),
        ("receipt_amount", total.clone()),
        ("buyer_pay_amount", total.clone()),
        ("invoice_amount", total.clone()),
        ("point_amount", yuan::format(0)),
        ("buyer_logon_id", BUYER_LOGON_ID.to_owned()),
        ("seller_id", application.seller_id.clone()),
        ("seller_email", notice.seller_email.to_owned()),
        ("subject", trade.subject.to_owned()),
        ("body", trade.body.to_owned()),
        ("passback_params", trade.passback_params.to_owned()),
        ("gmt_create", BEIJING.format_plain(trade.created_at)),
    ]);
    if let Some(payment) = trade.payment() {
        members.insert("buyer_id", payment.buyer_id.clone());
        members.insert("gmt_payment", BEIJING.format_plain(payment.paid_at));
        members.insert("fund_bill_list", json!([{ "amount": total, "fundChannel": "ALIPAYACCOUNT" }]).to_string());
    }
    let refund = notice.refund.and_then(|id| trade.refunds.iter().find(|refund| refund.out_request_no == id));
    if let Some(refund) = refund {
        members.insert("gmt_refund", format!("{}.000", BEIJING.format_plain(refund.at)));
        members.insert("refund_fee", yuan::format(trade.refunded()));
        members.insert("out_biz_no", refund.out_request_no.clone());
        if trade.status() == "TRADE_CLOSED" {
            members.insert("gmt_close", BEIJING.format_plain(refund.at));
        }
    }
    members.retain(|_, value| !value.is_empty());
    members
}
