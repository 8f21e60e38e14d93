//! Calls to providers, as figures and refusals name them, and what came of them.

/// What is asked of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CallName {
    Create,
    Query,
    Close,
    Refund,
    QueryRefund,
    Renew,
    Bill,
    DownloadBill,
    QueryTransaction,
    /// Of the Official Account, with an access token.
    Request,
    Token,
    Openid,
}

/// What came of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallOutcome {
    Ok,
    Unreachable,
    /// The provider is busy, or does not know.
    Failed,
    Refused,
}

/// What became of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotificationOutcome {
    Accepted,
    /// It is not proved to be the provider's.
    Refused,
    /// It could not be kept.
    Failed,
}

impl CallName {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            CallName::Create => "create",
            CallName::Query => "query",
            CallName::Close => "close",
            CallName::Refund => "refund",
            CallName::QueryRefund => "query_refund",
            CallName::Renew => "renew",
            CallName::Bill => "bill",
            CallName::DownloadBill => "download_bill",
            CallName::QueryTransaction => "query_transaction",
            CallName::Request => "request",
            CallName::Token => "token",
            CallName::Openid => "openid",
        }
    }
}

impl CallOutcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            CallOutcome::Ok => "ok",
            CallOutcome::Unreachable => "unreachable",
            CallOutcome::Failed => "failed",
            CallOutcome::Refused => "refused",
        }
    }
}

impl NotificationOutcome {
    pub(super) const ALL: [NotificationOutcome; 3] =
        [NotificationOutcome::Accepted, NotificationOutcome::Refused, NotificationOutcome::Failed];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            NotificationOutcome::Accepted => "accepted",
            NotificationOutcome::Refused => "refused",
            NotificationOutcome::Failed => "failed",
        }
    }
}
