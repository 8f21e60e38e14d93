//! What of a shop's own words goes to Alipay, which counts characters (Alipay, "methods").

use crate::text::{Budget, Unit};
use crate::{PaymentRequest, RefundRequest};

/// `subject`, which may not hold three characters; their wide twins read the same.
const SUBJECT: Budget =
    Budget { unit: Unit::Characters, longest: 256, takes: |_| true, instead: &[('/', '／'), ('=', '＝'), ('&', '＆')], ellipsis: "…" };

/// `refund_reason`.
const REASON: Budget = SUBJECT;

/// What the shopper reads in the wallet; the payment's id where nothing of it can be said.
pub(super) fn subject(payment: &PaymentRequest<'_>) -> String {
    let text = SUBJECT.describe(&payment.description);
    if text.is_empty() { payment.payment_id.to_owned() } else { text }
}

/// Why money goes back, if anything of it can be said.
pub(super) fn reason(refund: &RefundRequest<'_>) -> Option<String> {
    refund.reason.map(|reason| REASON.fit(reason)).filter(|reason| !reason.is_empty())
}
