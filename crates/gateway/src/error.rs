//! The one error of this crate, and the families that tell a caller what to do next.
//! Data instead of strings; texts for shoppers are made elsewhere.

/// What a caller does about a [`GatewayError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Repeat the same call later.
    Transient,
    /// It may or may not have happened: query, and never say "failed".
    Unsure,
    /// Final: the provider will not do it.
    Refused,
    /// It cannot be proved that the provider said this. For a reply treat it as unsure; a
    /// notification is rejected and changes nothing.
    Forged,
    /// About the account and not about what was asked: another order would meet the same. What can be done another way is done so, what
    /// can wait waits, and the merchant is told.
    Account,
    /// The operator has to mend the configuration.
    Configuration,
}

/// What is the matter with an account. Its words say what the merchant has to do about it, as a sentence goes on after "the provider says
/// that".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountFault {
    /// It was not granted this product or call; others may work.
    #[error("the account was not granted this product; apply for it in the provider's console")]
    NotGranted,
    /// Our keys, numbers or network address are not those that the provider has of it.
    #[error("it does not know our keys, numbers or network address; compare the configuration with its console")]
    NotProved,
    /// A rule of the provider's limits what it may do with this product or call.
    #[error("a rule limits what the account may collect or do; the provider's console or support tells which")]
    Limited,
    /// The provider has suspended it.
    #[error("the account is suspended; the provider's support tells why")]
    Suspended,
}

/// Why a reply or a notification is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// The provider is busy, limits the rate, or is down.
    #[error("provider is busy: {status} {code}")]
    Busy {
        /// HTTP status.
        status: u16,
        /// The provider's error code, empty if there was none.
        code: String,
    },
    /// The access token that the call carried is no longer good: get another with [`crate::official_account::OfficialAccount::token`]
    /// and repeat the call once.
    #[error("the access token is no longer good: {code}")]
    StaleToken {
        /// The provider's error code.
        code: String,
    },
    /// The provider claims the payment is already paid. The claim is unsigned: query.
    #[error("provider claims it is paid: {code}")]
    AlreadyPaid {
        /// The provider's error code.
        code: String,
    },
    /// A believed answer of a shape or content this crate does not know.
    #[error("cannot read {what}")]
    Unreadable {
        /// Which part could not be read.
        what: &'static str,
    },
    /// The provider refuses for good.
    #[error("provider refused: {status} {code}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The provider's error code.
        code: String,
        /// The provider's text, for the log of the operator.
        message: String,
    },
    /// The merchant's balance at the provider does not cover a refund: repeat it when money has come.
    #[error("the balance at the provider is too low: {code}")]
    Unfunded {
        /// The provider's error code.
        code: String,
    },
    /// The provider speaks of the account.
    #[error("{fault}: {code}: {message}")]
    Account {
        /// What is the matter with it.
        fault: AccountFault,
        /// The provider's error code.
        code: String,
        /// The provider's text, which tells the cause.
        message: String,
    },
    /// An error of the provider without the signature that the call's answers have: nothing follows from it.
    #[error("an unsigned answer claims {code}")]
    Unsigned {
        /// The code it claims.
        code: String,
    },
    /// A header of the signature is missing or malformed.
    #[error("header {header} is missing or malformed")]
    HeaderMissing {
        /// Which one.
        header: &'static str,
    },
    /// Signed too long ago, or in the future.
    #[error("signed at {theirs}, but it is {ours} here")]
    ClockSkew {
        /// Unix seconds in the message.
        theirs: i64,
        /// Unix seconds of the caller.
        ours: i64,
    },
    /// Signed with a key that is not configured.
    #[error("signed with the unknown key {id:?}")]
    UnknownKey {
        /// The key's identifier in the message.
        id: String,
    },
    /// A deliberate test of the provider whether signatures are checked.
    #[error("a signature probe of the provider")]
    SignatureProbe,
    /// The signature does not fit the message.
    #[error("signature does not hold under key {id:?}")]
    BadSignature {
        /// The key's identifier in the message.
        id: String,
    },
    /// The encrypted part does not open with the configured key.
    #[error("encrypted part does not open")]
    Undecryptable,
    /// About another merchant, another account or another payment than ours.
    #[error("{what} is {theirs:?} instead of {ours:?}")]
    NotOurs {
        /// Which member differs.
        what: &'static str,
        /// What we expected.
        ours: String,
        /// What the message says.
        theirs: String,
    },
    /// A setting cannot be used.
    #[error("setting {key}: {problem}")]
    Configuration {
        /// The setting at fault.
        key: &'static str,
        /// What is wrong with it; never the secret itself.
        problem: String,
    },
}

impl GatewayError {
    /// What the caller does about it.
    pub fn family(&self) -> Family {
        match self {
            Self::Busy { .. } | Self::StaleToken { .. } | Self::Unfunded { .. } => Family::Transient,
            Self::AlreadyPaid { .. } | Self::Unreadable { .. } => Family::Unsure,
            Self::Refused { .. } => Family::Refused,
            Self::Unsigned { .. }
            | Self::HeaderMissing { .. }
            | Self::ClockSkew { .. }
            | Self::UnknownKey { .. }
            | Self::SignatureProbe
            | Self::BadSignature { .. }
            | Self::Undecryptable
            | Self::NotOurs { .. } => Family::Forged,
            Self::Account { .. } => Family::Account,
            Self::Configuration { .. } => Family::Configuration,
        }
    }
}
