//! One call to a provider as a value: what to send, and how to read what comes back. Whoever holds it sends, waits and repeats.

use std::fmt;

use crate::{GatewayError, HttpRequest, HttpResponse};

type Reader<T> = Box<dyn FnOnce(&HttpResponse, &CallContext) -> Result<T, GatewayError> + Send>;

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
        Self { request, reader: Box::new(reader) }
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

    /// Digests the reply, at the moment at which it came.
    ///
    /// # Errors
    /// Any [`GatewayError`]; also when the reply is about something else than was asked.
    pub fn read(self, reply: &HttpResponse, at: &CallContext) -> Result<T, GatewayError> {
        (self.reader)(reply, at)
    }
}

/// Without what is sent: addresses and headers hold ids and secrets.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Call").field("method", &self.request.method).finish_non_exhaustive()
    }
}
