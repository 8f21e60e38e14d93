//! What goes wrong inside, as opposed to what a caller is told: causes go to the log, never into an answer.

use std::fmt;

use gateway::GatewayError;

use crate::answer::Refusal;
use crate::store::StoreError;

/// Why something inside did not work.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The store.
    Store(StoreError),
    /// The provider answered, but not as wished.
    Gateway(GatewayError),
    /// The provider could not be reached; says why.
    Unreachable(String),
    /// A payment's method is not in the configuration any more.
    NotConfigured(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Store(error)
    }
}

impl From<GatewayError> for Failure {
    fn from(error: GatewayError) -> Failure {
        Failure::Gateway(error)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        match failure {
            Failure::Store(StoreError::NoOrder) => Refusal::UnknownOrder,
            Failure::Store(StoreError::KeyUsed) => Refusal::IdempotencyConflict,
            Failure::Store(error) => {
                tracing::error!(%error, "the store failed");
                Refusal::Internal
            }
            Failure::Gateway(error) => {
                tracing::error!(%error, "the provider refused");
                Refusal::ProviderUnavailable
            }
            Failure::Unreachable(reason) => {
                tracing::warn!(reason, "the provider cannot be reached");
                Refusal::ProviderUnavailable
            }
            Failure::NotConfigured(method) => {
                tracing::error!(method, "a payment's method is not configured any more");
                Refusal::MethodNotOffered
            }
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        Failure::Store(error).into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Store(error) => error.fmt(out),
            Failure::Gateway(error) => error.fmt(out),
            Failure::Unreachable(reason) => out.write_str(reason),
            Failure::NotConfigured(method) => write!(out, "{method} is not configured any more"),
        }
    }
}

impl std::error::Error for Failure {}
