//! The requests of the API (docs/spec/http.md §5) as values: exact method, address and headers, kept because the answer is bound to them.
//! Nothing here sends anything.

use crate::id::is_unreserved;
use crate::json::Value;
use crate::release::REVISION;
use crate::{ClientReference, Digest, IdempotencyKey, Item, Method, Nonce, OrderId, OwnerKey, Surface, decimal};

/// The highest port.
const MAX_PORT: i64 = 65_535;

/// The base URL of a merchant backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend(String);

/// A request exactly as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Upper case.
    pub method: &'static str,
    /// As `URL.href` prints it.
    pub url: String,
    /// The `n` in the address.
    pub nonce: Nonce,
    /// For a POST: a JSON text, sent as `text/plain;charset=utf-8`, whose digest is the `d` in the address.
    pub body: Option<String>,
    /// For how many seconds the backend may hold the answer.
    pub wait: u32,
}

impl Request {
    /// A GET. `address` ends where the parameter `n` may follow.
    pub fn get(address: &str, nonce: Nonce) -> Request {
        Request { method: "GET", url: [address, &ending(&nonce)].concat(), nonce, body: None, wait: 0 }
    }

    /// The nonce under which the same GET left as `url`; `None` where that is another one's address.
    pub fn left_as(&self, url: &str) -> Option<Nonce> {
        let address = self.url.strip_suffix(&ending(&self.nonce))?;
        let nonce = Nonce::parse(url.strip_prefix(address)?.get(2..24)?)?;
        ([address, &ending(&nonce)].concat() == url).then_some(nonce)
    }

    /// A POST of that JSON text, repeated under the same key only with the same text. `address` ends where the parameter `n` may follow.
    pub fn post(address: &str, nonce: Nonce, key: &IdempotencyKey, text: String) -> Request {
        let bound = ["k=", key.as_str(), "&d=", &Digest::of(text.as_bytes()).to_url_base64(), "&"].concat();
        Request { method: "POST", body: Some(text), ..Request::get(&[address, &bound].concat(), nonce) }
    }
}

impl Backend {
    /// Reads a base URL: https (http only on loopback), lower-case ASCII host, no user info, query, fragment or
    /// default port, and a path of unreserved characters. A final slash is dropped. `None` for anything else.
    ///
    /// ```
    /// use protocol::Backend;
    ///
    /// assert_eq!(Backend::parse("https://pay.example.com/shop/").unwrap().as_str(), "https://pay.example.com/shop");
    /// assert_eq!(Backend::parse("http://pay.example.com"), None);
    /// ```
    pub fn parse(url: &str) -> Option<Backend> {
        let url = url.strip_suffix('/').unwrap_or(url);
        let secure = url.strip_prefix("https://");
        let rest = secure.or_else(|| url.strip_prefix("http://"))?;
        let mut segments = rest.split('/');
        let mut authority = segments.next()?.split(':');
        let host = authority.next()?;
        let host_fits = match secure {
            Some(_) => !host.is_empty() && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b)),
            None => host == "localhost" || host == "127.0.0.1",
        };
        let default_port = if secure.is_some() { 443 } else { 80 };
        let port_fits = |port| decimal::parse(port).is_some_and(|port| port <= MAX_PORT && port != default_port);
        let fits = host_fits
            && authority.next().is_none_or(port_fits)
            && authority.next().is_none()
            && segments.all(|segment| is_unreserved(segment) && segment != "." && segment != "..");
        fits.then(|| Backend(url.to_owned()))
    }

    /// The URL, without a final slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Asks for the price of a cart. `locale` is a BCP 47 tag for names and labels.
    pub fn quote(&self, items: &[Item], locale: &str, nonce: Nonce) -> Request {
        self.quote_of(&Cart { items, locale, ..Cart::default() }, nonce)
    }

    /// Asks for the price of a cart with a discount code, whatever a shopper wrote; empty is none.
    pub fn quote_with_code(&self, items: &[Item], locale: &str, code: &str, nonce: Nonce) -> Request {
        self.quote_of(&Cart { items, locale, code, ..Cart::default() }, nonce)
    }

    /// Asks for the price of a cart with all that is known of it.
    pub fn quote_of(&self, cart: &Cart<'_>, nonce: Nonce) -> Request {
        let mut address = String::from("quote?");
        for item in cart.items {
            address.push_str(&["item=", item.sku.as_str(), "%3A", &decimal::text(item.quantity.into()), "&"].concat());
        }
        for (name, word) in [("locale", cart.locale)].into_iter().chain(cart.words()) {
            if !word.is_empty() {
                address.push_str(&[name, "=", &escaped(word), "&"].concat());
            }
        }
        self.request(&[&address], nonce, None)
    }

    /// Orders a cart at the price of a quote.
    pub fn create_order(&self, order: &NewOrder<'_>, nonce: Nonce, key: IdempotencyKey) -> Request {
        let mut members = order.way.members();
        let mut says = |name: &str, value: Value| members.push((name.to_owned(), value));
        says("items", order.cart.items.iter().map(Item::to_json).collect());
        says("locale", order.cart.locale.into());
        says("price_digest", Value::Text(order.price_digest.to_base64()));
        for (name, word) in order.cart.words() {
            if !word.is_empty() {
                says(name, word.into());
            }
        }
        if let Some(answers) = order.answers {
            says("answers", answers.into());
        }
        if let Some(owner) = order.owner {
            says("owner", Value::Text(owner.to_base64()));
        }
        let body = Value::Object(members);
        self.request(&["orders?"], nonce, Some((body, key)))
    }

    /// Asks how an order stands; held up to `wait` seconds (at most 25) until its `seq` is over `seen`.
    ///
    /// ```
    /// use protocol::{Backend, Nonce, OrderId};
    ///
    /// let backend = Backend::parse("https://pay.example.com").unwrap();
    /// let order = OrderId::parse("ord_1").unwrap();
    /// let request = backend.order(&order, 3, 25, Nonce::from_random([0; 16]));
    /// assert_eq!(request.method, "GET");
    /// assert_eq!(request.url, "https://pay.example.com/v1/orders/ord_1?seen=3&wait=25&n=AAAAAAAAAAAAAAAAAAAAAA&r=1");
    /// ```
    pub fn order(&self, order: &OrderId, seen: i64, wait: u32, nonce: Nonce) -> Request {
        let (seen, seconds) = (decimal::text(seen), decimal::text(wait.into()));
        let query: &[&str] = if wait > 0 { &["seen=", &seen, "&wait=", &seconds, "&"] } else { &[] };
        let request = self.request(&["orders/", order.as_str(), "?", &query.concat()], nonce, None);
        Request { wait, ..request }
    }

    /// Asks what is to be answered before an order can be paid, in a language, of a shopper in a country (or nothing).
    pub fn order_asks(&self, order: &OrderId, locale: &str, country: &str, nonce: Nonce) -> Request {
        let country = if country.is_empty() { String::new() } else { ["&country=", &escaped(country)].concat() };
        self.request(&["orders/", order.as_str(), "?locale=", &escaped(locale), &country, "&"], nonce, None)
    }

    /// Answers what an order asks, by a text of answers; whoever answers is told of the order in that language.
    pub fn answer(&self, order: &OrderId, answers: &str, locale: &str, nonce: Nonce, key: IdempotencyKey) -> Request {
        let body = Value::object([("answers", answers.into()), ("locale", locale.into())]);
        self.request(&["orders/", order.as_str(), "/answers?"], nonce, Some((body, key)))
    }

    /// Asks for what of an order is for its buyer alone.
    pub fn open(&self, order: &OrderId, owner: &OwnerKey, nonce: Nonce, key: IdempotencyKey) -> Request {
        let body = Value::object([("key", owner.as_str().into())]);
        self.request(&["orders/", order.as_str(), "/open?"], nonce, Some((body, key)))
    }

    /// Asks for a new payment of an order: a new code, or another method.
    pub fn new_payment(&self, order: &OrderId, way: &Way<'_>, nonce: Nonce, key: IdempotencyKey) -> Request {
        self.request(&["orders/", order.as_str(), "/payments?"], nonce, Some((Value::Object(way.members()), key)))
    }

    /// Ends the attempt to pay that is under way; the order can still be paid.
    pub fn cancel(&self, order: &OrderId, nonce: Nonce, key: IdempotencyKey) -> Request {
        self.request(&["orders/", order.as_str(), "/cancel?"], nonce, Some((Value::object([]), key)))
    }

    /// Gives up an order that was made from a cart.
    pub fn close(&self, order: &OrderId, nonce: Nonce, key: IdempotencyKey) -> Request {
        self.request(&["orders/", order.as_str(), "/close?"], nonce, Some((Value::object([]), key)))
    }

    /// Asks for an address under which the file of a product of a paid order is loaded, for the owner of the order by a key of theirs.
    pub fn download(&self, order: &OrderId, (owner, sku): (&str, &str), nonce: Nonce, key: IdempotencyKey) -> Request {
        let body = Value::object([("key", owner.into()), ("sku", sku.into())]);
        self.request(&["orders/", order.as_str(), "/downloads?"], nonce, Some((body, key)))
    }

    /// A request for that address behind `/v1/`, which ends where `n` may follow: a POST if it has a body.
    #[inline(never)]
    fn request(&self, address: &[&str], nonce: Nonce, body: Option<(Value, IdempotencyKey)>) -> Request {
        let address = [&self.0, "/v1/", &address.concat()].concat();
        match body {
            None => Request::get(&address, nonce),
            Some((body, key)) => Request::post(&address, nonce, &key, body.to_text()),
        }
    }
}

/// What every address ends with.
fn ending(nonce: &Nonce) -> String {
    ["n=", nonce.as_str(), "&r=", &decimal::text(REVISION.into())].concat()
}

/// A text as it stands in a query: all but unreserved characters as percent and two digits of base 16 (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let digit = |at: u8| char::from(DIGITS[usize::from(at)]);
            escaped.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    escaped
}

/// How a payment is to be made. The backend answers with the surface that it could really get.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// By which method.
    pub method: &'a Method,
    /// Where the shopper would like to pay.
    pub surface: Surface,
    /// The page that a wallet comes back to: an absolute URL, its fragment included, at most 512 characters.
    pub return_url: Option<&'a str>,
    /// A key that this browser keeps, where a payment begins at a page that leads back: nobody else comes back in its place. Its mark is
    /// sent.
    pub browser: Option<&'a OwnerKey>,
}

impl Way<'_> {
    /// By a code that another device scans.
    pub fn qr(method: &Method) -> Way<'_> {
        Way { method, surface: Surface::Qr, return_url: None, browser: None }
    }

    #[inline(never)]
    fn members(&self) -> Vec<(String, Value)> {
        let mut members = Vec::new();
        let mut says = |name: &str, value: Value| members.push((name.to_owned(), value));
        says("method", self.method.into());
        says("surface", self.surface.as_str().into());
        says("return_url", self.return_url.into());
        if let Some(browser) = self.browser {
            says("browser", Value::Text(browser.mark()));
        }
        members
    }
}

/// A cart, and what its price depends on besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cart<'a> {
    /// The things, each once.
    pub items: &'a [Item],
    /// BCP 47 tag for names and labels.
    pub locale: &'a str,
    /// The discount code, or nothing.
    pub code: &'a str,
    /// What the page says that it is about.
    pub client_reference: Option<&'a ClientReference>,
    /// Where it goes, ISO 3166-1 alpha-2, or nothing.
    pub country: &'a str,
    /// The part of that country, or nothing.
    pub region: &'a str,
    /// The id of the chosen delivery, or nothing.
    pub delivery: &'a str,
}

impl Cart<'_> {
    /// What is said of it in words, by the names of the API; empty for what is not said.
    fn words(&self) -> [(&'static str, &str); 5] {
        let about = self.client_reference.map_or("", ClientReference::as_str);
        let (country, region) = (("country", self.country), ("region", self.region));
        [("code", self.code), ("client_reference", about), country, region, ("delivery", self.delivery)]
    }
}

/// What is ordered.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder<'a> {
    /// The cart of the quote.
    pub cart: Cart<'a>,
    /// How it is to be paid.
    pub way: Way<'a>,
    /// The price agreed to, by the digest of its text.
    pub price_digest: Digest,
    /// The text of the answers to what the quote asks, if it asks anything.
    pub answers: Option<&'a str>,
    /// The digest of the key by which its buyer opens what is for him alone.
    pub owner: Option<Digest>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_is_a_url_that_no_normaliser_changes() {
        for url in ["https://pay.example.com", "https://pay.example.com:8443/shop", "http://127.0.0.1:8080/", "http://localhost:1"] {
            assert_eq!(Backend::parse(url).unwrap().as_str(), url.trim_end_matches('/'), "{url}");
        }
        for url in [
            "http://pay.example.com",
            "https://Pay.example.com",
            "https://pay.example.com:443",
            "http://localhost:80",
            "https://u@pay.example.com",
            "https://pay.example.com/?q",
            "https://pay.example.com/a/../b",
            "https://pay.example.com//a",
            "https://pay.example.com//",
            "https://pay.example.com:70000",
            "https://pay.example.com:1:2",
            "https://:8443",
            "https://pay.example.com/#f",
            "https://pay.example.com:099",
            "https://tee.exämple",
            "pay.example.com",
            "https://",
            "javascript:alert(1)",
        ] {
            assert_eq!(Backend::parse(url), None, "{url}");
        }
    }

    #[test]
    fn addresses_carry_the_nonce_and_of_a_post_its_key_and_digest() {
        let backend = Backend::parse("https://pay.shop.example").unwrap();
        let nonce = Nonce::parse("AAECAwQFBgcICQoLDA0ODw").unwrap();
        let items = [Item { sku: crate::Sku::parse("tea-100g").unwrap(), quantity: 2 }];
        let quote = backend.quote(&items, "zh-Hans", nonce.clone());
        assert_eq!(quote.url, "https://pay.shop.example/v1/quote?item=tea-100g%3A2&locale=zh-Hans&n=AAECAwQFBgcICQoLDA0ODw&r=1");
        assert_eq!(quote.body, None);
        let quote = backend.quote_with_code(&items, "en", "SPRING-27", nonce.clone());
        assert!(quote.url.ends_with("&locale=en&code=SPRING-27&n=AAECAwQFBgcICQoLDA0ODw&r=1"));
        let odd = backend.quote_with_code(&items, "en", "a b/é", nonce.clone());
        assert!(odd.url.contains("&code=a%20b%2F%C3%A9&"), "{}", odd.url);
        let order = OrderId::parse("ord_1").unwrap();
        let poll = backend.order(&order, 3, 25, nonce.clone());
        assert_eq!(
            (poll.url.as_str(), poll.wait),
            ("https://pay.shop.example/v1/orders/ord_1?seen=3&wait=25&n=AAECAwQFBgcICQoLDA0ODw&r=1", 25)
        );
        let key = IdempotencyKey::from_random([1; 16]);
        let cancel = backend.cancel(&order, nonce, key);
        assert_eq!((cancel.method, cancel.body.as_deref()), ("POST", Some("{}")));
        assert_eq!(
            cancel.url,
            "https://pay.shop.example/v1/orders/ord_1/cancel?k=AQEBAQEBAQEBAQEBAQEBAQ&d=RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o\
             &n=AAECAwQFBgcICQoLDA0ODw&r=1"
        );
    }

    #[test]
    fn a_new_payment_says_where_the_shopper_would_pay_and_come_back() {
        let backend = Backend::parse("https://pay.shop.example").unwrap();
        let (order, method) = (OrderId::parse("ord_1").unwrap(), Method::parse("alipay").unwrap());
        let body = |way: Way<'_>| {
            let request = backend.new_payment(&order, &way, Nonce::from_random([1; 16]), IdempotencyKey::from_random([1; 16]));
            request.body.unwrap()
        };
        assert_eq!(body(Way::qr(&method)), r#"{"method":"alipay","surface":"qr","return_url":null}"#);
        let way = Way { surface: Surface::App, return_url: Some("https://shop.example/tea?n=1"), ..Way::qr(&method) };
        assert_eq!(body(way), r#"{"method":"alipay","surface":"app","return_url":"https://shop.example/tea?n=1"}"#);
    }
}
