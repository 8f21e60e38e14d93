//! The one error of this crate, and the families that tell a caller what to do next.
//! Data instead of strings; texts for shoppers are made elsewhere.

use std::fmt;

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

/// What is the matter with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountFault {
    /// It was not granted this product or call; others may work.
    NotGranted,
    /// Our keys, numbers or network address are not those that the provider has of it.
    NotProved,
    /// A rule of the provider's limits what it may do with this product or call.
    Limited,
    /// The provider has suspended it.
    Suspended,
}

/// Why a reply or a notification is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GatewayError {
    /// The provider is busy, limits the rate, or is down.
    Busy {
        /// HTTP status.
        status: u16,
        /// The provider's error code, empty if there was none.
        code: String,
    },
    /// The access token that the call carried is no longer good: get another with [`crate::official_account::OfficialAccount::token`]
    /// and repeat the call once.
    StaleToken {
        /// The provider's error code.
        code: String,
    },
    /// The provider claims the payment is already paid. The claim is unsigned: query.
    AlreadyPaid {
        /// The provider's error code.
        code: String,
    },
    /// A believed answer of a shape or content this crate does not know.
    Unreadable {
        /// Which part could not be read.
        what: &'static str,
    },
    /// The provider refuses for good.
    Refused {
        /// HTTP status.
        status: u16,
        /// The provider's error code.
        code: String,
        /// The provider's text, for the log of the operator.
        message: String,
    },
    /// The merchant's balance at the provider does not cover a refund: repeat it when money has come.
    Unfunded {
        /// The provider's error code.
        code: String,
    },
    /// The provider speaks of the account.
    Account {
        /// What is the matter with it.
        fault: AccountFault,
        /// The provider's error code.
        code: String,
        /// The provider's text, which tells the cause.
        message: String,
    },
    /// An error of the provider without the signature that the call's answers have: nothing follows from it.
    Unsigned {
        /// The code it claims.
        code: String,
    },
    /// A header of the signature is missing or malformed.
    HeaderMissing {
        /// Which one.
        header: &'static str,
    },
    /// Signed too long ago, or in the future.
    ClockSkew {
        /// Unix seconds in the message.
        theirs: i64,
        /// Unix seconds of the caller.
        ours: i64,
    },
    /// Signed with a key that is not configured.
    UnknownKey {
        /// The key's identifier in the message.
        id: String,
    },
    /// A deliberate test of the provider whether signatures are checked.
    SignatureProbe,
    /// The signature does not fit the message.
    BadSignature {
        /// The key's identifier in the message.
        id: String,
    },
    /// The encrypted part does not open with the configured key.
    Undecryptable,
    /// About another merchant, another account or another payment than ours.
    NotOurs {
        /// Which member differs.
        what: &'static str,
        /// What we expected.
        ours: String,
        /// What the message says.
        theirs: String,
    },
    /// A setting cannot be used.
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

/// What the merchant has to do about it, as a sentence goes on after "the provider says that".
impl fmt::Display for AccountFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotGranted => "the account was not granted this product; apply for it in the provider's console",
            Self::NotProved => "it does not know our keys, numbers or network address; compare the configuration with its console",
            Self::Limited => "a rule limits what the account may collect or do; the provider's console or support tells which",
            Self::Suspended => "the account is suspended; the provider's support tells why",
        })
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy { status, code } => write!(out, "provider is busy: {status} {code}"),
            Self::StaleToken { code } => write!(out, "the access token is no longer good: {code}"),
            Self::AlreadyPaid { code } => write!(out, "provider claims it is paid: {code}"),
            Self::Unreadable { what } => write!(out, "cannot read {what}"),
            Self::Refused { status, code, message } => {
                write!(out, "provider refused: {status} {code}: {message}")
            }
            Self::Unfunded { code } => write!(out, "the balance at the provider is too low: {code}"),
            Self::Account { fault, code, message } => write!(out, "{fault}: {code}: {message}"),
            Self::Unsigned { code } => write!(out, "an unsigned answer claims {code}"),
            Self::HeaderMissing { header } => {
                write!(out, "header {header} is missing or malformed")
            }
            Self::ClockSkew { theirs, ours } => {
                write!(out, "signed at {theirs}, but it is {ours} here")
            }
            Self::UnknownKey { id } => write!(out, "signed with the unknown key {id:?}"),
            Self::SignatureProbe => write!(out, "a signature probe of the provider"),
            Self::BadSignature { id } => write!(out, "signature does not hold under key {id:?}"),
            Self::Undecryptable => write!(out, "encrypted part does not open"),
            Self::NotOurs { what, ours, theirs } => {
                write!(out, "{what} is {theirs:?} instead of {ours:?}")
            }
            Self::Configuration { key, problem } => write!(out, "setting {key}: {problem}"),
        }
    }
}

impl std::error::Error for GatewayError {}
