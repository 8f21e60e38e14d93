//! A time within which the body of a request has to be here, whole: whoever sends a byte now and then would else hold memory for days.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use futures_util::{StreamExt as _, stream};

/// The request, whose body fails after that time unless it has ended by then.
pub(super) fn within(time: Duration, request: Request) -> Request {
    let late = Box::pin(tokio::time::sleep(time));
    request.map(|body| {
        let coming = Some((body.into_data_stream(), late));
        Body::from_stream(stream::unfold(coming, |coming| async move {
            let (mut chunks, mut late) = coming?;
            tokio::select! {
                chunk = chunks.next() => Some((chunk?, Some((chunks, late)))),
                () = &mut late => Some((Err(axum::Error::new("the body did not come in time")), None)),
            }
        }))
    })
}
