//! The page that a wallet comes back to, as the shopper's browser tells it.

use url::Url;

/// The longest address that providers carry whole.
const LONGEST: usize = 512;

/// It is no address, or nobody may be led there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadReturnUrl;

/// Reads an address as browsers do, and answers it as they print it: whole, or without query and fragment if that is too long, for
/// what is cut in the middle means something else. None where no wallet could come back: that is no reason to refuse an order.
///
/// # Errors
/// For what is no address, and for a page of an origin that is not allowed: whoever follows the link would be led there.
pub(super) fn read(text: &str, is_allowed: impl Fn(&str) -> bool) -> Result<Option<String>, BadReturnUrl> {
    let mut url = Url::parse(text).map_err(|_| BadReturnUrl)?;
    // A page in an app's own scheme, a file, a frame without an address.
    if !matches!(url.scheme(), "http" | "https") {
        return Ok(None);
    }
    if !is_allowed(&url.origin().ascii_serialization()) {
        return Err(BadReturnUrl);
    }
    // Nobody's business, and of no use.
    let _ = (url.set_username(""), url.set_password(None));
    if url.as_str().len() > LONGEST {
        url.set_query(None);
        url.set_fragment(None);
    }
    Ok(Some(String::from(url)).filter(|url| url.len() <= LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Option<String>, BadReturnUrl> {
        read(text, |origin| ["https://shop.example", "http://127.0.0.1:8080", "https://xn--fiq228c.example"].contains(&origin))
    }

    #[test]
    fn the_whole_address_comes_back_as_browsers_print_it() {
        for (text, page) in [
            ("https://shop.example/cart?a=1", "https://shop.example/cart?a=1"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("https://shop.example/spa.html#/checkout", "https://shop.example/spa.html#/checkout"),
            ("https://shop.example/#!/checkout?step=2", "https://shop.example/#!/checkout?step=2"),
            (r"https://shop.example/tea?path=a\b", r"https://shop.example/tea?path=a\b"),
            ("https://shop.example/tea?say=\"it's\"#\"", "https://shop.example/tea?say=%22it%27s%22#%22"),
            ("https://shop.example/茶?名=绿#新", "https://shop.example/%E8%8C%B6?%E5%90%8D=%E7%BB%BF#%E6%96%B0"),
            ("https://中文.example/", "https://xn--fiq228c.example/"),
            ("HTTPS://Shop.Example:443/tea", "https://shop.example/tea"),
            ("https://me:secret@shop.example/tea", "https://shop.example/tea"),
            // As a browser reads it: a page of the shop's, however it looks.
            (r"https://shop.example\@evil.example", "https://shop.example/@evil.example"),
        ] {
            assert_eq!(told(text), Ok(Some(page.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_long_address_is_shortened_to_its_page_and_never_cut() {
        let query = "q=%E8%8C%B6&".repeat(60);
        assert_eq!(told(&format!("https://shop.example/tea?{query}#/checkout")), Ok(Some("https://shop.example/tea".to_owned())));
        assert_eq!(told(&format!("https://shop.example/tea#{query}")), Ok(Some("https://shop.example/tea".to_owned())));
        assert_eq!(told(&format!("https://shop.example/{}", "a".repeat(600))), Ok(None));
        let whole = format!("https://shop.example/?{}", "a".repeat(512 - 22));
        assert_eq!(told(&whole), Ok(Some(whole.clone())));
    }

    #[test]
    fn a_page_that_no_wallet_could_come_back_to_is_left_all_the_same() {
        for text in [
            "capacitor://localhost/index.html",
            "ionic://localhost",
            "about:srcdoc",
            "about:blank",
            "file:///home/shop/index.html",
            "blob:https://shop.example/0f8e7c52",
            "data:text/html,shop",
            "javascript:alert(1)",
            "chrome-extension://abcdefgh/popup.html",
        ] {
            assert_eq!(told(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn nobody_is_led_to_a_page_of_others() {
        for text in [
            "https://evil.example/cart",
            "http://shop.example/",
            "https://shop.example:8443/",
            "https://shop.example@evil.example/",
            "https://shop.example.evil.example/",
            "https:evil.example",
            "//evil.example",
            "/cart",
            "",
            "https://",
            "https://[::1",
            "shop.example",
        ] {
            assert_eq!(told(text), Err(BadReturnUrl), "{text}");
        }
    }
}
