//! What of a shop's own words goes to WeChat Pay: it counts bytes of UTF-8, takes characters of one to three of them, and writes its
//! bills of them, whose cells a back-quote begins and a comma ends (WeChat Pay v3, strings and bills).

use crate::text::{Budget, Unit};
use crate::{PaymentRequest, RefundRequest};

/// `description`.
const DESCRIPTION: Budget = Budget {
    unit: Unit::Bytes,
    longest: 127,
    takes: |character| character.len_utf8() <= 3,
    instead: &[('`', '\''), (',', '，')],
    ellipsis: "…",
};

/// `reason` of a refund.
const REASON: Budget = Budget { longest: 80, ..DESCRIPTION };

/// What the shopper reads in the wallet; the payment's id where nothing of it can be said.
pub(super) fn description(payment: &PaymentRequest<'_>) -> String {
    let text = DESCRIPTION.describe(&payment.description);
    if text.is_empty() { payment.payment_id.to_owned() } else { text }
}

/// Why money goes back, if anything of it can be said.
pub(super) fn reason(refund: &RefundRequest<'_>) -> Option<String> {
    refund.reason.map(|reason| REASON.fit(reason)).filter(|reason| !reason.is_empty())
}
