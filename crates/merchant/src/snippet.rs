//! The tags a merchant pastes: the script of a release that stays what it is, with its digest, and the element with the keys that sign
//! today and next. Inside of the element stands what shoppers read where no script runs.

use crate::catalog::Text;
use crate::config::Config;
use crate::keys::Keys;
use crate::releases::{LOADER, Pinned};

/// What shoppers read where the script was kept out, by language.
const FALLBACK: [(&str, &str); 2] = [
    ("en", "The checkout cannot be shown. Please allow scripts from this shop and reload the page, or contact the shop."),
    ("zh-Hans", "无法显示结账页面。请允许此商店运行脚本并刷新页面，或联系商家。"),
];

/// The page that the tags are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Any: it loads the small script alone, until somebody wants to buy.
    Any,
    /// One where shoppers check out: it begins to load the whole widget at once.
    Checkout,
}

/// Writes the tags. With a release they pin it for ever; without one they name the newest, whichever that will be.
pub fn snippet(config: &Config, keys: &Keys, pinned: Option<&Pinned>, page: Page) -> String {
    let url = config.public_url();
    let folder = pinned.map_or_else(|| url.to_owned(), |pinned| format!("{url}/r/{}", pinned.release()));
    let host = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let mut tags = vec![format!("<link rel=\"preconnect\" href=\"{host}\" crossorigin>")];
    if let (Page::Checkout, Some(pinned)) = (page, pinned) {
        let (glue, wasm) = (pinned.glue(), pinned.wasm());
        tags.extend(glue.map(|(name, digest)| {
            format!("<link rel=\"modulepreload\" href=\"{folder}/{name}\" integrity=\"{digest}\" crossorigin=\"anonymous\">")
        }));
        tags.extend(wasm.map(|(name, digest)| {
            let kind = "as=\"fetch\" type=\"application/wasm\"";
            format!("<link rel=\"preload\" {kind} href=\"{folder}/{name}\" integrity=\"{digest}\" crossorigin=\"anonymous\">")
        }));
    }
    let integrity = pinned.and_then(|pinned| pinned.digest(LOADER));
    let integrity = integrity.map_or(String::new(), |digest| format!(" integrity=\"{digest}\" crossorigin=\"anonymous\""));
    tags.push(format!("<script type=\"module\" src=\"{folder}/{LOADER}\"{integrity}></script>"));
    let (merchant_key, native) = (keys.merchant_key(), if keys.native_integrity { " native-integrity" } else { "" });
    tags.push(format!("<qr-checkout backend=\"{url}\" merchant-key=\"{merchant_key}\"{native}>"));
    tags.extend(fallback(&config.merchant.name).map(|(tag, words)| format!("  <p lang=\"{tag}\">{words}</p>")));
    tags.push("</qr-checkout>\n".to_owned());
    tags.join("\n")
}

/// In the languages that the shop's name is written in, English if none of them is known.
fn fallback(name: &Text) -> impl Iterator<Item = (&'static str, &'static str)> {
    let speaks = |tag: &str| match name {
        Text::One(_) => tag == "en",
        Text::Many(many) => many.keys().any(|known| known.split('-').next() == tag.split('-').next()),
    };
    let spoken: Vec<_> = FALLBACK.into_iter().filter(|(tag, _)| speaks(tag)).collect();
    let spoken = if spoken.is_empty() { FALLBACK[..1].to_vec() } else { spoken };
    spoken.into_iter()
}
