//! The tags a merchant pastes: the script of a release that stays what it is, with its digest, and the element with the keys that sign
//! today and next. Where carts can ask their shoppers anything, the element is in a frame, if pages are listed that may show one. Inside of the element stands what shoppers read where no script runs, and for a page about certain things the way to the
//! page that sells them all the same.

use protocol::Item;
use url::form_urlencoded;

use crate::catalog::Text;
use crate::config::Config;
use crate::i18n::{LOCALES, Words};
use crate::keys::Keys;
use crate::releases::{LOADER, Pinned};

/// The page that the tags are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Any: it loads the small script alone, until somebody wants to buy.
    Any,
    /// One where shoppers check out: it begins to load the whole widget at once.
    Checkout,
}

/// Writes the tags. With a release they pin it for ever; without one they name the newest, whichever that will be. `items` is what the page
/// is about, if it is about anything.
pub fn snippet(config: &Config, keys: &Keys, pinned: Option<&Pinned>, page: Page, items: &[Item]) -> String {
    let url = config.public_url();
    let folder = pinned.map_or_else(|| url.to_owned(), |pinned| format!("{url}/r/{}", pinned.release()));
    let host = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let mut tags = vec![format!("<link rel=\"preconnect\" href=\"{host}\" crossorigin>")];
    let is_framed = is_framed(config, pinned);
    if is_framed {
        tags.insert(0, format!("<!-- A Content-Security-Policy needs script-src {host}; connect-src {host}; frame-src {host} -->"));
    }
    if let (Page::Checkout, Some(pinned)) = (page, pinned.filter(|_| is_framed)) {
        let framing = pinned.framing();
        tags.extend(framing.map(|(name, digest)| preloaded(&folder, name, digest)));
    }
    if let (Page::Checkout, Some(pinned)) = (page, pinned.filter(|_| !is_framed)) {
        let (glue, wasm) = (pinned.glue(), pinned.wasm());
        tags.extend(glue.map(|(name, digest)| preloaded(&folder, name, digest)));
        tags.extend(wasm.map(|(name, digest)| {
            let kind = "as=\"fetch\" type=\"application/wasm\"";
            format!("<link rel=\"preload\" {kind} href=\"{folder}/{name}\" integrity=\"{digest}\" crossorigin=\"anonymous\">")
        }));
    }
    let integrity = pinned.and_then(|pinned| pinned.digest(LOADER));
    let integrity = integrity.map_or(String::new(), |digest| format!(" integrity=\"{digest}\" crossorigin=\"anonymous\""));
    tags.push(format!("<script type=\"module\" src=\"{folder}/{LOADER}\"{integrity}></script>"));
    let (merchant_key, native) = (keys.merchant_key(), if keys.native_integrity { " native-integrity" } else { "" });
    let isolation = if is_framed { " isolation=\"frame\"" } else { "" };
    tags.push(format!("<qr-checkout backend=\"{url}\" merchant-key=\"{merchant_key}\"{native}{isolation}>"));
    tags.extend(spoken(&config.merchant.name).into_iter().map(|words| {
        let Words { lang, dir, checkout_not_shown, pages, .. } = words;
        let way = match items {
            [] => String::new(),
            items => format!(" <a href=\"{}\">{}</a>", link(url, items, lang), pages.plain_page),
        };
        format!("  <p lang=\"{lang}\" dir=\"{dir}\">{checkout_not_shown}{way}</p>")
    }));
    tags.push("</qr-checkout>\n".to_owned());
    tags.join("\n")
}

/// Whether shoppers are asked anything that the page's scripts must not read, and pages are listed that may show a frame of this host.
fn is_framed(config: &Config, pinned: Option<&Pinned>) -> bool {
    let names_pages = config.server.allowed_origins.iter().any(|origin| !matches!(origin.as_str(), "*" | "null"));
    names_pages && pinned.is_none_or(|pinned| pinned.framing().is_some()) && config.catalog.can_ask()
}

fn preloaded(folder: &str, name: &str, digest: &str) -> String {
    format!("<link rel=\"modulepreload\" href=\"{folder}/{name}\" integrity=\"{digest}\" crossorigin=\"anonymous\">")
}

/// The page that sells those things without scripts, as an attribute holds it.
fn link(url: &str, items: &[Item], lang: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(items.iter().map(|item| ("item", format!("{}:{}", item.sku, item.quantity)))).append_pair("locale", lang);
    format!("{url}/pay?{}", query.finish().replace('&', "&amp;"))
}

/// The languages that the shop's name is written in, English if none of them is known.
fn spoken(name: &Text) -> Vec<&'static Words> {
    let speaks = |lang: &str| match name {
        Text::One(_) => lang == "en",
        Text::Many(many) => many.keys().any(|known| known.split('-').next() == lang.split('-').next()),
    };
    let mut spoken: Vec<_> = LOCALES.into_iter().filter(|words| speaks(words.lang)).collect();
    if spoken.is_empty() {
        spoken.push(LOCALES[0]);
    }
    spoken
}
