//! Webhooks: what the shop's own server is told of orders, signed as Standard Webhooks 1.0 says. Not here: where events wait to be sent,
//! that is `store/outbox.rs`.

mod delivery;
mod event;
mod signature;

use protocol::Backend;
use url::Url;

pub(crate) use delivery::run;
pub use event::EventKind;
pub(crate) use event::{Event, between, created};
pub(crate) use signature::Secrets;

/// Where events go, and how they are signed.
pub(crate) struct Webhooks {
    pub(crate) url: String,
    pub(crate) secrets: Secrets,
    pub(crate) client: reqwest::Client,
}

/// Whether events may go to that address: nobody on the way reads or changes them.
pub(crate) fn is_safe(url: &str) -> bool {
    let names_nobody = |url: &Url| url.username().is_empty() && url.password().is_none();
    let origin = Url::parse(url).ok().filter(names_nobody).map(|url| url.origin().ascii_serialization());
    origin.is_some_and(|origin| Backend::parse(&origin).is_some()) && url.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn events_go_over_https_or_stay_on_the_machine() {
        assert!(is_safe("https://shop.example/hooks?x=1") && is_safe("http://127.0.0.1:8080/hooks"));
        for bad in ["http://shop.example/hooks", "ftp://shop.example", "shop.example", "", "https://shop.example/a b"] {
            assert!(!is_safe(bad), "{bad}");
        }
    }
}
