//! Named faults: what a provider or the network does to a merchant on a bad day. Each is off until
//! somebody asks for it; switches stay on, counters count down by one call each.

use serde::{Deserialize, Serialize};

use crate::mail::MailFault;
use crate::robots::RobotFault;

/// What shall go wrong. Absent members of the JSON mean "off".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Payments are not notified at all.
    pub missing_notification: bool,
    /// Every notification that was accepted is sent once more.
    pub duplicate_notification: bool,
    /// Notifications wait until they are released.
    pub hold_notifications: bool,
    /// Notifications carry a signature of the right form that does not hold.
    pub wrong_signature_notification: bool,
    /// Notifications carry a signature that begins with `WECHATPAY/SIGNTEST/`.
    pub signature_probe_notification: bool,
    /// Notifications are signed with a key that nobody has (WeChat Pay).
    pub unknown_key_notification: bool,
    /// Notifications are signed for a time ten minutes ago (WeChat Pay).
    pub stale_notification: bool,
    /// Notifications, correctly signed, whose sealed part was changed (WeChat Pay).
    pub tampered_notification: bool,
    /// Notifications, correctly signed, name one minor unit more than was paid.
    pub wrong_amount_notification: bool,
    /// A code can be paid although its payment is closed or past its deadline: late money.
    pub pay_after_close: bool,
    /// Refunds that are accepted now end `CLOSED`: nothing is returned (WeChat Pay).
    pub closed_refund: bool,
    /// Refunds that are accepted now end `ABNORMAL`: the shopper's account cannot take them (WeChat Pay).
    pub abnormal_refund: bool,
    /// So many of the next calls are answered with the provider's system error, without effect.
    pub server_error: u32,
    /// So many of the next calls take effect and are answered with the provider's system error.
    pub server_error_after_effect: u32,
    /// So many of the next calls take effect, and the connection breaks in the middle of the answer.
    pub broken_answer: u32,
    /// So many of the next calls take effect and are answered with an error that nobody signed, where the
    /// provider signs its errors (Alipay); elsewhere it is the system error.
    pub unsigned_error: u32,
    /// Alipay's answers write `/` as most examples do, instead of `\/` as the live service does.
    pub plain_slashes: bool,
    /// Which key WeChat Pay signs with.
    pub signing: Signing,
    /// So many of the next answers of success carry a signature that does not hold.
    pub wrong_signature_answer: u32,
    /// So many of the next answers of success carry a signature that begins with `WECHATPAY/SIGNTEST/`; Alipay's do not hold.
    pub signature_probe_answer: u32,
    /// So many of the next calls are refused with `named_error_code`, without effect.
    pub named_error: u32,
    /// A code that the provider documents, such as `RULE_LIMIT` or `ACQ.SYSTEM_ERROR`; any other is the system error.
    pub named_error_code: String,
    /// So many of the next calls of the Official Account are refused with `account_errcode`, without effect.
    pub account_error: u32,
    /// A number that the Official Account documents, such as 45009; 0 is the system error, -1.
    pub account_errcode: i64,
    /// The Official Account takes messages, and tells later that the shopper blocks them.
    pub message_blocked_late: bool,
    /// The shopper does not agree to being known: OAuth's page leads back without a code (Official Account).
    pub oauth_refused: bool,
    /// OAuth tells a virtual person who looks at the page before agreeing to anything, and whom WeChat Pay does not know.
    pub snapshot_user: bool,
    /// WeChat Pay has not granted the account codes on a screen.
    pub native_not_granted: bool,
    /// WeChat Pay has not granted the account jumps out of a phone's browser.
    pub h5_not_granted: bool,
    /// WeChat Pay has not granted the account payments inside of WeChat.
    pub jsapi_not_granted: bool,
    /// The account may collect nothing, at WeChat Pay and at Alipay.
    pub account_suspended: bool,
    /// Alipay refuses a second precreate of one number.
    pub second_precreate_refused: bool,
    /// Alipay tells of paid trades that nought was received and paid.
    pub zero_amounts: bool,
    /// Alipay's trades that closed unpaid have a date of payment.
    pub dated_closed_trades: bool,
    /// Alipay tells of trades neither what was received nor what was paid, nor from where.
    pub untold_amounts: bool,
    /// Alipay notifies of trades that wait, and of those that closed unpaid.
    pub unpaid_notices: bool,
    /// Alipay does not notify when all of a trade's money went back.
    pub silent_full_refund: bool,
    /// For how many days Alipay lets money go back; 0 for a year.
    pub refund_days: u32,
    /// Bills list what others book under the same merchant number or account, and rows that nobody foresees.
    pub busy_bill: bool,
    /// Bills of WeChat Pay come in the older form that some merchants get.
    pub older_bill: bool,
    /// So many of the next payments at WeChat Pay are opened by another account first, which owns their numbers from then on.
    pub opened_by_another: u32,
    /// What the bridge of a browser says that only looks like WeChat's.
    pub bridge: Bridge,
    /// The domain that is registered for jumps (WeChat Pay H5), whose subdomains count; empty for every domain.
    pub h5_domain: String,
    /// The shopper's phone changed its network between the order and the jump (WeChat Pay H5).
    pub other_network: bool,
    /// Which page of WeChat Pay's documentation is right where two disagree.
    pub pages: Pages,
    /// What the mail server does.
    pub mail: MailFault,
    /// What robots of groups do.
    pub robots: RobotFault,
    /// Answers are sent after so many milliseconds of real time.
    pub slow_milliseconds: u64,
}

/// What WeChat Pay does where pages of its documentation disagree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pages {
    /// What most pages say: a close of a paid payment is `ORDERPAID`, a prepay of one `INVALID_REQUEST`, of a closed one
    /// `ORDER_CLOSED`; deadlines reach seven days, codes read `?pr=`, too many calls are `FREQUENCY_LIMITED`.
    #[default]
    Most,
    /// What the others say: `ORDER_PAID`, `ORDERPAID`, `OUT_TRADE_NO_USED`; fifteen days, `/up?pr=…&groupid=00`,
    /// `RATELIMIT_EXCEEDED`.
    Others,
}

/// Whose bridge `WeixinJSBridge` is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bridge {
    /// WeChat's own.
    #[default]
    Wechat,
    /// WeCom's, which pays nothing.
    NoPermission,
    /// A mini program's view of the web.
    NotExecuted,
    /// WeChat's on a desktop.
    NoSupport,
    /// One that says `ok` of what nobody paid.
    Liar,
}

/// The stages of an account at WeChat Pay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signing {
    /// New accounts: the public key signs everything, and there are no certificates.
    #[default]
    PublicKey,
    /// Old accounts: the platform certificate signs everything.
    Certificate,
    /// Accounts that migrate: notifications are signed by either; answers by what the request names.
    Migrating,
    /// Old accounts while the next certificate takes over: both are handed out, and either signs.
    Rotating,
}

/// What happens to the call at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallFault {
    None,
    ServerError,
    ServerErrorAfterEffect,
    BrokenAnswer,
    UnsignedError,
    WrongSignature,
    SignatureProbe,
    NamedError,
}

impl CallFault {
    /// Whether an answer of success is signed so that the signature does not hold.
    pub fn spoils_signature(self) -> bool {
        matches!(self, Self::WrongSignature | Self::SignatureProbe)
    }
}

impl Faults {
    /// Takes a payment that another account opens first off its counter.
    pub(crate) fn next_opened_by_another(&mut self) -> bool {
        self.opened_by_another.checked_sub(1).is_some_and(|left| {
            self.opened_by_another = left;
            true
        })
    }

    /// Takes the fault of the Official Account's next call off its counter.
    pub(crate) fn next_account_call(&mut self) -> Option<i64> {
        self.account_error = self.account_error.checked_sub(1)?;
        Some(if self.account_errcode == 0 { -1 } else { self.account_errcode })
    }

    /// Takes the fault of the next call off the counters, the most drastic first.
    pub(crate) fn next_call(&mut self) -> CallFault {
        let counters = [
            (&mut self.named_error, CallFault::NamedError),
            (&mut self.server_error, CallFault::ServerError),
            (&mut self.server_error_after_effect, CallFault::ServerErrorAfterEffect),
            (&mut self.broken_answer, CallFault::BrokenAnswer),
            (&mut self.unsigned_error, CallFault::UnsignedError),
            (&mut self.wrong_signature_answer, CallFault::WrongSignature),
            (&mut self.signature_probe_answer, CallFault::SignatureProbe),
        ];
        for (counter, fault) in counters {
            if *counter > 0 {
                *counter -= 1;
                return fault;
            }
        }
        CallFault::None
    }
}

#[cfg(test)]
mod tests {
    use super::Faults;

    #[test]
    fn the_phone_has_words_for_every_fault_in_both_languages() {
        let texts = include_str!("phone/texts.js");
        let faults = serde_json::to_value(Faults::default()).expect("faults are JSON");
        for name in faults.as_object().expect("an object").keys() {
            let times = texts.matches(&format!(" {name}: \"")).count();
            assert!(times >= 2, "{name} has words in {times} languages");
        }
    }
}
