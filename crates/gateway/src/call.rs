//! One call to a provider as a value: what to send, how to read what comes back, and the call that follows where one is not enough.
//! Whoever holds it sends, waits and repeats.

use std::fmt;

use crate::{GatewayError, HttpRequest, HttpResponse};

type Reader<T> = Box<dyn FnOnce(&HttpResponse, &CallContext) -> Result<Step<T>, GatewayError> + Send>;

/// What a reply leads to.
pub enum Step<T> {
    /// What was asked for.
    Done(T),
    /// Another call that has to be made for it.
    Next(Call<T>),
}

/// Values the caller supplies so that everything in this crate is a pure function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallContext {
    /// The caller's clock, in unix seconds.
    pub now: i64,
    /// Fresh random bytes, used once: a nonce must never repeat.
    pub nonce: [u8; 16],
}

/// A request to send byte for byte, and the only reader of its reply. It holds all that it needs, so that it can be kept and moved.
pub struct Call<T> {
    request: HttpRequest,
    reader: Reader<T>,
}

impl<T> Call<T> {
    /// A call. `reader` proves the reply and reads it; the moment that it gets is that of the reply.
    pub fn new(request: HttpRequest, reader: impl FnOnce(&HttpResponse, &CallContext) -> Result<T, GatewayError> + Send + 'static) -> Self {
        Self { request, reader: Box::new(move |reply, at| reader(reply, at).map(Step::Done)) }
    }

    /// What to send.
    #[must_use]
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// What to send, where nobody will read the reply.
    #[must_use]
    pub fn into_request(self) -> HttpRequest {
        self.request
    }

    /// A call that follows from what this one told: an invoice first, then the ways of paying it.
    #[must_use]
    pub fn then<U: 'static>(self, next: impl FnOnce(T, &CallContext) -> Call<U> + Send + 'static) -> Call<U>
    where
        T: 'static,
    {
        let Self { request, reader } = self;
        let reader = move |reply: &HttpResponse, at: &CallContext| {
            Ok(Step::Next(match reader(reply, at)? {
                Step::Done(told) => next(told, at),
                Step::Next(call) => call.then(next),
            }))
        };
        Call { request, reader: Box::new(reader) }
    }

    /// Digests the reply, at the moment at which it came.
    ///
    /// # Errors
    /// Any [`GatewayError`]; also when the reply is about something else than was asked.
    pub fn step(self, reply: &HttpResponse, at: &CallContext) -> Result<Step<T>, GatewayError> {
        (self.reader)(reply, at)
    }

    /// As [`Call::step`], of a call that no other follows.
    ///
    /// # Errors
    /// As there, and `Unreadable` where another call follows.
    pub fn read(self, reply: &HttpResponse, at: &CallContext) -> Result<T, GatewayError> {
        match self.step(reply, at)? {
            Step::Done(told) => Ok(told),
            Step::Next(_) => Err(GatewayError::Unreadable { what: "the reply before the last" }),
        }
    }
}

/// Without what is sent: addresses and headers hold ids and secrets.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Call").field("method", &self.request.method).finish_non_exhaustive()
    }
}
