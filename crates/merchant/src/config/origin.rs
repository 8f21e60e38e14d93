//! `server.allowed_origins`: what a browser writes into `Origin` (RFC 6454 §6.2), letter by letter. An entry that no browser ever writes
//! allows nobody, and is told with the form that it should have.

/// Judges one entry.
///
/// # Errors
/// One line that says what is wrong with it, and how it is written.
pub(super) fn judge(origin: &str) -> Result<(), String> {
    if origin == "*" || origin == "null" {
        return Ok(());
    }
    let Some((scheme, authority)) = origin.split_once("://").filter(|(_, authority)| !authority.is_empty()) else {
        return Err(format!("{origin:?} is not scheme://host[:port]"));
    };
    if authority.contains('*') {
        return Err(format!("{origin:?}: browsers name one host each; write every origin in full, or \"*\" for any"));
    }
    if NEVER_PAGES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(format!("{origin:?}: no page is there; write the page's own address, with https"));
    }
    if has_empty_label(authority) {
        return Err(format!("{origin:?}: its host has an empty label"));
    }
    let proper = proper(scheme, authority).ok_or_else(|| format!("{origin:?} is not scheme://host[:port]"))?;
    if proper == origin { Ok(()) } else { Err(format!("{origin:?} never matches: browsers write {proper:?}")) }
}

/// Schemes at which there are no pages, or such whose origin browsers write as `null`.
const NEVER_PAGES: [&str; 8] = ["ws", "wss", "ftp", "file", "data", "blob", "about", "javascript"];

/// Whether a host, perhaps with a port, has nothing between two dots, or before the first.
pub(super) fn has_empty_label(authority: &str) -> bool {
    let host = authority.split(['/', ':']).next().unwrap_or_default();
    host.starts_with('.') || host.contains("..")
}

/// The same origin as a browser writes it; `None` where there is none.
fn proper(scheme: &str, authority: &str) -> Option<String> {
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        // An app's own scheme, such as `capacitor://localhost`: browsers take its host as it is.
        let host = authority.split('/').next().filter(|host| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic()))?;
        return Some(format!("{scheme}://{host}"));
    }
    let url = url::Url::parse(&format!("{scheme}://{authority}")).ok()?;
    Some(url.origin().ascii_serialization()).filter(|origin| origin != "null")
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn what_browsers_write_is_good() {
        for origin in [
            "*",
            "null",
            "https://shop.example.com",
            "https://shop.example.com:8443",
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "capacitor://localhost",
            "ionic://localhost",
            "chrome-extension://abcdefghijklmnop",
            "https://xn--tee-exmple-w5a.example",
        ] {
            assert_eq!(judge(origin), Ok(()), "{origin}");
        }
    }

    #[test]
    fn what_no_browser_writes_is_told_with_its_proper_form() {
        for (origin, proper) in [
            ("https://Shop.Example.com", "\"https://shop.example.com\""),
            ("HTTPS://shop.example.com", "\"https://shop.example.com\""),
            ("https://shop.example.com:443", "\"https://shop.example.com\""),
            ("http://shop.example.com:80", "\"http://shop.example.com\""),
            ("https://shop.example.com/", "\"https://shop.example.com\""),
            ("https://shop.example.com/cart?a=1#b", "\"https://shop.example.com\""),
            ("https://me:secret@shop.example.com", "\"https://shop.example.com\""),
            ("https://shop.example.com:08443", "\"https://shop.example.com:8443\""),
            ("https://täst.example", "\"https://xn--tst-qla.example\""),
            ("http://127.1:8080", "\"http://127.0.0.1:8080\""),
            ("capacitor://localhost/", "\"capacitor://localhost\""),
        ] {
            let told = judge(origin).unwrap_err();
            assert!(told.ends_with(&format!("browsers write {proper}")), "{told}");
        }
        for origin in [
            "",
            "shop.example.com",
            "https://",
            "https://*.example.com",
            "https://shop example.com",
            "://x",
            "https://a:b",
            "https://shop..example.com",
            "https://.example.com",
            "ws://shop.example.com",
            "WSS://shop.example.com",
            "ftp://shop.example.com",
            "file://shop",
        ] {
            assert!(judge(origin).is_err(), "{origin}");
        }
    }
}
