//! Sends what a gateway asks to be sent, and hands the reply back to it. The only outgoing HTTP of the backend.

use std::sync::Arc;
use std::time::Duration;

use gateway::{Closed, Family, Gateway, GatewayError, HttpRequest, HttpResponse, Moment, PaymentRequest, Prepared, ProviderStatus};

use crate::failure::Failure;
use crate::random;
use crate::running::Clock;

/// How long one call may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How often a call is made at most: all of them may be repeated without harm.
const TRIES: u32 = 2;

/// A payment provider, reachable.
#[derive(Clone)]
pub(crate) struct Provider {
    gateway: Arc<dyn Gateway>,
    client: reqwest::Client,
    clock: Clock,
}

impl Provider {
    pub(crate) fn new(gateway: Arc<dyn Gateway>, client: reqwest::Client, clock: Clock) -> Provider {
        Provider { gateway, client, clock }
    }

    pub(crate) fn gateway(&self) -> &dyn Gateway {
        &*self.gateway
    }

    pub(crate) async fn create(&self, payment: &PaymentRequest<'_>) -> Result<Prepared, Failure> {
        self.call(|at| self.gateway.create(payment, at), |reply, at| self.gateway.created(payment, reply, at)).await
    }

    pub(crate) async fn query(&self, payment_id: &str) -> Result<ProviderStatus, Failure> {
        self.call(|at| self.gateway.query(payment_id, at), |reply, at| self.gateway.queried(payment_id, reply, at)).await
    }

    pub(crate) async fn close(&self, payment_id: &str) -> Result<Closed, Failure> {
        self.call(|at| self.gateway.close(payment_id, at), |reply, at| self.gateway.closed(payment_id, reply, at)).await
    }

    /// Makes the request, sends it, digests the reply; once more when that may help.
    async fn call<T>(
        &self,
        make: impl Fn(&Moment) -> HttpRequest,
        digest: impl Fn(&HttpResponse, &Moment) -> Result<T, GatewayError>,
    ) -> Result<T, Failure> {
        let mut failure = Failure::Unreachable("not tried".to_owned());
        for _ in 0..TRIES {
            let asked = self.moment();
            match self.send(make(&asked)).await {
                Ok(reply) => match digest(&reply, &self.moment()) {
                    Err(error) if error.family() == Family::Transient => failure = error.into(),
                    result => return Ok(result?),
                },
                Err(error) => failure = Failure::Unreachable(reason(&error)),
            }
        }
        Err(failure)
    }

    fn moment(&self) -> Moment {
        Moment { now: (self.clock)(), nonce: random::bytes() }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
        let method = if request.method == "POST" { reqwest::Method::POST } else { reqwest::Method::GET };
        let mut outgoing = self.client.request(method, &request.url).timeout(TIMEOUT).body(request.body);
        for (name, value) in request.headers {
            outgoing = outgoing.header(name, value);
        }
        let reply = outgoing.send().await?;
        let status = reply.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = reply.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        Ok(HttpResponse { status, headers, body: reply.bytes().await?.to_vec() })
    }
}

/// The innermost reason, without the address: addresses hold payment ids.
fn reason(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}
