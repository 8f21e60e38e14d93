//! From an HTTP reply to its members, or to the error that its `errcode` amounts to. The status says nothing:
//! failures are 200 as well (gateways: Official Account, "conventions").

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::encoding::form;
use crate::{AccountFault, GatewayError, HttpRequest, HttpResponse};

/// Longest text of the provider that is kept in an error, in characters.
const TEXT_LIMIT: usize = 256;

/// The members that every failure has. Successes have none of them, or an `errcode` of 0.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ErrorMembers {
    errcode: i64,
    errmsg: String,
}

/// The members of a success.
pub(super) fn read<T: DeserializeOwned>(reply: &HttpResponse) -> Result<T, GatewayError> {
    match reply.status.as_u16() {
        200 => {}
        status @ (408 | 425 | 429 | 500..=599) => return Err(GatewayError::Busy { status, code: String::new() }),
        _ => return Err(GatewayError::Unreadable { what: "status" }),
    }
    let error: ErrorMembers = serde_json::from_slice(&reply.body).map_err(|_| GatewayError::Unreadable { what: "body" })?;
    match error.errcode {
        0 => serde_json::from_slice(&reply.body).map_err(|_| GatewayError::Unreadable { what: "members" }),
        _ => Err(failure(&error)),
    }
}

/// What a failure means (gateways: Official Account, tables of `errcode`).
fn failure(error: &ErrorMembers) -> GatewayError {
    let code = error.errcode.to_string();
    let message: String = error.errmsg.chars().take(TEXT_LIMIT).collect();
    match error.errcode {
        // Quotas fill up again: of the minute by the minute, of the day by the day.
        -1 | 45009 | 45011 => GatewayError::Busy { status: 200, code },
        40001 | 40014 | 42001 => GatewayError::StaleToken { code },
        40002 | 40013 | 40125 | 40164 | 41002 | 41004 | 61004 => GatewayError::Account { fault: AccountFault::NotProved, code, message },
        40243 | 48004 | 50002 | 50004 => GatewayError::Account { fault: AccountFault::Suspended, code, message },
        48001 => GatewayError::Account { fault: AccountFault::NotGranted, code, message },
        _ => GatewayError::Refused { status: 200, code, message },
    }
}

/// A code that elsewhere means a token, from a call that carries the secret instead.
pub(super) fn wrong_secret(code: String) -> GatewayError {
    GatewayError::Account { fault: AccountFault::NotProved, code, message: "the secret is not the account's".to_owned() }
}

/// A `GET` with these parameters, in this order.
pub(super) fn get(base_url: &str, path: &str, parameters: &[(&str, &str)]) -> HttpRequest {
    HttpRequest { method: http::Method::GET, url: address(base_url, path, parameters), headers: vec![user_agent()], body: Vec::new() }
}

/// A `POST` of JSON. Its texts are UTF-8 as they are, because some live endpoints keep escapes literally.
pub(super) fn post(base_url: &str, path: &str, parameters: &[(&str, &str)], body: &impl serde::Serialize) -> HttpRequest {
    let body = serde_json::to_vec(body).expect("texts and numbers always become JSON");
    let headers = vec![("content-type", "application/json".to_owned()), user_agent()];
    HttpRequest { method: http::Method::POST, url: address(base_url, path, parameters), headers, body }
}

fn address(base_url: &str, path: &str, parameters: &[(&str, &str)]) -> String {
    let query = form(parameters.iter().copied());
    match query.is_empty() {
        true => format!("{base_url}{path}"),
        false => format!("{base_url}{path}?{query}"),
    }
}

fn user_agent() -> (&'static str, String) {
    ("user-agent", concat!("qr-checkout/", env!("CARGO_PKG_VERSION")).to_owned())
}
