//! Connections whose other end takes nothing: what is answered goes out within a time, or the connection ends.

use std::future::Future as _;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// What the kernel keeps of an answer that is not taken yet, bytes. It says that there is room again when a third is: with the megabytes
/// that it would keep by itself, an honest reader on a thin line would seem to take nothing for minutes.
const KEPT: usize = 128 * 1024;

/// A connection that ends when nothing of what is written to it is taken for so long.
pub(super) struct Impatient {
    stream: TcpStream,
    patience: Duration,
    /// Runs while there is no room for what is to be written.
    end: Option<Pin<Box<Sleep>>>,
    /// Whether there is none, for whoever cannot ask.
    is_full: Arc<AtomicBool>,
}

impl Impatient {
    pub(super) fn new(stream: TcpStream, patience: Duration, is_full: Arc<AtomicBool>) -> Impatient {
        // Without it readers on thin lines are judged more strictly; nothing else hangs on it.
        let _ = socket2::SockRef::from(&stream).set_send_buffer_size(KEPT);
        Impatient { stream, patience, end: None, is_full }
    }

    /// Ends when the other end has closed the connection, and never if it has sent more before.
    pub(super) async fn closed(&self) {
        if let Ok(1..) = self.stream.peek(&mut [0]).await {
            std::future::pending().await
        }
    }

    /// What became of an attempt to write: if there is no room, the time for that runs.
    fn timed<T>(&mut self, written: Poll<Result<T>>, context: &mut Context<'_>) -> Poll<Result<T>> {
        self.is_full.store(written.is_pending(), Ordering::Relaxed);
        if written.is_ready() {
            self.end = None;
            return written;
        }
        let patience = self.patience;
        let end = self.end.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(end.as_mut().poll(context));
        // The kernel would else go on offering it for minutes.
        let _ = self.stream.set_zero_linger();
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the other end takes nothing")))
    }
}

impl AsyncRead for Impatient {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.timed(written, context)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.timed(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
