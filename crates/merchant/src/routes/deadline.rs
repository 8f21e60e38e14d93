//! A time within which the body of a request has to be here, whole: whoever sends a byte now and then would else hold memory for days.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

/// The request, whose body fails after that time unless it has ended by then.
pub(super) fn within(time: Duration, request: Request) -> Request {
    let until = Instant::now() + time;
    request.map(|body| {
        let chunks = Some(body.into_data_stream());
        Body::from_stream(stream::unfold(chunks, move |chunks| async move {
            let mut chunks = chunks?;
            match timeout_at(until, chunks.next()).await {
                Ok(chunk) => Some((chunk?, Some(chunks))),
                Err(late) => Some((Err(axum::Error::new(late)), None)),
            }
        }))
    })
}
