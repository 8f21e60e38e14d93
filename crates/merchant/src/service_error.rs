//! What goes wrong inside, as opposed to what a caller is told: causes go to the log, never into an answer.

use std::fmt;

use gateway::GatewayError;

use crate::store::StoreError;

/// Why something inside did not work.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// The store.
    Store(StoreError),
    /// The provider answered, but not as wished.
    Gateway(GatewayError),
    /// The provider could not be reached; says why.
    Unreachable(String),
    /// A payment's method is not in the configuration any more.
    NotConfigured(String),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> ServiceError {
        ServiceError::Store(error)
    }
}

impl From<GatewayError> for ServiceError {
    fn from(error: GatewayError) -> ServiceError {
        ServiceError::Gateway(error)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServiceError::Store(error) => error.fmt(out),
            ServiceError::Gateway(error) => error.fmt(out),
            ServiceError::Unreachable(reason) => out.write_str(reason),
            ServiceError::NotConfigured(method) => write!(out, "{method} is not configured any more"),
        }
    }
}

impl std::error::Error for ServiceError {}
