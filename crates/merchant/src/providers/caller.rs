//! Sends what a gateway asks to be sent, and hands the reply back to it.

use gateway::{Call, CallContext, Family, Gateway, GatewayError, HttpRequest, HttpResponse, Step, Tls, provider_time};
use reqwest::{Certificate, Identity};

use crate::clock::Clock;
use crate::config::ConfigError;
use crate::fault;
use crate::incoming::{self, Allowed, Unread, reason};
use crate::observing::{CallName, CallOutcome, Metrics, Stopwatch};
use crate::random;
use crate::service_error::ServiceError;

/// How often a call is made at most: all of them may be repeated without harm.
const TRIES: u32 = 2;

/// The way to a provider.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) client: reqwest::Client,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
}

/// A client that follows no redirect, and proves itself as a provider wants.
pub(crate) fn client(tls: Option<&Tls>) -> reqwest::Result<reqwest::Client> {
    let mut client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).user_agent("qr-checkout-server");
    if let Some(pem) = tls.and_then(|tls| tls.identity.as_ref()) {
        client = client.identity(Identity::from_pem(pem)?);
    }
    if let Some(pem) = tls.and_then(|tls| tls.authorities.as_ref()) {
        client = client.tls_certs_only(Certificate::from_pem_bundle(pem)?);
    }
    client.build()
}

impl Caller {
    /// The way to that provider: its own client where it has a TLS of its own.
    pub(super) fn to(&self, gateway: &dyn Gateway) -> Result<Caller, ConfigError> {
        let Some(tls) = gateway.tls() else { return Ok(self.clone()) };
        let fault = |error: reqwest::Error| ConfigError::of(gateway.provider(), format!("its TLS certificates: {}", reason(&error)));
        Ok(Caller { client: client(Some(&tls)).map_err(fault)?, ..self.clone() })
    }

    /// Makes a call, sends it, reads the reply; once more when that may help.
    pub(crate) async fn call<T>(&self, name: CallName, provider: &str, make: impl Fn(&CallContext) -> Call<T>) -> Result<T, ServiceError> {
        let watch = Stopwatch::start();
        let allowed = if name == CallName::DownloadBill { Allowed::BILL } else { Allowed::USUAL };
        let mut result = self.make(provider, make(&self.moment()), allowed).await;
        for _ in 1..TRIES {
            if result.as_ref().is_err_and(may_pass) {
                result = self.make(provider, make(&self.moment()), allowed).await;
            }
        }
        let outcome = match &result {
            Ok(_) => CallOutcome::Ok,
            Err(ServiceError::Unreachable(_)) => CallOutcome::Unreachable,
            Err(ServiceError::Gateway(error)) if error.family() == Family::Transient => CallOutcome::Failed,
            Err(_) => CallOutcome::Refused,
        };
        let milliseconds = watch.milliseconds();
        tracing::info!(provider, call = name.as_str(), outcome = outcome.as_str(), milliseconds, "called");
        self.metrics.called(provider, name, outcome, watch.passed());
        result
    }

    /// Makes a call, and those that follow from it.
    async fn make<T>(&self, provider: &str, mut call: Call<T>, allowed: Allowed) -> Result<T, ServiceError> {
        loop {
            fault::point("provider-not-called");
            let reply = self.send(call.request(), allowed).await;
            fault::point("provider-called");
            let (reply, at) = (reply?, self.moment());
            if let Some(theirs) = provider_time::of_reply(&reply.headers) {
                self.metrics.heard_clock(provider, at.now - theirs);
            }
            match call.step(&reply, &at)? {
                Step::Done(told) => return Ok(told),
                Step::Next(next) => call = next,
            }
        }
    }

    pub(super) fn moment(&self) -> CallContext {
        CallContext { now: (self.clock)(), nonce: random::bytes() }
    }

    async fn send(&self, request: &HttpRequest, allowed: Allowed) -> Result<HttpResponse, Unread> {
        let mut outgoing = self.client.request(request.method.clone(), &request.url).body(request.body.clone());
        for (name, value) in &request.headers {
            outgoing = outgoing.header(*name, value);
        }
        let incoming::Answer { status, headers, body } = incoming::answer(outgoing.send(), allowed).await?;
        Ok(HttpResponse { status, headers, body })
    }
}

/// Whether the same call may succeed a moment later. With the same token it would be refused again.
fn may_pass(failure: &ServiceError) -> bool {
    match failure {
        ServiceError::Unreachable(_) => true,
        ServiceError::Gateway(GatewayError::StaleToken { .. }) => false,
        ServiceError::Gateway(error) => error.family() == Family::Transient,
        _ => false,
    }
}
