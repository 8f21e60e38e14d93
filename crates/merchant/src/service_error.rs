//! What goes wrong inside, as opposed to what a caller is told: causes go to the log, never into an answer.

use gateway::GatewayError;

use crate::incoming::Unread;
use crate::store::StoreError;

/// Why something inside did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The provider answered, but not as wished.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The provider could not be reached.
    #[error(transparent)]
    Unreachable(#[from] Unread),
    /// A wallet is paying, and the provider keeps the payment open for it.
    #[error("a wallet is paying right now, and the provider does not close the payment")]
    BeingPaid,
    /// The provider takes no access token of ours.
    #[error("the access token is refused, and so is the one after it")]
    TokenRefused,
    /// Another node is fetching an access token, and does not finish.
    #[error("another node has been fetching an access token for too long")]
    TokenAwaited,
    /// Who collects a payment, or its method, is not in the configuration any more.
    #[error("{0} is not configured any more")]
    NotConfigured(String),
}

/// What a failure means to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// There is no such order.
    UnknownOrder,
    /// The idempotency key was used with another body.
    KeyUsed,
    /// The records cannot be read or written.
    Internal,
    /// The provider cannot be reached, or does not do what it was asked; the same may succeed later.
    ProviderUnavailable,
    /// Nobody collects by that method any more.
    NotConfigured,
}

impl ServiceError {
    /// What it means to a caller.
    pub(crate) fn kind(&self) -> FailureKind {
        match self {
            ServiceError::Store(StoreError::NoOrder) => FailureKind::UnknownOrder,
            ServiceError::Store(StoreError::KeyUsed) => FailureKind::KeyUsed,
            ServiceError::Store(_) => FailureKind::Internal,
            ServiceError::Gateway(_)
            | ServiceError::Unreachable(_)
            | ServiceError::BeingPaid
            | ServiceError::TokenRefused
            | ServiceError::TokenAwaited => FailureKind::ProviderUnavailable,
            ServiceError::NotConfigured(_) => FailureKind::NotConfigured,
        }
    }

    /// Writes it down for whoever runs the server, unless it is the caller's own.
    pub(crate) fn log(&self) {
        match (self.kind(), self) {
            (FailureKind::UnknownOrder | FailureKind::KeyUsed, _) => {}
            (_, ServiceError::Unreachable(_) | ServiceError::BeingPaid) => tracing::warn!(failure = %self, "a request failed"),
            _ => tracing::error!(failure = %self, "a request failed"),
        }
    }
}
