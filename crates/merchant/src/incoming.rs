//! Answers that come in from elsewhere, read up to a limit of bytes and of time: whoever answers without end fills nobody's memory, and
//! whoever falls silent, or lets its bytes drip, holds nobody up.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Error, Response, StatusCode};
use tokio::time::timeout;

/// How much is taken of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The most bytes.
    pub most: usize,
    /// How long nothing may come, before the answer begins and within it.
    pub silence: Duration,
    /// How long all of it may take.
    pub whole: Duration,
}

impl Allowed {
    /// Of an answer where nothing says otherwise: what providers answer has some thousand bytes.
    pub(crate) const USUAL: Allowed = Allowed::within(Duration::from_secs(5));
    /// Of a provider's bill of a day. Two tries end before another node compares that day.
    pub(crate) const BILL: Allowed = Allowed { most: 64 * 1024 * 1024, silence: Duration::from_secs(15), whole: Duration::from_secs(240) };

    /// As usual, within another time.
    pub(crate) const fn within(whole: Duration) -> Allowed {
        Allowed { most: 1024 * 1024, silence: whole, whole }
    }
}

/// Why an answer was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unread {
    /// The line broke.
    #[error("{}", reason(.0))]
    Broken(Error),
    /// Nothing came for too long, or all of it took too long.
    #[error("no answer in time")]
    Late,
    /// It is longer than this many bytes.
    #[error("the answer is over {0} bytes")]
    TooLong(usize),
}

/// An answer that was read.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

/// The answer to a request, whole.
///
/// # Errors
/// One that is longer than allowed is left as soon as that is known, one that is late when it is.
pub async fn answer(sending: impl Future<Output = Result<Response, Error>>, allowed: Allowed) -> Result<Answer, Unread> {
    let reading = async {
        let mut reply = timeout(allowed.silence, sending).await??;
        let (status, headers) = (reply.status(), std::mem::take(reply.headers_mut()));
        Ok(Answer { status, headers, body: body(reply, allowed).await? })
    };
    timeout(allowed.whole, reading).await?
}

/// The body of an answer that has begun.
///
/// # Errors
/// As [`answer`], but for the time that all of it takes.
pub(crate) async fn body(reply: Response, allowed: Allowed) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    let take = |part: &[u8]| {
        body.extend_from_slice(part);
        true
    };
    each_part(reply, allowed, take).await?;
    Ok(body)
}

/// Hands the body of an answer on as it comes, part after part, for as long as `take` answers that it wants more.
///
/// # Errors
/// As [`answer`], but for the time that all of it takes.
pub async fn each_part(mut reply: Response, allowed: Allowed, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), Unread> {
    let too_long = Unread::TooLong(allowed.most);
    let announced = reply.content_length().and_then(|length| usize::try_from(length).ok());
    let mut left = allowed.most;
    if announced.is_some_and(|length| length > left) {
        return Err(too_long);
    }
    while let Some(part) = timeout(allowed.silence, reply.chunk()).await?? {
        let Some(rest) = left.checked_sub(part.len()) else { return Err(too_long) };
        left = rest;
        if !take(&part) {
            break;
        }
    }
    Ok(())
}

/// The innermost reason, without the address: addresses hold payment ids and secrets.
pub(crate) fn reason(error: &Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}

impl From<Error> for Unread {
    fn from(error: Error) -> Unread {
        if error.is_timeout() { Unread::Late } else { Unread::Broken(error) }
    }
}

impl From<tokio::time::error::Elapsed> for Unread {
    fn from(_: tokio::time::error::Elapsed) -> Unread {
        Unread::Late
    }
}

/// Without the address, which may hold a secret.
#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::sync::Mutex;
    use std::task::{Context, Poll};
    use std::time::Duration;

    use axum::body::{Bytes, HttpBody};
    use futures_util::stream::{self, BoxStream};
    use futures_util::{Stream, StreamExt as _};
    use hyper::body::Frame;
    use reqwest::Response;
    use tokio::time::{sleep, timeout};

    use super::{Allowed, Unread, answer};

    /// A body that comes in parts.
    struct Parts(Mutex<BoxStream<'static, &'static [u8]>>);

    impl HttpBody for Parts {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let parts = self.get_mut().0.get_mut().unwrap();
            parts.poll_next_unpin(context).map(|part| part.map(|part| Ok(Frame::data(Bytes::from_static(part)))))
        }
    }

    /// What is read of an answer whose parts are those.
    async fn read(parts: impl Stream<Item = &'static [u8]> + Send + 'static, allowed: Allowed) -> Result<Vec<u8>, Unread> {
        let body = reqwest::Body::wrap(Parts(Mutex::new(parts.boxed())));
        let sending = std::future::ready(Ok(Response::from(axum::http::Response::new(body))));
        answer(sending, allowed).await.map(|answer| answer.body)
    }

    /// So many parts, each that much later than the one before.
    fn dripping(parts: usize, pause: Duration) -> impl Stream<Item = &'static [u8]> + Send + 'static {
        stream::repeat(&b"1234"[..]).take(parts).then(move |part| async move {
            sleep(pause).await;
            part
        })
    }

    #[tokio::test]
    async fn an_answer_is_read_up_to_its_limit() {
        let allowed = Allowed { most: 8, ..Allowed::USUAL };
        assert_eq!(read(stream::iter([&b"1234"[..], b"5678"]), allowed).await.unwrap(), b"12345678");
        assert!(matches!(read(stream::iter([&b"12345678"[..], b"9"]), allowed).await, Err(Unread::TooLong(8))));
    }

    #[tokio::test]
    async fn an_answer_without_end_is_left() {
        let allowed = Allowed { most: 8, ..Allowed::USUAL };
        assert!(matches!(read(stream::repeat(&b"1234"[..]), allowed).await, Err(Unread::TooLong(8))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_bill_has_the_time_that_it_takes_while_it_comes() {
        let slowly = || dripping(30, Duration::from_secs(4));
        assert_eq!(read(slowly(), Allowed::BILL).await.unwrap().len(), 120, "two minutes, and never a silence");
        assert!(matches!(read(slowly(), Allowed::USUAL).await, Err(Unread::Late)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_bill_that_falls_silent_or_drips_without_end_is_left() {
        let seconds = Duration::from_secs;
        for (pause, ends_after) in [(16, 15), (1, 240)] {
            ends_late(read(dripping(usize::MAX, seconds(pause)), Allowed::BILL), seconds(ends_after)).await;
        }
        ends_late(answer(std::future::pending(), Allowed::BILL), seconds(15)).await;
    }

    /// It is given up after that time, and not before.
    async fn ends_late<T: std::fmt::Debug>(reading: impl Future<Output = Result<T, Unread>>, after: Duration) {
        let second = Duration::from_secs(1);
        let mut reading = std::pin::pin!(reading);
        assert!(timeout(after - second, &mut reading).await.is_err(), "it ended too early");
        let ended = timeout(2 * second, reading).await;
        assert!(matches!(ended, Ok(Err(Unread::Late))), "{ended:?}");
    }
}
