//! How a shopper wants to pay, read from a body: by which method, where, and where the wallet comes back to.

use protocol::{Method, Money, PayBy, Payment, PaymentId, PaymentStatus, Surface};

use super::App;
use crate::account::Attempted;
use crate::answer::Refusal;
use crate::asked::Asked;
use crate::desk::{Desk, FIRST_LOOK};
use crate::random;

/// The longest address to come back to.
const MAX_RETURN_URL: usize = 512;

/// The members `method`, `surface` and `return_url`.
pub(super) struct Paying {
    pub(super) method: Method,
    surface: Surface,
    return_url: Option<String>,
    client_ip: String,
}

impl Paying {
    pub(super) fn read(app: &App, asked: &Asked) -> Result<Paying, Refusal> {
        let body = asked.json()?;
        let method = body.text("method").map_err(|_| Refusal::Field("method"))?;
        let method = Method::parse(method).ok_or(Refusal::MethodNotOffered)?;
        let surface = body.text("surface").ok().and_then(Surface::parse).ok_or(Refusal::Field("surface"))?;
        let return_url = body.maybe("return_url", |url| url.as_text().map(str::to_owned)).map_err(|_| Refusal::Field("return_url"))?;
        // A wallet leads shoppers there: to a page that may ask us, and to no other.
        if !return_url.as_deref().is_none_or(|url| url.len() <= MAX_RETURN_URL && is_address(url) && app.allows(origin(url))) {
            return Err(Refusal::ReturnUrl);
        }
        Ok(Paying { method, surface, return_url, client_ip: asked.client_ip.clone() })
    }

    /// By a code, wherever the shopper will be.
    pub(super) fn by_code(method: Method) -> Paying {
        Paying { method, surface: Surface::Qr, return_url: None, client_ip: String::new() }
    }

    /// Whether the method collects that amount there.
    pub(super) fn is_possible(&self, desk: &Desk, money: Money) -> bool {
        desk.providers.collecting(&self.method, money, self.surface).is_some()
    }

    /// A payment to be made, never living longer than its order, on the surface that the method has.
    ///
    /// # Errors
    /// `method-not-offered` where the method cannot collect that amount, or not there.
    pub(super) fn payment(self, desk: &Desk, money: Money, order_expires_at: i64) -> Result<Attempted, Refusal> {
        let offered = desk.providers.collecting(&self.method, money, self.surface);
        let (provider, way) = offered.ok_or(Refusal::MethodNotOffered)?;
        let now = desk.now();
        let id = PaymentId::from_random(random::bytes());
        let reference = provider.reference(&id);
        let surface = match way {
            // A page without an address that a wallet could come back to is left all the same.
            PayBy::Link => Surface::App,
            PayBy::Bridge if self.return_url.is_some() => Surface::Wechat,
            _ => Surface::Qr,
        };
        let expires_at = (now + desk.orders.payment_seconds).min(order_expires_at);
        let (status, payload) = (PaymentStatus::Waiting, None);
        Ok(Attempted {
            payment: Payment { id, method: self.method, surface, status, payload, expires_at },
            money,
            created_at: now,
            reference,
            return_url: self.return_url.filter(|_| surface != Surface::Qr),
            payer: None,
            client_ip: (surface == Surface::App).then_some(self.client_ip),
            shown_at: None,
            scanned_at: None,
            paid_at: None,
            transaction: None,
            next_check_at: Some((now + FIRST_LOOK).min(expires_at)),
            checks: 0,
        })
    }
}

/// Whether this is an absolute address of a page, without a fragment.
fn is_address(url: &str) -> bool {
    let page = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    page.is_some_and(|page| !page.starts_with('/')) && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\\\"<>".contains(&byte))
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find(['/', '?']).map_or(url.len(), |at| host + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use super::{is_address, origin};

    #[test]
    fn an_address_to_come_back_to_is_a_page_of_an_origin() {
        assert!(is_address("https://shop.example/cart?a=1") && is_address("http://127.0.0.1:8080"));
        for bad in [
            "",
            "/cart",
            "javascript:alert(1)",
            "https:///x",
            "https://shop.example/#top",
            "https://shop.example\\@evil.example",
            "https://é",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert_eq!(origin("https://shop.example:8443/cart?x=/"), "https://shop.example:8443");
        assert_eq!(origin("https://shop.example?x"), "https://shop.example");
        assert_eq!(origin("https://shop.example@evil.example/"), "https://shop.example@evil.example");
    }
}
