//! Sends what a gateway asks to be sent, and hands the reply back to it.

use gateway::{Call, CallContext, Family, Gateway, GatewayError, HttpRequest, HttpResponse, Step, Tls};
use reqwest::{Certificate, Identity};

use crate::clock::Clock;
use crate::config::ConfigError;
use crate::fault;
use crate::incoming::{self, Allowed, Unread, reason};
use crate::observing::{self, Metrics, Stopwatch};
use crate::random;
use crate::service_error::ServiceError;

/// The call whose answer is long and takes its time.
pub(super) const DOWNLOAD_BILL: &str = "download_bill";
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

    /// Makes a call, sends it, reads the reply; once more when that may help. `name` is what is called, and whose it is.
    pub(crate) async fn call<T>(&self, name: (&'static str, &str), make: impl Fn(&CallContext) -> Call<T>) -> Result<T, ServiceError> {
        let watch = Stopwatch::start();
        let allowed = if name.0 == DOWNLOAD_BILL { Allowed::BILL } else { Allowed::USUAL };
        let result = self.try_to_call(allowed, make).await;
        let outcome = match &result {
            Ok(_) => "ok",
            Err(ServiceError::Unreachable(_)) => "unreachable",
            Err(ServiceError::Gateway(error)) if error.family() == Family::Transient => "failed",
            Err(_) => "refused",
        };
        let (call, provider) = name;
        tracing::info!(provider, call, outcome, milliseconds = watch.milliseconds(), "called");
        self.metrics.called(observing::Call { provider: provider.to_owned(), call }, outcome, watch.passed());
        result
    }

    async fn try_to_call<T>(&self, allowed: Allowed, make: impl Fn(&CallContext) -> Call<T>) -> Result<T, ServiceError> {
        let mut failure = ServiceError::Unreachable("not tried".to_owned());
        for _ in 0..TRIES {
            match self.make(make(&self.moment()), allowed).await {
                // The same token would be refused again.
                Err(error @ ServiceError::Unreachable(_)) => failure = error,
                Err(ServiceError::Gateway(error))
                    if error.family() == Family::Transient && !matches!(error, GatewayError::StaleToken { .. }) =>
                {
                    failure = error.into();
                }
                result => return result,
            }
        }
        Err(failure)
    }

    /// Makes a call, and those that follow from it.
    async fn make<T>(&self, mut call: Call<T>, allowed: Allowed) -> Result<T, ServiceError> {
        loop {
            fault::point("provider-not-called");
            let reply = self.send(call.request(), allowed).await;
            fault::point("provider-called");
            let reply = reply.map_err(|error| ServiceError::Unreachable(error.to_string()))?;
            match call.step(&reply, &self.moment())? {
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
        let reply = incoming::answer(outgoing.send(), allowed).await?;
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = reply.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        Ok(HttpResponse { status: reply.status.as_u16(), headers, body: reply.body })
    }
}
