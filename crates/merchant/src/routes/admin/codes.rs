//! Every code by which the admin API refuses. Codes are public and stable; `docs/codes.md` is made from this list.

/// Each code with its status, and a sentence for whoever wrote the call.
pub const CODES: &[(&str, u16, &str)] = &[
    ("bad-request", 400, "Malformed; `detail` names the member."),
    ("idempotency-key-missing", 400, "Send the header `idempotency-key`, 1 to 255 characters, so that a repeated call counts once."),
    ("unauthorized", 401, "Send `authorization: Bearer qrk_…` with a key that was not revoked."),
    ("key-expired", 401, "The time of the key is over; make another one (`api-key create`)."),
    (
        "refund-limit",
        403,
        "The key may not return so much of one order, or in that currency; `detail` says how much. Ask somebody whose key may.",
    ),
    ("scope", 403, "The key may not do this; make one with that scope (`api-key create`)."),
    ("not-found", 404, "There is no such order, payment, refund or webhook, or nothing at this address."),
    ("already-paid", 409, "Other money came by this payment before. Both are written down; return one of them."),
    ("ambiguous", 409, "Several orders or payments are known by that name; `detail` has them. Name one by its number or id."),
    ("bill-gone", 409, "The provider does not keep the bill of that day any more."),
    ("bill-not-made", 409, "The provider has not made the bill of that day yet; ask again at the time in `detail`."),
    ("confirmed-by-provider", 409, "The provider itself tells what is paid by this method; only bank codes are confirmed by you."),
    ("idempotency-conflict", 409, "This idempotency-key was used with another body. Use a new one for another wish."),
    ("method-not-offered", 409, "This method is not configured, or cannot collect this amount; `detail` says why."),
    ("no-bills", 409, "This provider hands out no bills to compare."),
    ("not-paid", 409, "No money came by this payment, so that there is none to return."),
    ("refund-not-stuck", 409, "Only a refund that is stuck can be ended by hand."),
    ("refund-too-late", 409, "The provider returns money for so many days only. Return it another way, and write that down (`by_hand`)."),
    ("refund-too-much", 409, "More than is left; `detail` says how much that is, in minor units."),
    ("transaction-used", 409, "This money is of another payment, whose order `detail` names. One of the two is a mistake."),
    ("wrong-amount", 409, "Not what was asked for. That is written down, and nothing is paid."),
    ("internal", 500, "Something went wrong; the log knows what, under the id of the answer's `x-request-id`."),
    ("provider-unavailable", 503, "The provider does not do it now; `detail` says whether trying again helps."),
];
