//! `cargo xtask conformance`: judges any merchant backend, in any language, from outside: by the API and by the signing profile.
//! A check is a named step whose failure has a code and says what to do. Not here: what the words and rules are; `protocol` has them.

mod answering;
mod guess;
mod keys;
mod native;
mod orders;
mod readable;
mod report;
mod signed;
mod strict;
mod wire;

use anyhow::{Context as _, Result, anyhow, bail};
use protocol::{Backend, Item, Pins, Sku};

use report::Report;
use wire::Wire;

/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    /// The base URL: `https://host[:port][/path]`, or http on loopback; lower case, no default port
    #[arg(long, value_name = "URL")]
    backend: String,
    /// What the page has in `merchant-key`
    #[arg(long, value_name = "PIN")]
    key: String,
    /// Makes a real order of that, and gives it up again
    #[arg(long, value_name = "SKU:QTY")]
    item: Option<String>,
    /// The origin of the shop's pages; without it, that of the backend
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
}

/// The command.
pub fn run(options: &Options) -> Result<()> {
    let Options { backend, key, .. } = options;
    let backend = Backend::parse(backend)
        .with_context(|| format!("--backend {backend}: https://host[:port][/path], or http on loopback; lower case, no default port"))?;
    let pins = Pins::parse(key).map_err(|code| anyhow!("--key {key}: {}: {}", code.as_str(), code.advice()))?;
    let given = options.origin.as_deref();
    let origin = given.map_or_else(|| origin_of(&backend), ToOwned::to_owned);
    let item = options.item.as_deref().map(item).transpose()?;
    let mut wire = Wire::new(backend, pins, origin)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(judge(&mut wire, given.is_some(), item));
    print!("{report}");
    match report.failures() {
        0 => Ok(()),
        1 => bail!("one check failed"),
        count => bail!("{count} checks failed"),
    }
}

async fn judge(wire: &mut Wire, is_origin_given: bool, item: Option<Item>) -> Report {
    let mut report = Report::default();
    // Without any answer the rest would only repeat it.
    let Some(may_read) = report.note("the backend answers", readable::answers(wire).await) else { return report };
    // Its own origin needs nobody's leave: there all the rest is judged, and what pages elsewhere may do once one of them is named.
    wire.is_at_home = !may_read && !is_origin_given;
    let wire = &*wire;
    readable::check(wire, &mut report).await;
    signed::check(wire, &mut report).await;
    strict::check(wire, &mut report).await;
    keys::check(wire, &mut report).await;
    native::check(wire, &mut report).await;
    match item {
        Some(item) => orders::check(wire, &item, &mut report).await,
        None => report.leave_out("prices and orders", "give --item SKU:QTY; it makes a real order and gives it up again"),
    }
    report
}

/// Scheme, host and port: where a shop on the backend's own host would be.
fn origin_of(backend: &Backend) -> String {
    backend.as_str().splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

fn item(text: &str) -> Result<Item> {
    let read = || {
        let (sku, quantity) = text.rsplit_once(':')?;
        Some(Item { sku: Sku::parse(sku)?, quantity: quantity.parse().ok().filter(|quantity| (1..=999).contains(quantity))? })
    };
    read().with_context(|| format!("--item {text}: SKU:QTY, such as tea-100g:2"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_the_backend_without_its_path() {
        for (url, origin) in [("https://pay.example/shop", "https://pay.example"), ("http://127.0.0.1:8080", "http://127.0.0.1:8080")] {
            assert_eq!(origin_of(&Backend::parse(url).unwrap()), origin);
        }
    }

    #[test]
    fn items_are_read_or_told() {
        assert_eq!(item("tea-100g:2").unwrap().quantity, 2);
        for text in ["tea", "tea:0", "tea:x", ":1", "a b:1"] {
            assert!(item(text).unwrap_err().to_string().contains("SKU:QTY"), "{text}");
        }
    }
}
