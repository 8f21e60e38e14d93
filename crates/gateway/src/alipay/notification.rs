//! Notifications as a merchant receives them: a form whose signature is checked before any member of it
//! counts, then the application, the seller, and what happened (Alipay, "asynchronous notification").

use std::collections::BTreeMap;

use super::config::Config;
use super::number;
use super::reply::KEY_ID;
use super::sign::{SIGN_TYPE, notification_text};
use super::trade::{PaymentFields, same};
use crate::encoding;
use crate::{GatewayError, Notification, NotificationEvent, NotificationReply, RefundStatus};

pub(super) fn received(config: &Config, body: &[u8]) -> Result<Notification, GatewayError> {
    let form = Form::proved(config, body)?;
    same("app_id", &config.app_id, form.text("app_id")?)?;
    same("seller_id", &config.seller_id, form.text("seller_id")?)?;
    Ok(Notification { id: form.text("notify_id")?.to_owned(), event: form.event()? })
}

/// The members of a notification whose signature holds.
struct Form(BTreeMap<String, String>);

impl Form {
    fn proved(config: &Config, body: &[u8]) -> Result<Self, GatewayError> {
        let unreadable = GatewayError::Unreadable { what: "notification" };
        let pairs = encoding::parse(body).ok_or(unreadable.clone())?;
        let count = pairs.len();
        let members: BTreeMap<String, String> = pairs.into_iter().collect();
        // A name that comes twice would let the signed text mean another member than the one that is read.
        if members.len() != count {
            return Err(unreadable);
        }
        let form = Self(members);
        if form.text("sign_type").ok() != Some(SIGN_TYPE) {
            return Err(GatewayError::HeaderMissing { header: "sign_type" });
        }
        let signature = form.text("sign").map_err(|_| GatewayError::HeaderMissing { header: "sign" })?;
        match config.alipay_key.verifies(notification_text(&form.0).as_bytes(), signature) {
            true => Ok(form),
            false => Err(GatewayError::BadSignature { id: KEY_ID.to_owned() }),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &'static str) -> Result<&str, GatewayError> {
        self.get(name).ok_or(GatewayError::Unreadable { what: name })
    }

    fn event(&self) -> Result<NotificationEvent, GatewayError> {
        let status = self.text("trade_status")?;
        let Some(payment_id) = number::decode(self.text("out_trade_no")?) else {
            return Ok(NotificationEvent::Other { kind: "a trade of another till".to_owned() });
        };
        // A refund repeats the status of the trade; `refund_fee` is the sum of all refunds, so it proves none of them.
        if self.get("gmt_refund").is_some() {
            let refund_id = self.get("out_biz_no").map(str::to_owned);
            return Ok(NotificationEvent::Refund { payment_id, refund_id, status: RefundStatus::Pending });
        }
        match status {
            "TRADE_SUCCESS" | "TRADE_FINISHED" => {
                let fields =
                    PaymentFields { trade_no: self.text("trade_no")?, amount: self.text("total_amount")?, time: self.text("gmt_payment")? };
                let payer = self.get("buyer_id").or_else(|| self.get("buyer_open_id")).map(str::to_owned);
                Ok(NotificationEvent::Paid(fields.payment(&payment_id, payer)?))
            }
            _ => Ok(NotificationEvent::Other { kind: status.to_owned() }),
        }
    }
}

/// Alipay compares the body literally with `success`; anything else asks for a repetition.
pub(super) fn acknowledgement(accepted: bool) -> NotificationReply {
    let body = if accepted { "success" } else { "failure" };
    NotificationReply { status: 200, content_type: "text/plain", body: body.into() }
}
