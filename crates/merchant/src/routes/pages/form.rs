//! A form that was sent to a page: only from this host's own pages, only as browsers write forms, and only so long.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use protocol::base64::{Alphabet, decode, encode};
use protocol::{Digest, IdempotencyKey};
use url::form_urlencoded;

use super::super::App;
use crate::client::Client;
use crate::limits::Effort;
use crate::random;

/// The most bytes of a form.
const MAX_FORM: usize = 64 * 1024;
/// How the page that sends it stands to this host (Fetch Metadata).
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a form says, decoded, in its order. It may name a person: it is never shown to anybody who debugs.
pub(super) struct Form {
    /// Whether the browser says that it comes from a page of ours. One that says nothing about it is asked to press once more, on a page whose
    /// address has no query: some keep addresses with one to themselves.
    pub(super) is_proven: bool,
    pub(super) client: Client,
    pub(super) headers: HeaderMap,
    fields: Vec<(String, String)>,
}

/// Why a form is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It was sent from another page.
    Foreign,
    /// It is no form, or a broken one.
    Broken,
    /// It is too long.
    TooLarge,
    /// Its client should be silent, for so many seconds.
    TooMany(u64),
}

impl Refused {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Refused::Foreign => StatusCode::FORBIDDEN,
            Refused::Broken => StatusCode::BAD_REQUEST,
            Refused::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refused::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// [`Refused`]; then nothing was done.
    pub(super) async fn read(app: &App, request: Request) -> Result<Form, Refused> {
        let client = Client::of(request.headers(), request.extensions(), app.proxies);
        let is_proven = is_own(request.headers(), app.origins.own()).ok_or(Refused::Foreign)?;
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refused::Broken);
        }
        let (parts, body) = request.into_parts();
        let fields = fields(body).await?;
        Ok(Form { is_proven, client, headers: parts.headers, fields })
    }

    /// Whether it has a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// The only value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }

    /// Counts it among what its client makes.
    ///
    /// # Errors
    /// `TooMany`
    pub(super) fn count(&self, app: &App) -> Result<(), Refused> {
        app.limits.pass(&self.client, Effort::Making).map_err(Refused::TooMany)
    }

    /// All that it says.
    pub(super) fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The digest of what it says, without those fields.
    pub(super) fn digest(&self, without: &[&str]) -> Digest {
        let said = self.fields.iter().filter(|(name, _)| !without.contains(&name.as_str()));
        Digest::of(form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish().as_bytes())
    }

    /// The salt of its answers, which its page was made with.
    ///
    /// # Errors
    /// `Broken`
    pub(super) fn salt(&self) -> Result<[u8; 16], Refused> {
        let salt = self.get("salt").and_then(|salt| decode(Alphabet::Url, salt)?.try_into().ok());
        salt.ok_or(Refused::Broken)
    }

    /// The token under which the form counts once, which its page was made with.
    ///
    /// # Errors
    /// `Broken`
    pub(super) fn token(&self) -> Result<IdempotencyKey, Refused> {
        self.get("token").and_then(IdempotencyKey::parse).ok_or(Refused::Broken)
    }
}

/// 16 random bytes for a form to hold. Nothing keeps them.
pub(super) fn token() -> String {
    encode(Alphabet::Url, &random::bytes::<16>())
}

async fn fields(body: Body) -> Result<Vec<(String, String)>, Refused> {
    let bytes = axum::body::to_bytes(body, MAX_FORM).await.map_err(|_| Refused::TooLarge)?;
    Ok(form_urlencoded::parse(&bytes).into_owned().collect())
}

/// Whether a page of that origin sends it. Browsers say so themselves, and no page can make them lie; those that know neither of the two newer
/// headers tell by `Referer`. `None` where it is another's, false where nothing is said at all.
fn is_own(headers: &HeaderMap, own: &str) -> Option<bool> {
    let only = |name: &HeaderName| {
        let mut values = headers.get_all(name).iter();
        let first = values.next().map(|value| value.to_str().unwrap_or("?"));
        if values.next().is_some() { Some("?") } else { first }
    };
    let is_of_ours = |page: &str| url::Url::parse(page).is_ok_and(|page| page.origin().ascii_serialization() == own);
    match (only(&header::ORIGIN), only(&SITE), only(&header::REFERER)) {
        (Some(origin), None | Some("same-origin" | "none"), _) if origin == own => Some(true),
        (None | Some("null"), Some("same-origin"), _) => Some(true),
        (None, None, Some(page)) if is_of_ours(page) => Some(true),
        (None, None, None) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(headers: &[(&str, &str)]) -> Option<bool> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        is_own(&map, "https://pay.example")
    }

    #[test]
    fn only_our_own_pages_send_forms() {
        for good in [
            &[("origin", "https://pay.example")][..],
            &[("origin", "https://pay.example"), ("sec-fetch-site", "same-origin")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-origin")],
            &[("referer", "https://pay.example/pay/x")],
        ] {
            assert_eq!(from(good), Some(true), "{good:?}");
        }
        for bad in [
            &[("origin", "null")][..],
            &[("origin", "https://evil.example")],
            &[("origin", "https://pay.example"), ("origin", "https://evil.example")],
            &[("origin", "https://pay.example"), ("sec-fetch-site", "cross-site")],
            &[("origin", "https://pay.example"), ("sec-fetch-site", "same-site")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("origin", "null"), ("referer", "https://pay.example/pay/x")],
            &[("sec-fetch-site", "none")],
            &[("referer", "https://pay.example.evil.example/")],
        ] {
            assert_eq!(from(bad), None, "{bad:?}");
        }
        assert_eq!(from(&[]), Some(false));
    }
}
