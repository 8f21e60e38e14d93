//! A stream of which some bytes were read too early: they are read once more before the rest.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::slow_readers::Impatient;

/// The stream, and what comes before its rest.
pub(super) struct Rewound {
    before: Vec<u8>,
    /// How much of that is read.
    read: usize,
    rest: Impatient,
}

impl Rewound {
    pub(super) fn new(before: Vec<u8>, rest: Impatient) -> Rewound {
        Rewound { before, read: 0, rest }
    }

    /// What was not read again yet, and the rest.
    pub(super) fn into_parts(mut self) -> (Vec<u8>, Impatient) {
        (self.before.split_off(self.read), self.rest)
    }
}

impl AsyncRead for Rewound {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let unread = &self.before[self.read..];
        if unread.is_empty() {
            return Pin::new(&mut self.rest).poll_read(context, buffer);
        }
        let taken = unread.len().min(buffer.remaining());
        buffer.put_slice(&unread[..taken]);
        self.read += taken;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Rewound {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.rest).poll_write(context, bytes)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        Pin::new(&mut self.rest).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.rest.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.rest).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.rest).poll_shutdown(context)
    }
}
