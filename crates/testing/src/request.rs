//! Requests of the signed API as a browser sends them, and the clock of this machine.

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::Request;
use reqwest::{Client, RequestBuilder};

/// Unix seconds.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

/// A request, ready to be sent to its own address.
pub fn sending(client: &Client, request: &Request) -> RequestBuilder {
    carrying(client.request(request.method.parse().unwrap(), &request.url), request)
}

/// With the body of that request; what is posted is text, so that no browser would ask first.
pub fn carrying(sending: RequestBuilder, request: &Request) -> RequestBuilder {
    match &request.body {
        Some(body) => sending.header("content-type", "text/plain;charset=UTF-8").body(body.clone()),
        None => sending,
    }
}
