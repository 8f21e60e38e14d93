//! The body of an answer whose connection breaks, for the fault of that name.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;

/// A body that fails at its first byte.
pub(crate) struct BrokenOff;

impl http_body::Body for BrokenOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}
