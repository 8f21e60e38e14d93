//! The shop's own server prices a cart: it is asked each time, under a signature, and believed only as far as its answer adds up.
//! There is no price from memory.

mod asked;
mod judge;

use std::sync::{Mutex, PoisonError};

use protocol::base64::{Alphabet, encode};
use reqwest::{Response, StatusCode};

use self::judge::{Fault, judge, question};
use super::price_error::PriceError;
use super::{Cart, Priced, Selling, pricing};
use crate::config::PricingUrl;
use crate::incoming::{self, Allowed, Unread, reason};
use crate::random;

/// The most bytes of an answer: fifty lines with long names and addresses are below it.
const MAX_ANSWER: usize = 256 * 1024;

/// The shop's own server.
#[derive(Debug)]
pub(crate) struct Shop {
    place: PricingUrl,
    client: reqwest::Client,
    /// Why the last question had no good answer, if so.
    fault: Mutex<Option<String>>,
}

/// Why there is no answer.
enum Silence {
    /// It may answer another time.
    Unavailable(String),
    /// It answers what it must not.
    Invalid(String),
}

impl Shop {
    /// `client` follows no redirects.
    pub(super) fn new(place: PricingUrl, client: reqwest::Client) -> Shop {
        Shop { place, client, fault: Mutex::default() }
    }

    /// ISO 4217 code of all prices.
    pub(super) fn currency(&self) -> &str {
        self.place.currency.as_str()
    }

    /// Why the last question had no good answer, if so.
    pub(super) fn fault(&self) -> Option<String> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks for the price of a cart.
    ///
    /// # Errors
    /// `Unavailable`, `Invalid`, what the shop says no with, and what no shop is asked for.
    pub(super) async fn price(&self, cart: &Cart<'_>, selling: &Selling<'_>) -> Result<Priced, PriceError> {
        pricing::check(cart.items)?;
        let answer = match self.ask(question(cart, selling, self.place.currency), selling.now).await {
            Ok(answer) => answer,
            Err(Silence::Unavailable(reason)) => {
                self.saw(Some(reason));
                return Err(PriceError::Unavailable);
            }
            Err(Silence::Invalid(reason)) => {
                self.saw(Some(reason));
                return Err(PriceError::Invalid);
            }
        };
        match judge(&answer, cart, selling, self.place.currency) {
            Ok(priced) => {
                self.saw(None);
                Ok(priced)
            }
            Err(Fault::Refused(refusal)) => {
                self.saw(None);
                Err(refusal)
            }
            Err(Fault::Invalid(reason)) => {
                self.saw(Some(reason.to_owned()));
                Err(PriceError::Invalid)
            }
        }
    }

    /// Notes how the last question ended. Every shopper meets the same fault, and the log tells it once.
    fn saw(&self, fault: Option<String>) {
        let mut known = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        match &fault {
            Some(reason) if known.as_ref() != Some(reason) => {
                tracing::error!(reason, "ALARM: the shop's pricing URL gives no usable price")
            }
            None if known.is_some() => tracing::info!("the shop's pricing URL gives prices again"),
            _ => {}
        }
        *known = fault;
    }

    /// Sends the question and answers the body of a 200.
    async fn ask(&self, body: String, now: i64) -> Result<Vec<u8>, Silence> {
        let id = format!("prc_{}", encode(Alphabet::Url, &random::bytes::<16>()));
        let signature = self.place.secrets.sign(&id, now, &body);
        let question = self.client.post(&self.place.url).timeout(self.place.timeout).body(body);
        let question = question.header("content-type", "application/json").header("webhook-id", &id);
        let question = question.header("webhook-timestamp", now).header("webhook-signature", signature);
        let reply = question.send().await.map_err(|error| unavailable(&error))?;
        match reply.status() {
            StatusCode::OK => read(reply).await,
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(Silence::Unavailable(format!("status {}", status.as_u16())))
            }
            status => Err(Silence::Invalid(format!("status {}", status.as_u16()))),
        }
    }
}

async fn read(reply: Response) -> Result<Vec<u8>, Silence> {
    incoming::body(reply, Allowed { most: MAX_ANSWER, ..Allowed::USUAL }).await.map_err(|unread| match unread {
        Unread::TooLong(_) => Silence::Invalid(unread.to_string()),
        Unread::Broken(_) | Unread::Late => Silence::Unavailable(unread.to_string()),
    })
}

fn unavailable(error: &reqwest::Error) -> Silence {
    Silence::Unavailable(if error.is_timeout() { "no answer in time".to_owned() } else { reason(error) })
}
