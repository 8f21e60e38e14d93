//! Bodies that come in from elsewhere, read up to a limit: whoever answers without end fills nobody's memory.

use std::fmt;

use reqwest::Response;

use crate::providers::reason;

/// The most bytes of an answer, where nothing says otherwise: what providers answer has some thousand.
pub(crate) const USUAL: usize = 1024 * 1024;
/// The most bytes of a provider's bill of a day.
pub(crate) const BILL: usize = 64 * 1024 * 1024;

/// Why a body was not read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The line broke, or it took too long.
    Broken(reqwest::Error),
    /// It is longer than this many bytes.
    TooLong(usize),
}

/// The body of an answer of at most that many bytes.
///
/// # Errors
/// A longer one is left as soon as that is known.
pub(crate) async fn body(mut reply: Response, most: usize) -> Result<Vec<u8>, Unread> {
    let announced = reply.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > most) {
        return Err(Unread::TooLong(most));
    }
    let mut body = Vec::new();
    while let Some(part) = reply.chunk().await? {
        if body.len() + part.len() > most {
            return Err(Unread::TooLong(most));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

impl From<reqwest::Error> for Unread {
    fn from(error: reqwest::Error) -> Unread {
        Unread::Broken(error)
    }
}

/// Without the address, which may hold a secret.
impl fmt::Display for Unread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Broken(error) => out.write_str(&reason(error)),
            Unread::TooLong(most) => write!(out, "the answer is over {most} bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::Router;
    use axum::body::{Body, Bytes};
    use axum::routing::get;
    use futures_util::stream;
    use tokio::net::TcpListener;

    use super::{Unread, body};

    /// What is read of an answer made so, of at most eight bytes.
    async fn read(answer: fn() -> Body) -> Result<Vec<u8>, Unread> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = axum::serve(listener, Router::new().route("/", get(move || async move { answer() })));
        let server = tokio::spawn(server.into_future());
        let read = body(reqwest::get(url).await.unwrap(), 8).await;
        server.abort();
        read
    }

    #[tokio::test]
    async fn an_answer_is_read_up_to_its_limit() {
        assert_eq!(read(|| Body::from("12345678")).await.unwrap(), b"12345678");
        assert!(matches!(read(|| Body::from("123456789")).await, Err(Unread::TooLong(8))));
    }

    #[tokio::test]
    async fn an_answer_without_end_is_left() {
        let without_end = || Body::from_stream(stream::repeat(Ok::<_, Infallible>(Bytes::from_static(b"1234"))));
        assert!(matches!(read(without_end).await, Err(Unread::TooLong(8))));
    }
}
